"""Actions of which the policies of known resources say the same are asked about once, and told the same (AM1, WC17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from iamtui.analysis.queries.access_matrix.matrix import MatrixQuestion, matrix
from iamtui.analysis.queries.index.action_sets import names_in
from iamtui.evaluation.decide import settle_question
from iamtui.snapshot.model import Exported, Resource, Snapshot
from tests.analysis.queries.test_composed_labels import CONDITIONS, labels_in
from tests.analysis.queries.test_who_can import AT
from tests.evaluation.building import ACCOUNT, allow, arn, deny, document, policy, role, snapshot, trust
from tests.work import calls_of

KNOWN = {
    "sqs": (f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs", "sqs:queue"),
    "kms": (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k", "kms:key"),
    "elasticfilesystem": (f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}:file-system/fs-1", "elasticfilesystem"),
}
PATTERNS = ("*", "Get*", "*Grant*", "*Message*", "Client*", "ClientMount", "List*", "Tag*", "Create*")
STATES = (Exported.PRESENT, Exported.PRESENT, Exported.NONE, Exported.UNKNOWN)


def said(service: str, rng: Random) -> dict[str, object]:
    """A statement of a policy of a resource."""
    action = f"{service}:{rng.choice(PATTERNS)}"
    more = {"Condition": rng.choice(CONDITIONS)} if rng.random() < 0.4 else {}
    principal = {"AWS": rng.choice(("*", ACCOUNT, arn("role/r01"), arn("role/r02")))}
    return {**rng.choice((allow, allow, deny))(action, "*"), "Principal": principal, **more}


def held(service: str, rng: Random) -> dict[str, object]:
    """A statement of an identity policy."""
    more = {"Condition": rng.choice(CONDITIONS)} if rng.random() < 0.4 else {}
    action = f"{service}:{rng.choice(PATTERNS)}"
    return rng.choice((allow, allow, deny))(action, rng.choice(("*", KNOWN[service][0])), **more)


def with_known(folder: Path, held: Mapping[str, list[dict[str, object]]], *known: Resource) -> Snapshot:
    """Roles with some statements each, and the resources."""
    folder.mkdir(exist_ok=True)
    roles = [role(name, trust({"AWS": ACCOUNT}), *each) for name, each in held.items()]
    return replace(snapshot(folder, RoleDetailList=roles), resources={one.arn: one for one in known})


@pytest.mark.parametrize("service", KNOWN)
def test_what_policies_of_known_resources_say_is_told_of_each_action(
    tmp_path: Path, service: str, seed: int = 5
) -> None:
    rng = Random(f"{seed} {service}")  # noqa: S311 - test data, not secrets
    for number in range(6):
        name, kind = KNOWN[service]
        content = document(policy(*(said(service, rng) for _ in range(rng.choice((1, 2, 3))))))
        found = Resource(
            name, ACCOUNT, kind, content, rng.choice(STATES), tags=rng.choice((None, (), (("team", "a"),)))
        )
        everybody = {f"r{place:02}": [held(service, rng) for _ in range(place % 3)] for place in range(6)}
        world = with_known(tmp_path / str(number), everybody, found)
        for who, composed, asked in labels_in(world, service):
            assert composed == asked, (who, number, *map(list, map(names_in, composed)))


def test_what_a_policy_says_of_all_actions_is_asked_once(tmp_path: Path) -> None:
    """However many actions of the service there are."""
    content = document(policy({**allow("sqs:*"), "Principal": {"AWS": ACCOUNT}}))
    found = Resource(*KNOWN["sqs"][:1], ACCOUNT, "sqs:queue", content, Exported.PRESENT)
    world = with_known(tmp_path, {"r": [allow("sqs:SendMessage", KNOWN["sqs"][0])]}, found)
    assert calls_of(lambda: matrix(world, MatrixQuestion(services=("sqs",), at=AT)), of=settle_question) < _FEW


_FEW = 30
