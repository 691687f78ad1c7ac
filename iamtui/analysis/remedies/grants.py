"""What to do about what is allowed and who is let in: as edits, each decided in a copy of the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from iamtui import catalog
from iamtui.analysis.external_access import external_access
from iamtui.analysis.findings.asking.row_requests import request_of_row
from iamtui.analysis.findings.asking.witnesses import fresh_resources
from iamtui.analysis.findings.review.hygiene_case import PRINCIPALS
from iamtui.analysis.overlay.laying import Edit
from iamtui.analysis.overlay.placing import bearer_at
from iamtui.analysis.overlay.policy_edits import (
    SetDocument,
    SetOrganizationAttachment,
    SetOrganizationDocument,
    SetResourcePolicy,
    SetVersions,
)
from iamtui.analysis.overlay.principal_edits import SetInlinePolicy, SetTrust
from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.analysis.queries.index.holders import Holders
from iamtui.analysis.remedies.changing_grants import (
    Change,
    Granting,
    taken_from,
    until_denied,
    with_test,
    without_it,
)
from iamtui.analysis.remedies.remedy import Finding, Remedy
from iamtui.analysis.remedies.rewriting import NOBODY, with_condition, without_principals, without_statement
from iamtui.analysis.taken_out.dropping import DropStatement
from iamtui.analysis.taken_out.ground import TakenOutGround
from iamtui.analysis.taken_out.removable import removable
from iamtui.evaluation.applicable.from_snapshot import identity_policies
from iamtui.evaluation.decision import Layer
from iamtui.evaluation.request.request import Request
from iamtui.policy.document import Document, statements_written
from iamtui.policy.statement import Effect, PolicyKind
from iamtui.snapshot.model import Snapshot

_MFA = ("Bool", "aws:MultiFactorAuthPresent", "true")
_SIGN_IN = "https://signin.aws.amazon.com/saml"


def what_rows_show(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """The statements that allow it are gone; or one principal alone loses the policies in which they stand."""
    requests = _requests(finding)
    yield from _changed(snapshot, requests, without_it, "Remove the statements that allow it")
    yield from _changed(
        snapshot, requests, taken_from(finding.subject), "Take the policies that allow it from it alone"
    )


def control(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """An administrator loses the first of the requests that make one (EP3)."""
    step = catalogue().control[0]
    yield from _without(snapshot, finding, step.ask)


def whole_service(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """What allows every action of a service, found by one of them."""
    services = [row.partition(":")[0] for row in finding.rows if row.endswith(":* on *")]
    yield from _without(snapshot, finding, *(f"{one}:{catalog.actions(one)[0]}" for one in services))


def _without(snapshot: Snapshot, finding: Finding, *actions: str) -> Iterator[Remedy]:
    account = snapshot.accounts[snapshot.account_of(finding.subject)]
    rows = (f"{finding.subject} {one} {on}" for one in actions for on in list(fresh_resources(account, one))[:1])
    yield from what_rows_show(snapshot, finding._replace(rows=tuple(rows)))


def statements_named(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """The statements that rows such as `statement Read of own` name, of the policies that the subject carries."""
    holder = bearer_at(snapshot, finding.subject)
    for policy in identity_policies(snapshot, holder):
        for one in statements_written(policy.document):
            row = f"statement {one.label} of {policy.name}"
            edit = without_it(Granting(Layer.IDENTITY, policy, one.index)) if row in finding.rows else None
            if edit is not None and one.effect is Effect.ALLOW:
                yield Remedy(f"Remove the {row}", (edit,))


def nothing_changes_without(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """What is redundant is taken away (FI97)."""
    for part in removable(TakenOutGround(snapshot, Holders(snapshot), None)):
        if part.owner == finding.subject and f"{part.words} changes no decision" in finding.message:
            edits = [_written(one) if isinstance(one, DropStatement) else one for one in part.edits]
            kept = tuple(one for one in edits if one is not None)
            if len(kept) == len(edits):
                yield Remedy(f"Take away {part.words}", kept)
                return


def _written(drop: DropStatement) -> Edit | None:
    """The statement dropped by a document that is written anew."""
    match drop.place:
        case SetInlinePolicy(document=Document() as document):
            return replace(drop.place, document=without_statement(document, drop.index))
        case SetOrganizationDocument(document=Document() as document):
            left = without_statement(document, drop.index)
            return None if left is None else replace(drop.place, document=left)
        case SetVersions():
            held = next((one.document for one in drop.place.versions if one.is_default), None)
            left = None if held is None else without_statement(held, drop.index)
            return None if left is None else SetDocument(drop.place.policy, left)
    return None


def let_in_by_nobody(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """The statements of trusts and resource policies that let somebody in are gone."""
    yield from _changed(snapshot, _requests(finding), without_it, "Remove the statements that let it in")


def with_mfa(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """Who takes the role signs in with MFA."""
    yield from _changed(snapshot, _requests(finding), with_test(*_MFA), "Ask for MFA")


def trust_with_mfa(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """Every statement of a trust that lets AWS principals in asks for MFA."""
    role = snapshot.role(finding.subject)
    trust = None if role is None else role.trust
    if trust is None:
        return
    let_in = [
        one for one in external_access(trust, "", PolicyKind.TRUST) if one.negated or one.entry.kind in PRINCIPALS
    ]
    for place in dict.fromkeys(one.statement.index for one in let_in):
        trust = with_condition(trust, place, *_MFA) or trust
    if let_in:
        yield Remedy("Ask for MFA in the trust policy", (SetTrust(finding.subject, trust),))


def of_ones_own(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """Principals of one's own organization alone, or of the account."""
    organization = snapshot.organization_of(_account(snapshot, finding))
    if organization is not None:
        own = ("StringEquals", "aws:PrincipalOrgID", organization.organization_id)
        yield from _changed(snapshot, _requests(finding), with_test(*own), "Ask for the organization")
    own = ("StringEquals", "aws:PrincipalAccount", _account(snapshot, finding))
    yield from _changed(snapshot, _requests(finding), with_test(*own), "Ask for the account")


