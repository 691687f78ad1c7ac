"""Real trails: read whole, each refusal explained, each call turned into requests (N9, A3, U1-U9)."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from iamtui.analysis.denials.agreement import Agreement
from iamtui.analysis.denials.explaining import explain_denial
from iamtui.analysis.denials.inputs import denial_of_record
from iamtui.evaluation.decision import Layer
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from iamtui.trail.key_ids import read_key_id
from iamtui.trail.reading import read_trail
from iamtui.trail.refusals import NotARefusalError, Result, refusal_of_record
from iamtui.trail.requests import recorded_call
from iamtui.trail.requests.actions import table
from tests.evaluation.building import role, trust, user
from tests.real_data.place import TRAILS, require

require(TRAILS)


def records() -> Iterator[dict[str, Any]]:
    for path in sorted(TRAILS.rglob("*.json*")):
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


def test_every_refusal_of_real_trails_that_states_a_reason_is_read_into_all_its_parts() -> None:
    counted: Counter[str] = Counter()
    for record in records():
        refusal = refusal_of_record(
            error_code=record.get("errorCode"),
            error_message=record.get("errorMessage"),
            response=record.get("responseElements"),
            event_name=record["eventName"],
            account=record["userIdentity"].get("accountId"),
        )
        if refusal is None:
            continue
        text = record.get("errorMessage") or (record.get("responseElements") or {}).get("message") or ""
        counted["all"] += 1
        if "User: " in text:
            counted["sentences"] += 1
            assert refusal.principal is not None
            assert refusal.principal in text
            assert refusal.action is not None
            assert (refusal.resource is None) == (" on resource: " not in text)
        if " because " in text:
            counted["reasons"] += 1
            assert refusal.result is Result.IMPLICIT_DENY
            assert refusal.layer in (Layer.IDENTITY, Layer.RESOURCE)
        if "Encoded" in text:
            counted["encoded"] += 1
            assert refusal.encoded_message is not None
    assert counted == {"all": 115, "sentences": 93, "reasons": 78, "encoded": 23}


def test_every_real_key_of_todays_form_decodes() -> None:
    trail = read_trail([TRAILS])
    keys = {caller.key for caller in trail.columns.callers if caller.key is not None} | set(trail.issued.values())
    of_form = {key for key in keys if re.fullmatch(r"A[KS]IA[A-HK-Z2-7][A-Z2-7]{15}", key)}
    assert len(of_form) > 20
    assert all(read_key_id(key).account is not None for key in of_form)


def test_the_real_trails_are_read_whole() -> None:
    trail = read_trail([TRAILS])
    assert (len(trail), trail.read.files, trail.problems) == (1193, 38, ())
    assert [path.name for path in trail.others] == ["event-to-action-map.json.gz"]
    assert sum(1 for _ in trail.records(trail.order)) == len(trail)


def test_the_table_agrees_with_the_community_map_of_2023() -> None:
    """Where both know an action, ours is among theirs (A4); theirs lists optional ones besides."""
    mapping = json.loads(gzip.decompress((TRAILS / "event-to-action-map.json.gz").read_bytes()))[
        "sdk_method_iam_mappings"
    ]
    theirs: dict[tuple[str, str], set[str]] = {}
    for call, actions in mapping.items():
        for action in actions:
            prefix = action["action"].split(":")[0]
            theirs.setdefault((prefix, call.split(".")[1]), set()).add(action["action"])
    differing = {
        name
        for (prefix, name), ours in table().calls.items()
        if (prefix, name) in theirs and not set(ours) & theirs[prefix, name]
    }
    # AWS's page of permissions says Put for both (I98); the map's actions do not exist
    assert differing == {"DeleteBucketIntelligentTieringConfiguration", "DeleteBucketOwnershipControls"}


def test_every_real_call_becomes_requests_or_says_why_not() -> None:
    trail = read_trail([TRAILS])
    without_action = set()
    for _, record in trail.records(trail.order):
        call = recorded_call(record)
        assert call.requests() or call.reason or all(part.action is None for part in call.parts)
        if call.reason is None:
            without_action |= {record["eventName"] for part in call.parts if part.action is None}
    assert without_action == {"GetStorageLensDashboardDataInternal"}
