"""Law: what was not exported makes a way possible, or the answer leans on it; never nothing (section 9)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Paths
from iamtui.analysis.paths.requests.steps import SURENESS
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.ways.catalogue import Way
from iamtui.snapshot.model import Exported, ManagedPolicy, PolicyVersion, Role, Snapshot, User
from tests.analysis.paths.accounts import OWN, Smallest, without
from tests.analysis.paths.test_ways import WAYS
from tests.tables import every_row

GRANTS = f"arn:aws:iam::{OWN}:policy/grants"
MOVED = [way for way in WAYS if "policy" not in way.bind or way.bind["policy"].attached_to != "actor"]
"""Ways of an actor whose grants may as well stand in a managed policy."""


def asked(snapshot: Snapshot, way: Way, start: str) -> Paths:
    """What somebody can do by one way."""
    return find_paths(snapshot, PathQuestion(starts=(start,), ways=(way.id,), outcome="all"))


def with_grants_apart(account: Smallest) -> tuple[Snapshot, Snapshot]:
    """The account with the actor's grants in a managed policy, and the same without the document of that policy."""
    snapshot = account.snapshot()
    home = snapshot.accounts[OWN]
    entity = snapshot.user(account.actor) or snapshot.role(account.actor)
    assert entity is not None
    steps = next(one for one in entity.inline if one.name == "steps")
    moved: User | Role = replace(
        entity,
        inline=tuple(one for one in entity.inline if one is not steps),
        attached=(*entity.attached, GRANTS),
    )
    held = ManagedPolicy(
        GRANTS, "grants", "/", "ANPAGRANTS", "v1", (PolicyVersion("v1", steps.document, is_default=True),)
    )
    users = {**(home.users or {}), **({"actor": moved} if isinstance(moved, User) else {})}
    roles = {**(home.roles or {}), **({"actor": moved} if isinstance(moved, Role) else {})}

    def picture(policy: ManagedPolicy) -> Snapshot:
        policies = {**(home.policies or {}), GRANTS: policy}
        return replace(snapshot, accounts={OWN: replace(home, users=users, roles=roles, policies=policies)})

    return picture(held), picture(replace(held, versions=()))


@every_row("way", MOVED, ids=lambda way: way.id)
def test_law_ep2_without_a_document_a_way_is_possible(way: Way) -> None:
    """Who might be an administrator by the same document is told as one; else the way is there (EP8)."""
    used = {step.ask for step in way.asked()}
    other = next(action for action in ("iam:CreateUser", "iam:CreatePolicy") if action not in used)
    is_own = way.outcome.changes is not None
    account = Smallest(way, way.actor[0]) if is_own else without(Smallest(way, way.actor[0]), denied=other)
    exported, lacking = with_grants_apart(account)
    (before,) = asked(exported, way, account.actor).edges
    found = asked(lacking, way, account.actor)
    (after,) = found.edges or [one for one in found.administrators if is_own and one.arn == account.actor]
    assert after.verdict == "possible"
    assert SURENESS.index(before.verdict) <= SURENESS.index(after.verdict)
    assert any("grants" in need.of for need in after.needs)


def test_law_ep2_without_an_organization_or_a_resource_policy_the_answer_leans_on_it() -> None:
    """Both are taken as none: the same edges, and the answer says so."""
    reading = next(way for way in WAYS if way.outcome.reads is not None)
    account = Smallest(reading, reading.actor[0])
    exported = account.snapshot()
    resources = {arn: replace(one, policy_state=Exported.UNKNOWN) for arn, one in exported.resources.items()}
    before = asked(exported, reading, account.actor)
    for lacking, word in (
        (replace(exported, organizations={}), "no organization"),
        (replace(exported, resources=resources), "the policy of"),
    ):
        after = asked(lacking, reading, account.actor)
        assert [edge.verdict for edge in after.edges] == [edge.verdict for edge in before.edges]
        assert any(word in text for text in set(after.leans_on) - set(before.leans_on))
