"""Documents compared by what they say (CH3, CH4)."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iamtui.evaluation.applicable.policies import GivenPolicies
from iamtui.evaluation.decide import judge_policies
from iamtui.evaluation.request.request import NamedPolicy, Request
from iamtui.patterns import compile_parts, split_wildcards
from iamtui.policy.covering import covers
from iamtui.policy.differences import differences
from iamtui.policy.document import Document
from iamtui.policy.meaning import Likeness, compare
from iamtui.policy.statement import PolicyKind
from tests.evaluation.building import value
from tests.policy.rewriting import rewritten
from tests.reference.strategies import HOME, USER, random_context, random_document, scenes
from tests.tables import every_row

EQUAL, REWRITTEN, DIFFERENT = Likeness.EQUAL, Likeness.REWRITTEN, Likeness.DIFFERENT
BUCKET, OBJECTS = "arn:aws:s3:::ledger", "arn:aws:s3:::ledger/*"


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def when(operator: str, key: str, values: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: values}}}


def document(*statements: dict[str, Any], version: str | None = "2012-10-17") -> Document:
    whole = {"Statement": list(statements), **({"Version": version} if version else {})}
    return Document(json.dumps(whole).encode())


@every_row(
    ("old", "new"),
    [
        pytest.param(
            document(allow("s3:GetObject"), allow("s3:PutObject")),
            document(allow("s3:PutObject"), allow("s3:GetObject")),
            id="order of statements",
        ),
        pytest.param(document(allow(["a:B", "a:C"])), document(allow(["a:C", "a:B"])), id="order of members"),
        pytest.param(document(allow(["a:B", "a:B"])), document(allow("a:B")), id="duplicates, a list of one"),
        pytest.param(document(allow("s3:GetObject")), document(allow("S3:getobject")), id="letter case of actions"),
        pytest.param(
            document(allow("a:B", **when("StringEquals", "aws:PrincipalTag/Team", "red"))),
            document(allow("a:B", **when("stringequals", "AWS:principaltag/team", ["red"]))),
            id="letter case of keys",
        ),
        pytest.param(document(allow("a:B"), version=None), document(allow("a:B")), id="missing Version, no variables"),
        pytest.param(document(allow("a:B", Sid="One")), document(allow("a:B", Sid="Two")), id="Sid"),
        pytest.param(
            document(allow(["a:B", "a:C"], [BUCKET, OBJECTS])),
            document(allow("a:B", BUCKET), allow("a:B", OBJECTS), allow("a:C", [OBJECTS, BUCKET])),
            id="statements split",
        ),
        pytest.param(document(allow(["s3:Get*", "s3:GetObject"])), document(allow("s3:Get*")), id="covered action"),
        pytest.param(
            document(allow("a:B", [OBJECTS, f"{BUCKET}/x"])), document(allow("a:B", OBJECTS)), id="covered ARN"
        ),
        pytest.param(
            document(allow("a:B", **when("StringEquals", "aws:x", ["u", "v"]))),
            document(
                allow("a:B", **when("StringEquals", "aws:x", "u")), allow("a:B", **when("StringEquals", "aws:x", "v"))
            ),
            id="values of a condition split",
        ),
        pytest.param(
            document(allow("a:B"), allow("a:B", **when("Bool", "aws:x", "true"))),
            document(allow("a:B")),
            id="a condition beside none",
        ),
        pytest.param(
            document(allow("a:B", **when("IpAddress", "aws:SourceIp", "10.0.0.7/8"))),
            document(allow("a:B", **when("IpAddress", "aws:SourceIp", "10.0.0.0/8"))),
            id="the same range",
        ),
    ],
)
def test_a_rewrite_is_none(old: Document, new: Document) -> None:
    """CH3."""
    assert compare(old, new, PolicyKind.IDENTITY) is REWRITTEN
    assert compare(new, old, PolicyKind.IDENTITY) is REWRITTEN


def test_white_space_and_the_order_of_members_of_an_object_are_no_rewrite() -> None:
    """CH3."""
    old = Document(b'{"Version": "2012-10-17", "Statement": []}')
    assert compare(old, Document(b'{"Statement":[],\n"Version":"2012-10-17"}'), PolicyKind.IDENTITY) is EQUAL


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            document(allow("s3:GetObject")),
            document(allow(["s3:GetObject", "s3:DeleteBucket"])),
            ["statement 0: Action: + s3:DeleteBucket"],
        ),
        (
            document(allow("a:B", **when("StringEquals", "aws:x", ["u", "v"]))),
            document(allow("a:B", **when("StringEquals", "aws:x", ["u", "w"]))),
            ["statement 0: Condition StringEquals aws:x: - v", "statement 0: Condition StringEquals aws:x: + w"],
        ),
        (
            document(allow("a:B", OBJECTS)),
            document({"Effect": "Allow", "Action": "a:B", "NotResource": OBJECTS}),
            [f"statement 0: Resource: - {OBJECTS}", f"statement 0: NotResource: + {OBJECTS}"],
        ),
        (
            document(allow("a:B")),
            document(allow("a:B"), {"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*"}),
            ["+ statement No: Effect: Deny; Action: *; Resource: *"],
        ),
        (
            document(allow("a:B", "arn:aws:s3:::${aws:username}"), version=None),
            document(allow("a:B", "arn:aws:s3:::${aws:username}")),
            ["statement 0: Version: - 2008-10-17, in which variables are plain text"],
        ),
        (
            document(allow("a:B", **when("StringNotEquals", "aws:x", "u"))),
            document(allow("a:B", **when("StringNotEqualsIfExists", "aws:x", "u"))),
            [
                "statement 0: Condition StringNotEquals aws:x: - u",
                "statement 0: Condition StringNotEqualsIfExists aws:x: + u",
            ],
        ),
    ],
)
def test_what_is_left_is_told_element_by_element(old: Document, new: Document, told: list[str]) -> None:
    """CH3."""
    assert compare(old, new, PolicyKind.IDENTITY) is DIFFERENT
    assert differences(old.policy, new.policy) == told


def test_a_document_that_cannot_be_read_is_never_the_same() -> None:
    """CH4."""
    old, new = Document(b'{"Statement": 1}'), Document(b'{"Statement": 2}')
    assert compare(old, new, PolicyKind.IDENTITY) is DIFFERENT
    assert differences(old.policy, new.policy)[0].startswith("- not readable: ")


def test_an_rcp_must_not_say_star_and_so_it_is_not_the_same_as_another_pattern_of_all() -> None:
    """CH4: a statement that AWS ignores says nothing (E36)."""
    old, new = (
        document({"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*"}) for action in ("*", "*:*")
    )
    assert compare(old, new, PolicyKind.RCP) is DIFFERENT


def test_what_is_too_much_to_compare_is_not_proved() -> None:
    """CH4."""
    many = [f"arn:aws:s3:::*{place}x*" for place in range(20)]
    old, new = document(allow("a:B", many)), document(allow("a:B", many[:9]), allow("a:B", many[9:]))
    assert compare(old, new, PolicyKind.IDENTITY) is Likeness.NOT_PROVED


def _law_of_rewrites(seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    kind, policy_kind = rng.choice((("identity", PolicyKind.IDENTITY), ("resource", PolicyKind.RESOURCE)))
    old = random_document(rng, kind, rng.choice(scenes(HOME)), USER)
    before, after = (Document(json.dumps(side).encode()) for side in (old, rewritten(rng, old)))
    assert compare(before, after, policy_kind) in (EQUAL, REWRITTEN), seed


def _law_of_proofs(seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    scene = rng.choice(scenes(HOME))
    pool = [statement for _ in range(3) for statement in random_document(rng, "identity", scene, USER)["Statement"]]
    documents = [
        Document(
            json.dumps({"Version": "2012-10-17", "Statement": rng.choices(pool, k=rng.choice((1, 2, 3)))}).encode()
        )
        for _ in range(2)
    ]
    if compare(documents[0], documents[1], PolicyKind.IDENTITY) not in (EQUAL, REWRITTEN):
        return
    for _ in range(4):
        context = {key: value(given) for key, given in random_context(rng).items() if given is not None}
        request = Request(USER, scene.action, scene.resource, context=context)
        found = [judge_policies(GivenPolicies((NamedPolicy("p", one),)), request)[:2] for one in documents]
        assert found[0] == found[1], seed


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
@example(3)
def test_law_a_random_rewrite_has_no_effect(seed: int) -> None:
    """CH3."""
    _law_of_rewrites(seed)


@pytest.mark.fuzz
def test_law_a_random_rewrite_has_no_effect_at_length() -> None:
    for seed in range(20_000):
        _law_of_rewrites(seed)


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_law_documents_that_are_proved_the_same_decide_the_same(seed: int) -> None:
    """CH4."""
    _law_of_proofs(seed)


@pytest.mark.fuzz
def test_law_documents_that_are_proved_the_same_decide_the_same_at_length() -> None:
    for seed in range(20_000):
        _law_of_proofs(seed)


_PATTERNS = st.text(alphabet="ab:*?", max_size=6)


@given(_PATTERNS, _PATTERNS, st.text(alphabet="ab:", max_size=6))
def test_law_a_pattern_that_covers_another_matches_all_that_it_does(wider: str, narrower: str, text: str) -> None:
    """CH3."""
    wide, narrow = split_wildcards(wider), split_wildcards(narrower)
    if covers(wide, narrow) and compile_parts(narrow)(text):
        assert compile_parts(wide)(text)


@every_row(
    ("wider", "narrower", "covered"),
    [
        ("s3:Get*", "s3:GetObject", True),
        ("s3:Get*", "s3:GetO*", True),
        ("s3:*Object", "s3:Get*Object", True),
        ("*", "s3:Get*", True),
        ("s3:G?t*", "s3:Get*", True),
        ("s3:GetObject", "s3:GetObject", True),
        ("s3:GetObject", "s3:Get*", False),
        ("s3:Get*", "s3:G*", False),
        ("s3:*Object", "s3:Get*", False),
        ("s3:G?t*", "s3:G*", False),
        ("s3:Get?", "s3:Get*", False),
    ],
)
def test_ch3_a_wider_pattern_is_seen_to_cover_a_narrower(wider: str, narrower: str, covered: bool) -> None:
    assert covers(split_wildcards(wider), split_wildcards(narrower)) is covered
