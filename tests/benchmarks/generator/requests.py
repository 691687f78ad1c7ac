"""Requests to ask of a generated account."""

from __future__ import annotations

from tests.benchmarks.generator.documents import Json


def questions(details: Json, account: str, count: int) -> list[tuple[str, str, str]]:
    """Principal, action and resource, `count` times, spread over the principals of an export."""
    arns = [one["Arn"] for one in (*details["UserDetailList"], *details["RoleDetailList"])]
    asked = (
        ("s3:GetObject", "arn:aws:s3:::b/x"),
        ("sqs:SendMessage", f"arn:aws:sqs:eu-central-1:{account}:orders"),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:eu-central-1:{account}:table/orders"),
        ("ec2:DescribeInstances", "*"),
    )
    step = max(1, len(arns) // count)
    return [(arn, *asked[number % len(asked)]) for number, arn in enumerate(arns[::step][:count])]
