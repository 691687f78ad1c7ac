"""AWS Config: snapshot and history files, batch, select and aggregate answers, JSON lines (I65, I66)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from msgspec import Raw

from iamtui.files.source import MalformedError, Source, decode
from iamtui.snapshot.facts import Fact, RecordedFact
from iamtui.snapshot.model import Severity
from iamtui.snapshot.readers.config_items import ConfigItem, facts_of_item, is_read, unwrapped
from iamtui.snapshot.readers.reader import Intake, Reader

_LISTS = ("configurationItems", "baseConfigurationItems", "BaseConfigurationItems")
_SINGLE = ("configurationItem", "ConfigurationItem")  # a notification, and get-aggregate-resource-config
_RESULTS = "Results"
_GONE = ("ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded")
_NOT_SHOWN = "this item is not shown"
_FEW = 5


def _recognises(source: Source) -> bool:
    if any(key in source.keys for key in (*_LISTS, *_SINGLE)):
        return True
    if {"resourceType", "configuration"} <= (source.keys or source.first_keys):
        return True
    return _RESULTS in source.keys and b"resourceType" in bytes(source.members[_RESULTS])[:4_000]


def _read(source: Source, intake: Intake) -> Iterator[Fact]:
    passed: Counter[str] = Counter()
    for place, raw in _raw_items(source):
        try:
            item = decode(unwrapped(raw, place), ConfigItem, place)
            if not is_read(item.resource_type):
                passed[item.resource_type] += 1
            elif item.configuration_item_status in _GONE:
                yield RecordedFact(item.identity, _captured(item, place, intake), None)
            else:
                yield from facts_of_item(item, _captured(item, place, intake), place, intake)
        except MalformedError as error:
            intake.problems.add_malformed(error, _NOT_SHOWN)
    _note_passed(passed, intake)


def _captured(item: ConfigItem, place: str, intake: Intake) -> datetime | None:
    return intake.date(item.configuration_item_capture_time, place, "/configurationItemCaptureTime")


def _raw_items(source: Source) -> Iterator[tuple[str, Raw]]:
    for key in (*_LISTS, _RESULTS):
        if key in source.keys:
            for index, raw in enumerate(decode(source.members[key], list[Raw] | None, f"/{key}") or ()):  # type: ignore[arg-type]
                yield f"/{key}/{index}", raw
            return
    for key in _SINGLE:
        if key in source.keys:
            yield f"/{key}", source.members[key]
            return
    if source.items:
        for index, raw in enumerate(source.items):
            yield source.place_of(index), raw
    else:
        yield "", Raw(source.data)


def _note_passed(passed: Counter[str], intake: Intake) -> None:
    """One word on all items of types that say nothing of permissions here."""
    if passed:
        types = ", ".join(f"{kind[:80]} ({count})" for kind, count in passed.most_common(_FEW))
        more = f" and {len(passed) - _FEW} other types" if len(passed) > _FEW else ""
        intake.problems.add("", f"{types}{more}: not read", "items of other types are passed over", Severity.NOTE)


READER = Reader("aws-config", _recognises, _read)
