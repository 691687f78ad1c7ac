"""What the options of several commands mean: context keys, instants, policy files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from iamtui.cli.errors import InputError
from iamtui.evaluation.request import NamedPolicy
from iamtui.policy.document import Document
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyState, KeyValue
from iamtui.policy.statement import InvalidDocument

_LARGEST = 10 * 1024 * 1024


def context_of(stated: Iterable[str]) -> dict[str, KeyValue]:
    """The context keys of `--context KEY=VALUE`: a key that is repeated is multivalued (C20).

    `@absent` and `@unknown` are states; `@@` is a value that begins with `@`.

    Raises:
        InputError: no `=`, an unknown state, or a state beside values.
    """
    spelled: dict[str, str] = {}
    context: dict[str, KeyValue] = {}
    for text in stated:
        key, sign, written = text.partition("=")
        if not key or not sign:
            raise InputError(f"--context {text}: expected KEY=VALUE; nothing is decided")
        key = spelled.setdefault(key.lower(), key)
        value = _key_value(text, written)
        before = context.get(key)
        if before is not None:
            if KeyState.PRESENT is not before.state or KeyState.PRESENT is not value.state:
                raise InputError(f"--context {text}: the key is stated twice, as a state and otherwise")
            value = KeyValue.listing(before.values + value.values)
        context[key] = value
    return context


def _key_value(text: str, written: str) -> KeyValue:
    if written == "@absent":
        return ABSENT
    if written == "@unknown":
        return UNKNOWN
    if written.startswith("@@"):
        return KeyValue.of(written[1:])
    if written.startswith("@"):
        raise InputError(f"--context {text}: expected @absent or @unknown; a value that begins with @ is written @@")
    return KeyValue.of(written)


def instant(text: str | None) -> datetime | None:
    """The instant of `--at`: ISO 8601, UTC where no offset is given.

    Raises:
        InputError: no instant.
    """
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"--at {text}: expected a date and time such as 2026-11-23T14:00:00Z") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def policy_file(path: Path) -> NamedPolicy:
    """The policy document in a file, named after it.

    Raises:
        InputError: it cannot be read, or is no policy document.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"{path}: expected a policy document, found more than 10 MB; nothing is decided")
        source = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path}: expected a policy document: {reason}; nothing is decided") from error
    document = Document(source)
    if isinstance(document.policy, InvalidDocument):
        raise InputError(f"{path}: expected a policy document: {document.policy}; nothing is decided")
    return NamedPolicy(path.stem, document)


def policy_files(paths: Iterable[Path]) -> tuple[NamedPolicy, ...]:
    """The policy documents of several files."""
    return tuple(policy_file(path) for path in paths)
