"""What an ARN can be, by the templates of the resource types (E71)."""

from __future__ import annotations

import re

import pytest

from iamtui import catalog
from iamtui.catalog.resource_arns import types_of
from tests.tables import every_row

R = "eu-west-1:111122223333"


@every_row(
    ("action", "resource", "names"),
    [
        ("ec2:TerminateInstances", f"arn:aws:ec2:{R}:instance/i-1", ["instance"]),
        ("ec2:RunInstances", "arn:aws:ec2:eu-west-1::image/ami-1", ["image"]),
        ("ec2:RunInstances", f"arn:aws-cn:ec2:{R}:subnet/*", ["subnet"]),
        ("s3:DeleteObject", "arn:aws:s3:::b/a/b:c", ["object"]),
        ("s3:DeleteObject", f"arn:aws:s3:{R}:accesspoint/p/object/a/b", ["accesspointobject"]),
        ("s3:GetBucketAcl", "arn:aws:s3:::b", ["bucket"]),
        ("logs:PutLogEvents", f"arn:aws:logs:{R}:log-group:/a/b:log-stream:c", ["log-stream"]),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/a/b", ["role"]),
    ],
)
def test_an_arn_is_told_by_its_template(action: str, resource: str, names: list[str]) -> None:
    known = catalog.action(action)
    assert known is not None
    assert [part.name for part in types_of(known, resource)] == names


@pytest.mark.parametrize("resource", ["*", "arn:aws:nosuch:::x", f"arn:aws:ec2:{R}:instance/{'/' * 100_000}"])
def test_what_fits_no_template_may_be_anything(resource: str) -> None:
    known = catalog.action("ec2:RunInstances")
    assert known is not None
    assert types_of(known, resource) == known.resource_types


def test_what_is_made_by_a_template_fits_it() -> None:
    for service in (
        "s3",
        "iam",
        "ec2",
        "kms",
        "lambda",
        "sqs",
        "sns",
        "logs",
        "sts",
        "dynamodb",
        "ssm",
        "ecr",
        "events",
    ):
        for name in catalog.actions(service):
            known = catalog.action(f"{service}:{name}")
            assert known is not None
            for part in known.resource_types:
                found = catalog.resource_type(service, part.name)
                assert found is not None
                made = re.sub(r"\$\{\w+\}", "x-1", found.arn_template)
                assert catalog.fits(known, made), made
                assert part in types_of(known, made)


def test_a_key_with_a_tag_in_it_is_listed_for_every_tag() -> None:
    known = catalog.action("s3:PutObject")
    assert known is not None
    assert catalog.carries(known, "arn:aws:s3:::b/k", "s3:requestobjecttag/team")
    assert not catalog.carries(known, "arn:aws:s3:::b/k", "s3:prefix")
    assert not catalog.belongs_to_another_type(known, "arn:aws:s3:::b/k", "s3:prefix")
