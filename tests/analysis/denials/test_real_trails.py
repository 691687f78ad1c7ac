"""Every refusal of real trails, decided against callers without policies, is what AWS said it was (N9, A3, U1-U9)."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.explaining import explain_denial
from iamtui.analysis.denials.inputs import denial_of_record
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from iamtui.trail.refusals import NotARefusalError
from tests.evaluation.building import role, trust, user

DATA = Path(__file__).parents[4] / "shared" / "data" / "cloudtrail"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="real trails lie outside the checkout")


def records() -> Iterator[dict[str, Any]]:
    for path in sorted(DATA.rglob("*.json*")):
        if path.name.startswith("event-to-action"):
            continue
        content = path.read_bytes()
        found = orjson.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
        yield from found["Records"] if isinstance(found, dict) else found


def without_policies(folder: Path) -> dict[str, Snapshot]:
    """For each account a snapshot of the users and roles that called from it, to whom nothing is granted."""
    callers: dict[str, dict[str, dict[str, object]]] = defaultdict(dict)
    for record in records():
        identity = record["userIdentity"]
        issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
        for arn in (identity.get("arn") or "", issuer.get("arn") or ""):
            name = arn.rpartition("/")[2]
            path = {"Arn": arn, "Path": f"/{'/'.join(arn.split('/')[1:-1])}/".replace("//", "/")}
            if ":user/" in arn:
                callers[identity["accountId"]][arn] = user(name, **path)
            elif ":role/" in arn:
                callers[identity["accountId"]][arn] = role(name, trust({"Service": "ec2.amazonaws.com"}), **path)
    for account, entities in callers.items():
        export = {
            "UserDetailList": [entity for arn, entity in entities.items() if ":user/" in arn],
            "RoleDetailList": [entity for arn, entity in entities.items() if ":role/" in arn],
            "GroupDetailList": [],
            "Policies": [],
        }
        (folder / f"{account}.json").write_text(json.dumps(export))
    return {account: open_snapshot([folder / f"{account}.json"]) for account in callers}


def test_a_caller_without_policies_is_refused_by_the_layer_that_aws_names(tmp_path: Path) -> None:
    snapshots = without_policies(tmp_path)
    found: Counter[Agreement] = Counter()
    for record in records():
        try:
            denial = denial_of_record(record)
        except NotARefusalError:
            continue
        first = explain_denial(denial, snapshots[record["userIdentity"]["accountId"]]).first
        found[first.agreement] += 1
        if first.agreement is Agreement.FITS:  # a resource policy of another account that was not exported
            assert {cause.kind.value for cause in first.causes} == {"not-exported"}
        elif first.agreement is not Agreement.AGREES:
            assert record["eventName"] == "GetSessionToken"
    assert found == {Agreement.AGREES: 108, Agreement.FITS: 6, Agreement.NOT_COMPARABLE: 1}
