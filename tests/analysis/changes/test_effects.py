"""What changes do, against `decide` for everybody on both sides (CH5, CH6, CH7)."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from iamtui import catalog
from iamtui.analysis.changes.affected import entities_of
from iamtui.analysis.changes.both_sides import BothSides
from iamtui.analysis.changes.causes import Undoing
from iamtui.analysis.changes.effect_results import Effect, Share
from iamtui.analysis.changes.effects import with_effects
from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.labels import WITH_OR_WITHOUT_MFA, Asker
from iamtui.analysis.changes.results import Changes
from iamtui.analysis.changes.seen_entities import KnownEntities
from iamtui.analysis.queries.resources.known_resources import KnownResources
from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request
from iamtui.policy.parsing import parse_policy
from iamtui.policy.statement import PolicyDocument
from iamtui.snapshot.model import Snapshot
from tests.analysis.changes.edits import random_days
from tests.app.exports import ACCOUNT, COMES_WITH_IAMTUI, arn, company, export, group, opened, policy, role, trust, user

AT = datetime(2026, 1, 1, tzinfo=UTC)


def compared(old: Snapshot, new: Snapshot, *actions: str) -> Changes:
    return with_effects(compare_snapshots(old, new), old, new, at=AT, actions=actions or None)


def label(snapshot: Snapshot, principal: str, action: str, resource: str) -> int:
    """0 denied, 1 conditional, 2 allowed; a principal that is not there is denied."""
    if snapshot.user(principal) is None and snapshot.role(principal) is None:
        return 0
    context = WITH_OR_WITHOUT_MFA if ":user/" in principal else {}
    decision = decide(snapshot, Request(principal, action, resource, context=context, at=AT))
    if decision.outcome is not None and decision.outcome.verdict is Verdict.ALLOWED:
        return 2
    return 0 if decision.is_denied else 1


def covers(shares: tuple[Share, ...], action: str) -> bool:
    return any(action in catalog.matching(share.action) for share in shares)


def shares_for(changes: Changes, principal: str, *, gained: bool) -> tuple[Share, ...]:
    effects = [effect for effect in changes.effects or () if principal in effect.principals]
    return tuple(share for effect in effects for share in (effect.gained if gained else effect.lost))


def _disagreement(seed: int) -> str | None:
    """What the effects lack of what `decide` says of one request for everybody, if anything."""
    old, new, request = random_days(Random(seed))  # noqa: S311
    changes = compared(old, new, request.action)
    if changes.not_compared or not changes.complete or catalog.action(request.action) is None:
        return None
    for principal in dict.fromkeys(entity.arn for side in (old, new) for entity in entities_of(side)):
        before, after = (label(side, principal, request.action, request.resource) for side in (old, new))
        for gained, differs in ((True, after > before), (False, after < before)):
            if differs and not covers(shares_for(changes, principal, gained=gained), request.action):
                return f"{seed}: {principal} {request.action} on {request.resource}: {before} → {after}"
    return None


def _invented(seed: int) -> str | None:
    """An effect whose causes, all left out, leave it there, if there is one (CH6)."""
    old, new, request = random_days(Random(seed), most=2)  # noqa: S311
    changes = compared(old, new, request.action)
    undoing = Undoing(old, new, changes.objects)
    for effect in changes.effects or ():
        without = undoing.without(effect.because)
        assert list(effect.principals) == sorted(effect.principals), "WC6"
        for principal in effect.principals:
            for gained, shares in ((True, effect.gained), (False, effect.lost)):
                if not covers(shares, request.action):
                    continue
                before, after, left = (
                    label(side, principal, request.action, request.resource) for side in (old, new, without)
                )
                if (after > before and left > before) if gained else (after < before and left < before):
                    return f"{seed}: {principal} {request.action}: {effect.because}"
    return None


def test_law_whoever_can_do_more_or_less_is_told() -> None:
    """CH5."""
    assert [found for seed in (*range(15), _ON_A_KEY) if (found := _disagreement(seed)) is not None] == []


_ON_A_KEY = 687
"""A user goes who could encrypt a stream of Kinesis with a key, by the key's policy."""


