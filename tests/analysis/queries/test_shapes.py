"""Which types of resources a pattern reaches (WC2)."""

from __future__ import annotations

import pytest

from iamtui import catalog
from iamtui.analysis.queries.actions.shapes import Met, may_match, met_by, services_reached_by
from iamtui.policy.elements import resource_pattern
from tests.evaluation.building import ACCOUNT

TEXTS = (
    f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs-*",
    f"arn:aws:dynamodb:*:{ACCOUNT}:table/*",
    "arn:aws:s3:::logs/*",
    f"arn:aws:kms:*:{ACCOUNT}:key/k",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_pattern_reaches_types_of_no_other_services_than_those_that_have_its_arns(text: str) -> None:
    among = services_reached_by(text)
    assert among is not None
    assert text.split(":")[2] in among
    assert len(among) < len(catalog.services()) // 2
    assert {met_by(text, one, "aws", ACCOUNT) for one in catalog.services() if one not in among} == {Met()}


@pytest.mark.parametrize("text", ["*", "arn:aws:*:*:*:x", f"arn:aws:sqs:*:{ACCOUNT}:${{aws:username}}", "arn:*"])
def test_a_pattern_of_no_certain_service_may_reach_any(text: str) -> None:
    assert services_reached_by(text) is None


def test_a_star_for_the_region_takes_all_up_to_where_a_name_ends_as_the_pattern_does() -> None:
    """L30: it takes colons, and so what of an ARN follows the account."""
    text = f"arn:aws:logs:*:{ACCOUNT}:other:a"
    matches = resource_pattern(text, variables=False).static
    assert matches is not None
    assert matches(f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:x:{ACCOUNT}:other:a")
    assert may_match(text, "logs", ("log-group",))
    assert "log-group" in met_by(text, "logs", "aws", ACCOUNT).others
    assert not may_match(f"arn:aws:logs:eu-west-1:{ACCOUNT}:other:a", "logs", ("log-group",))
