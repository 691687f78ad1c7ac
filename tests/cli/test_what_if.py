"""`iamtui what-if`: forms, names, exit status and bad input."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.app.exports import LIST, READ, arn, company, write
from tests.cli.conftest import ALICE, Iamtui


@pytest.fixture
def account(tmp_path: Path) -> Path:
    return write(tmp_path / "account.json", company())


def test_text_tells_what_differs_what_it_does_and_how_to_do_and_undo_it(iamtui: Iamtui, account: Path) -> None:
    """CH5, CH6, CH10, Z15."""
    file = write(account.with_name("list.json"), LIST)
    ran = iamtui("what-if", account, "--inline", f"user/bob/lister={file}")
    assert ran.status == 1
    assert "+ inline policy lister of user/bob  added" in ran.out
    assert "▲ user/bob  gained\n" in ran.out
    assert "└ because  inline policy lister" in ran.out
    assert "\n└ aws iam put-user-policy --user-name bob --policy-name lister --policy-document '{" in ran.out
    assert ran.out.endswith("└ aws iam delete-user-policy --user-name bob --policy-name lister\n")
    undo = iamtui("what-if", account, "--inline", f"user/bob/lister={file}", "--format", "undo").out
    assert undo.splitlines()[:1] == ["set -e"]
    assert shlex.split(undo, comments=True)[2:] == shlex.split(ran.out.splitlines()[-1])[1:]


def test_what_lint_says_of_an_edited_document_stands_beside_its_effect(iamtui: Iamtui, account: Path) -> None:
    """Q3: AWS would refuse a trust policy without principals."""
    file = write(account.with_name("list.json"), LIST)
    out = iamtui("what-if", account, "--trust", f"deploy={file}").out
    assert f"! error Q3  trust policy of {arn('role', 'deploy')} line 1: a role trust policy needs a Principal" in out
    assert "! " not in iamtui("what-if", account, "--inline", f"deploy/new={file}").out


def test_a_saved_patch_is_taken_again_and_refused_where_the_export_has_changed(iamtui: Iamtui, account: Path) -> None:
    """CH5."""
    words = ("--remove-from-group", "alice=Readers", "--no-boundary", "alice", "--format")
    patch = write(account.with_name("patch.json"), iamtui("what-if", account, *words, "patch").out)
    told = json.loads(iamtui("what-if", account, *words, "json").out)
    again = json.loads(iamtui("what-if", account, "--patch", patch, "--format", "json").out)
    assert told == again
    assert [*told][-5:] == ["patch", "commands", "undo", "mended", "findings"]
    write(account, json.loads(json.dumps(company()).replace(":policy/Limit", ":policy/Reading")))
    ran = iamtui("what-if", account, "--patch", patch)
    assert (ran.status, ran.out) == (2, "")
    assert (
        f"{patch}: operation 1: the picture has changed there: /accounts/111122223333/users/alice/boundary" in ran.err
    )


def test_an_edit_of_what_is_so_already_has_no_effect(iamtui: Iamtui, account: Path) -> None:
    """CH4, CH10."""
    ran = iamtui("what-if", account, "--no-inline", "bob/nothing-of-that-name")
    assert (ran.status, ran.out) == (0, "nothing differs\n≡ nobody gains or loses anything\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "expected an edit"),
        (("--detach", "nobody=X"), "--detach nobody=X: the export has no user or role called nobody"),
        (("--attach", "bob=Nope"), "--attach bob=Nope: Nope: expected one policy of the export, 0 are called so"),
        (("--attach", "bob"), "--attach bob: expected WHO=POLICY"),
        (("--policy", "AdministratorAccess={read}"), "is AWS's own, and cannot be edited"),
        (("--trust", "bob={read}"), f"expected a role, got {arn('user', 'bob')}"),
        (("--inline", "bob/x={broken}"), "broken.json: expected a policy document"),
        (("--patch", "{read}"), "read.json: expected a JSON Patch"),
        (("--add-to-group", "bob=Nope"), "has no group Nope"),
        (("--no-resource-policy", "arn:aws:s3:::nope"), "the export has no resource arn:aws:s3:::nope"),
    ],
)
def test_what_cannot_be_laid_over_the_export_is_one_message(
    iamtui: Iamtui, account: Path, words: tuple[str, ...], told: str
) -> None:
    """CH10."""
    read = write(account.with_name("read.json"), READ)
    broken = write(account.with_name("broken.json"), "{")
    ran = iamtui("what-if", account, *(word.format(read=read, broken=broken) for word in words))
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
    assert ran.err.count("\n") == 1


def test_a_remedy_of_a_finding_is_tried_and_told(iamtui: Iamtui, export: Path) -> None:
    """Section 1 of the findings: whether the finding is clear, its effect, the commands, the patch."""
    ran = iamtui("what-if", export, "--fix", "FI47=alice")
    assert ran.status == 1
    assert ran.out.splitlines()[0] == "✔ Take its own policies away  FI47 of alice is clear"
    commands = iamtui("what-if", export, "--fix", "FI47=alice", "--format", "commands").out
    assert "aws iam delete-user-policy --user-name alice --policy-name readers" in commands
    (mended,) = json.loads(iamtui("what-if", export, "--fix", f"FI47={ALICE}", "--format", "json").out)["mended"]
    assert (mended["rule"], mended["subject"], mended["clear"], mended["left"]) == ("FI47", ALICE, True, [])
    assert "Take its own policies away" in iamtui("what-if", export, "--fix", "FI47=alice", "--format", "markdown").out


@pytest.mark.parametrize(
    ("fix", "told"),
    [
        ("FI47", "expected RULE=SUBJECT, such as FI43=alice"),
        ("Q6=alice", "expected RULE=SUBJECT"),
        ("FI10=root", "what mends FI10 is no edit of a picture"),
        ("FI47=nobody", "FI47 finds nothing of nobody"),
    ],
)
def test_a_fix_that_there_is_not_is_status_2(iamtui: Iamtui, export: Path, fix: str, told: str) -> None:
    ran = iamtui("what-if", export, "--fix", fix)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