@pytest.mark.fuzz
def test_law_whoever_can_do_more_or_less_is_told_at_length() -> None:
    assert [found for seed in range(1_000) if (found := _disagreement(seed)) is not None] == []


def test_law_without_its_causes_an_effect_is_not_there() -> None:
    """CH6."""
    assert [found for seed in range(10) if (found := _invented(seed)) is not None] == []


@pytest.mark.fuzz
def test_law_without_its_causes_an_effect_is_not_there_at_length() -> None:
    assert [found for seed in range(500) if (found := _invented(seed)) is not None] == []


def test_law_effects_turned_round_are_their_mirror_image() -> None:
    """CH7: whoever gained there lost the same on the way back."""
    for seed in range(6):
        old, new, request = random_days(Random(seed))  # noqa: S311
        there, back = compared(old, new, request.action), compared(new, old, request.action)
        for effect in there.effects or ():
            for principal in effect.principals:
                assert {s.action for s in shares_for(there, principal, gained=True)} == {
                    s.action for s in shares_for(back, principal, gained=False)
                }, seed


def _days(tmp_path: Path, old: dict[str, Any], new: dict[str, Any]) -> Changes:
    path = tmp_path / "company.json"
    return compared(opened(path, old), opened(path, new))


def allow(*actions: str, resource: str = "*") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_members_of_a_group_share_a_row_with_its_cause(tmp_path: Path) -> None:
    """CH5, CH6."""

    def day(*actions: str) -> dict[str, Any]:
        members = [user(name, GroupList=["G"]) for name in ("ann", "ben")]
        return export(users=[*members, user("cat")], groups=[group("G", inline={"own": allow(*actions)})])

    changes = _days(tmp_path, day("sqs:SendMessage"), day("sqs:SendMessage", "sqs:DeleteQueue"))
    share = Share("sqs:DeleteQueue", "everywhere", ("*",))
    assert changes.effects == (Effect((arn("user", "ann"), arn("user", "ben")), (share,), (), (0,)),)


def test_a_policy_that_cannot_be_read_comes_or_goes(tmp_path: Path) -> None:
    """CH8, T22: what it gave is not compared, and said so; no effect is told, and none denied."""
    unread = "arn:aws:iam::aws:policy/NewAndUnknown"
    old, new = export(users=[user("ann")]), export(users=[user("ann")])
    old["UserDetailList"][0]["AttachedManagedPolicies"] = [{"PolicyName": "NewAndUnknown", "PolicyArn": unread}]
    said = f"what {unread} gives {arn('user', 'ann')}: its document was not exported"
    for changes in (_days(tmp_path, old, new), _days(tmp_path, new, old)):
        assert (len(changes.objects), changes.effects, changes.not_compared) == (1, (), (said,))


@pytest.mark.parametrize("paths", [("/x/", "/"), ("/", "/x/")])
def test_who_moved_to_another_path_is_reached_where_he_was_and_where_he_is(
    tmp_path: Path, paths: tuple[str, str]
) -> None:
    """CH5, CH7: policies that name the one ARN do not take the other."""

    def day(path: str) -> dict[str, Any]:
        to_assume = {"own": allow("sts:AssumeRole", resource=f"arn:aws:iam::{ACCOUNT}:role/x/*")}
        users = [user("ann", path, inline={"own": allow("sqs:SendMessage")}), user("ben", inline=to_assume)]
        return export(users=users, roles=[role("app", path)])

    told = _days(tmp_path, day(paths[0]), day(paths[1]))
    before, after = (arn("user", "ann", path) for path in paths)
    send = Share("sqs:SendMessage", "everywhere", ("*",))
    assume = Share("sts:AssumeRole", "somewhere", (arn("role", "app", "/x/"),))
    gained, lost = ((assume,), ()) if paths[1] == "/x/" else ((), (assume,))
    assert set(told.effects or ()) == {
        Effect((before,), (), (send,), (0,)),
        Effect((after,), (send,), (), (0,)),
        Effect((arn("user", "ben"),), gained, lost, (1,)),
    }


