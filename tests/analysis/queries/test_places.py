"""Resources that are told alike are decided alike, so that one of them stands for the others (WP5, WC17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from iamtui import catalog
from iamtui.analysis.queries.index.action_sets import of_names
from iamtui.analysis.queries.one_principal.can import CanQuestion, asked_of_one
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.queries.one_principal.places import Places
from iamtui.analysis.queries.resources.cutting import shortest
from iamtui.analysis.queries.resources.resource_forms import forms_of
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.request.request import Request
from tests.analysis.queries.test_who_can import AT
from tests.evaluation.building import ACCOUNT, allow, arn, snapshot, user

ACTIONS = (
    *("ec2:CreateTags", "ec2:RunInstances", "ec2:CreateVolume", "sagemaker:AddTags", "dynamodb:TagResource"),
    *("lambda:GetFunction", "lambda:ListTags", "s3:GetObject", "s3:DeleteBucket", "iam:GetUser", "iam:DeleteRole"),
    *("kms:DescribeKey", "sns:Publish", "sqs:SendMessage", "states:StopExecution", "events:PutRule"),
)
SERVICES = tuple(dict.fromkeys(action.partition(":")[0] for action in ACTIONS))
KEYS = (
    "aws:ResourceTag/a",
    "ec2:ResourceTag/a",
    "aws:RequestTag/a",
    "ec2:InstanceType",
    "ec2:Owner",
    "aws:RequestedRegion",
)
OTHER = "999988887777"


def random_statements(rng: Random, action: str) -> list[dict[str, object]]:
    """Statements that tell the resources of an action apart by their types, Regions, accounts and keys."""
    service, kinds = action.partition(":")[0], [part.name for part in catalog.action(action).resource_types]  # type: ignore[union-attr]

    def pattern() -> str:
        region, owner = rng.choice(("*", "eu-west-1", "us-*")), rng.choice(("*", ACCOUNT, ""))
        name = rng.choice(("*", f"{rng.choice(kinds)}/*", f"{rng.choice(kinds)[:4]}*", f"{rng.choice(kinds)}/x"))
        return "*" if rng.random() < 0.1 else f"arn:aws:{service}:{region}:{owner}:{name}"

    found = []
    for _ in range(rng.randint(1, 2)):
        said = allow(rng.choice((action, f"{service}:*")))
        said["Resource"] = [pattern() for _ in range(rng.randint(1, 3))]
        said["Effect"] = rng.choice(("Allow", "Allow", "Deny"))
        if rng.random() < 0.2:
            said["NotResource"] = said.pop("Resource")
        if rng.random() < 0.7:
            operator = rng.choice(
                ("StringEquals", "StringNotEquals", "StringLikeIfExists", "ForAllValues:StringEquals")
            )
            said["Condition"] = {operator: {rng.choice(KEYS): rng.choice(("true", "eu-west-1"))}}
        found.append(said)
    return found


@settings(max_examples=30)
@given(st.integers(min_value=0, max_value=1 << 30))
def test_what_is_told_alike_is_decided_alike(seed: int) -> None:
    """Actions of several services on resources of some forms: what counts is the same only where the answer is."""
    rng = Random(seed)  # noqa: S311 - test data
    chosen = rng.sample(ACTIONS[:5], 2) + rng.sample(ACTIONS[5:], 2)
    with TemporaryDirectory() as folder:
        held = snapshot(
            Path(folder),
            UserDetailList=[user("ann", *(one for each in chosen for one in random_statements(rng, each)))],
        )
    ground = Ground(held)
    places = Places(ground)
    reach = asked_of_one(
        held, CanQuestion(principal=arn("user/ann"), actions=ACTIONS, services=SERVICES, at=AT), ground
    ).reach
    answers: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
    request = Request(arn("user/ann"), "", "", at=AT)
    for alike in reach.groups(of_names(chosen)):
        for action in alike.actions:
            found = catalog.action(action)
            assert found is not None
            forms = list(forms_of(found, "aws", (ACCOUNT, OTHER), ("eu-west-1", "us-east-1")))
            for form in rng.sample(forms, min(len(forms), 20)):
                for resource in (shortest(form.parts), f"{shortest(form.parts)}y"):
                    asked = replace(request, action=action, resource=resource)
                    settled = settle_question(prepare_for(held, asked))
                    key = places.of(alike._replace(actions=(action,)), resource).key
                    answers[key].add((settled.best, settled.worst, settled.unknown_keys))
    assert all(len(told) == 1 for told in answers.values())
