"""The policies that AWS manages, as a public collection has them."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

from iamtui.snapshot.opening import open_snapshot
from tests.policy.test_lint import ERROR, findings
from tests.real_data.place import MANAGED_POLICIES, require
from tests.snapshot.exports import write
from tests.snapshot.readers.test_aws_managed import ADMINISTRATOR, holding

require(MANAGED_POLICIES)


def test_the_published_collection_opens_whole_and_agrees_with_what_is_bundled(tmp_path: Path) -> None:
    snapshot = open_snapshot([write(tmp_path / "one.json", holding(ADMINISTRATOR)), MANAGED_POLICIES])
    assert snapshot.problems == ()
    assert len(snapshot.aws_managed) > 1_400
    read, bundled = snapshot.aws_managed[ADMINISTRATOR], open_snapshot([tmp_path]).aws_managed[ADMINISTRATOR]
    assert read.default is not None
    assert bundled.default is not None
    assert not read.is_bundled
    assert read.default.version_id == bundled.default.version_id
    assert json.loads(read.default.document.source) == json.loads(bundled.default.document.source)


def test_aws_s_own_policies_have_almost_no_errors() -> None:
    with gzip.open(MANAGED_POLICIES) as file:
        policies = json.load(file)["policies"]
    errors = Counter(
        finding.rule for entry in policies for finding in findings(entry["document"]) if finding.severity is ERROR
    )
    assert len(policies) > 1_000
    assert set(errors) <= {"Q6", "Q9", "Q12"}
    assert errors.total() < 60
