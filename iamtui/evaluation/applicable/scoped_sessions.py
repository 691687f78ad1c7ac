"""Sessions that the service which makes them narrows by a session policy of its own (T22)."""

from __future__ import annotations

from iamtui.evaluation.applicable.common import Place, not_applied, perhaps_granted
from iamtui.evaluation.applicable.policies import AppliedLayer, Assumption
from iamtui.evaluation.request.context import ResolvedRequest
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.elements import ActionElement
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.policy.principals import COGNITO, EntryKind
from iamtui.policy.statement import Effect, InvalidDocument, Statement
from iamtui.snapshot.model import Role

_OPEN_TO_GUESTS = ActionElement(
    (
        "appsync:*",
        "cloudwatch:*",
        "codewhisperer:*",
        "cognito-identity:*",
        "cognito-idp:*",
        "cognito-sync:*",
        "comprehend:*",
        "dynamodb:*",
        "execute-api:*",
        "firehose:*",
        "gamelift:*",
        "geo:*",
        "iot:*",
        "kinesis:*",
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
        "lambda:*",
        "lex:*",
        "logs:*",
        "machinelearning:*",
        "mobileanalytics:*",
        "mobiletargeting:*",
        "personalize:*",
        "polly:*",
        "rekognition:*",
        "rum:PutRumEvents",
        "s3:*",
        "sagemaker:InvokeEndpoint",
        "sdb:*",
        "ses:*",
        "sns:*",
        "sqs:*",
        "sts:GetCallerIdentity",
        "textract:AnalyzeDocument",
        "textract:DetectDocumentText",
        "transcribe:*",
        "translate:*",
    ),
    negated=False,
)
"""What the two session policies that Cognito passes for guests allow between them, generously.

Sources: Cognito Developer Guide, IAM roles, Services that unauthenticated identities can access; the AWS managed policy
AmazonCognitoUnAuthedIdentitiesSessionPolicy, v4 (2026-05). Both change: what they leave open is unknown, not denied.
"""


def scoped_session(place: Place, request: ResolvedRequest) -> AppliedLayer | None:
    """What is not known of the session policy that a service passed; None where no service is known to narrow it."""
    if not _is_guest(request) or _OPEN_TO_GUESTS.matches(request.folded_action, request.service):
        return None
    reason = (
        "in its enhanced flow Cognito passes guests a session policy that allows some services only, of which "
        f"{request.service} is none"
    )
    if request.unstated is Unstated.UNKNOWN:
        return perhaps_granted(place, reason)
    return not_applied(place, reason, Assumption(f"{reason}: taken as not passed"))


_NARROWING = {
    "chatbot.amazonaws.com": "Amazon Q Developer in chat applications, by the guardrails of a channel,",
    "rolesanywhere.amazonaws.com": "IAM Roles Anywhere, by its profiles,",
    "transfer.amazonaws.com": "AWS Transfer Family, for each of its users,",
}
"""Services whose sessions are narrowed by what their own settings say (their user guides, 2026)."""


def narrowing_services(request: ResolvedRequest) -> tuple[str, ...]:
    """The services that may have made the caller's session and narrowed it, in words."""
    role = request.caller.entity
    if not request.caller.is_session_of_role or not isinstance(role, Role) or role.trust is None:
        return ()
    content = role.trust.policy
    if isinstance(content, InvalidDocument):
        return ()
    principals = (statement.principal for statement in content.statements)
    trusted = {entry.text for element in principals if element is not None for entry in element.entries}
    return tuple(words for service, words in _NARROWING.items() if service in trusted)


def _is_guest(request: ResolvedRequest) -> bool:
    """Whether somebody who did not sign in may be the caller: by the role's trust in Cognito."""
    role = request.caller.entity
    return isinstance(role, Role) and request.caller.is_session_of_role and lets_guests_in(role)


def lets_guests_in(role: Role) -> bool:
    """Whether somebody who did not sign in may become the role, through Cognito."""
    if role.trust is None or not (b"cognito-identity" in role.trust.source or b"\\" in role.trust.source):
        return False  # nearly all roles, without reading their trust policies
    content = role.trust.policy
    return not isinstance(content, InvalidDocument) and any(map(_lets_guests_in, content.statements))


def _lets_guests_in(statement: Statement) -> bool:
    if statement.effect is not Effect.ALLOW or statement.principal is None:
        return False
    named = [entry.text for entry in statement.principal.entries if entry.kind is EntryKind.PROVIDER]
    return any(_is_open_to(_Guest(f"{one}:amr"), statement) for one in named if one in COGNITO)


def _is_open_to(guest: _Guest, statement: Statement) -> bool:
    return all(test.truth(guest) for test in statement.conditions if test.folded_key == guest.key)


class _Guest:
    """The claims of somebody who did not sign in; `key` is the one that says how he authenticated."""

    def __init__(self, key: str) -> None:
        self.key = key

    def lookup(self, key: str) -> KeyValue:
        """How he authenticated: not."""
        return KeyValue.listing(("unauthenticated",)) if key == self.key else ABSENT
