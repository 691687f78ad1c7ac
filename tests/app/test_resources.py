"""Resources in the explorer: where they stand, whom they let in, whether they are public and why."""

import json
from pathlib import Path

import pytest

from iamtui.browsing.requests import completions
from iamtui.browsing.trees.resources import ResourceTree
from iamtui.browsing.workspace import Workspace
from iamtui.widgets.document_view import DocumentView
from iamtui.widgets.facts import Facts
from tests.app.driving import both_sizes, links, rows, session
from tests.app.exports import ACCOUNT, export, user, write
from tests.app.surroundings import ACME, PROD, card, facts, lines, picture_of
from tests.snapshot.exports import write as write_json
from tests.snapshot.s3_policies import effective

PUBLIC, BACKUP = "arn:aws:s3:::acme-public-site", "arn:aws:s3:::acme-backup"
LEDGER_KEY = f"arn:aws:kms:eu-west-1:{PROD}:key/5f0c1f3e-7f0a-4b6d-9a35-2f6f0c8f4c11"


@pytest.fixture(scope="module")
def acme() -> Workspace:
    return picture_of(ACME)


def bucket_export(folder: Path, policy: dict[str, object] | None, **files: object) -> Workspace:
    """An account with the bucket `b`: its policy, and further answers of S3 by the name of their call."""
    write(folder / "details.json", export(users=[user("alice")]))
    answers: dict[str, object] = {} if policy is None else {"get-bucket-policy": {"Policy": json.dumps(policy)}}
    for call, answer in {**answers, **{name.replace("_", "-"): answer for name, answer in files.items()}}.items():
        (folder / call).mkdir()
        (folder / call / "b.json").write_text(json.dumps(answer))
    return picture_of(folder)


def for_everybody(**more: object) -> dict[str, object]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def blocked(*, restricts: bool) -> dict[str, object]:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy")
    return {"PublicAccessBlockConfiguration": {**dict.fromkeys(names, False), "RestrictPublicBuckets": restricts}}


def test_resources_stand_by_account_and_service_with_what_is_known_of_their_policy(acme: Workspace) -> None:
    tree = lines(ResourceTree(acme.snapshot, acme.relations, frozenset()))
    assert tree[0] == f"acme-prod {PROD}"
    assert "  Amazon S3 5" in tree
    assert "    acme-lake policy not exported" in tree
    assert "    acme-public-site ⚠ lets everybody in" in tree
    assert "    acme-backup public by its policy, but restricted" in tree
    assert "    alias/ledger" in tree
    assert tree[-1] == "  vpce-0a1b2c3d4e5f60718 com.amazonaws.eu-west-1.s3 · its own policy"


def test_the_path_to_every_resource_ends_on_it(acme: Workspace) -> None:
    tree = ResourceTree(acme.snapshot, acme.relations, frozenset())
    for key in (*acme.snapshot.resources, *acme.snapshot.endpoints):
        path = tree.path_to(key)
        nodes = tree.roots()
        for step in path:
            (found,) = [one for one in nodes if one.key == step]
            nodes = tree.children(found.key)
        assert path[-1] == key


@pytest.mark.parametrize(
    ("policy", "files", "so"),
    [
        (for_everybody(), {}, "public, unless a Block Public Access that was not exported prevents it"),
        (
            for_everybody(),
            {"get_public_access_block": blocked(restricts=True)},
            "public by its policy, but RestrictPublicBuckets lets in only its account and AWS services",
        ),
        (
            for_everybody(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}),
            {},
            "not public by its policy; ACLs are not looked at",
        ),
        (
            for_everybody(),
            {"get_bucket_policy_status": {"PolicyStatus": {"IsPublic": False}}},
            "not public by its policy; ACLs are not looked at",
        ),
        (None, {"get_public_access_block": blocked(restricts=False)}, "whether it is public is not known"),
    ],
    ids=["open", "restricted", "fixed by a condition", "AWS says no", "policy not exported"],
)
def test_a_bucket_says_whether_it_is_public_and_why(
    tmp_path: Path, policy: dict[str, object] | None, files: dict[str, object], so: str
) -> None:
    workspace = bucket_export(tmp_path, policy, **files)
    assert [fact.value for fact in facts(workspace, "arn:aws:s3:::b", "Public or not") if fact.label == "so"] == [so]


