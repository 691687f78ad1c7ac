"""What is in force as one policy: whoever has that policy in place of all gets the same answers (WP4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui import catalog
from iamtui.analysis.queries.everybody.questions import QuestionError
from iamtui.analysis.queries.one_principal.can import CanQuestion
from iamtui.analysis.queries.one_principal.effective_policy import EffectivePolicy, effective_policy
from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Layer
from iamtui.patterns import glob
from iamtui.policy.shared_patterns import OF_RESOURCES, Patterns, shared
from iamtui.reports.effective_policy import policy_in_words
from iamtui.snapshot.model import InlinePolicy, Snapshot, User
from tests.analysis.queries.test_resource_sets import some_resources
from tests.analysis.queries.test_who_can import AT, label
from tests.analysis.queries.worlds import World, random_world
from tests.evaluation.building import ACCOUNT, allow, arn, deny, document, managed, role, snapshot, trust, user

OWN_SIDE = (Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY, Layer.SCP)
"""What a policy can say all of, but where the export lacks something."""


def under(world: Snapshot, user_: User, found: EffectivePolicy) -> Snapshot:
    """The world in which a user has nothing but the policy: no groups, no boundary, no SCPs, no RCPs."""
    number = user_.arn.split(":")[4]
    only = replace(
        user_,
        inline=(InlinePolicy("effective", document(dict(found.document))),),
        attached=(),
        groups=(),
        boundary=None,
    )
    account = world.accounts[number]
    users = {name: only if one.arn == user_.arn else one for name, one in (account.users or {}).items()}
    organizations = {
        key: replace(one, scps_enabled=False, rcps_enabled=False) for key, one in world.organizations.items()
    }
    accounts = {**world.accounts, number: replace(account, users=users)}
    return replace(world, accounts=accounts, organizations=organizations)


def differences(world: World, rng: Random) -> Iterator[str | None]:
    """What is another answer under the policy and not said to be; None for what is exact or told."""
    service = world.request.action.partition(":")[0]
    request = replace(world.request, at=AT, resource_account=None)
    number = rng.choice(sorted(world.snapshot.accounts))
    users = sorted((world.snapshot.accounts[number].users or {}).values(), key=lambda one: one.arn)
    user_ = rng.choice([one for one in users if one.boundary is not None] or users)
    question = CanQuestion(
        principal=user_.arn, services=(service,), context=request.context, unstated=request.unstated, at=AT
    )
    found = effective_policy(world.snapshot, question)
    inexact = [one for one in found.left_out if one.by in OWN_SIDE and one.missing is None]
    yield None if not inexact else f"{user_.arn}: {inexact[0]}"
    told = {action for one in found.left_out for action in one.actions}
    alone = under(world.snapshot, user_, found)
    for action in [*rng.sample(catalog.matching(f"{service}:*"), 6), world.request.action]:
        described = catalog.action(action)
        for resource in (each for _ in range(6) for each in some_resources(rng, service)):
            own = resource.split(":")[4] in ("", number) and "*" not in resource
            fits = described is not None and catalog.fits(described, resource)
            if not own or not fits or has_policy(world.snapshot, resource):
                continue
            asked = replace(request, principal=user_.arn, action=action, resource=resource)
            truly, said = label(decide(world.snapshot, asked)), label(decide(alone, asked))
            same = truly == said or action in told
            yield None if same else f"{user_.arn} {action} on {resource}: {truly} in truth, {said} under the policy"


def has_policy(world: Snapshot, resource: str) -> bool:
    """Whether it has a policy of its own, or lies in what has: the law is not about these."""
    return world.role(resource) is not None or any(resource.startswith(known) for known in world.resources)


def check(seed: int, count: int) -> tuple[int, int]:
    """Compare on so many random worlds whose action takes resources: how many answers, how many worlds all exact."""
    done = compared = 0
    for number in range(seed, seed + 100 * count):
        rng = Random(number)  # noqa: S311 - test data, not secrets
        world = random_world(rng)
        if world.request.action in ("s3:GetObject", "sqs:SendMessage", "sts:AssumeRole"):
            found = list(differences(world, rng))
            problem = next(filter(None, found), None)
            assert problem is None, f"world {number}: {problem}"
            done, compared = done + 1, compared + len(found)
        if done == count:
            break
    return done, compared


def test_whoever_has_the_policy_in_place_of_all_gets_the_same_answers() -> None:
    done, compared = check(20_261_130, 8)
    assert done == 8
    assert compared > 60
    assert check(_RCP_ON_CALLS_WITHOUT_A_RESOURCE, 1)[0] == 1
    assert check(_BOUNDARY_WITHOUT_WHAT_A_TAG_NAMES, 1)[0] == 1


_RCP_ON_CALLS_WITHOUT_A_RESOURCE = 8_600_089
"""An RCP denies all of SQS: not the listing of queues, though AWS asks about an ARN there (E34, L36)."""

_BOUNDARY_WITHOUT_WHAT_A_TAG_NAMES = 8_750_038
"""A boundary allows all but what a tag of the user names: which that is follows from the user."""


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(8_000_000, 9_000_000, 100_000))
def test_whoever_has_the_policy_gets_the_same_answers_at_length(seed: int) -> None:
    check(seed, 60)


@given(first=st.text("ab?*", max_size=5), second=st.text("ab?*", max_size=5), text=st.text("ab:", max_size=5))
def test_what_two_patterns_share_is_what_both_match(first: str, second: str, text: str) -> None:
    ours, theirs, resource = (f"arn:aws:sqs:eu-west-1:1:{one}" for one in (first, second, text))
    both = shared(Patterns((ours,)), Patterns((theirs,)), OF_RESOURCES)
    assert any(glob(one)(resource) for one in both.texts) == (glob(ours)(resource) and glob(theirs)(resource))


NARROW = managed("narrow", allow("sqs:*"), allow("s3:Get*"), deny("sqs:DeleteQueue"), deny("iam:*"))
OFFICE = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}


def bounded(tmp_path: Path, *statements: object, **more: object) -> Snapshot:
    """A user with these statements and the boundary NARROW."""
    boundary = {"PermissionsBoundaryArn": NARROW["Arn"]}
    ann = user("ann", *statements, PermissionsBoundary=boundary, **more)
    return snapshot(tmp_path, UserDetailList=[ann], Policies=[NARROW])


def with_all_but(tmp_path: Path, spared: str, *tags: tuple[str, str]) -> EffectivePolicy:
    """The policy of a user who may read what lies in one bucket, in a boundary of all but some of that."""
    wide = managed("wide", {"Effect": "Allow", "Action": "*", "NotResource": f"arn:aws:s3:::b/{spared}"})
    own = {"Tags": [{"Key": key, "Value": value} for key, value in tags]}
    boundary = {"PermissionsBoundary": {"PermissionsBoundaryArn": wide["Arn"]}}
    objects = {**allow("s3:GetObject"), "Resource": ["arn:aws:s3:::b/alice/x", "arn:aws:s3:::b/red/*"]}
    ann = user("ann", objects, **own, **boundary)
    world = snapshot(tmp_path, UserDetailList=[ann], Policies=[wide])
    return effective_policy(world, CanQuestion(principal=arn("user/ann"), services=("s3",), at=AT))


@pytest.mark.parametrize(
    ("tags", "left"),
    (
        ((("team", "blue"),), ["arn:aws:s3:::b/alice/x", "arn:aws:s3:::b/red/*"]),
        ((("team", "alice"),), "arn:aws:s3:::b/red/*"),
        ((), ["arn:aws:s3:::b/alice/x", "arn:aws:s3:::b/red/*"]),  # V8: without a value the pattern matches nothing
    ),
)
def test_what_a_layer_spares_by_a_value_of_the_caller_is_written_in_that_value(
    tmp_path: Path, tags: tuple[tuple[str, str], ...], left: object
) -> None:
    found = with_all_but(tmp_path, "${aws:PrincipalTag/team}/x", *tags)
    assert [one["Resource"] for one in found.statements] == [left]
    assert found.left_out == ()


def test_what_no_statement_says_is_told_by_the_layer_that_it_is_of(tmp_path: Path) -> None:
    """No list of patterns holds all of one pattern but what another takes of it; nor is a star of a value text."""
    for spared, tags in (("red/secret*", ()), ("${aws:PrincipalTag/team}/x", (("team", "a*"),))):
        found = with_all_but(tmp_path, spared, *tags)
        assert {(one.truly, one.said, one.by) for one in found.left_out} == {
            ("allowed", "denied", Layer.PERMISSIONS_BOUNDARY)
        }


def test_the_boundary_narrows_the_allows_and_its_denies_stay_where_they_bite(tmp_path: Path) -> None:
    world = bounded(
        tmp_path,
        allow("s3:*Object*", "arn:aws:s3:::ledger/*", Condition=OFFICE),
        allow("sqs:SendMessage"),
        allow("sqs:DeleteQueue"),
        allow("sqs:*", f"arn:aws:sqs:*:{ACCOUNT}:jobs-*"),
        allow("ec2:*"),
    )
    found = effective_policy(world, CanQuestion(principal=arn("user/ann"), services=("s3", "sqs", "ec2", "iam")))
    assert found.document["Statement"] == [
        allow("s3:Get*Object*", "arn:aws:s3:::ledger/*", Condition=OFFICE),
        allow("sqs:SendMessage"),
        allow("sqs:*", f"arn:aws:sqs:*:{ACCOUNT}:jobs-*"),
        deny("sqs:DeleteQueue"),
    ]
    assert found.left_out == ()
    assert next(policy_in_words(found)).startswith("exact")


def test_who_can_do_nothing_gets_a_policy_that_denies_all(tmp_path: Path) -> None:
    world = bounded(tmp_path, allow("ec2:*"))
    found = effective_policy(world, CanQuestion(principal=arn("user/ann"), services=("ec2",)))
    assert found.document == {"Version": "2012-10-17", "Statement": [deny()]}


def test_what_a_role_is_trusted_with_is_said_to_be_left_out(tmp_path: Path) -> None:
    world = snapshot(
        tmp_path,
        UserDetailList=[user("ann", allow("sqs:SendMessage"))],
        RoleDetailList=[role("app", trust({"AWS": arn("user/ann")}))],
    )
    found = effective_policy(world, CanQuestion(principal=arn("user/ann"), services=("sts", "sqs")))
    [left] = found.left_out
    assert (left.truly, left.said, left.by) == ("allowed", "denied", Layer.TRUST)
    assert (left.actions, left.resource) == (("sts:AssumeRole",), arn("role/app"))
    assert next(policy_in_words(found)).startswith("left out: 1 action allowed in truth (Role trust policy)")


def test_root_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="expected a user, role or group"):
        effective_policy(bounded(tmp_path), CanQuestion(principal=f"arn:aws:iam::{ACCOUNT}:root", services=("sqs",)))
