"""What only a whole account can tell: each rule with an export that breaks it and one that keeps it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import pytest

from iamtui.analysis.findings.linting.accounts import account_findings
from iamtui.policy.lint import Finding
from iamtui.snapshot.model import Organization, OrganizationTarget, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import ACCOUNT, ALLOW, OTHER, Json, details, group, policy, role, user, write
from tests.tables import every_row

ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
DEPLOY = f"arn:aws:iam::{ACCOUNT}:role/deploy"
LEFT_OVER = "AIDAABCDEFGHIJKLMNOPQ"
PADDED = {"Version": "2012-10-17", "Statement": [{"Sid": "x" * 1_000, "Effect": "Deny", "Action": "*"}]}

Make = Callable[..., dict[str, Json]]
Lists = Callable[[int], dict[str, Json]]


def opened(folder: Path, *lists: dict[str, Json], summary: dict[str, int] | None = None) -> Snapshot:
    for index, one in enumerate(lists):
        write(folder / f"{index}.json", one)
    if summary is not None:
        write(folder / "iam-get-account-summary.json", {"SummaryMap": summary})
    return open_snapshot([folder])


def found(snapshot: Snapshot, *rules: str) -> list[tuple[str, Finding]]:
    """Findings of these rules, each with the name of what it is on."""
    return [
        (checked.name, finding)
        for checked in account_findings(snapshot)
        for finding in checked.findings
        if finding.rule in rules
    ]


def trusting(*principals: str, key: str = "AWS") -> dict[str, Json]:
    statement = {"Effect": "Allow", "Principal": {key: list(principals)}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def attached(*names: str) -> list[Json]:
    return [{"PolicyName": name, "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/{name}"} for name in names]


def policies(count: int) -> list[dict[str, Json]]:
    return [policy(f"p{index}") for index in range(count)]


def inline(count: int, document: Json = PADDED) -> list[Json]:
    return [{"PolicyName": f"i{index}", "PolicyDocument": document} for index in range(count)]


def versions(*default: bool) -> list[Json]:
    return [
        {"Document": ALLOW, "VersionId": f"v{index + 1}", "IsDefaultVersion": marked}
        for index, marked in enumerate(default)
    ]


BOUNDARY = {"PermissionsBoundaryType": "Policy"}


# Q26


@every_row(
    ("principal", "message"),
    [
        (ALICE, None),
        (DEPLOY, None),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/ci", None),
        ("AIDAALICE", None),
        (f"arn:aws:iam::{OTHER}:user/who-knows", None),
        (f"arn:aws:iam::{ACCOUNT}:root", None),
        (f"arn:aws:iam::{ACCOUNT}:user/bob", f"the exported account {ACCOUNT} has no user"),
        (f"arn:aws:iam::{ACCOUNT}:role/alice", f"the exported account {ACCOUNT} has no role"),
        (f"arn:aws:iam::{ACCOUNT}:user/eng/alice", f"the user of that name is {ALICE}"),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/gone/ci", f"the exported account {ACCOUNT} has no role gone"),
        (LEFT_OVER, "is the id of a user that was deleted"),
        ("AROAABCDEFGHIJKLMNOPQ", "is the id of a role that was deleted"),
    ],
)
def test_q26_a_trust_policy_names_a_principal_that_is_no_more(
    tmp_path: Path, principal: str, message: str | None
) -> None:
    users = [user("alice", UserId="AIDAALICEALICEALICE")]
    principal = "AIDAALICEALICEALICE" if principal == "AIDAALICE" else principal
    roles = [role("deploy", AssumeRolePolicyDocument=trusting(f"arn:aws:iam::{OTHER}:root", principal))]
    made = found(opened(tmp_path, details(UserDetailList=users, RoleDetailList=roles)), "Q26")
    if message is None:
        assert made == []
    else:
        ((name, finding),) = made
        assert name == "deploy"
        assert message in finding.message
        assert finding.pointer == "/AssumeRolePolicyDocument/Statement/0/Principal/AWS/1"
        assert finding.statement == 0


def test_q26_nothing_is_said_of_kinds_that_were_not_exported_or_not_whole(tmp_path: Path) -> None:
    roles = [role("deploy", AssumeRolePolicyDocument=trusting(f"arn:aws:iam::{ACCOUNT}:user/bob"))]
    assert found(opened(tmp_path / "a", {"RoleDetailList": roles}), "Q26") == []
    assert found(opened(tmp_path / "b", {**details(RoleDetailList=roles), "IsTruncated": True}), "Q26") == []


# Q41, Q44, Q45, Q46: within and over the quota, by AWS's default or the account's own summary


@pytest.mark.parametrize(
    ("rule", "lists", "within"),
    [
        ("Q41", lambda n: details(UserDetailList=[user("a", UserPolicyList=inline(n))]), 1),
        ("Q41", lambda n: details(GroupDetailList=[group("a", GroupPolicyList=inline(n))]), 4),
        ("Q41", lambda n: details(RoleDetailList=[role("a", RolePolicyList=inline(n))]), 9),
        ("Q45", lambda n: details(Policies=[policy("a", PolicyVersionList=versions(True, *[False] * (n - 1)))]), 5),
        (
            "Q46",
            lambda n: details(
                UserDetailList=[user("a", GroupList=[f"g{index}" for index in range(n)])],
                GroupDetailList=[group(f"g{index}") for index in range(n)],
            ),
            10,
        ),
    ],
    ids=["Q41 user", "Q41 group", "Q41 role", "Q45", "Q46"],
)
def test_one_more_than_the_quota_is_a_finding(tmp_path: Path, rule: str, lists: Lists, within: int) -> None:
    assert found(opened(tmp_path / "within", lists(within)), rule) == []
    ((name, finding),) = found(opened(tmp_path / "over", lists(within + 1)), rule)
    assert name == "a"
    assert "the quota is" in finding.message
    assert finding.fix


@pytest.mark.parametrize(("member", "make"), [("User", user), ("Group", group), ("Role", role)])
def test_q44_managed_policies_of_one_entity_with_the_quota_that_can_be_raised(
    tmp_path: Path, member: str, make: Make
) -> None:

    def messages(count: int, quota: int | None = None) -> list[str]:
        entity = make("a", AttachedManagedPolicies=attached(*(f"p{index}" for index in range(count))))
        lists = details(**{f"{member}DetailList": [entity], "Policies": policies(count)})
        summary = None if quota is None else {f"AttachedPoliciesPer{member}Quota": quota}
        snapshot = opened(tmp_path / f"{count}-{quota}", lists, summary=summary)
        return [finding.message for _, finding in found(snapshot, "Q44")]

    assert messages(10) == []
    assert messages(11) == ["11 managed policies attached; the quota is 10 unless it was raised, to 20 at most"]
    assert messages(21) == ["21 managed policies attached; the quota is 20"]
    assert messages(15, quota=15) == []
    assert messages(16, quota=15) == ["16 managed policies attached; the quota is 15"]


def test_the_account_summary_overrides_the_quotas_of_sizes_too(tmp_path: Path) -> None:
    lists = details(UserDetailList=[user("a", UserPolicyList=inline(2))])
    assert found(opened(tmp_path / "raised", lists, summary={"UserPolicySizeQuota": 4_096}), "Q41") == []
    assert found(opened(tmp_path / "same", lists, summary={"UserPolicySizeQuota": 2_048}), "Q41") != []


def test_policies_that_aws_manages_are_nobody_elses_concern(tmp_path: Path) -> None:
    own = policy("Own", PolicyVersionList=versions(True, *[False] * 9), Arn="arn:aws:iam::aws:policy/Own")
    snapshot = opened(tmp_path, details(UserDetailList=[user("a")], Policies=[own]))
    assert [checked.kind for checked in account_findings(snapshot)] == ["account", "user"]


# Q53, Q54


@every_row(
    ("member", "make", "longest"),
    [
        ("UserDetailList", user, 64),
        ("RoleDetailList", role, 64),
        ("GroupDetailList", group, 128),
        ("Policies", policy, 128),
    ],
    ids=["user", "role", "group", "policy"],
)
@every_row(
    ("name", "rules"),
    [
        (lambda longest: "n" * longest, []),
        (lambda longest: "n" * (longest + 1), ["Q53"]),
        (lambda _: "a+=,.@_-1", []),
        (lambda _: "a b", ["Q54"]),
        (lambda _: "ä", ["Q54"]),
    ],
    ids=["longest", "longer", "all characters", "space", "beyond ASCII"],
)
def test_names_have_a_length_and_characters(
    tmp_path: Path, member: str, make: Make, longest: int, name: Callable[[int], str], rules: list[str]
) -> None:
    snapshot = opened(tmp_path, details(**{member: [make(name(longest))]}))
    assert [finding.rule for _, finding in found(snapshot, "Q53", "Q54")] == rules


@pytest.mark.parametrize(
    ("more", "pointers"),
    [
        ({"Path": f"/{'p' * 510}/"}, []),
        ({"Path": f"/{'p' * 511}/"}, ["/Path"]),
        ({"Tags": [{"Key": "k" * 128, "Value": "v" * 256}]}, []),
        ({"Tags": [{"Key": "k" * 129, "Value": "v" * 257}]}, ["/Tags/0/Key", "/Tags/0/Value"]),
        ({"UserPolicyList": [{"PolicyName": "n" * 128, "PolicyDocument": ALLOW}]}, []),
        ({"UserPolicyList": [{"PolicyName": "n" * 129, "PolicyDocument": ALLOW}]}, ["/UserPolicyList/0/PolicyName"]),
    ],
)
def test_q53_paths_tags_and_inline_names_have_a_length(
    tmp_path: Path, more: dict[str, Json], pointers: list[str]
) -> None:
    snapshot = opened(tmp_path, details(UserDetailList=[{**user("a"), **more}]))
    assert [finding.pointer for _, finding in found(snapshot, "Q53")] == pointers


@pytest.mark.parametrize(
    ("member", "make"), [("UserDetailList", user), ("RoleDetailList", role), ("GroupDetailList", group)]
)
def test_q54_of_names_that_differ_in_case_only_one_is_shown_and_that_is_said(
    tmp_path: Path, member: str, make: Make
) -> None:
    fine = opened(tmp_path / "fine", details(**{member: [make("alice"), make("bob")]}))
    assert not any("(Q54)" in str(problem) for problem in fine.problems)
    twice = opened(tmp_path / "twice", details(**{member: [make("alice"), make("Alice")]}))
    assert any("differ in more than case" in str(problem) for problem in twice.problems)


def test_q54_managed_policies_whose_names_differ_in_case(tmp_path: Path) -> None:
    assert found(opened(tmp_path / "fine", details(Policies=[policy("read"), policy("write")])), "Q54") == []
    ((_, finding),) = found(opened(tmp_path / "twice", details(Policies=[policy("read"), policy("Read")])), "Q54")
    assert f"arn:aws:iam::{ACCOUNT}:policy/Read" in finding.message


# I15, I16, I18, S31


@pytest.mark.parametrize(
    ("default", "marked", "rules"),
    [
        ("v1", (True, False), []),
        ("v1", (False, True), ["I15"]),
        ("v1", (True, True), ["I15"]),
        ("v3", (False, False), ["I18"]),
    ],
)
def test_i15_the_default_version_is_the_one_that_is_marked(
    tmp_path: Path, default: str, marked: tuple[bool, ...], rules: list[str]
) -> None:
    own = policy("a", DefaultVersionId=default, PolicyVersionList=versions(*marked))
    assert [f.rule for _, f in found(opened(tmp_path, details(Policies=[own])), "I15", "I18")] == rules


@pytest.mark.parametrize(
    ("counts", "pointers"),
    [
        ({"AttachmentCount": 2, "PermissionsBoundaryUsageCount": 1}, []),
        ({"AttachmentCount": 3, "PermissionsBoundaryUsageCount": 1}, ["/AttachmentCount"]),
        ({"AttachmentCount": 2, "PermissionsBoundaryUsageCount": 0}, ["/PermissionsBoundaryUsageCount"]),
        ({}, []),
    ],
)
def test_i16_a_policy_is_used_as_often_as_iam_counts(
    tmp_path: Path, counts: dict[str, Json], pointers: list[str]
) -> None:
    own = {**policy("p0"), **counts}
    bound = {**BOUNDARY, "PermissionsBoundaryArn": own["Arn"]}
    using = details(
        UserDetailList=[user("a", AttachedManagedPolicies=attached("p0"), PermissionsBoundary=bound)],
        RoleDetailList=[role("b", AttachedManagedPolicies=attached("p0"))],
        Policies=[own],
    )
    assert [f.pointer for _, f in found(opened(tmp_path / "whole", using), "I16")] == pointers
    without_groups = {name: value for name, value in using.items() if name != "GroupDetailList"}
    assert found(opened(tmp_path / "filtered", without_groups), "I16") == []


MISSING = f"arn:aws:iam::{ACCOUNT}:policy/gone"


@pytest.mark.parametrize(
    ("lists", "pointer"),
    [
        (details(UserDetailList=[user("a", GroupList=["G"])], GroupDetailList=[group("g")]), None),
        (details(UserDetailList=[user("a", GroupList=["h"])]), "/GroupList/0"),
        (details(GroupDetailList=[group("g")]), ""),
        (details(RoleDetailList=[role("a", AttachedManagedPolicies=attached("p0"))], Policies=policies(1)), None),
        (details(RoleDetailList=[role("a", AttachedManagedPolicies=attached("gone"))]), "/AttachedManagedPolicies/0"),
        (
            details(RoleDetailList=[role("a", PermissionsBoundary={**BOUNDARY, "PermissionsBoundaryArn": MISSING})]),
            "/PermissionsBoundary",
        ),
        ({"UserDetailList": [user("a", GroupList=["h"])], "Policies": []}, None),
    ],
    ids=["group", "no group", "empty group", "document", "no document", "no boundary", "groups not exported"],
)
def test_i18_what_an_account_names_it_has(tmp_path: Path, lists: dict[str, Json], pointer: str | None) -> None:
    assert [f.pointer for _, f in found(opened(tmp_path, lists), "I18")] == ([] if pointer is None else [pointer])


def test_i18_that_no_managed_policy_was_exported_is_said_once(tmp_path: Path) -> None:
    users = [user(name, AttachedManagedPolicies=attached("gone")) for name in ("a", "b")]
    ((name, finding),) = found(opened(tmp_path, {"UserDetailList": users}), "I18")
    assert (name, finding.pointer) == (ACCOUNT, "/Policies")


@pytest.mark.parametrize(("keys", "count"), [(("team", "stage"), 0), (("team", "Team"), 1)])
def test_s31_tag_keys_that_differ_only_in_case(tmp_path: Path, keys: tuple[str, ...], count: int) -> None:
    tags = [{"Key": key, "Value": key} for key in keys]
    snapshot = opened(tmp_path, details(UserDetailList=[user("a", Tags=tags)], RoleDetailList=[role("b", Tags=tags)]))
    assert [name for name, _ in found(snapshot, "S31")] == ["a", "b"][: 2 * count]


def test_s31_tags_of_resources_too(tmp_path: Path) -> None:
    tags = [{"Key": "team", "Value": "a"}, {"Key": "TEAM", "Value": "b"}]
    write(tmp_path / "s3api-get-bucket-tagging" / "ledger.json", {"TagSet": tags})
    assert [name for name, _ in found(opened(tmp_path, details(UserDetailList=[user("a")])), "S31")] == ["ledger"]


# Q48, Q49, Q50


def organization(*targets: OrganizationTarget) -> Snapshot:
    root = OrganizationTarget("r-ab12", "Root", "ROOT", None)
    mapping = MappingProxyType({target.target_id: target for target in (root, *targets)})
    made = Organization("o-abcdefghij", OTHER, "r-ab12", mapping)
    return Snapshot(accounts=MappingProxyType({}), organizations=MappingProxyType({"o-abcdefghij": made}))


def ids(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"p-{prefix}{index}" for index in range(count))


@pytest.mark.parametrize(
    ("rule", "scps", "rcps"),
    [
        (None, ids("scp", 10), ("p-RCPFullAWSAccess", *ids("rcp", 5))),
        ("Q48", ids("scp", 11), None),
        ("Q49", None, ids("rcp", 6)),
    ],
)
def test_policies_attached_to_one_target(
    rule: str | None, scps: tuple[str, ...] | None, rcps: tuple[str, ...] | None
) -> None:
    snapshot = organization(OrganizationTarget(ACCOUNT, "prod", "ACCOUNT", "r-ab12", scps, rcps))
    assert [f.rule for _, f in found(snapshot, "Q48", "Q49")] == ([] if rule is None else [rule])


def test_q50_ous_lie_at_most_five_levels_below_the_root() -> None:
    units = [
        OrganizationTarget(f"ou-{level}", f"level {level}", "ORGANIZATIONAL_UNIT", f"ou-{level - 1}")
        for level in range(2, 7)
    ]
    first = OrganizationTarget("ou-1", "level 1", "ORGANIZATIONAL_UNIT", "r-ab12")
    account = OrganizationTarget(ACCOUNT, "prod", "ACCOUNT", "ou-5")
    assert found(organization(first, *units[:-1], account), "Q50") == []
    assert [name for name, _ in found(organization(first, *units), "Q50")] == ["level 6"]