@pytest.mark.parametrize(
    ("value", "block", "in_tree", "so"),
    [
        (
            "all",
            "all four on",
            "public by its policy, but restricted",
            "public by its policy, but RestrictPublicBuckets lets in only its account and AWS services",
        ),
        ("none", "no S3 policy turns it on", "⚠ lets everybody in", "public: anybody may do what the policy allows"),
    ],
)
def test_s10_what_s3_policies_make_of_a_bucket_is_said(
    tmp_path: Path, value: str, block: str, in_tree: str, so: str
) -> None:
    write_json(tmp_path / "effective.json", effective(ACCOUNT, value))
    write_json(tmp_path / "s3control-get-public-access-block" / f"{ACCOUNT}.json", blocked(restricts=False))
    workspace = bucket_export(tmp_path, for_everybody(), get_public_access_block=blocked(restricts=False))
    said = {fact.label: fact.value for fact in facts(workspace, "arn:aws:s3:::b", "Public or not")}
    assert (said["block of the organization"], said["so"]) == (block, so)
    assert f"    b {in_tree}" in lines(ResourceTree(workspace.snapshot, workspace.relations, frozenset()))
    assert {fact.label: fact.value for fact in facts(workspace, f"account:{ACCOUNT}", "Settings")} == {
        "S3 Block Public Access": "all off",
        "by the organization": block,
    }


def test_the_statement_that_makes_a_bucket_public_can_be_followed(acme: Workspace) -> None:
    (fact,) = [fact for fact in facts(acme, PUBLIC, "Public or not") if fact.label == "the policy"]
    assert fact.link.startswith(PUBLIC)
    assert fact.link.endswith("#0")


def test_a_key_says_that_its_grants_are_not_evaluated(acme: Workspace) -> None:
    assert "1, not evaluated" in card(acme, LEDGER_KEY)
    assert "alias/ledger" in card(acme, LEDGER_KEY)


def test_what_was_not_exported_is_said_in_words(acme: Workspace) -> None:
    said = card(acme, "arn:aws:s3:::acme-lake")
    assert "not exported: whom it lets in or keeps out is not known" in said


@both_sizes
async def test_the_resources_tab_leads_to_a_policy(size: tuple[int, int]) -> None:
    async with session(ACME, size=size) as running:
        await running.press("t", "t")
        await running.until_seen("Amazon S3")
        await running.select(PUBLIC)
        await running.press("enter")
        view = running.bench.subject.query_one(Facts)
        view.cursor = next(index for index, row in enumerate(rows(view)) if row.startswith("policy  1 statement"))
        await running.press("enter")
        await running.until(lambda: running.bench.subject.tab.LABEL == "Document")
        document = running.bench.subject.query_one("#subject-document DocumentView", DocumentView)
        await running.until(lambda: "s3:GetObject" in document.text)
        assert document.marks


@both_sizes
async def test_a_request_about_the_selected_resource_asks_for_who_does_what(size: tuple[int, int]) -> None:
    async with session(ACME, size=size) as running:
        await running.select(PUBLIC)
        await running.press("s")
        await running.until(lambda: running.bench.simulation.form.fields.resource == PUBLIC)
        await running.until(lambda: "request-principal" in running.focus_path(), "the principal's field")


async def test_a_resource_that_names_a_role_is_a_relation_of_the_role() -> None:
    async with session(ACME) as running:
        assert running.bench.workspace is not None
        assert running.bench.workspace.relations is not None
        named = running.bench.workspace.relations.named_in
        role, holders = next((key, found) for key, found in named.items() if LEDGER_KEY in found)
        assert LEDGER_KEY in holders
        running.bench.go_to(role)
        while running.bench.subject.tab.LABEL != "Relations":
            await running.press("t")
        assert LEDGER_KEY in links(running.bench.subject.query_one("#subject-relations Facts", Facts))


async def test_a_hostile_bucket_name_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    write(tmp_path / "details.json", export(users=[user("alice")]))
    (tmp_path / "get-bucket-policy").mkdir()
    hostile = "arn:aws:s3:::[bold]\x1b]52;c;eA\x07\u202ex/*"
    answer = {"Policy": json.dumps(for_everybody(Resource=hostile))}
    (tmp_path / "get-bucket-policy" / "a.json").write_text(json.dumps(answer))
    async with session(tmp_path) as running:
        await running.press("t", "t", "asterisk")
        seen = running.seen()
        assert "[bold]\\u{1b}]52" in seen
        assert "\x1b" not in seen
        assert "\u202e" not in seen


def test_resources_are_offered_with_their_kind(acme: Workspace) -> None:
    offers = {
        offer.value: offer.detail
        for offer in completions.resources(acme.snapshot, "kms:Decrypt", f"arn:aws:iam::{PROD}:user/x", "")
    }
    assert offers[LEDGER_KEY] == "kms key · alias/ledger · acme-prod · in the export"
    objects = completions.resources(acme.snapshot, "s3:GetObject", "", "acme-public")
    assert [offer.value for offer in objects] == [f"{PUBLIC}/${{ObjectName}}"]