def test_what_a_deny_takes_away_everywhere_but_there_is_no_effect(tmp_path: Path) -> None:
    """CH5: an allow that a boundary does not let through changes nothing."""

    def day(*actions: str) -> dict[str, Any]:
        held = user("ann", inline={"own": allow(*actions)}, boundary=arn("policy", "Limit"))
        return export(users=[held], policies=[policy("Limit", allow("s3:Get*"))])

    changes = _days(tmp_path, day("s3:GetObject"), day("s3:GetObject", "sqs:DeleteQueue"))
    assert (len(changes.objects), changes.effects) == (1, ())


def test_two_changes_that_each_suffice_are_named_together(tmp_path: Path) -> None:
    """CH6: leaving out one of them leaves the effect there."""

    def day(document: dict[str, Any], attached: list[str]) -> dict[str, Any]:
        held = user("ann", inline={"own": document}, attached=attached)
        return export(users=[held], policies=[policy("Same", allow("sqs:DeleteQueue"))])

    changes = _days(
        tmp_path,
        day(allow("sqs:SendMessage"), []),
        day(allow("sqs:SendMessage", "sqs:DeleteQueue"), [arn("policy", "Same")]),
    )
    (effect,) = changes.effects or ()
    assert (len(changes.objects), effect.because) == (2, (0, 1))


def test_a_new_administrator_stands_first(tmp_path: Path) -> None:
    """CH5."""
    old, new = company(), company()
    new["UserDetailList"][0]["UserPolicyList"].append({"PolicyName": "more", "PolicyDocument": allow("s3:Get*")})
    new["UserDetailList"][1]["AttachedManagedPolicies"] = [
        {"PolicyName": "AdministratorAccess", "PolicyArn": COMES_WITH_IAMTUI}
    ]
    first = (_days(tmp_path, old, new).effects or ())[0]
    assert (first.principals, first.administration) == ((arn("user", "bob"),), "gained")


def test_an_outside_account_in_a_trust_policy_is_told(tmp_path: Path) -> None:
    """CH5."""

    def day(*principals: dict[str, Any]) -> dict[str, Any]:
        return export(roles=[role("vendor", trusts=trust(*principals))])

    ours = {"AWS": arn("user", "ann")}
    changes = _days(tmp_path, day(ours), day(ours, {"AWS": "arn:aws:iam::444455556666:root"}))
    (one,) = changes.trust or ()
    assert one.to_dict() == {
        "who": "arn:aws:iam::444455556666:root",
        "outside": True,
        "what": f"sts:AssumeRole on {arn('role', 'vendor')}",
        "change": "gained",
    }


def test_a_rewritten_document_has_no_effect(tmp_path: Path) -> None:
    """CH3, CH5, CH10."""
    old, new = company(), copy.deepcopy(company())
    new["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"]["Statement"].reverse()
    changes = _days(tmp_path, old, new)
    assert (len(changes.objects), changes.effects, changes.trust) == (1, (), ())


def test_only_actions_that_send_a_key_are_told_by_it(tmp_path: Path) -> None:
    """CH5, C20: of the calls of SQS two send tags."""
    tagged = allow("sqs:*")
    tagged["Statement"][0]["Condition"] = {"StringEquals": {"aws:RequestTag/team": "blue"}}
    changes = _days(tmp_path, export(users=[user("ann")]), export(users=[user("ann", inline={"own": tagged})]))
    shares = shares_for(changes, arn("user", "ann"), gained=True)
    assert [(share.action, share.extent) for share in shares] == [
        ("sqs:CreateQueue", "conditional"),
        ("sqs:TagQueue", "conditional"),
    ]


