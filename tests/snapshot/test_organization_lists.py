"""What decisions, keys and problems make of lists of an organization that are not whole (T22, I11, I59)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from iamtui.evaluation.decide import decide
from iamtui.evaluation.decision import Verdict
from iamtui.evaluation.request.request import Request, Unstated
from iamtui.snapshot.model import Snapshot
from tests.snapshot.exports import ACCOUNT
from tests.snapshot.organization import (
    CREATE,
    DELETE,
    INNER,
    LAB,
    LISTS,
    OF_POLICY,
    OF_TARGET,
    RCP,
    S3,
    SCP,
    cut_off,
    left_out,
    opened,
    whole,
)
from tests.snapshot.s3_policies import ORG, ROOT, UNIT
from tests.tables import every_row

BY_POLICY, BY_TARGET = whole(), whole(by_target=True)
MANY = f"targets {ACCOUNT}, {LAB}, {UNIT} and 2 more"
DENIED, CONDITIONAL = Verdict.EXPLICIT_DENY, "conditional"


def _verdict(snapshot: Snapshot, action: str) -> Verdict | str:
    request = Request(
        f"arn:aws:iam::{ACCOUNT}:user/alice",
        action,
        f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs",
        unstated=Unstated.ABSENT,
    )
    outcome = decide(snapshot, request).outcome
    return CONDITIONAL if outcome is None else outcome.verdict


def _verdicts(snapshot: Snapshot) -> tuple[Verdict | str, Verdict | str]:
    return _verdict(snapshot, CREATE), _verdict(snapshot, DELETE)


def _harms() -> Iterator[tuple[dict[str, Any], str, tuple[Verdict | str, Verdict | str]]]:
    """Answers of which one list is not whole, and what becomes of what the SCP and of what the RCP denies."""
    for files, of_scps, of_rcps in (
        (BY_POLICY, (f"{LISTS}/{SCP}", f"{OF_POLICY}/p-guard"), (f"{LISTS}/{RCP}", f"{OF_POLICY}/p-fence")),
        (BY_TARGET, (f"{OF_TARGET}/{SCP}/{ROOT}",), (f"{OF_TARGET}/{RCP}/{UNIT}",)),
    ):
        for names, expected in ((of_scps, (CONDITIONAL, DENIED)), (of_rcps, (DENIED, CONDITIONAL))):
            for name in names:
                yield left_out(files, name), f"{name} left out", expected
                yield cut_off(files, name), f"{name} cut off", expected
                described = f"organizations-describe-policy/p-{'guard' if names is of_scps else 'fence'}"
                yield cut_off(left_out(files, described), name), f"{name} cut off before what denies", expected


@every_row("shape", {"by policy": BY_POLICY, "by target": BY_TARGET}.values(), ids=["by policy", "by target"])
def test_whole_lists_decide(tmp_path: Path, shape: dict[str, Any]) -> None:
    snapshot = opened(tmp_path, shape)
    assert _verdicts(snapshot) == (DENIED, DENIED)
    assert snapshot.problems == ()


@every_row(("files", "harm", "expected"), _harms, ids=lambda value: value if isinstance(value, str) else "")
def test_t22_no_request_passes_by_a_list_that_is_not_whole(
    tmp_path: Path, files: dict[str, Any], harm: str, expected: tuple[Verdict | str, Verdict | str]
) -> None:
    assert _verdicts(opened(tmp_path, files)) == expected, harm


@every_row(
    ("harmed", "said"),
    [
        (
            left_out(BY_POLICY, f"{LISTS}/{SCP}"),
            f"expected a whole list of SCPs: which SCPs bind {MANY} is not known (T22)",
        ),
        (
            cut_off(BY_POLICY, f"{OF_POLICY}/p-fence"),
            f"expected all targets of RCP fence: which RCPs bind {MANY} is not known (T22)",
        ),
        (
            cut_off(left_out(BY_POLICY, f"{LISTS}/{RCP}"), f"{OF_POLICY}/p-fence", kept=1),
            f"expected a whole list of RCPs and all targets of RCP fence: which RCPs bind {MANY} is not known (T22)",
        ),
        (
            cut_off(BY_TARGET, f"{OF_TARGET}/{SCP}/{LAB}"),
            f"expected all targets of SCPs FullAWSAccess, guard: which SCPs bind target {LAB} is not known (T22)",
        ),
        (
            cut_off(BY_POLICY, f"{OF_POLICY}/p-shut"),
            "expected all targets of S3 policies open, shut:"
            " whether public buckets of its accounts are restricted is not known (S10, T22)",
        ),
    ],
    ids=["no list", "cut targets", "both", "a cut list of a target", "S3"],
)
def test_what_a_list_lacks_is_said_once_with_what_it_leaves_open(
    tmp_path: Path, harmed: dict[str, Any], said: str
) -> None:
    problems = [one for one in opened(tmp_path, harmed).problems if one.expected.startswith(ORG)]
    assert [f"{one.expected}: {one.consequence}" for one in problems] == [f"{ORG}: {said}"]


def test_a_target_that_a_cut_list_names_is_attached(tmp_path: Path) -> None:
    """Of the others the list says nothing."""
    targets = opened(tmp_path, cut_off(BY_POLICY, f"{OF_POLICY}/p-guard", kept=1)).organizations[ORG].targets
    assert targets[ROOT].scps == ("p-FullAWSAccess", "p-guard")
    assert targets[INNER].scps is None


def test_a_list_with_an_item_that_cannot_be_read_is_not_whole(tmp_path: Path) -> None:
    name = f"{OF_POLICY}/p-guard"
    files = {**BY_POLICY, name: {"Targets": [{"TargetId": INNER}, {"TargetId": 7}]}}
    targets = opened(tmp_path, files).organizations[ORG].targets
    assert (targets[ROOT].scps, targets[INNER].scps) == (None, ("p-FullAWSAccess", "p-guard"))


@every_row("by_target", [False, True])
def test_i11_pages_say_together_what_is_attached(tmp_path: Path, by_target: bool) -> None:
    files = whole(by_target=by_target)
    name, member = (f"{OF_TARGET}/{SCP}/{ROOT}", "Policies") if by_target else (f"{OF_POLICY}/p-guard", "Targets")
    items = files[name][member]
    paged = {**cut_off(files, name, kept=1), f"page-2/{name}": {member: items[1:]}}
    found = [opened(tmp_path / place, one).organizations[ORG] for place, one in (("whole", files), ("paged", paged))]
    assert found[0].targets[INNER].scps == ("p-FullAWSAccess", "p-guard")
    assert [set(one.targets[ROOT].scps or ()) for one in found] == [{"p-FullAWSAccess", "p-guard"}] * 2
    assert found[0].targets[INNER].scps == found[1].targets[INNER].scps


def test_s10_s3_policies_count_where_all_were_listed(tmp_path: Path) -> None:
    for number, (files, blocks) in enumerate(
        ((BY_POLICY, True), (left_out(BY_POLICY, f"{LISTS}/{S3}"), None), (cut_off(BY_POLICY, f"{LISTS}/{S3}"), None))
    ):
        assert opened(tmp_path / str(number), files).organization_blocks_public_access(ACCOUNT) is blocks


def test_k12_only_a_whole_list_of_accounts_says_who_is_of_another_organization(tmp_path: Path) -> None:
    bucket = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    policy = {"Statement": [{**bucket, "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORG}}}]}
    resource = {"Resource": "arn:aws:s3:::b", "Account": ACCOUNT, "Policy": {"Version": "2012-10-17", **policy}}
    asked = Request("arn:aws:iam::123456789012:root", "s3:GetObject", "arn:aws:s3:::b/x")
    best = []
    for name, files in (("whole", BY_POLICY), ("cut", cut_off(BY_POLICY, "organizations-list-accounts", kept=2))):
        best.append(decide(opened(tmp_path / name, {**files, "resources": [resource]}), asked).best.verdict)
    assert best == [Verdict.IMPLICIT_DENY, Verdict.ALLOWED]
