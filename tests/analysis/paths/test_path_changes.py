"""Paths that are new and gone between two snapshots (EP55)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.paths.comparisons.path_changes import MOST_PRINCIPALS, with_path_changes
from iamtui.snapshot.model import AccessKey, Credentials, Resource, Snapshot, User
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import DENY_ONE, HOME, WITH_MFA, account, role, user
from tests.tables import every_row

WRITES = allow("iam:PutUserPolicy")
WRITES_WITH_MFA = {**WRITES, "Condition": WITH_MFA["Condition"]}


def changed(old: Snapshot, new: Snapshot) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
    """What became of which paths, how sure they are and why; and what was not compared."""
    found = with_path_changes(compare_snapshots(old, new), old, new)
    paths = found.paths or ()
    assert all((one.path, one.who) == ("iam-007", one.to) for one in paths)
    return [(one.change, one.verdict, one.why) for one in paths], found.not_compared


@every_row(
    ("old", "new", "expected"),
    [
        (user("dana"), user("dana", WRITES), [("gained", "proven", "")]),
        (user("dana", WRITES), user("dana"), [("lost", "proven", "")]),
        (user("dana", WRITES_WITH_MFA), user("dana", WRITES), [("gained", "proven", "was conditional")]),
        (user("dana", WRITES), user("dana", WRITES_WITH_MFA), [("lost", "proven", "is conditional now")]),
        (user("dana", WRITES), user("dana", allow("*")), [("lost", "proven", "now is an administrator")]),
        (
            user("dana", WRITES),
            user("dana", WITH_MFA),
            [("lost", "proven", "now is an administrator, under conditions")],
        ),
        (user("dana", allow("*")), user("dana", WRITES), [("gained", "proven", "was an administrator")]),
        (user("dana", WRITES), user("dana", WRITES, allow("s3:*")), []),
        (user("dana", WRITES), user("dana", WRITES), []),
    ],
)
def test_ep55_paths_that_are_new_surer_less_sure_and_gone_are_told(
    old: User, new: User, expected: list[tuple[str, str, str]]
) -> None:
    assert changed(account(old), account(new)) == (expected, ())


def test_ep55_ch8_what_one_of_the_two_did_not_export_is_no_change() -> None:
    guarded = account(user("dana", WRITES), scp=document(allow("*"), {**DENY_ONE, "Action": "iam:PutUserPolicy"}))
    bare = account(user("dana", WRITES, allow("s3:*")))
    paths, lacking = changed(guarded, bare)
    assert paths == []
    assert any("did not export the organization" in text for text in lacking)
    more = account(user("dana", WRITES))
    other = replace(more, accounts={**more.accounts, "444455556666": replace(more.accounts[OWN], account_id="4" * 12)})
    paths, lacking = changed(bare, other)
    assert paths == []
    assert any("paths of accounts" in text for text in lacking)


def test_ep55_of_many_principals_it_is_said_that_paths_were_not_compared() -> None:
    many = account(*(user(f"u{place}") for place in range(MOST_PRINCIPALS + 1)))
    found = with_path_changes(compare_snapshots(account(user("dana")), many), account(user("dana")), many)
    assert found.paths is None
    assert "iamtui paths" in found.not_compared[-1]


def told_of(old: Snapshot, new: Snapshot) -> list[tuple[str, str, str]]:
    """What became of which way, and how sure it is."""
    found = with_path_changes(compare_snapshots(old, new), old, new)
    return [(one.change, one.path, one.verdict) for one in found.paths or ()]


NO_KEYS = Credentials(console_password=False, mfa=False, access_keys=())
FUNCTION = f"arn:aws:lambda:us-east-1:{OWN}:function:there"
LISTED = frozenset((("lambda:function", OWN, "us-east-1"),))
ADMIN = role("admin", {"Service": "lambda.amazonaws.com"}, allow("*"))


def test_ep55_ch8_the_arrival_of_a_credential_report_makes_no_path_surer() -> None:
    """Whether a key can be made was possible before; nobody said that it was not."""
    dana, other = user("dana", allow("iam:CreateAccessKey", f"{HOME}:user/top")), user("eve", tags=(("a", "b"),))
    top = user("top", allow("*"))
    old, new = account(dana, top, user("eve")), account(dana, replace(top, credentials=NO_KEYS), other)
    assert (told_of(old, new), told_of(new, old)) == ([], [])
    keyed = replace(NO_KEYS, access_keys=(AccessKey("AKIA1", active=True),) * 2)
    full = account(dana, replace(top, credentials=keyed), other)
    assert told_of(full, new) == [("gained", "iam-002", "proven")]


def test_ep55_ch8_the_arrival_of_a_list_makes_no_path_surer_and_takes_none_away() -> None:
    dana = user("dana", allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]))
    runs = Resource(FUNCTION, OWN, "lambda:function", role=ADMIN.arn)
    old, bare = account(dana, ADMIN), account(dana, ADMIN, user("eve"))
    empty, held = replace(bare, listed=LISTED), replace(bare, listed=LISTED, resources={FUNCTION: runs})
    for new in (empty, held):
        assert (told_of(old, new), told_of(new, old)) == ([], [])
    (said,) = with_path_changes(compare_snapshots(old, empty), old, empty).not_compared
    assert said == f"paths over each lambda:function of account {OWN} in us-east-1: one of the two did not list them"
    assert told_of(replace(old, listed=LISTED), held) == [
        ("gained", "lambda-004", "proven"),
        ("gained", "lambda-003", "possible"),
    ]
