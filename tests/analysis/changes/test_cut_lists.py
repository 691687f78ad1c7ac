"""A list of an account that is cut off or missing removes nothing, and what a whole list leaves out is gone (CH8)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from iamtui.analysis.changes.entities import compare_snapshots
from iamtui.analysis.changes.results import ChangeKind, Changes
from iamtui.snapshot.opening import open_snapshot
from tests.samples.test_samples import SAMPLES
from tests.snapshot.exports import ACCOUNT, details, user, write
from tests.tables import every_row

PROD = SAMPLES / "acme-org" / "prod"


def _harms() -> Iterator[tuple[Path, dict[str, Any] | None]]:
    """Each file of an account, missing; and if it holds a list, cut off before the first item and before the last."""
    for path in sorted(one for one in PROD.rglob("*") if one.is_file()):
        yield path, None
        answer = json.loads(path.read_text()) if path.suffix == ".json" else {}
        lists = [name for name, items in answer.items() if isinstance(items, list)]
        if len(lists) == 1:
            items = answer[lists[0]]
            for kept in sorted({0, max(0, len(items) - 1)}):
                yield path, {**answer, lists[0]: items[:kept], "NextToken": "more"}


def test_ch8_no_file_that_is_missing_or_cut_off_is_a_change(tmp_path: Path) -> None:
    whole = open_snapshot([PROD])
    failed = []
    for number, (path, answer) in enumerate(_harms()):
        folder = shutil.copytree(PROD, tmp_path / str(number))
        harmed = folder / path.relative_to(PROD)
        if answer is None:
            harmed.unlink()
        else:
            harmed.write_text(json.dumps(answer))
        other = open_snapshot([folder])
        found = (*compare_snapshots(whole, other).objects, *compare_snapshots(other, whole).objects)
        failed += [(path.name, "missing" if answer is None else "cut", one.key) for one in found]
    assert failed == []


def _compared(folder: Path, old: dict[str, Any], new: dict[str, Any]) -> Changes:
    sides = []
    for name, files in (("old", old), ("new", new)):
        for file, content in {"details": details(UserDetailList=[user("alice")]), **files}.items():
            write(folder / name / ACCOUNT / f"{file}.json", content)
        sides.append(open_snapshot([folder / name]))
    return compare_snapshots(sides[0], sides[1])


BUCKETS = {"s3api-list-buckets": {"Buckets": [{"Name": "a"}, {"Name": "b"}], "Prefix": None}}
ENDPOINTS = [
    {
        "VpcEndpointId": f"vpce-{number}",
        "ServiceName": f"com.amazonaws.{region}.s3",
        "OwnerId": ACCOUNT,
    }
    for number, region in enumerate(("eu-west-1", "eu-west-1", "us-east-1"))
]
HERE, THERE = ("ec2-describe-vpc-endpoints/eu-west-1", "ec2-describe-vpc-endpoints/us-east-1")
SPREAD = {HERE: {"VpcEndpoints": ENDPOINTS[:2]}, THERE: {"VpcEndpoints": ENDPOINTS[2:]}}
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:orders"
TOPICS = {"sns-list-topics/eu-west-1": {"Topics": [{"TopicArn": TOPIC}]}}
ALIAS = {
    "AliasName": "alias/a",
    "AliasArn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/a",
    "TargetKeyId": "5f0c1f3e-7f0a-4b6d-9a35-2f6f0c8f4c11",
}
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{ALIAS['TargetKeyId']}"
KEYS = {"kms-list-keys/eu-west-1": {"Keys": [{"KeyArn": KEY}]}}
ALIASES = {**KEYS, "kms-list-aliases/eu-west-1": {"Aliases": [ALIAS]}}
OKTA = f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"
PROVIDERS = {
    "iam-list-saml-providers": {"SAMLProviderList": [{"Arn": OKTA}]},
    "iam-list-open-id-connect-providers": {"OpenIDConnectProviderList": []},
}


@every_row(
    ("old", "new", "gone", "not_compared"),
    [
        (BUCKETS, {"s3api-list-buckets": {"Buckets": [{"Name": "a"}]}}, ["arn:aws:s3:::b"], []),
        (BUCKETS, {"s3api-list-buckets": {"Buckets": []}}, ["arn:aws:s3:::a", "arn:aws:s3:::b"], []),
        (BUCKETS, {"s3api-list-buckets": {"Buckets": [{"Name": "a"}], "Prefix": "a"}}, [], ["s3:bucket"]),
        (BUCKETS, {"s3api-list-buckets": {"Buckets": [{"Name": "a"}], "ContinuationToken": "x"}}, [], ["s3:bucket"]),
        (SPREAD, {**SPREAD, HERE: {"VpcEndpoints": ENDPOINTS[:1]}}, ["vpce-1"], []),
        (SPREAD, {**SPREAD, THERE: {"VpcEndpoints": []}}, ["vpce-2"], []),
        (SPREAD, {HERE: SPREAD[HERE]}, [], ["ec2:vpc-endpoint"]),
        (TOPICS, {"sns-list-topics/eu-west-1": {"Topics": []}}, [TOPIC], []),
        (TOPICS, {}, [], ["sns:topic"]),
        (PROVIDERS, {**PROVIDERS, "iam-list-saml-providers": {"SAMLProviderList": []}}, [OKTA], []),
        (
            PROVIDERS,
            {"iam-list-open-id-connect-providers": {"OpenIDConnectProviderList": []}},
            [],
            ["identity providers"],
        ),
        (ALIASES, KEYS, [], ["aliases"]),
    ],
    ids=[
        "a bucket less",
        "no bucket left",
        "buckets by prefix",
        "a page of buckets",
        "an endpoint less",
        "no endpoint left in a Region",
        "a Region missing",
        "no topic left",
        "topics missing",
        "a provider less",
        "providers missing",
        "aliases missing",
    ],
)
def test_what_a_whole_list_leaves_out_is_gone(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], gone: list[str], not_compared: list[str]
) -> None:
    found = _compared(tmp_path, old, new)
    assert [one.key for one in found.objects if one.kind is ChangeKind.REMOVED] == gone
    assert len(found.objects) == len(gone)
    assert [one.partition(" of ")[0] for one in found.not_compared] == not_compared


def test_an_alias_that_a_whole_list_leaves_out_is_gone(tmp_path: Path) -> None:
    other = {**ALIAS, "AliasName": "alias/aws/s3", "AliasArn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/aws/s3"}
    new = {**KEYS, "kms-list-aliases/eu-west-1": {"Aliases": [{**other, "TargetKeyId": "0"}]}}
    (change,) = _compared(tmp_path, ALIASES, new).objects
    assert (change.key, [one.lines for one in change.aspects]) == (KEY, [("- alias/a",)])


def test_an_alias_of_one_key_alone_is_no_list_of_all(tmp_path: Path) -> None:
    found = _compared(tmp_path, ALIASES, {**KEYS, f"kms-list-aliases/{ALIAS['TargetKeyId']}": {"Aliases": []}})
    assert (found.objects, found.not_compared) == ((), ("aliases of resource: not in the new export",))


REPORT = (
    "user,arn,user_creation_time,access_key_1_active,access_key_1_last_rotated,access_key_2_active,"
    "access_key_2_last_rotated\n"
    f"alice,arn:aws:iam::{ACCOUNT}:user/alice,2026-01-02T03:04:05+00:00,"
)


def _with_keys(folder: Path, *, reported: str | None, listed: tuple[str, ...] | None) -> Path:
    write(folder / "details.json", details(UserDetailList=[user("alice")]))
    if reported is not None:
        (folder / "credential-report.csv").write_text(f"{REPORT}{reported}\n")
    if listed is not None:
        keys = [
            {"UserName": "alice", "AccessKeyId": f"AKIA{place}", "Status": state} for place, state in enumerate(listed)
        ]
        write(folder / "iam-list-access-keys" / "alice.json", {"AccessKeyMetadata": keys})
    return folder


BOTH = "true,2026-01-02T03:04:05+00:00,true,2026-01-02T03:04:05+00:00"


@every_row(
    ("old", "new", "lines"),
    [
        ({"listed": ("Active", "Inactive")}, {"listed": ("Active",)}, ("- AKIA1: inactive",)),
        ({"listed": ("Active", "Active")}, {"reported": BOTH}, ()),
        ({"reported": BOTH}, {"listed": ("Active", "Active")}, ()),
        ({"listed": ("Active", "Inactive")}, {"reported": BOTH}, ("access key 2: inactive → active",)),
        ({"listed": ("Active",)}, {"reported": BOTH}, ("+ access key 2: active",)),
        ({"reported": BOTH}, {"listed": ("Active",)}, ("- access key 2: active",)),
    ],
    ids=["ids", "as reported", "as listed", "a state", "one more", "one less"],
)
def test_keys_that_one_export_only_counts_are_compared_by_number(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], lines: tuple[str, ...]
) -> None:
    absent = {"reported": None, "listed": None}
    sides = [
        open_snapshot([_with_keys(tmp_path / name, **{**absent, **said})])
        for name, said in (("old", old), ("new", new))
    ]
    found = compare_snapshots(sides[0], sides[1])
    told = [one for change in found.objects for one in change.aspects if one.aspect == "access_keys"]
    assert [one.lines for one in told] == ([lines] if lines else [])
