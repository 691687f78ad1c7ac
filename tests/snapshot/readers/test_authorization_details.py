from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from iamtui.policy.statement import InvalidDocument, PolicyDocument
from iamtui.snapshot.model import Account, LastUsed, Severity, Snapshot
from iamtui.snapshot.opening import SnapshotError, open_snapshot
from tests.snapshot.exports import (
    ACCOUNT,
    ALLOW,
    OTHER,
    Json,
    details,
    group,
    policy,
    role,
    user,
    write,
)
from tests.tables import every_row

HOSTILE = "\x1b[31m[red]a[/]\u202e\u0000" + "x" * 100_000


def opened(tmp_path: Path, *pages: Json) -> Snapshot:
    return open_snapshot([write(tmp_path / f"page-{index}.json", page) for index, page in enumerate(pages)])


def only(snapshot: Snapshot) -> Account:
    (account,) = snapshot.accounts.values()
    return account


def texts(snapshot: Snapshot) -> str:
    return "\n".join(str(problem) for problem in snapshot.problems)


def test_everything_of_a_user_is_kept(tmp_path: Path) -> None:
    alice = user(
        "alice",
        Path="/staff/",
        Arn=f"arn:aws:iam::{ACCOUNT}:user/staff/alice",
        UserPolicyList=[{"PolicyName": "inline", "PolicyDocument": ALLOW}],
        GroupList=["Admins"],
        AttachedManagedPolicies=[{"PolicyName": "p", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/p"}],
        PermissionsBoundary={
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/B",
        },
        Tags=[{"Key": "team", "Value": "red"}, {"Key": "empty", "Value": ""}],
    )
    found = opened(tmp_path, details(UserDetailList=[alice])).user(f"arn:aws:iam::{ACCOUNT}:user/staff/alice")
    assert found is not None
    assert (found.name, found.path, found.unique_id) == ("alice", "/staff/", "AIDAALICE")
    assert [(inline.name, json.loads(inline.document.source)) for inline in found.inline] == [("inline", ALLOW)]
    assert found.groups == ("Admins",)
    assert found.attached == (f"arn:aws:iam::{ACCOUNT}:policy/p",)
    assert found.boundary == "arn:aws:iam::aws:policy/B"
    assert found.tags == (("team", "red"), ("empty", ""))
    assert found.created == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_everything_of_a_role_is_kept(tmp_path: Path) -> None:
    profile = {
        "InstanceProfileName": "web",
        "InstanceProfileId": "AIPA",
        "Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/web",
    }
    web = role(
        "web",
        InstanceProfileList=[{**profile, "Path": "/", "Roles": [role("web")]}],
        RolePolicyList=[{"PolicyName": "inline", "PolicyDocument": ALLOW}],
        RoleLastUsed={"LastUsedDate": "2026-05-06T07:08:09Z", "Region": "eu-west-1"},
    )
    found = opened(tmp_path, details(RoleDetailList=[web, role("idle", RoleLastUsed={})])).accounts[ACCOUNT].roles
    assert found is not None
    assert found["web"].trust is not None
    assert [item.name for item in found["web"].instance_profiles] == ["web"]
    assert found["web"].last_used == LastUsed(datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC), "eu-west-1")
    assert found["idle"].last_used == LastUsed()


def test_every_version_of_a_policy_is_kept_newest_first_and_the_default_counts(tmp_path: Path) -> None:
    versions = [{"VersionId": f"v{n}", "Document": ALLOW, "IsDefaultVersion": n == 9} for n in (9, 10, 8)]
    snapshot = opened(tmp_path, details(Policies=[policy("p", DefaultVersionId="v9", PolicyVersionList=versions)]))
    found = snapshot.policy(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:policy/p")
    assert found is not None
    assert [version.version_id for version in found.versions] == ["v10", "v9", "v8"]
    assert found.default is not None
    assert found.default.version_id == "v9"
    assert snapshot.problems == ()


def test_i15_default_version_id_is_preferred_to_the_mark_and_the_contradiction_told(tmp_path: Path) -> None:
    versions = [{"VersionId": f"v{n}", "Document": ALLOW, "IsDefaultVersion": n == 2} for n in (2, 1)]
    snapshot = opened(tmp_path, details(Policies=[policy("p", DefaultVersionId="v1", PolicyVersionList=versions)]))
    found = snapshot.policy(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:policy/p")
    assert found is not None
    assert found.default is not None
    assert found.default.version_id == "v1"
    assert "/Policies/0/PolicyVersionList: expected v1" in texts(snapshot)


def test_names_ids_and_paths_that_an_emulator_leaves_out_come_from_the_arn(tmp_path: Path) -> None:
    bare = {"Arn": f"arn:aws:iam::{ACCOUNT}:policy/teams/red/p", "PolicyVersionList": policy("p")["PolicyVersionList"]}
    found = opened(tmp_path, details(Policies=[bare])).policy(ACCOUNT, str(bare["Arn"]))
    assert found is not None
    assert (found.name, found.path, found.policy_id, found.default_version_id) == ("p", "/teams/red/", "", "v1")


@pytest.mark.parametrize(
    "document",
    [ALLOW, json.dumps(ALLOW), quote(json.dumps(ALLOW)), quote(json.dumps(ALLOW), safe=""), "  " + json.dumps(ALLOW)],
    ids=["object", "string", "percent-encoded", "all percent-encoded", "string with spaces"],
)
def test_i4_documents_in_every_form_say_the_same(tmp_path: Path, document: Json) -> None:
    snapshot = opened(tmp_path, details(RoleDetailList=[role("r", AssumeRolePolicyDocument=document)]))
    found = snapshot.role(f"arn:aws:iam::{ACCOUNT}:role/r")
    assert found is not None
    assert found.trust is not None
    assert json.loads(found.trust.source) == ALLOW
    assert isinstance(found.trust.policy, PolicyDocument)


def test_i4_a_plus_in_a_percent_encoded_document_stays_a_plus(tmp_path: Path) -> None:
    document = quote(json.dumps(ALLOW)).replace("s3", "a+b")
    found = opened(tmp_path, details(RoleDetailList=[role("r", AssumeRolePolicyDocument=document)]))
    trust = found.accounts[ACCOUNT].roles["r"].trust  # type: ignore[index]
    assert trust is not None
    assert b"a+b:" in trust.source


@every_row("document", ["neither", "%7Bnot json", "{cut", 7, ["a"], True, {}, "{}"])
def test_a_bad_document_costs_only_itself_is_kept_as_text_and_told(tmp_path: Path, document: Json) -> None:
    inline = [{"PolicyName": "bad", "PolicyDocument": document}, {"PolicyName": "good", "PolicyDocument": ALLOW}]
    snapshot = opened(tmp_path, details(UserDetailList=[user("a", UserPolicyList=inline)]))
    bad, good = only(snapshot).users["a"].inline  # type: ignore[index]
    assert isinstance(bad.document.policy, InvalidDocument)
    assert bad.document.source
    assert isinstance(good.document.policy, PolicyDocument)
    (problem,) = snapshot.problems
    assert problem.place == "/UserDetailList/0/UserPolicyList/0/PolicyDocument"
    assert problem.expected.startswith("expected a policy document: ")


def test_a_policy_without_document_is_kept_as_unknown_and_told(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, details(UserDetailList=[user("a", UserPolicyList=[{"PolicyName": "p"}])]))
    (inline,) = only(snapshot).users["a"].inline  # type: ignore[index]
    assert isinstance(inline.document.policy, InvalidDocument)
    assert "/UserDetailList/0/UserPolicyList/0/PolicyDocument: expected a policy document" in texts(snapshot)


def test_equal_documents_are_one_object(tmp_path: Path) -> None:
    found = only(opened(tmp_path, details(RoleDetailList=[role("a"), role("b")])))
    assert found.roles is not None
    assert found.roles["a"].trust is found.roles["b"].trust


@every_row(
    ("written", "read"),
    [
        ("2026-01-02T03:04:05+00:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T05:04:05.5+02:00", datetime(2026, 1, 2, 3, 4, 5, 500_000, tzinfo=UTC)),
        ("2026-01-02 03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (1767323045, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (1767323045000, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("1767323045", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (1767323045.5, datetime(2026, 1, 2, 3, 4, 5, 500_000, tzinfo=UTC)),
        (None, None),
    ],
)
def test_i3_dates_are_read_in_every_form(tmp_path: Path, written: Json, read: datetime | None) -> None:
    snapshot = opened(tmp_path, details(UserDetailList=[user("a", CreateDate=written)]))
    assert only(snapshot).users["a"].created == read  # type: ignore[index]
    assert snapshot.problems == ()


@pytest.mark.parametrize("written", ["soon", 1e300, -1e300])
def test_a_bad_date_costs_only_the_date(tmp_path: Path, written: Json) -> None:
    snapshot = opened(tmp_path, details(UserDetailList=[user("a", CreateDate=written)]))
    assert only(snapshot).users["a"].created is None  # type: ignore[index]
    assert "/UserDetailList/0/CreateDate: expected an ISO 8601 date or epoch seconds" in texts(snapshot)


def test_i6_null_equals_missing(tmp_path: Path) -> None:
    nulls: dict[str, Json] = dict.fromkeys(("Path", "UserPolicyList", "GroupList", "AttachedManagedPolicies", "Tags"))
    snapshot = opened(tmp_path, {"UserDetailList": [{**user("a"), **nulls}], "RoleDetailList": None})
    found = only(snapshot)
    assert found.users is not None
    assert found.users["a"].path == "/"
    assert found.roles is None


def test_i12_a_list_that_no_page_has_is_unknown_not_empty(tmp_path: Path) -> None:
    found = only(opened(tmp_path, {"UserDetailList": [user("a")], "GroupDetailList": []}))
    assert found.groups == {}
    assert found.roles is None
    assert found.policies is None


def test_i11_pages_of_one_account_are_merged_in_any_order(tmp_path: Path) -> None:
    first = details(UserDetailList=[user("a")], IsTruncated=True, Marker="m")
    last = details(UserDetailList=[user("b")], RoleDetailList=[role("r")], IsTruncated=False)
    for pages in ([first, last], [last, first]):
        found = only(opened(tmp_path, *pages))
        assert found.users is not None
        assert found.roles is not None
        assert sorted(found.users) == ["a", "b"]
        assert sorted(found.roles) == ["r"]
        assert found.is_complete


@pytest.mark.parametrize("mark", [{"IsTruncated": True, "Marker": "m"}, {"IsTruncated": "true"}, {"NextToken": "t"}])
def test_i11_an_export_without_its_last_page_is_incomplete(tmp_path: Path, mark: dict[str, Json]) -> None:
    snapshot = opened(tmp_path, details(UserDetailList=[user("a")], **mark))
    assert not only(snapshot).is_complete
    assert "expected the whole of get-account-authorization-details, got a part" in texts(snapshot)


def test_i11_the_same_page_twice_changes_nothing(tmp_path: Path) -> None:
    page = details(UserDetailList=[user("a")], RoleDetailList=[role("r")])
    snapshot = opened(tmp_path, page, page)
    assert len(only(snapshot).users or ()) == 1
    assert snapshot.problems == ()


def test_i11_of_two_pages_with_a_different_entity_the_newer_wins_and_it_is_told(tmp_path: Path) -> None:
    older = details(UserDetailList=[user("a", GroupList=[]), user("b")], IsTruncated=True)
    newer = details(UserDetailList=[user("a", Tags=[{"Key": "k", "Value": "v"}])], IsTruncated=False)
    snapshot = opened(tmp_path, older, newer)
    found = only(snapshot).users
    assert found is not None
    assert sorted(found) == ["a", "b"]
    assert found["a"].tags == (("k", "v"),)
    assert "the newer one is shown (I11)" in texts(snapshot)


def test_two_whole_exports_of_one_account_are_not_mixed(tmp_path: Path) -> None:
    older = details(UserDetailList=[user("kept"), user("deleted")], RoleDetailList=[role("old")])
    newer = details(UserDetailList=[user("kept"), user("made")])
    found = only(snapshot := opened(tmp_path, older, newer))
    assert sorted(found.users or ()) == ["kept", "made"]
    assert "of this older one are not shown" in texts(snapshot)


def test_filtered_exports_of_one_account_complete_each_other(tmp_path: Path) -> None:
    found = only(opened(tmp_path, {"UserDetailList": [user("a")]}, {"RoleDetailList": [role("r")]}))
    assert (len(found.users or ()), len(found.roles or ()), found.groups) == (1, 1, None)


def test_i7_a_file_that_mixes_accounts_is_read_as_several_with_a_warning(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, details(UserDetailList=[user("a"), user("a", OTHER)]))
    assert list(snapshot.accounts) == [ACCOUNT, OTHER]
    assert f"expected one account, got accounts {ACCOUNT}, {OTHER}" in texts(snapshot)


def test_an_aws_managed_document_exported_by_one_account_serves_the_other(tmp_path: Path) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    attached = [{"PolicyName": "ReadOnlyAccess", "PolicyArn": arn}]
    snapshot = opened(
        tmp_path,
        details(
            UserDetailList=[user("a", AttachedManagedPolicies=attached)], Policies=[policy("ReadOnlyAccess", "aws")]
        ),
        details(UserDetailList=[user("a", OTHER, AttachedManagedPolicies=attached)]),
    )
    assert snapshot.policy(OTHER, arn) is not None
    assert snapshot.problems == ()


def test_i18_missing_groups_and_documents_are_told(tmp_path: Path) -> None:
    bounded = user(
        "a",
        GroupList=["Ghosts"],
        AttachedManagedPolicies=[{"PolicyName": "x", "PolicyArn": "arn:aws:iam::aws:policy/X"}],
        PermissionsBoundary={"PermissionsBoundaryArn": "arn:aws:iam::aws:policy/Y"},
    )
    snapshot = opened(tmp_path, details(UserDetailList=[bounded]))
    assert "no group Ghosts" in texts(snapshot)
    assert "no document of policies arn:aws:iam::aws:policy/X, arn:aws:iam::aws:policy/Y" in texts(snapshot)
    assert {problem.severity for problem in snapshot.problems} == {Severity.WARNING}


def test_i16_counts_that_do_not_match_hint_at_an_incomplete_export(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, details(Policies=[policy("p", AttachmentCount=2, PermissionsBoundaryUsageCount=0)]))
    assert "expected 2 attachments" in texts(snapshot)
    assert "as boundary" not in texts(snapshot)


@every_row(
    ("bad", "place"),
    [
        (user("bad", UserName=7), "/UserDetailList/1/UserName"),
        (user("bad", Tags=[{"Key": 1}]), "/UserDetailList/1/Tags/0/Key"),
        (user("bad", GroupList="Admins"), "/UserDetailList/1/GroupList"),
        (user("bad", Arn=None), "/UserDetailList/1/Arn"),
        (user("bad", Arn="alice"), "/UserDetailList/1/Arn"),
        (user("", Arn=f"arn:aws:iam::{ACCOUNT}:user/"), "/UserDetailList/1/Arn"),
        (user("bad", Arn=f"arn:aws:iam::{ACCOUNT}:role/bad"), "/UserDetailList/1/Arn"),
        ("alice", "/UserDetailList/1"),
        (None, "/UserDetailList/1"),
    ],
)
def test_a_bad_entity_costs_only_itself_and_its_place_is_named(tmp_path: Path, bad: Json, place: str) -> None:
    snapshot = opened(tmp_path, details(UserDetailList=[user("a"), bad, user("z")], RoleDetailList=[role("r")]))
    assert list(only(snapshot).users or ()) == ["a", "z"]
    assert len(only(snapshot).roles or ()) == 1
    assert [problem.place for problem in snapshot.problems] == [place]


def test_a_list_that_is_none_costs_only_that_kind(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, {"UserDetailList": [user("a")], "RoleDetailList": {"r": 1}})
    assert only(snapshot).roles is None
    assert [problem.place for problem in snapshot.problems] == ["/RoleDetailList"]


def test_i68_a_single_attachment_instead_of_a_list_is_read(tmp_path: Path) -> None:
    attached = {"PolicyName": "p", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/p"}
    found = only(opened(tmp_path, details(GroupDetailList=[group("G", AttachedManagedPolicies=attached)])))
    assert found.groups is not None
    assert found.groups["g"].attached == (f"arn:aws:iam::{ACCOUNT}:policy/p",)


def test_very_many_problems_alike_are_counted_not_listed(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, details(UserDetailList=[user("a"), *({"Arn": f"{n}"} for n in range(1_000))]))
    assert len(snapshot.problems) == 51
    assert "950 more problems like these" in texts(snapshot)


def test_hostile_names_are_kept_as_they_are(tmp_path: Path) -> None:
    hostile = user("x", UserName=HOSTILE, Tags=[{"Key": HOSTILE, "Value": HOSTILE}])
    found = only(opened(tmp_path, details(UserDetailList=[hostile])))
    assert found.users is not None
    assert [item.name for item in found.users.values()] == [HOSTILE]


def test_one_whose_arn_has_another_name_is_shown_and_told(tmp_path: Path) -> None:
    snapshot = opened(tmp_path, details(UserDetailList=[user("x", UserName="a/b"), user("y")]))
    assert len(only(snapshot).users or {}) == 2
    [problem] = [one for one in snapshot.problems if "/UserDetailList/0/Arn" in str(one)]
    assert "expected an ARN that ends in the name of the user, 'a/b'" in str(problem)
    assert "questions about everybody leave it out" in str(problem)


def test_an_account_without_any_entity_is_named_by_the_files_name(tmp_path: Path) -> None:
    snapshot = open_snapshot([write(tmp_path / f"{ACCOUNT}.json", details())])
    assert only(snapshot).users == {}


def test_an_export_that_names_no_account_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="expected an entity whose ARN says the account"):
        opened(tmp_path, details())


def test_i4_a_string_in_a_string_is_read(tmp_path: Path) -> None:
    inline = [{"PolicyName": "p", "PolicyDocument": json.dumps(json.dumps(ALLOW))}]
    (found,) = only(opened(tmp_path, details(UserDetailList=[user("a", UserPolicyList=inline)]))).users["a"].inline  # type: ignore[index]
    assert json.loads(found.document.source) == ALLOW


def test_i11_an_entity_with_another_name_in_a_newer_page_is_shown_once(tmp_path: Path) -> None:
    newer = details(UserDetailList=[user("robert", UserId="AIDABOB")], IsTruncated=False)
    older = details(UserDetailList=[user("bob", UserId="AIDABOB"), user("carol")], IsTruncated=True)
    paths = [write(tmp_path / "newer.json", newer), write(tmp_path / "older.json", older)]
    os.utime(paths[1], (1, 1))
    snapshot = open_snapshot([tmp_path])
    assert sorted(snapshot.accounts[ACCOUNT].users or ()) == ["carol", "robert"]
    assert "entity bob also in a newer file" in str(snapshot.problems[0])


def test_i12_an_empty_list_of_policies_alone_is_told_by_the_call(tmp_path: Path) -> None:
    write(tmp_path / "users.json", {"UserDetailList": [user("alice")]})
    write(tmp_path / "iam-get-account-authorization-details.json", {"Policies": []})
    assert open_snapshot([tmp_path]).accounts[ACCOUNT].policies == {}


def test_i2_unknown_members_are_ignored_and_counted(tmp_path: Path) -> None:
    more = {"Extra": 1, "Another": [], "ResponseMetadata": {}}
    snapshot = opened(tmp_path, details(UserDetailList=[user("a", Unknown={"x": 1})], **more))
    assert snapshot.problems == ()
    assert [file.message for file in snapshot.files] == ["2 unknown members are ignored: Another, Extra"]


@every_row(
    "key, item, member",
    [
        ("UserDetailList", user("eve"), "UserPolicyList"),
        ("UserDetailList", user("eve"), "AttachedManagedPolicies"),
        ("UserDetailList", user("eve"), "GroupList"),
        ("UserDetailList", user("eve"), "PermissionsBoundary"),
        ("GroupDetailList", group("eve"), "GroupPolicyList"),
        ("RoleDetailList", role("eve"), "AssumeRolePolicyDocument"),
        ("RoleDetailList", role("eve"), "RolePolicyList"),
        ("Policies", policy("eve"), "PolicyVersionList"),
    ],
)
def test_l1_a_member_twice_in_an_item_is_told_and_costs_the_item(
    tmp_path: Path, key: str, item: dict[str, Json], member: str
) -> None:
    item = {name: held for name, held in item.items() if name != member}
    value = {"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT}:policy/b"} if "Boundary" in member else []
    lists: dict[str, list[Json]] = {"UserDetailList": [user("alice")]}
    lists.setdefault(key, []).append({**item, "Once": value, "Again": value})
    text = json.dumps(details(**lists)).replace('"Once"', f'"{member}"').replace('"Again"', f'"{member}"')
    (tmp_path / "export.json").write_text(text)
    (problem,) = [one for one in open_snapshot([tmp_path]).problems if member in one.place]
    assert (
        f"{problem.place}: {problem.expected}"
        == f"/{key}/{len(lists[key]) - 1}/{member}: expected each member once, and it stands there again"
    )


@every_row(
    ("key", "first", "second"),
    [
        ("UserDetailList", user("eve"), {**user("eve"), "GroupList": ["admins"]}),
        (
            "GroupDetailList",
            group("eve"),
            {**group("eve"), "GroupPolicyList": [{"PolicyName": "p", "PolicyDocument": {}}]},
        ),
        ("RoleDetailList", role("eve"), {**role("eve"), "Tags": [{"Key": "a", "Value": "b"}]}),
        ("Policies", policy("eve"), {**policy("eve"), "PolicyVersionList": []}),
    ],
)
def test_i11_an_entity_twice_in_one_file_is_told_if_it_differs(
    tmp_path: Path, key: str, first: dict[str, Json], second: dict[str, Json]
) -> None:
    for other, count in ((first, 0), (second, 1)):
        lists: dict[str, list[Json]] = {"UserDetailList": [user("alice")]}
        lists.setdefault(key, []).extend([first, other])
        write(tmp_path / "export.json", details(**lists))
        told = [one for one in open_snapshot([tmp_path]).problems if "stands there again" in one.expected]
        assert [(one.expected, one.consequence) for one in told] == [
            (
                f"expected {first['Arn']} once, and it stands there again with other content (I11)",
                "only the last is shown",
            )
        ] * count
