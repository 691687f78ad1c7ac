from __future__ import annotations

import json

import pytest

from iamtui.reports.positions import statement_spans
from tests.tables import every_row

ONE = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",'
    '"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'
)
MANAGED = """{
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "]}", "Resource": "*"}
    ]
}"""


def test_a_single_statement_stands_where_the_published_answer_of_aws_says() -> None:
    ((start, end),) = statement_spans(ONE)
    assert (start, end) == ((1, 38), (1, 167))


def test_a_list_begins_after_its_bracket_and_each_statement_after_the_one_before_it() -> None:
    first, second = statement_spans(MANAGED)
    assert first == ((3, 19), (4, 60))
    assert second.start == first.end
    assert second.end == (5, 60)


@pytest.mark.parametrize("members", [("Statement",), ("Version", "Id", "Statement"), ("Statement", "Version")])
def test_the_order_of_members_does_not_matter(members: tuple[str, ...]) -> None:
    values = {"Version": "2012-10-17", "Id": 'a"{', "Statement": [{"Sid": "a"}, {"Sid": "b"}, {"Sid": "c"}]}
    assert len(statement_spans(json.dumps({member: values[member] for member in members}))) == 3


@every_row("text", ["", "{", "[]", "null", '{"Statement"', '{"Statement": [', '{"Statement":[{}', "{]}"])
def test_a_text_that_cannot_be_read_has_no_positions(text: str) -> None:
    assert statement_spans(text) == ()
