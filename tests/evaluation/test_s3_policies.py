"""S3 policies of an organization restrict public buckets as the account's own setting does (S10, S11)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Decision, Layer
from iamtui.evaluation.request.request import Request
from iamtui.snapshot.opening import open_snapshot
from tests.evaluation.building import allow, policy, user
from tests.snapshot.exports import ACCOUNT, Json, details, write
from tests.snapshot.s3_policies import ROOT, assigning, collected, effective, tree, write_all

OWN, FOREIGN = f"arn:aws:iam::{ACCOUNT}:user/alice", "arn:aws:iam::999988887777:user/mallory"
OBJECT = "arn:aws:s3:::site/index.html"
ALL = {**tree(), **collected({"p-a": (assigning("all"), (ROOT,))})}
NONE = {**tree(), **collected({"p-n": (assigning("none"), (ROOT,))})}
UNKNOWN = {**tree(), **collected({"p-x": (None, (ROOT,))})}


def decided(folder: Path, files: dict[str, Json], principal: str) -> Decision:
    """Somebody reads from a public bucket of ACCOUNT."""
    public = policy(allow("s3:GetObject", "arn:aws:s3:::site/*", Principal="*"))
    write(folder / "details.json", details(UserDetailList=[user("alice", allow("s3:*"))]))
    write(folder / "s3api-get-bucket-policy" / "site.json", {"Policy": json.dumps(public)})
    return decide(open_snapshot([write_all(folder, files)]), Request(principal, "s3:GetObject", OBJECT, ACCOUNT))


@pytest.mark.parametrize(
    "files", [ALL, {"effective": effective(ACCOUNT, "all")}], ids=["organization", "effective policy alone"]
)
@pytest.mark.parametrize("principal", [FOREIGN, "anonymous"])
def test_s10_all_closes_a_public_bucket_to_the_world(tmp_path: Path, files: dict[str, Json], principal: str) -> None:
    decision = decided(tmp_path, files, principal)
    assert (decision.word, decision.best.decided_by) == ("explicitDeny", Layer.S3_BLOCK_PUBLIC_ACCESS)


def test_s10_all_leaves_a_public_bucket_to_its_own_account(tmp_path: Path) -> None:
    assert decided(tmp_path, ALL, OWN).word == "allowed"


@pytest.mark.parametrize("files", [NONE, tree(status=None)], ids=["none", "not enabled"])
def test_s10_none_changes_nothing(tmp_path: Path, files: dict[str, Json]) -> None:
    decision = decided(tmp_path, files, "anonymous")
    assert decision.word == "allowed"
    assert not any("S3 policies" in text for text in decision.assumed)


def test_s10_none_leaves_the_accounts_own_setting_as_it_is(tmp_path: Path) -> None:
    block = {"PublicAccessBlockConfiguration": {"RestrictPublicBuckets": True}}
    files = {**NONE, f"s3control-get-public-access-block/{ACCOUNT}": block}
    assert decided(tmp_path, files, "anonymous").best.decided_by is Layer.S3_BLOCK_PUBLIC_ACCESS


def test_t22_an_answer_that_an_unknown_s3_policy_could_turn_says_so(tmp_path: Path) -> None:
    text = f"the S3 policies that bind account {ACCOUNT} were not exported: taken as not restricting buckets"
    decision = decided(tmp_path, UNKNOWN, "anonymous")
    assert decision.word == "allowed"
    assert text in decision.assumed
    assert text not in decided(tmp_path, UNKNOWN, OWN).assumed


def test_s10_all_closes_a_public_access_point_and_what_is_behind_it(tmp_path: Path) -> None:
    point = f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/web"
    public = policy(allow("s3:GetObject", f"{point}/object/*", Principal="*"))
    described = {"Name": "web", "AccessPointArn": point, "Bucket": "site", "BucketAccountId": ACCOUNT}
    through = policy(allow("s3:GetObject", "arn:aws:s3:::site/*", Principal={"AWS": ["999988887777"]}))
    files: dict[str, Json] = {
        "s3control-get-access-point/web": described,
        f"s3control-get-access-point-policy/{point.replace('/', '%2F')}": {"Policy": json.dumps(public)},
        "s3api-get-bucket-policy/site": {"Policy": json.dumps(through)},
    }
    request = Request("anonymous", "s3:GetObject", f"{point}/object/index.html")
    for name, more, is_closed in (("all", ALL, True), ("none", NONE, False)):
        decision = decide(open_snapshot([write_all(tmp_path / name, {**files, **more})]), request)
        assert (decision.best.decided_by is Layer.S3_BLOCK_PUBLIC_ACCESS) is is_closed