def test_a_resource_that_changed_does_not_stand_for_one_that_did_not(tmp_path: Path) -> None:
    """CH5: both roles are of team red now, one was so before."""

    def day(team: str, one: str) -> dict[str, Any]:
        roles = [role(name, Tags=[{"Key": "team", "Value": now}]) for name, now in (("anew", team), ("ever", "red"))]
        own = allow("iam:GetRole")
        own["Statement"][0]["Condition"] = {"StringEquals": {"aws:ResourceTag/team": one}}
        return export(users=[user("ann", inline={"own": own})], roles=roles)

    changes = _days(tmp_path, day("blue", "blue"), day("red", "red"))
    (share,) = shares_for(changes, arn("user", "ann"), gained=True)
    assert arn("role", "ever") in share.resources


def test_what_is_in_force_by_default_is_told_of_the_actions_that_it_speaks_of(tmp_path: Path) -> None:
    """CH5, S26: where no policy of a file system was exported its clients may come in; no other action is open so."""
    deny = {"Effect": "Deny", "Action": ["dynamodb:*", "elasticfilesystem:*"], "Resource": "*"}
    denied = {"Version": "2012-10-17", "Statement": [deny]}
    changes = _days(tmp_path, export(users=[user("ann", inline={"own": denied})]), export(users=[user("ann")]))
    assert {share.action for share in shares_for(changes, arn("user", "ann"), gained=True)} == {
        "elasticfilesystem:Client*"
    }


def test_each_gain_has_its_own_cause(tmp_path: Path) -> None:
    """CH6: two changes, an action of each, and two of one service by different changes."""
    mine = {"own": allow("sqs:DeleteQueue"), "other": allow("sns:Publish", "sqs:PurgeQueue")}
    changes = _days(tmp_path, export(users=[user("ann")]), export(users=[user("ann", inline=mine)]))
    causes = {changes.objects[place].name: place for place in range(len(changes.objects))}
    found = {share.action: effect.because for effect in changes.effects or () for share in effect.gained}
    assert found == {
        "sns:Publish": (causes["other"],),
        "sqs:PurgeQueue": (causes["other"],),
        "sqs:DeleteQueue": (causes["own"],),
    }


def test_labels_that_are_shared_are_those_that_each_request_has(tmp_path: Path) -> None:
    """WP1, WC2: actions and resources that nothing tells apart, and others that something does."""
    own = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["sqs:*", "sns:*", "ecs:*"], "Resource": "*"},
            {"Effect": "Deny", "Action": "sqs:Purge*", "Resource": "*"},
            {"Effect": "Deny", "Action": "sns:*", "Resource": "arn:aws:sns:*:*:pay*"},
            {"Effect": "Deny", "Action": "sqs:*", "NotResource": ["arn:aws:sqs:*:*:?", "arn:aws:sqs:eu-*:*:pay"]},
            {
                "Effect": "Deny",
                "Action": "sqs:*",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
            },
        ],
    }
    path = tmp_path / "company.json"
    old, new = (opened(path, export(users=[user("ann", inline=inline)])) for inline in ({}, {"own": own}))
    asker = Asker(AT)
    known = KnownEntities([KnownResources(side) for side in (old, new)])
    ann = BothSides(asker, (old, new), arn("user", "ann"), known)
    read = parse_policy(json.dumps(own).encode())
    assert isinstance(read, PolicyDocument)
    for action in ("sqs:PurgeQueue", "sqs:SendMessage", "sqs:DeleteQueue", "sns:Publish", "ecs:DeleteCluster"):
        service = action.partition(":")[0]
        taking = [one for one in read.statements if one.action.matches(action.lower(), service)]
        places = [f"{region}:{account}" for region in ("us-east-1", "eu-west-1") for account in (ACCOUNT, "4" * 12)]
        resources = [f"arn:aws:{service}:{place}:{name}" for place in places for name in ("pay", "cluster/x", "x")]
        for asked in ann.labelled(ann.prepared(action, "*"), resources, taking):
            alone = tuple(asker.label(side, arn("user", "ann"), action, asked.resource) for side in (old, new))
            assert (asked.old, asked.new) == alone, (action, asked.resource)
