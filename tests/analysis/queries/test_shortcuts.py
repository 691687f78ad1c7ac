"""What is skipped without being asked (WC2): each shortcut against what it stands for."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from iamtui import catalog
from iamtui.analysis.queries.actions.shapes import met_as_written, met_by, spans
from iamtui.analysis.queries.actions.type_names import templates_in
from iamtui.analysis.queries.index.action_lists import ActionLists
from iamtui.analysis.queries.index.beginnings import Beginnings
from iamtui.analysis.queries.index.trusts import Naming, nameless, said_to
from iamtui.evaluation.decide import prepare_for
from iamtui.evaluation.matching.principals import match_principal
from iamtui.evaluation.matching.statements import match
from iamtui.evaluation.request.caller import Caller, identify
from iamtui.evaluation.request.request import Request
from iamtui.patterns import matcher_of
from iamtui.policy.document import Document, statements_written
from iamtui.policy.elements import ResourceElement
from iamtui.policy.statement import PolicyDocument, PolicyKind, Statement
from iamtui.snapshot.model import Snapshot
from tests.analysis.queries.worlds import random_world
from tests.app.exports import ACCOUNT, arn, export, opened, user
from tests.evaluation.building import document, policy
from tests.tables import every_row
from tests.work import calls_of

ALICE = arn("user", "alice")


def element(*texts: str, negated: bool = False) -> ResourceElement:
    return ResourceElement(texts, negated=negated, variables=True)


def matched(trust: Document, caller: Caller) -> list[object]:
    """What the statements say that match a caller, decided by matching; one may stand at another place for another."""
    return [
        (truth, one.effect, one.action.negated, one.action.folded, one.conditions, one.resource is None)
        for one in statements_written(trust)
        if one.principal and (truth := match_principal(one.principal, one.effect, caller).truth)
    ]


def callers_of(held: Snapshot) -> list[Caller]:
    accounts = held.accounts.values()
    arns = [one.arn for account in accounts for kind in (account.users, account.roles) for one in (kind or {}).values()]
    return [identify(one, held) for one in arns]


@settings(max_examples=60)
@example(8500)  # two statements that differ in whom they name alone
@given(st.integers(min_value=0, max_value=1 << 30))
def test_a_trust_policy_says_the_same_to_all_to_whom_it_is_said_to(seed: int) -> None:
    """Callers with one `said_to` are told the same, and where nothing is said no statement matches."""
    held = random_world(Random(seed)).snapshot  # noqa: S311 - test data
    callers = callers_of(held)
    trusts = [role.trust for account in held.accounts.values() for role in (account.roles or {}).values() if role.trust]
    naming = Naming(trusts)
    for caller in callers:
        named = naming.of(caller)
        for place, trust in enumerate(trusts):
            said, found = said_to(trust, caller), matched(trust, caller)
            if said is None:
                assert not found, (trust, caller.text)
            others = [one for one in callers if (one.kind, one.account) == (caller.kind, caller.account)]
            assert all(
                matched(trust, one) == found for one in others if said is not None and said_to(trust, one) == said
            )
            if named is not None and not named >> place & 1:
                assert matched(trust, nameless(caller)) == found, (trust, caller.text)


@settings(max_examples=60)
@given(st.integers(min_value=0, max_value=1 << 30))
def test_roles_that_say_the_same_to_one_are_heard_alike(seed: int) -> None:
    """What a caller's own values rule out matches nothing; of two that are left with the same, the same matches."""
    rng = Random(seed)  # noqa: S311 - test data

    def said() -> dict[str, object]:
        named = rng.choice(("*", ACCOUNT, ALICE, arn("user", "bob")))
        tests = {
            "ArnLike": {"aws:PrincipalArn": rng.choice((ALICE, arn("user", "a*"), arn("user", "b*")))},
            "StringEquals": {rng.choice(("aws:PrincipalTag/team", "sts:ExternalId")): rng.choice(("red", "blue"))},
            "Bool": {"aws:MultiFactorAuthPresent": rng.choice(("true", "false"))},
            "StringNotLike": {"aws:userid": rng.choice(("AIDAALICE", "${aws:username}"))},
        }
        chosen = rng.sample(sorted(tests), rng.randint(0, 2))
        effect, action = (
            rng.choice(("Allow", "Allow", "Deny")),
            rng.choice(("sts:AssumeRole", "sts:*", "sts:TagSession")),
        )
        condition = {"Condition": {one: tests[one] for one in chosen}} if chosen else {}
        return {"Effect": effect, "Principal": {"AWS": named}, "Action": action, **condition}

    trusts = [document(policy(*(said() for _ in range(rng.randint(1, 2))))) for _ in range(12)]
    with TemporaryDirectory() as folder:
        held = opened(Path(folder) / "a.json", export(users=[user("alice", Tags=[{"Key": "team", "Value": "red"}])]))
    asked = prepare_for(held, Request(ALICE, "sts:AssumeRole", arn("role", "any"))).asked
    heard: dict[object, object] = {}
    for trust in trusts:
        taking = [one for one in statements_written(trust) if one.action.matches("sts:assumerole", "sts")]
        found = [(one, match(one, PolicyKind.TRUST, asked)) for one in taking]
        left = said_to(trust, asked.caller, "sts:assumerole", asked.context)
        told = sorted((one.effect.value, each.truth, str(each.match_class)) for one, each in found if each.truth)
        assert left is not None or not told
        assert heard.setdefault(left, told) == told


