"""Law: forwards from one, among those on whom its paths depend, and backwards from everybody are one answer (EP50)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.answer.results import Path
from iamtui.analysis.paths.searching import forwards, search
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.reports.paths.ladder import administrator_lines
from iamtui.snapshot.model import Credentials, InlinePolicy, Role, Snapshot, User
from tests.analysis.paths import test_brute_force, test_laws
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import HOME, account, role, user
from tests.tables import every_row

AT = datetime(2026, 11, 30, tzinfo=UTC)
QUESTIONS = tuple(
    PathQuestion(most_ends=ends, most_steps=steps, certain=certain, at=AT)
    for ends, steps, certain in ((5, 6, False), (1, 6, False), (2, 2, True))
)
WAYS = {
    "sts:AssumeRole": "sts-001",
    "iam:UpdateAssumeRolePolicy": "iam-012",
    "iam:CreateAccessKey": "iam-002",
    "iam:CreateLoginProfile": "iam-004",
}
CONDITIONS: tuple[Mapping[str, object], ...] = (
    *({}, {}, {}),
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"Null": {"aws:TokenIssueTime": "false"}},
)
COUNT = 9


def chained_account(seed: int) -> Snapshot:
    """Users and roles that lead to each other in chains, some of which end at an administrator."""
    rng = Random(seed)  # noqa: S311 - no secret

    def grants() -> list[dict[str, object]]:
        found = []
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            action = rng.choice((*WAYS, "sts:AssumeRole", "sts:AssumeRole"))
            kind = "role" if "Role" in action else "user"
            names = [f"{HOME}:{kind}/n{rng.randrange(COUNT)}" for _ in range(rng.choice((1, 2, 4)))]
            names += [f"{HOME}:role/{rng.choice(('sure', 'if'))}"] * (rng.random() < 0.2)
            found.append({**allow(action, names), "Condition": rng.choice(CONDITIONS)})
        return found

    def known() -> Credentials | None:
        return rng.choice((None, Credentials(console_password=False, mfa=False, access_keys=())))

    entities: list[User | Role] = []
    for place in range(COUNT):
        entities.append(replace(user(f"n{place}", *grants()), credentials=known()))
        entities.append(role(f"n{place}", {"AWS": OWN}, *grants()))
    conditional = {**allow("*"), "Condition": rng.choice(CONDITIONS[3:])}
    return account(*entities, role("sure", {"AWS": OWN}, allow("*")), role("if", {"AWS": OWN}, conditional, *grants()))


def rows(path: Path) -> list[tuple[object, ...]]:
    """Every edge of a path, with all its requests."""
    return [(edge.key, edge.verdict, edge.outcome, edge.in_console, edge.tell()) for edge in path.edges]


def check(snapshot: Snapshot, question: PathQuestion, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask forwards from everybody, as if there were many."""
    monkeypatch.setattr(search, "MOST_SOURCES", 0)
    whole = find_paths(snapshot, question)
    for start in Places(snapshot).arns:
        found = find_paths(snapshot, replace(question, starts=(start,)))
        expected = [rows(path) for path in whole.paths if path.start == start]
        assert [rows(path) for path in found.paths] == expected, (start, question)


