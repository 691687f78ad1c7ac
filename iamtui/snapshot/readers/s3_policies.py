"""The content of S3 policies of an organization, and what AWS computed of them for an account (S10)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from iamtui.files.source import MalformedError, Source, decode
from iamtui.snapshot.facts import Fact
from iamtui.snapshot.model import Assigned, S3Policy
from iamtui.snapshot.organization_facts import EffectiveS3PolicyFact, S3PolicyFact
from iamtui.snapshot.readers.reader import Intake

_NULL = b"null"
_CONSEQUENCE = "whether it restricts public buckets is not known (S10)"
_VALUES = {"all": Assigned.ALL, "none": Assigned.NONE}
_OPERATORS = "@@operators_allowed_for_child_policies"
_PLACE = "s3_attributes/public_access_block_configuration"
_ALLOW_TO_ASSIGN = frozenset({"@@all", "@@assign"})


class _Setting(msgspec.Struct, rename={"assign": "@@assign", "operators": _OPERATORS}):
    assign: str | None = None
    operators: list[str] | None = None


class _Attributes(msgspec.Struct):
    public_access_block_configuration: str | _Setting | None = None


class _Content(msgspec.Struct):
    s3_attributes: _Attributes


class _Effective(msgspec.Struct, rename="pascal"):
    target_id: str
    policy_content: msgspec.Raw


def s3_policy_fact(
    policy_id: str, name: str | None, content: msgspec.Raw | None, organization: str | None, intake: Intake
) -> S3PolicyFact:
    """What is said of one S3 policy: in a list it comes without content."""
    name = name or policy_id
    if content is None or bytes(content) == _NULL:
        return S3PolicyFact(S3Policy(policy_id, name), organization)
    place = "/Policy/Content"
    try:
        setting = _setting(content, place)
        policy = S3Policy(policy_id, name, _assigned(setting.assign, place), _is_final(setting))
    except MalformedError as error:
        intake.problems.add_malformed(error, _CONSEQUENCE)
        policy = S3Policy(policy_id, name)
    return S3PolicyFact(policy, organization, has_content=True)


def effective_facts(source: Source, _: Intake) -> Iterator[Fact]:
    """The answer of `describe-effective-policy`, where values stand without operators."""
    item = decode(source.members["EffectivePolicy"], _Effective, "/EffectivePolicy")
    place = "/EffectivePolicy/PolicyContent"
    assigned = _assigned(_setting(item.policy_content, place).assign, place)
    yield EffectiveS3PolicyFact(item.target_id, assigned is Assigned.ALL)


def _setting(content: msgspec.Raw, place: str) -> _Setting:
    """The one setting that there is, in an object or in a string that holds JSON (I5)."""
    text = bytes(content)
    if text.startswith(b'"'):
        text = decode(content, str, place).encode(errors="surrogatepass")
    found = decode(text, _Content, place).s3_attributes.public_access_block_configuration
    return found if isinstance(found, _Setting) else _Setting(found)


def _assigned(value: str | None, place: str) -> Assigned:
    if value is None:
        return Assigned.NOTHING
    if value not in _VALUES:
        raise MalformedError(f"{place}/{_PLACE}", f'expected "all" or "none", got {value[:80]!r}')
    return _VALUES[value]


def _is_final(setting: _Setting) -> bool:
    """Whether policies further down may not assign."""
    return setting.operators is not None and _ALLOW_TO_ASSIGN.isdisjoint(setting.operators)
