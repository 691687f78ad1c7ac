"""A refusal as data: what AWS says of a call that it denied (N3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from iamtui.evaluation.decision import Layer


class Result(StrEnum):
    """How AWS says that it denied: `denied` where it does not say which of both."""

    IMPLICIT_DENY = "implicitDeny"
    EXPLICIT_DENY = "explicitDeny"
    DENIED = "denied"


class About(StrEnum):
    """What a refusal is about: only `policy` and `unknown` can be decided on policies (N4, N5)."""

    POLICY = "policy"
    CREDENTIALS = "credentials"
    BILLING = "billing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What one refusal states; what it does not state is None.

    Attributes:
        principal: the caller, an ARN or `anonymous`.
        action: as written, in any letter case: `SNS:ListTopics`.
        operation: the name of the API call, where the error names it around its message.
        resource: as written, without quotes: an ARN, `*`, a name, `user NAME`, an empty text.
        result: explicit, implicit, or one of both.
        layer: the kind of policy that AWS names.
        policy: the ARN of the policy that denied.
        encoded_message: what `sts decode-authorization-message` decodes.
        authorization_id: what `iam-toolbox get-request-authorization-details` takes (AT1).
        region: where that id must be asked.
        about: what the refusal is about.
        notes: what could not be understood, or what the reader must know, each a sentence.
    """

    principal: str | None = None
    action: str | None = None
    operation: str | None = None
    resource: str | None = None
    result: Result = Result.DENIED
    layer: Layer | None = None
    policy: str | None = None
    encoded_message: str | None = None
    authorization_id: str | None = None
    region: str | None = None
    about: About = About.UNKNOWN
    notes: tuple[str, ...] = ()


class NotARefusalError(ValueError):
    """A text that is no refusal, or none that can be read; the message says what was expected."""