@every_row(
    ("principal", "named"),
    [
        ({"Principal": {"AWS": ALICE}}, True),
        ({"Principal": {"AWS": "AIDAALICE"}}, True),
        ({"Principal": {"AWS": ALICE.upper().replace("ARN:AWS:IAM", "arn:aws:iam")}}, True),
        ({"NotPrincipal": {"AWS": ALICE}}, True),
        ({"Principal": {"AWS": arn("user", "alice2")}}, False),
        ({"Principal": {"AWS": ACCOUNT}}, False),
        ({"Principal": "*"}, False),
    ],
)
def test_a_policy_names_whom_its_bytes_name(principal: dict[str, object], named: bool, tmp_path: Path) -> None:
    held = opened(tmp_path / "a.json", export(users=[user("alice")]))
    alice = identify(ALICE, held)
    trust = document(policy({"Effect": "Allow", "Action": "sts:AssumeRole", **principal}))
    escaped = Document(trust.source.replace(b"alice", b"\\u0061lice").replace(b"AIDAALICE", b"\\u0041IDAALICE"))
    assert Naming([trust, None]).of(alice) == int(named)
    assert Naming([None, escaped]).of(alice) == 2 * (named or b"\\u" in escaped.source)
    assert matched(escaped, alice) == matched(trust, alice)


PATTERNS = (
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::ledger",
    "arn:aws:s3:::ledger/*",
    "arn:aws:s3:::l?dger/${aws:username}",
)


@every_row("pattern", PATTERNS)
def test_what_may_speak_of_a_resource_is_found_by_its_beginning(pattern: str) -> None:
    """Nothing that matches is left out; of what cannot match, what begins otherwise is."""
    beginnings: Beginnings[object] = Beginnings()
    things = {name: [name] for name in ("all", "negated", "pattern", "several", "other")}
    beginnings.add(things["all"], None)
    beginnings.add(things["negated"], [None])
    beginnings.add(things["pattern"], [(pattern,)])
    beginnings.add(things["several"], [("arn:aws:sqs:*",), (pattern,)])
    beginnings.add(things["other"], [("arn:aws:s3:::ledgers/x",)])
    for resource in ("*", "arn:aws:s3:::ledger", "arn:aws:s3:::ledger/x", "arn:aws:sqs:us-east-1:111122223333:q"):
        found = {str(thing[0]) for thing in beginnings.reaching([resource]) if isinstance(thing, list)}
        matches = matcher_of(element(pattern).patterns[0].widest)(resource)
        assert {"all", "negated"} <= found
        assert not matches or {"pattern", "several"} <= found, resource
        assert "other" not in found, resource


SPANNING: tuple[tuple[tuple[str, ...], bool, str, bool | None], ...] = (
    (("*",), False, "s3:GetObject", True),
    (("*",), True, "s3:GetObject", False),
    (("arn:aws:sqs:*:*:*",), False, "s3:GetObject", False),
    (("arn:aws:sqs:*:*:*",), True, "s3:GetObject", True),
    (("arn:aws:s3:::*",), False, "s3:GetObject", None),
    (("arn:aws:s3:::ledger",), False, "s3:GetObject", False),
    (("arn:aws:s3:::ledger",), False, "s3:ListBucket", None),
    (("arn:aws:sqs:*:*:*", "arn:aws:s3:::ledger/*"), False, "s3:GetObject", None),
    (("arn:aws:s3:::${aws:username}",), False, "s3:GetObject", None),
    (("arn:aws:iam::111122223333:role/*",), False, "iam:DeleteUser", False),
    (("arn:aws:logs:us-east-1:*:x",), False, "logs:DeleteLogGroup", None),
    (("arn:aws:s3:::*",), False, "s3:ListAllMyBuckets", None),
)


@every_row(("texts", "negated", "action", "expected"), SPANNING)
def test_an_element_spans_all_resources_of_an_action_or_none(
    texts: tuple[str, ...], negated: bool, action: str, expected: bool | None
) -> None:
    assert spans(element(*texts, negated=negated), action) is expected


