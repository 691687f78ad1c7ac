"""Values of an export as JSON in the form of the AWS CLI."""

from __future__ import annotations

from datetime import datetime

import orjson

from iamtui.policy.document import Document
from iamtui.policy.strict_json import is_nested_deeply
from iamtui.snapshot.model import Tags

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def document_json(document: Document) -> Json:
    """The document as JSON, or as a string where it is none, or so deep that nobody could write it."""
    if is_nested_deeply(document.source):
        return document.text
    try:
        value: Json = orjson.loads(document.source)
    except orjson.JSONDecodeError:
        return document.text
    return value


def tags_json(tags: Tags) -> Json:
    """Tags as a list of keys and values."""
    return [{"Key": key, "Value": value} for key, value in tags]


def date_json(at: datetime | None) -> Json:
    """A date in ISO 8601."""
    return None if at is None else at.isoformat()


def without_nothing(members: dict[str, Json]) -> Json:
    """An object without the members that say nothing."""
    return {name: value for name, value in members.items() if value is not None and value != []}
