"""Which accounts a document names, and where."""

import json

import pytest

from iamtui.analysis.external_access import external_access
from iamtui.analysis.external_accounts import ExternalAccountIndex, accounts_named, mentions
from iamtui.policy.document import Document

HOME, OTHER = "111122223333", "444455556666"


def document(**statement: object) -> Document:
    whole = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", **statement}
    return Document(json.dumps({"Version": "2012-10-17", "Statement": [whole]}).encode())


@pytest.mark.parametrize(
    ("statement", "element"),
    [
        ({"Principal": {"AWS": OTHER}}, "Principal"),
        ({"Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"}}, "Principal"),
        ({"NotPrincipal": {"AWS": f"arn:aws:iam::{OTHER}:role/x"}}, "NotPrincipal"),
        ({"Resource": f"arn:aws:sqs:eu-west-1:{OTHER}:*"}, "Resource"),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": OTHER}}}, "aws:SourceAccount"),
        ({"Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OTHER}:*"}}}, "aws:SourceArn"),
    ],
)
def test_an_account_is_named_in_any_element(statement: dict[str, object], element: str) -> None:
    found = document(**statement)
    assert OTHER in accounts_named(found)
    assert [(place.statement, place.element) for place in mentions(found, OTHER)] == [(0, element)]


def test_digits_that_are_no_account_are_not_taken_for_one() -> None:
    found = document(Resource=[f"arn:aws:s3:::bucket-{OTHER}", "arn:aws:s3:::1234567890123"], Sid="a123456789012")
    assert accounts_named(found) == frozenset()


def test_an_account_behind_escapes_is_found() -> None:
    escaped = json.dumps({"Statement": {"Principal": {"AWS": OTHER}}}).replace("4", "\\u0034", 1)
    assert accounts_named(Document(escaped.encode())) == {OTHER}


def test_a_document_that_cannot_be_read_is_said_to_name_it() -> None:
    (place,) = mentions(Document(f'{{"Statement": 7, "x": "{OTHER}"}}'.encode()), OTHER)
    assert place.statement is None


def test_only_accounts_that_are_not_known_are_outsiders() -> None:
    index = ExternalAccountIndex({HOME})
    shared = document(Principal={"AWS": [OTHER, HOME]})
    index.add(shared, "a")
    index.add(shared, "b")
    assert index.holders() == {OTHER: ("a", "b")}


def test_who_is_let_in_from_outside_is_neither_the_account_itself_nor_nobody() -> None:
    found = document(
        Principal={
            "AWS": [HOME, OTHER, "AIDAABCDEFGHIJKLMNOP", f"arn:aws:iam::{OTHER}:role/*"],
            "Service": "s3.amazonaws.com",
        }
    )
    assert [one.entry.text for one in external_access(found, HOME)] == [OTHER, "s3.amazonaws.com"]


def test_a_deny_lets_nobody_in_and_an_allow_for_all_but_one_lets_in_everybody() -> None:
    assert external_access(document(Effect="Deny", Principal="*"), HOME) == ()
    (one,) = external_access(document(NotPrincipal={"AWS": HOME}), HOME)
    assert one.is_everybody