@given(
    st.sampled_from(["s3:GetObject", "s3:ListBucket", "sqs:SendMessage", "iam:PassRole", "lambda:InvokeFunction"]),
    st.lists(
        st.tuples(
            st.sampled_from(["arn:aws:", "arn:*:", "*:"]),
            st.sampled_from(["s3:", "sqs:", "iam:", "lambda:", "*:"]),
            st.sampled_from([":", "us-east-1:", "*:", "us-*:"]),
            st.sampled_from([":", "111122223333:", "*:"]),
            st.sampled_from(["*", "x", "role/*", "function:*", "x/*", "user/x", "function:?"]),
        ).map("".join),
        min_size=1,
        max_size=2,
    ),
)
def test_what_spans_nothing_of_an_action_matches_none_of_its_resources(action: str, texts: list[str]) -> None:
    details = catalog.action(action)
    assert details is not None
    kinds = [catalog.resource_type(details.service, one.name) for one in details.resource_types]
    places = {"Partition": "aws", "Region": "us-east-1", "Account": "111122223333"}
    names = ("x", "xx")
    resources = [filled(kind.arn_template, places, name) for kind in kinds if kind is not None for name in names]
    found = spans(element(*texts), action)
    if found is not None:
        matches = [matcher_of(one.widest) for one in element(*texts).patterns]
        assert all(any(match(resource) for match in matches) is found for resource in resources), resources


def filled(template: str, places: dict[str, str], name: str) -> str:
    """An ARN of a type: `arn:${Partition}:s3:::${BucketName}/${ObjectName}` with values in it."""
    segments = template.split("${")
    return segments[0] + "".join(
        places.get(part.partition("}")[0], name) + part.partition("}")[2] for part in segments[1:]
    )


WRITTEN = st.text(alphabet="s3Qq:*?", min_size=1, max_size=6)
ALWAYS = [["S3:Get*"], ["sqs:Get", "s3:Put"], ["*"], ["s?:Q"], ["*3:*"], ["s3"], ["x:y"]]


@settings(max_examples=50)
@given(st.lists(st.lists(WRITTEN, max_size=3), max_size=6), st.booleans(), st.sampled_from(("s3:q", "q:s3")))
def test_lists_of_actions_find_the_statements_that_take_one(lists: list[list[str]], negated: bool, action: str) -> None:
    """They are those that each document finds itself, in the order of documents; what cannot be read is among them."""
    name = "NotAction" if negated else "Action"
    statements = [{"Effect": "Allow", name: list(each)} for each in lists]
    written = [
        document(policy(*statements)),
        *(document(policy({"Effect": "Deny", "Action": each})) for each in ALWAYS),
    ]
    documents = {id(one): one for one in (*written, Document(b"{"))}
    taking = {
        one.key: [each.statement for each in one.taking.statements] for one in ActionLists(documents).taking(action)
    }
    expected = {key: _taking(one, action) for key, one in documents.items()}
    assert list(taking.items()) == [(key, found) for key, found in expected.items() if found is not None]


def _taking(written: Document, action: str) -> list[Statement] | None:
    content = written.policy
    if not isinstance(content, PolicyDocument):
        return []
    return list(content.taking(action, action.partition(":")[0])) or None


NAMES = (
    "*",
    "a*",
    "*z",
    "a?b*",
    "x*-y",
    "foo-bar",
    "foo_bar.baz",
    "role",
    "key",
    "log",
    "stream",
    "-",
    "q7",
    "a/b",
    "é",
)


@settings(max_examples=12)
@given(st.integers(min_value=0, max_value=1 << 30))
def test_a_name_that_tells_no_types_apart_counts_for_nothing(seed: int) -> None:
    """A pattern reaches the same types with another name in the place of such a one."""
    rng = Random(seed)  # noqa: S311 - test data
    for service in rng.sample(catalog.services(), 6):
        for _, template in templates_in(service):
            words = [part for part in template.rest if isinstance(part, str)]
            names = (*NAMES, *(word[:3] for word in words), *(f"{word}x" for word in words))
            rest = "".join(part if isinstance(part, str) else rng.choice(names) for part in template.rest)
            place = (rng.choice(("eu-west-1", "*", "")), rng.choice((ACCOUNT, "*", "")))
            text = ":".join(("arn", "aws", (template.fixed or (None,))[0] or service, *place, rest))
            where = service, "aws", ACCOUNT
            assert met_by(text, *where) == met_as_written(text, *where), text


def test_what_patterns_reach_is_found_once_for_all_names() -> None:
    texts = [f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders-{number}" for number in range(9)]
    asked = calls_of(
        lambda: [met_by(text, "dynamodb", "aws", ACCOUNT) for text in texts], of=met_as_written.__wrapped__
    )
    assert asked <= 1
