"""Who is asked what it can do: a principal, or one who has nothing but the policies of a group (WP7)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.queries.everybody.questions import QuestionError
from iamtui.analysis.queries.one_principal.cuttings import Prepare
from iamtui.evaluation.applicable.from_snapshot import identity_policies, principal_side
from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import prepare_for, prepare_given
from iamtui.evaluation.request.caller import identify
from iamtui.evaluation.request.request import NamedPolicy, Request
from iamtui.snapshot.model import Group, Snapshot


def of_one(snapshot: Snapshot, request: Request) -> Prepare:
    """Makes requests of a principal ready; its own side is made once."""
    side = principal_side(snapshot, identify(request.principal, snapshot))
    return lambda action, resource: prepare_for(snapshot, replace(request, action=action, resource=resource), side)


def of_member(snapshot: Snapshot, group: Group, request: Request) -> Prepare:
    """Makes requests of a member ready who has nothing but the policies of the group (WP7)."""
    held = identity_policies(snapshot, group)
    given = GivenPolicies(tuple(NamedPolicy(one.name, one.document) for one in held if one.document is not None))
    member = replace(request, principal=group.arn.replace(":group/", ":user/"))
    return lambda action, resource: prepare_given(given, replace(member, action=action, resource=resource))


def group_of(snapshot: Snapshot, principal: str) -> Group | None:
    """The group of an ARN; None where it is not that of a group.

    Raises:
        QuestionError: the export has no such group.
    """
    segments = principal.split(":", 5)
    if len(segments) < 6 or not segments[5].startswith("group/"):
        return None
    found = snapshot.group(segments[4], segments[5].rpartition("/")[2])
    if found is None or found.arn != principal:
        raise QuestionError(f"{principal}: expected a group of the export")
    return found