def check_chains(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = chained_account(seed)
    for question in (*QUESTIONS, PathQuestion(ends=(f"{HOME}:role/sure",), most_ends=2, at=AT)):
        check(snapshot, replace(question, ways=tuple(WAYS.values())), monkeypatch)


@every_row(("seed", "judged"), ((3005, 500), (3003, 0)))
def test_law_ep50_forwards_from_one_is_what_is_found_from_everybody(
    seed: int, judged: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwards, "_MOST_JUDGED", judged)
    check_chains(seed, monkeypatch)


FROM_THERE = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
WITH_A_KEY = {"Null": {"aws:TokenIssueTime": "true"}}
"""What one may with an access key, and not in the console."""

CHAINS: Mapping[str, tuple[tuple[User | Role, ...], list[list[str]]]] = {
    "who is no administrator in the console ends no search": (
        (
            user("dana", allow("sts:AssumeRole", f"{HOME}:role/n")),
            role(
                "n",
                {"AWS": OWN},
                allow("iam:CreateLoginProfile", f"{HOME}:user/keyed"),
                allow("sts:AssumeRole", f"{HOME}:role/x"),
            ),
            user("keyed", {**allow("*"), "Condition": WITH_A_KEY}),
        ),
        [["n", "x", "sure"]],
    ),
    "who is entered later is followed again": (
        (
            user("dana", allow("iam:CreateAccessKey", f"{HOME}:user/z"), allow("sts:AssumeRole", f"{HOME}:role/n")),
            role("n", {"AWS": OWN}, allow("iam:CreateLoginProfile", f"{HOME}:user/z")),
            user(
                "z",
                {**allow("sts:AssumeRole", f"{HOME}:role/sure"), "Condition": WITH_A_KEY},
                allow("sts:AssumeRole", f"{HOME}:role/x"),
            ),
        ),
        [["n", "z", "x", "sure"], ["z", "sure"]],
    ),
    "who administers under a condition is gone through": (
        (
            user("dana", allow("sts:AssumeRole", f"{HOME}:role/if")),
            role(
                "if",
                {"AWS": OWN},
                {**allow("*"), "Condition": FROM_THERE},
                allow("sts:AssumeRole", f"{HOME}:role/x"),
            ),
        ),
        [["if"], ["if", "x", "sure"]],
    ),
    "a way back to who starts is none": (
        (
            user(
                "dana",
                {**allow("*"), "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
                allow("sts:AssumeRole", f"{HOME}:role/n"),
            ),
            role(
                "n",
                {"AWS": OWN},
                allow("iam:CreateAccessKey", f"{HOME}:user/dana"),
                {**allow("sts:AssumeRole", f"{HOME}:role/x"), "Condition": FROM_THERE},
            ),
        ),
        [["n", "x", "sure"]],
    ),
}


@every_row("case", tuple(CHAINS))
def test_ep50_forwards_goes_on_where_a_way_is_not_enough(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_SOURCES", 0)
    people, expected = CHAINS[case]
    known = Credentials(console_password=False, mfa=False, access_keys=())
    entities = [replace(one, credentials=known) if isinstance(one, User) else one for one in people]
    leading = role("x", {"AWS": OWN}, allow("sts:AssumeRole", f"{HOME}:role/sure"))
    snapshot = account(*entities, leading, role("sure", {"AWS": OWN}, allow("*")))
    question = PathQuestion(starts=(f"{HOME}:user/dana",), ways=("sts-001", "iam-002", "iam-004"), at=AT)
    found = [[edge.end.rpartition("/")[2] for edge in path.edges] for path in find_paths(snapshot, question).paths]
    assert sorted(found) == expected


NO_KEYS = Credentials(console_password=False, mfa=False, access_keys=())


def taking(name: str, *takes: str, condition: Mapping[str, object] | None = None) -> Role:
    """A role that may become others, under a condition if one is given."""
    given = {} if condition is None else {"Condition": condition}
    return role(name, {"AWS": OWN}, *({**allow("sts:AssumeRole", f"{HOME}:role/{one}"), **given} for one in takes))


def keyed(name: str, *takes: str, credentials: Credentials | None = NO_KEYS) -> User:
    """A user that may become others, and can be given an access key."""
    made = user(name, *(allow("sts:AssumeRole", f"{HOME}:role/{one}") for one in takes))
    return replace(made, credentials=credentials)


def ends_of(snapshot: Snapshot, question: PathQuestion, start: str) -> list[list[str]]:
    """Where each edge of the paths of one ends."""
    paths = [path for path in find_paths(snapshot, question).paths if path.start == start]
    return [[edge.end.rpartition("/")[2] for edge in path.edges] for path in paths]


S = f"{HOME}:role/s"
SURE = role("sure", {"AWS": OWN}, allow("*"))
KEYS = PathQuestion(ways=("sts-001", "iam-002", "iam-012"), at=AT)


def test_ep50_who_leads_back_to_the_start_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """n may make keys of dana, who gets there alone, and of z; one end is told of each way."""
    monkeypatch.setattr(search, "MOST_SOURCES", 0)
    inside = {**allow("iam:UpdateAssumeRolePolicy", SURE.arn), "Condition": FROM_THERE}
    dana = replace(user("dana", inside, allow("sts:AssumeRole", f"{HOME}:role/n")), credentials=NO_KEYS)
    n = role("n", {"AWS": OWN}, allow("iam:CreateAccessKey", [dana.arn, f"{HOME}:user/z"]))
    snapshot = account(dana, keyed("z", "sure", credentials=None), n, SURE)
    for starts in ((), (dana.arn,)):
        question = replace(KEYS, starts=starts, most_ends=1)
        assert ends_of(snapshot, question, dana.arn) == [["sure"], ["n", "z", "sure"]]


def test_ep50_who_is_gone_through_needs_a_way_that_does_not_come_back_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """n may make keys of a, who gets there surely only by n itself, and of z; one end is told of each way."""
    monkeypatch.setattr(search, "MOST_SOURCES", 0)
    inside = {**allow("sts:AssumeRole", SURE.arn), "Condition": FROM_THERE}
    a = replace(user("a", inside, allow("sts:AssumeRole", f"{HOME}:role/n")), credentials=NO_KEYS)
    n = role("n", {"AWS": OWN}, allow("iam:CreateAccessKey", [a.arn, f"{HOME}:user/z"]))
    dana = user("dana", allow("sts:AssumeRole", f"{HOME}:role/n"))
    snapshot = account(a, dana, keyed("z", "sure"), n, SURE)
    for starts in ((), (dana.arn,)):
        assert ends_of(snapshot, replace(KEYS, starts=starts, most_ends=1), dana.arn) == [["n", "z", "sure"]]


def test_ep50_who_leads_nowhere_at_once_may_lead_on_more_surely(monkeypatch: pytest.MonkeyPatch) -> None:
    """dana becomes sure under a condition, as it does k; n, whom it surely becomes, gets there surely by x."""
    monkeypatch.setattr(search, "MOST_SOURCES", 0)
    inside = {**allow("sts:AssumeRole", [SURE.arn, f"{HOME}:role/k"]), "Condition": FROM_THERE}
    dana = user("dana", inside, allow("sts:AssumeRole", f"{HOME}:role/n"))
    snapshot = account(dana, taking("n", "x"), taking("k"), taking("x", "sure"), SURE)
    for starts in ((), (dana.arn,)):
        assert ends_of(snapshot, replace(KEYS, starts=starts, most_ends=1), dana.arn) == [["n", "x", "sure"]]


@every_row("seed", (94048, 94064, 94120, 94255, 94405))
def test_law_ep50_at_one_end_of_a_way(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeds at which forwards from one told another path than from everybody.

    A conditional administrator that starts, led back to itself, or is gone through; and one in the console whom only
    an added edge enters, or the edge of another.
    """
    question = replace(QUESTIONS[1], ways=tuple(WAYS.values()))
    monkeypatch.setattr(forwards, "_MOST_JUDGED", 0)
    check(chained_account(seed), question, monkeypatch)


def test_ep51_what_another_passes_is_not_told_of_who_begins_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two ends are told of s; x, who would come back to itself through the first of them, needs a third."""
    monkeypatch.setattr(search, "MOST_SOURCES", 0)
    x = role("x", {"AWS": OWN}, {**allow("sts:AssumeRole", SURE.arn), "Condition": FROM_THERE})
    x = replace(x, inline=(*x.inline, InlinePolicy("more", document(allow("iam:UpdateAssumeRolePolicy", S)))))
    s = role("s", {"AWS": OWN}, allow("iam:CreateAccessKey", [f"{HOME}:user/{one}" for one in "acb"]))
    users = (keyed("a", "x"), keyed("b", "m"), keyed("c", "sure", credentials=None))
    snapshot = account(*users, x, s, taking("m", "k"), taking("k", "sure", condition=FROM_THERE), SURE)
    told = [["a", "x", "sure"], ["c", "sure"]]
    for starts in ((), (S,)):
        assert ends_of(snapshot, replace(KEYS, starts=starts, most_ends=2), S) == told
    assert ["s", "b", "m", "k", "sure"] in ends_of(snapshot, replace(KEYS, most_ends=2), x.arn)


def test_ep52_a_shorter_way_that_is_less_sure_is_told_where_the_surest_is_cut_off() -> None:
    dana = user("dana", allow("sts:AssumeRole", f"{HOME}:role/n"))
    n = role(
        "n",
        {"AWS": OWN},
        {**allow("sts:AssumeRole", SURE.arn), "Condition": FROM_THERE},
        allow("iam:UpdateAssumeRolePolicy", f"{HOME}:role/m"),
    )
    snapshot = account(dana, n, taking("m", "k"), taking("k", "sure"), SURE)
    assert ends_of(snapshot, KEYS, dana.arn) == [["n", "m", "k", "sure"]]
    assert ends_of(snapshot, replace(KEYS, most_steps=3), dana.arn) == [["n", "sure"]]
    assert not find_paths(snapshot, replace(KEYS, most_steps=3)).complete


def test_administrators_that_nobody_was_led_to_are_not_said_to_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_SOURCES", 0)
    dana = user("dana", allow("sts:AssumeRole", f"{HOME}:role/sure"))
    snapshot = account(dana, role("sure", {"AWS": OWN}, allow("*")))
    found = find_paths(snapshot, PathQuestion(starts=(f"{HOME}:user/dana",), at=AT))
    first = next(iter(administrator_lines(found.administrators, str)))
    assert first.text == "1 administrator among those who were looked at"


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(3000, 3200))
def test_law_ep50_on_many_accounts(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwards, "_MOST_JUDGED", seed % 2 * 4)
    check_chains(seed, monkeypatch)
    for made in (test_laws.random_account, test_brute_force.random_account):
        for question in QUESTIONS:
            check(made(seed), question, monkeypatch)