def for_the_owner(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """A service acts for the owner's account alone."""
    own = ("StringEquals", "aws:SourceAccount", _account(snapshot, finding))
    yield from _changed(snapshot, _requests(finding), with_test(*own), "Ask for the account as its source")


def for_sign_in(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """An assertion that was made for signing in to AWS."""
    own = ("StringEquals", "SAML:aud", _SIGN_IN)
    yield from _changed(snapshot, _requests(finding), with_test(*own), "Ask for the audience of sign-in")


def of_who_signed_in(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """Cognito's identities that signed in."""
    requests = _requests(finding)
    for provider in dict.fromkeys(request.principal for request in requests):
        own = ("ForAnyValue:StringLike", f"{provider}:amr", "authenticated")
        yield from _changed(snapshot, requests, with_test(*own), "Ask for who signed in")


def without_account(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """Trusts and resource policies name an account no more: that of the first row, or of its request."""
    request = request_of_row(finding.rows[0])
    account = finding.rows[0] if request is None else request.principal.split(":")[4]
    doors = finding.rows[1:] if request is None else (finding.subject,)
    edits = [_naming_nobody(snapshot, finding, door, lambda text: account in text.split(":")) for door in doors]
    found = tuple(edit for edit in edits if edit is not None)
    if found:
        yield Remedy(f"Name the account {account} no more", found)


def without_the_gone(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """A resource policy names a principal no more that is gone."""
    gone = finding.rows[-1]
    edit = _naming_nobody(snapshot, finding, finding.subject, lambda text: text == gone)
    if edit is not None:
        yield Remedy(f"Name {gone.rpartition('/')[2]} no more", (edit,))


def detached(snapshot: Snapshot, finding: Finding) -> Iterator[Remedy]:
    """An SCP or RCP that is attached twice on one way, or where it does not hold, is attached there no more."""
    targets = {one for organization in snapshot.organizations.values() for one in organization.targets}
    for target in finding.rows:
        if target in targets:
            edit = SetOrganizationAttachment(finding.subject, target, attached=False)
            yield Remedy(f"Detach it from {target}", (edit,))


def _changed(snapshot: Snapshot, requests: list[Request], change: Change, words: str) -> Iterator[Remedy]:
    edits = until_denied(snapshot, requests, change) if requests else ()
    if edits:
        yield Remedy(words, edits)


def _requests(finding: Finding) -> list[Request]:
    return [request for row in finding.rows if (request := request_of_row(row)) is not None]


def _account(snapshot: Snapshot, finding: Finding) -> str:
    if finding.subject in snapshot.accounts:
        return finding.subject
    resource = snapshot.resources.get(finding.subject)
    return snapshot.account_of(finding.subject) if resource is None else resource.account


def _naming_nobody(snapshot: Snapshot, finding: Finding, door: str, is_meant: Callable[[str], bool]) -> Edit | None:
    """The trust of a role, by name or ARN, or the policy of a resource, naming some principals no more."""
    resource = snapshot.resources.get(door)
    if resource is not None:
        return (
            None if resource.policy is None else SetResourcePolicy(door, without_principals(resource.policy, is_meant))
        )
    account = snapshot.accounts.get(_account(snapshot, finding))
    role = None if account is None else (account.roles or {}).get(door.rpartition("/")[2].lower())
    if role is None or role.trust is None:
        return None
    return SetTrust(role.arn, without_principals(role.trust, is_meant) or NOBODY)
