"""`generate-service-last-accessed-details` and its answers: which services an entity used, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from iamtui.files.source import MalformedError, Source, decode
from iamtui.snapshot.facts import ServiceAccessFact, ServiceAccessJob
from iamtui.snapshot.model import ServiceAccess
from iamtui.snapshot.readers.file_names import stem_of
from iamtui.snapshot.readers.reader import Intake, Reader


class _Action(msgspec.Struct, rename="pascal"):
    action_name: str
    last_accessed_time: str | float | None = None


class _Service(msgspec.Struct, rename="pascal"):
    service_namespace: str
    last_authenticated: str | float | None = None
    last_authenticated_entity: str | None = None
    tracked_actions_last_accessed: list[_Action] | None = None


def _job(source: Source, _: Intake) -> Iterator[ServiceAccessJob]:
    arn = stem_of(source.path)
    if not arn.startswith("arn:"):
        raise MalformedError("", "expected the entity's ARN as the name of the file (percent-encoded)")
    yield ServiceAccessJob(decode(source.members["JobId"], str, "/JobId"), arn)


def _answer(source: Source, intake: Intake) -> Iterator[ServiceAccessFact]:
    items = decode(source.members["ServicesLastAccessed"], list[_Service], "/ServicesLastAccessed")
    services = tuple(_services(items, intake))
    name = stem_of(source.path)
    if name.startswith("arn:"):
        yield ServiceAccessFact(services, arn=name)
    else:
        yield ServiceAccessFact(services, job_id=name)


def _services(items: Iterable[_Service], intake: Intake) -> Iterator[ServiceAccess]:
    """Each service with its last use; one whose date cannot be read is left out, for it is not "never"."""
    for index, item in enumerate(items):
        place = f"/ServicesLastAccessed/{index}"
        at = intake.date(item.last_authenticated, f"{place}/LastAuthenticated")
        if at is not None or not item.last_authenticated:
            actions = tuple(_actions(item, f"{place}/TrackedActionsLastAccessed", intake))
            yield ServiceAccess(item.service_namespace, at, item.last_authenticated_entity, actions)


def _actions(service: _Service, place: str, intake: Intake) -> Iterator[tuple[str, datetime | None]]:
    """The tracked actions of a service, where the job was of the granularity `ACTION_LEVEL`."""
    for index, item in enumerate(service.tracked_actions_last_accessed or ()):
        at = intake.date(item.last_accessed_time, f"{place}/{index}/LastAccessedTime")
        if at is not None or not item.last_accessed_time:
            yield item.action_name, at


READERS = (
    Reader("service-last-accessed-job", lambda source: source.keys == {"JobId"}, _job),
    Reader("service-last-accessed", lambda source: "ServicesLastAccessed" in source.keys, _answer),
)
