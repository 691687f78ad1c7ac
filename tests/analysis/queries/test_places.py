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
from iamtui.analysis.queries.one_principal.can import CanQuestion, asked_of_one
from iamtui.analysis.queries.one_principal.ground import Ground
from iamtui.analysis.queries.one_principal.places import Places
from iamtui.analysis.queries.resources.cutting import shortest
from iamtui.analysis.queries.resources.resource_forms import forms_of
from iamtui.evaluation.decide import prepare_for, settle_question
from iamtui.evaluation.request.request import Request
from tests.analysis.queries.test_who_can import AT
from tests.evaluation.building import ACCOUNT, allow, arn, snapshot, user

ACTIONS = ("ec2:CreateTags", "ec2:RunInstances", "ec2:CreateVolume", "sagemaker:AddTags", "dynamodb:TagResource")
KEYS = ("aws:ResourceTag/a", "ec2:ResourceTag/a", "aws:RequestTag/a", "ec2:InstanceType", "ec2:Owner", "aws:TagKeys")
OTHER = "999988887777"


def random_statements(rng: Random, action: str) -> list[dict[str, object]]:
    """Statements that tell the resources of an action apart by their types, Regions, accounts and keys."""
    service, kinds = action.partition(":")[0], [part.name for part in catalog.action(action).resource_types]  # type: ignore[union-attr]

    def pattern() -> str:
        region, owner = rng.choice(("*", "eu-west-1", "us-*")), rng.choice(("*", ACCOUNT, ""))
        name = rng.choice(("*", f"{rng.choice(kinds)}/*", f"{rng.choice(kinds)[:4]}*", f"{rng.choice(kinds)}/x"))
        return "*" if rng.random() < 0.1 else f"arn:aws:{service}:{region}:{owner}:{name}"

    found = []
    for _ in range(rng.randint(1, 4)):
        said = allow(rng.choice((action, f"{service}:*")))
        said["Resource"] = [pattern() for _ in range(rng.randint(1, 3))]
        said["Effect"] = rng.choice(("Allow", "Allow", "Deny"))
        if rng.random() < 0.2:
            said["NotResource"] = said.pop("Resource")
        if rng.random() < 0.5:
            operator = rng.choice(
                ("StringEquals", "StringNotEquals", "StringLikeIfExists", "ForAllValues:StringEquals")
            )
            said["Condition"] = {operator: {rng.choice(KEYS): "true"}}
        found.append(said)
    return found


@settings(max_examples=40)
@given(st.integers(min_value=0, max_value=1 << 30))
def test_resources_that_are_told_alike_are_decided_alike(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - test data
    action = rng.choice(ACTIONS)
    with TemporaryDirectory() as folder:
        held = snapshot(Path(folder), UserDetailList=[user("ann", *random_statements(rng, action))])
    question = CanQuestion(principal=arn("user/ann"), actions=(action,), at=AT)
    ground = Ground(held)
    places, asked = Places(ground), asked_of_one(held, question, ground)
    alike, found = next(asked.reach.groups(lambda name: name == action), None), catalog.action(action)
    assert found is not None
    if alike is None:
        return
    answers: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
    request = Request(arn("user/ann"), action, "", at=AT)
    forms = list(forms_of(found, "aws", (ACCOUNT, OTHER), ("eu-west-1", "us-east-1")))
    for form in rng.sample(forms, min(len(forms), 40)):
        for resource in (shortest(form.parts), f"{shortest(form.parts)}y"):
            settled = settle_question(prepare_for(held, replace(request, resource=resource)))
            answers[places.of(alike, resource)].add((settled.best, settled.worst, settled.unknown_keys))
    assert all(len(told) == 1 for told in answers.values())
