"""From text to statements: what is read, what costs a statement, what costs the document (L1-L11)."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from iamtui.policy.parsing import VERSIONS, parse_policy
from iamtui.policy.statement import Effect, InvalidDocument, PolicyDocument, PolicyKind, Statement, forbidden_element
from iamtui.policy.strict_json import JsonValue
from tests.tables import every_row

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
MEGABYTES = 10_000_000


def read(source: str | bytes) -> PolicyDocument:
    policy = parse_policy(source.encode() if isinstance(source, str) else source)
    assert isinstance(policy, PolicyDocument), policy
    return policy


def refused(source: str | bytes) -> InvalidDocument:
    policy = parse_policy(source.encode() if isinstance(source, str) else source)
    assert isinstance(policy, InvalidDocument), policy
    return policy


def text(*statements: object, **more: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


def statement(**elements: object) -> Statement:
    """The statement that allows reading, with these elements changed; None leaves one out."""
    given = {name: value for name, value in {**ALLOW, **elements}.items() if value is not None}
    return read(text(given)).statements[0]


# Documents


def test_one_statement_needs_no_list() -> None:
    """L2."""
    assert len(read(json.dumps({"Statement": ALLOW})).statements) == 1


def test_a_list_of_no_statements_is_silent() -> None:
    """L2."""
    assert read('{"Statement": []}').statements == ()


@pytest.mark.parametrize(
    ("given", "version"), [({}, "2008-10-17"), *(({"Version": v}, v) for v in ("2008-10-17", "2012-10-17"))]
)
def test_a_missing_version_is_the_old_one(given: dict[str, object], version: str) -> None:
    """L3."""
    assert read(json.dumps({**given, "Statement": []})).version == version


def test_elements_may_come_in_any_order() -> None:
    """L1."""
    policy = read('{"Statement":[{"Resource":"*","Action":"a:b","Effect":"Deny"}],"Id":"x","Version":"2012-10-17"}')
    assert (policy.policy_id, policy.statements[0].effect) == ("x", Effect.DENY)


@every_row(
    ("source", "message"),
    [
        ("", "line 1, column 1: not valid JSON: Expecting value"),
        ("{", "line 1, column 2: not valid JSON"),
        ('{\n  "Statement": [,]\n}', "line 2, column 17: not valid JSON"),
        ('{"Statement": [],}', "line 1, column "),
        ('{"Statement": [] // all\n}', "line 1, column 18: not valid JSON"),
        ('{"Statement": []} {}', "line 1, column 19: not valid JSON: Extra data"),
        ("\ufeff{}", "line 1, column 1: not valid JSON: Unexpected UTF-8 BOM"),
        ('{"Statement": "a\nb"}', "line 1, column 17: not valid JSON: Invalid control character"),
        (b'{"Statement": "\xff"}', "line 1, column 16: not UTF-8 at byte 15"),
        ('{"a":1}'.encode("utf-16"), "line 1, column 1: not UTF-8 at byte 0"),
        ('{"Statement": "NaN",\n "x": NaN}', "line 2, column 7: NaN is not JSON"),
        ('{"Statement": [-Infinity]}', "line 1, column 16: -Infinity is not JSON"),
        ("null", "a policy document is a JSON object"),
        ("[]", "a policy document is a JSON object"),
        ('"{}"', "a policy document is a JSON object"),
        ("{}", "there is no Statement"),
        ('{"statement": []}', "there is no Statement"),
        ('{"Statement": 1}', "/Statement: Statement is neither an object nor a list"),
        ('{"Statement": [1]}', "/Statement/0: a statement is a JSON object"),
        ('{"Statement": [[]]}', "/Statement/0: a statement is a JSON object"),
        ('{"Statement": [], "Version": "2012-10-18"}', "/Version: Version is '2012-10-18'"),
        ('{"Statement": [], "Version": 2012}', "/Version: Version is '2012'"),
        ('{"Statement": [], "Version": null}', "/Version: Version is null"),
        ('{"Statement": [], "Version": [[2012]]}', "/Version: Version is a list"),
        ('{"Statement": [], "Comment": ""}', "/Comment: a policy document has no element 'Comment'"),
        ('{"Statement": [], "a/b~": ""}', "/a~1b~0: a policy document has no element 'a/b~'"),
        ('{"Statement": [], "Statement": []}', "line 1, column 19: the key 'Statement' stands twice in one object"),
        (
            '{"Statement": [{"Effect": "Deny", "\\u0045ffect": "Allow"}]}',
            "line 1, column 35: the key 'Effect'",
        ),
        ('{"Statement": {"Condition": {"Bool": {"k": 1, "k": 2}}}}', "line 1, column 47: the key 'k' stands twice"),
    ],
)
def test_what_aws_could_not_have_stored_is_refused_with_its_place(source: str | bytes, message: str) -> None:
    """L1, L2, L3, L11."""
    assert str(refused(source)).startswith(message)


@every_row("opening", ['{"Statement":', "[", '{"Statement":[{"Action":', '{"Statement":[{"Condition":{"a":'])
@every_row("nest", ["[", '{"a":'])
@every_row("depth", [10_000, 200_000])
def test_ten_thousand_levels_end_in_a_message(opening: str, nest: str, depth: int) -> None:
    closing = ("]" if nest == "[" else "}") * depth
    found = refused(opening + nest * depth + "1" + closing)
    assert found.message == "nested too deeply"
    assert found.line == 1


def test_an_element_nested_deeply_costs_its_statement_wherever_it_is_read() -> None:
    """A statement is read when a request first reaches it, which may be far down the stack."""
    nested = "[" * 700 + "]" * 700
    policy = read(f'{{"Statement": {{"Effect": {nested}, "Action": "a:b", "Resource": "*"}}}}')

    def far_down(calls: int) -> Statement:
        return policy.statements[0] if calls == 0 else far_down(calls - 1)

    assert far_down(300).invalid == "Effect is a list, not Allow or Deny"


@pytest.mark.parametrize(
    "source",
    [
        '{"Statement":"' + "x" * MEGABYTES + '"}',
        '{"Statement":"' + "x" * MEGABYTES,
        '{"Statement":[],"' + "x" * MEGABYTES + '":1}',
        '{"Statement":[],"Version":"' + "x" * MEGABYTES + '"}',
        '{"Statement":[],"' + "x" * MEGABYTES + '":1,"' + "x" * MEGABYTES + '":1}',
        "x" * MEGABYTES,
    ],
    ids=["a string", "an open string", "an element", "a version", "a key twice", "no JSON"],
)
def test_ten_megabytes_end_in_a_short_message(source: str) -> None:
    assert len(str(refused(source))) < 700


@pytest.mark.parametrize(
    "elements",
    [
        {"Effect": "x" * MEGABYTES},
        {"x" * MEGABYTES: 1},
        {"Principal": {"x" * MEGABYTES: 1}},
        {"Condition": {"x" * MEGABYTES: 1}},
        {"Condition": {"Bool": {"x" * MEGABYTES: {}}}},
    ],
    ids=["effect", "element", "principal", "operator", "key"],
)
def test_ten_megabytes_in_a_statement_end_in_a_short_message(elements: dict[str, Any]) -> None:
    invalid = statement(**elements).invalid
    assert invalid is not None
    assert len(invalid) < 700


@pytest.mark.parametrize("element", ["Sid", "Action", "Resource"])
def test_a_sound_string_of_ten_megabytes_is_read(element: str) -> None:
    assert statement(**{element: "a:" + "x" * MEGABYTES}).invalid is None


def test_lone_surrogates_are_read() -> None:
    assert statement(Sid="\ud800").sid == "\ud800"
    assert statement(Condition={"StringEquals": {"\ud800": "\udfff"}}).conditions[0].values[0].text == "\udfff"


# Statements


@every_row(
    ("elements", "reason"),
    [
        ({"Effect": None}, "Effect is missing"),
        ({"Effect": "allow"}, "Effect is 'allow', not Allow or Deny"),
        ({"Effect": ["Allow"]}, "Effect is a list, not Allow or Deny"),
        ({"Effect": {}}, "Effect is an object, not Allow or Deny"),
        ({"Action": None}, "neither Action nor NotAction"),
        ({"NotAction": "*"}, "Action and NotAction exclude each other"),
        ({"NotResource": "*"}, "Resource and NotResource exclude each other"),
        ({"Principal": "*", "NotPrincipal": "*"}, "Principal and NotPrincipal exclude each other"),
        ({"action": "*"}, "a statement has no element 'action'"),
        ({"Sid": 1}, "Sid is not a string"),
        ({"Sid": []}, "Sid is not a string"),
        ({"Action": 1}, "Action is neither a string nor a list of strings"),
        ({"Action": [1]}, "Action is neither a string nor a list of strings"),
        ({"Action": {"a": "b"}}, "Action is neither a string nor a list of strings"),
        ({"Resource": [["*"]]}, "Resource is neither a string nor a list of strings"),
        ({"Resource": True}, "Resource is neither a string nor a list of strings"),
        ({"Principal": "alice"}, "Principal is neither '*' nor an object"),
        ({"Principal": ["*"]}, "Principal is neither '*' nor an object"),
        ({"Principal": {"aws": "*"}}, "Principal has no key 'aws'"),
        ({"Principal": {"AWS": 111122223333}}, "Principal.AWS is neither a string nor a list of strings"),
        ({"NotPrincipal": {"AWS": None}}, "NotPrincipal.AWS is neither a string nor a list of strings"),
        ({"Condition": "aws:username"}, "Condition is not an object"),
        ({"Condition": []}, "Condition is not an object"),
        ({"Condition": {"Bool": "true"}}, "Condition.Bool is not an object"),
        ({"Condition": {"Bool": {"k": None}}}, "Condition.Bool.k is neither a string, a number, a boolean"),
        ({"Condition": {"Bool": {"k": [[]]}}}, "Condition.Bool.k is neither a string, a number, a boolean"),
    ],
)
def test_what_is_wrong_with_a_statement_costs_only_the_statement(elements: dict[str, Any], reason: str) -> None:
    """L6: it never matches, and says why; those beside it stay."""
    wrong = {name: value for name, value in {**ALLOW, **elements}.items() if value is not None}
    first, second = read(text(wrong, ALLOW)).statements
    assert first.invalid is not None
    assert first.invalid.startswith(reason)
    assert second.invalid is None


@pytest.mark.parametrize("element", ["Sid", "Effect", "Action", "Resource", "Principal", "Condition"])
def test_null_is_no_value_of_any_element(element: str) -> None:
    """A condition that is null is not "no condition": nothing may be allowed by it."""
    assert read(text({**ALLOW, element: None})).statements[0].invalid is not None


def test_what_documents_write_alike_is_held_once() -> None:
    written = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:Put*"], "Resource": "arn:aws:s3:::ledger/*"}
    one, other = (read(json.dumps({"Version": version, "Statement": written})) for version in VERSIONS)
    unread = one.resource_at(0), other.resource_at(0)
    for text, same in zip(one.statements[0].action.patterns, other.statements[0].action.patterns, strict=True):
        assert text is same
    assert one.statements[0].action.patterns is one.action_patterns[0]
    assert (one.resource_at(0), other.resource_at(0)) == unread == (("arn:aws:s3:::ledger/*",),) * 2


def test_statements_read_alike_that_differ_in_what_they_are_called_and_the_actions_they_name() -> None:
    given = {**ALLOW, "Condition": {"NumericLessThan": {"s3:max-keys": 10}}}
    alike = [given, {**given, "Sid": "Read"}, {**given, "Sid": "Put", "Action": ["s3:PutObject"]}]
    assert len({read(text(one)).written_at((0,)) for one in alike}) == 1


def test_statements_that_do_not_say_the_same_do_not_read_alike() -> None:
    """Nor does one that is refused read like one that is not, nor what is nested too deep like anything."""
    deep: JsonValue = "x"
    for _ in range(50_000):
        deep = [deep]
    others: list[dict[str, object]] = [
        {"Effect": "Deny"},
        {"Resource": "arn:aws:s3:::ledger"},
        {"Resource": {"*": "*"}},
        {"Resource": [["*", "*"]]},
        {"Resource": 1},
        {"Resource": "1"},
        {"Resource": True},
        {"Condition": {"Bool": {"k": True}}},
        {"Condition": {"Bool": {"k": "true"}}},
        {"Condition": {"Bool": {"K": "true"}}},
        {"Condition": None},
        {"NotResource": "*"},
        {"Principal": "*"},
        {"Sid": 1},
        {"Action": []},
        {"More": "x"},
        {"Condition": {"Bool": {"k": {"a": {"b": {"c": "d"}}}}}},
    ]
    each = [read(text({**ALLOW, **one})).written_at((0,)) for one in ({}, *others)]
    assert len(set(each)) == len(others) + 1
    old = read(json.dumps({"Version": "2008-10-17", "Statement": [ALLOW]}))
    assert old.written_at((0,)) not in each  # there ${…} is no variable (V2)
    nested = [PolicyDocument("", None, [((), False)], [{"Condition": deep}], old._reader) for _ in range(2)]
    assert nested[0].written_at((0,)) != nested[1].written_at((0,))


def test_what_a_statement_is_called_is_told_without_reading_it() -> None:
    document = read(text({**ALLOW, "Sid": "Read"}, ALLOW, {**ALLOW, "Sid": ""}, {**ALLOW, "Sid": 7}))
    unread = [document.label_at(place) for place in range(4)]
    assert document.written_at(range(4)) is not None
    assert unread == [one.label for one in document.statements] == ["Read", "1", "2", "3"]
    assert [document.label_at(place) for place in range(4)] == unread
    assert document.written_at(range(4)) is None  # they are compared by what they say


def test_an_invalid_deny_is_still_called_a_deny() -> None:
    assert statement(Effect="Deny", Action=None).effect is Effect.DENY


def test_a_statement_is_labelled_by_its_sid_or_its_index() -> None:
    first, second = read(text(ALLOW, {**ALLOW, "Sid": "Read"})).statements
    assert (first.label, second.label) == ("0", "Read")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("10", ("10",)),
        ("[1.50, 1e3, -0, 7.5]", ("1.50", "1e3", "-0", "7.5")),
        ("true", ("true",)),
        ('[false, "TRUE"]', ("false", "TRUE")),
        ("9" * 6_000, ("9" * 6_000,)),
        ("[]", ()),
    ],
)
def test_condition_values_are_kept_as_their_json_text(written: str, kept: tuple[str, ...]) -> None:
    """L5."""
    source = text({**ALLOW, "Condition": {"NumericEquals": {"k": "@"}}}).replace('"@"', written)
    assert tuple(value.text for value in read(source).statements[0].conditions[0].values) == kept


def test_a_single_string_is_a_list_of_one() -> None:
    """L4."""
    given = statement(Action="a:b", Resource="arn:aws:s3:::b", Principal={"AWS": "*"})
    assert given.action.patterns == ("a:b",)
    assert given.resource is not None
    assert given.resource.texts == ("arn:aws:s3:::b",)
    assert given.principal is not None
    assert [entry.text for entry in given.principal.entries] == ["*"]


@pytest.mark.parametrize(
    "elements",
    [
        {"Action": []},
        {"Action": None, "NotAction": []},
    ],
)
def test_an_empty_list_of_actions_matches_none(elements: dict[str, Any]) -> None:
    """L9: also under NotAction, which would else be everything."""
    assert not statement(**elements).action.patterns


@pytest.mark.parametrize("elements", [{"Resource": []}, {"Resource": None, "NotResource": []}])
def test_an_empty_list_of_resources_matches_none(elements: dict[str, Any]) -> None:
    """L9."""
    resource = statement(**elements).resource
    assert resource is not None
    assert (resource.patterns, resource.negated) == ((), False)


@pytest.mark.parametrize("name", ["Principal", "NotPrincipal"])
@pytest.mark.parametrize("nobody", [[], {}, {"AWS": []}])
def test_an_empty_principal_matches_nobody(name: str, nobody: object) -> None:
    """L9."""
    principal = statement(**{name: nobody}).principal
    assert principal is not None
    assert (principal.entries, principal.negated) == ((), False)


def test_an_empty_condition_is_no_condition() -> None:
    """L9, UNCONFIRMED."""
    assert statement(Condition={}).conditions == ()
    assert statement(Condition={}).invalid is None


# Elements that a kind of policy does not take

PRINCIPAL = {"Principal": "*"}
NOT_PRINCIPAL = {"NotPrincipal": {"AWS": "111122223333"}}
NO_RESOURCE = {"Resource": None}
DENY = {"Effect": "Deny"}
IDENTITY_LIKE = (PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION, PolicyKind.SCP)
RESOURCE_LIKE = (PolicyKind.RESOURCE, PolicyKind.KMS_KEY, PolicyKind.VPC_ENDPOINT)


@every_row(
    ("kind", "elements", "takes"),
    [
        *((kind, {}, True) for kind in IDENTITY_LIKE),
        *((kind, PRINCIPAL, False) for kind in IDENTITY_LIKE),
        *((kind, NOT_PRINCIPAL, False) for kind in IDENTITY_LIKE),
        *((kind, NO_RESOURCE, False) for kind in IDENTITY_LIKE),
        *((kind, {}, False) for kind in RESOURCE_LIKE),
        *((kind, PRINCIPAL, True) for kind in RESOURCE_LIKE),
        *((kind, NOT_PRINCIPAL, True) for kind in RESOURCE_LIKE),
        (PolicyKind.RESOURCE, {**PRINCIPAL, **NO_RESOURCE}, True),
        (PolicyKind.KMS_KEY, {**PRINCIPAL, **NO_RESOURCE}, False),
        (PolicyKind.VPC_ENDPOINT, {**PRINCIPAL, **NO_RESOURCE}, False),
        (PolicyKind.TRUST, {**PRINCIPAL, **NO_RESOURCE}, True),
        (PolicyKind.TRUST, NO_RESOURCE, False),
        (PolicyKind.TRUST, PRINCIPAL, False),
        (PolicyKind.TRUST, {**NOT_PRINCIPAL, **NO_RESOURCE}, False),
        (PolicyKind.RCP, {**PRINCIPAL, **DENY}, True),
        (PolicyKind.RCP, PRINCIPAL, False),
        (PolicyKind.RCP, DENY, False),
        (PolicyKind.RCP, {**NOT_PRINCIPAL, **DENY}, False),
        (PolicyKind.RCP, {"Principal": {"AWS": "111122223333"}, **DENY}, False),
        (PolicyKind.RCP, {**PRINCIPAL, **DENY, "Action": "*"}, False),
        (PolicyKind.RCP, {**PRINCIPAL, **DENY, "Action": None, "NotAction": "s3:*"}, False),
        (PolicyKind.RCP, {**PRINCIPAL, **DENY, **NO_RESOURCE}, False),
        (PolicyKind.RCP, {"Principal": {"AWS": "*"}, **DENY}, True),
    ],
)
def test_elements_that_a_kind_of_policy_takes(kind: PolicyKind, elements: dict[str, Any], *, takes: bool) -> None:
    """L7, S3, E36."""
    assert (forbidden_element(statement(**elements), kind) is None) is takes


def test_what_was_read_of_actions_is_not_kept_twice() -> None:
    """Of thousands of documents that a search reads, the lists of actions would be most of what it takes (EP58)."""
    actions = [f"s3:GetSomethingOfAnObject{place}" for place in range(200)]
    source = json.dumps({"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}).encode()
    first = parse_policy(source)
    tracemalloc.start()
    try:
        held = [parse_policy(source) for _ in range(20)]
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(first, PolicyDocument)
    assert all(isinstance(one, PolicyDocument) and one.action_patterns == first.action_patterns for one in held)
    assert taken < 20 * 4_000
