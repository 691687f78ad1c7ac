"""The command line, the form and scenario files read one request alike: one table of cases runs through all three."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iamtui.analysis.scenarios.cases import UnusableCase
from iamtui.analysis.scenarios.files import read_scenarios
from iamtui.analysis.scenarios.running import with_principal
from iamtui.browsing.requests.answers import answer_to
from iamtui.browsing.requests.fields import request_of
from iamtui.content.requests import ContextField, RequestFields
from iamtui.evaluation.request.request import RequestError
from iamtui.policy.document import DocumentTable
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.app.exports import ACCOUNT, arn, export, group, role, user, write
from tests.cli.conftest import Iamtui
from tests.tables import every_row

DANA = arn("user", "dana", "/eng/")
ADA = arn("user", "ada.ortiz")
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run"
TEAM = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:TagKeys": "team"}},
    },
}

Context = dict[str, Any]
"""A key with a value, with the list of its values, or with None: it is absent."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    users = [user("dana", "/eng/", inline={"team": TEAM}), user("ada.ortiz"), user("root"), user("anonymous")]
    groups, roles = [group("Staff")], [role("deploy"), role("ROOT")]
    return write(tmp_path / "account.json", export(users=users, groups=groups, roles=roles))


class Ways:
    """Each way reads a request and gives its principal and context, or the message why it cannot."""

    def __init__(self, path: Path, iamtui: Iamtui) -> None:
        self.path = path
        self.iamtui = iamtui
        self.snapshot: Snapshot = open_snapshot([path])

    def command_line(self, principal: str, context: Context) -> tuple[str, dict[str, KeyValue]] | str:
        options = []
        for key, value in context.items():
            for one in value if isinstance(value, list) else [value]:
                options += ["--context", f"{key}={'@absent' if one is None else one}"]
        asked = ("--principal", principal, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/k", *options)
        ran = self.iamtui("simulate", self.path, *asked, "--missing", "absent", "--format", "json")
        if ran.status == 2:
            return ran.err
        request = json.loads(ran.out)["request"]
        stated = {
            key: ABSENT
            if value["state"] == "absent"
            else (KeyValue.listing if value["multivalued"] else _of)(tuple(value["values"]))
            for key, value in request["context"].items()
        }
        return request["principal"], stated

    def form(self, principal: str, context: Context) -> tuple[str, dict[str, KeyValue]] | str:
        said = tuple(
            ContextField(key, "absent")
            if value is None
            else ContextField(key, "value", tuple(value) if isinstance(value, list) else (value,))
            for key, value in context.items()
        )
        fields = RequestFields(principal, "s3:GetObject", "arn:aws:s3:::b/k", said)
        try:
            request = request_of(self.snapshot, fields)
        except RequestError as error:
            return str(error)
        return request.principal, dict(request.context)

    def scenario(self, principal: str, context: Context) -> tuple[str, dict[str, KeyValue]] | str:
        request = {"principal": principal, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": context}
        cases = [{"name": "asks", "request": request, "expect": "denied"}]
        file = self.path.with_name("cases.json")
        file.write_text(json.dumps({"version": 1, "snapshot": self.path.name, "cases": cases}), "utf-8")
        (case,) = read_scenarios(file, DocumentTable()).cases
        if isinstance(case, UnusableCase):
            return case.error
        try:
            asked = with_principal(case.request, self.snapshot)
        except RequestError as error:
            return str(error)
        return asked.principal, dict(asked.context)


def _of(values: tuple[str, ...]) -> KeyValue:
    (value,) = values
    return KeyValue.of(value)


Way = Callable[[str, Context], tuple[str, dict[str, KeyValue]] | str]
WAYS: dict[str, Callable[[Ways], Way]] = {
    "command line": lambda ways: ways.command_line,
    "form": lambda ways: ways.form,
    "scenario": lambda ways: ways.scenario,
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, path: Path, iamtui: Iamtui) -> Way:
    return WAYS[request.param](Ways(path, iamtui))


@every_row(
    ("written", "principal"),
    [
        ("dana", DANA),
        ("DANA", DANA),
        ("user/dana", DANA),
        ("eng/dana", DANA),
        ("/eng/dana", DANA),
        ("/ENG/Dana", DANA),
        ("user/eng/dana", DANA),
        ("AIDADANA", DANA),
        (DANA, DANA),
        ("ada.ortiz", ADA),
        ("Ada.Ortiz", ADA),
        ("user/ada.ortiz", ADA),
        ("deploy", arn("role", "deploy")),
        ("role/deploy", arn("role", "deploy")),
        ("root", f"arn:aws:iam::{ACCOUNT}:root"),
        ("user/root", arn("user", "root")),
        ("role/root", arn("role", "ROOT")),
        ("anonymous", "anonymous"),
        ("user/anonymous", arn("user", "anonymous")),
        ("lambda.amazonaws.com", "lambda.amazonaws.com"),
        ("accounts.google.com", "accounts.google.com"),
        (SESSION, SESSION),
        ("arn:aws:iam::444455556666:user/stranger", "arn:aws:iam::444455556666:user/stranger"),
    ],
)
def test_a_principal_is_read_alike(way: Way, written: str, principal: str) -> None:
    assert way(written, {}) == (principal, {})


@every_row(
    ("written", "said"),
    [
        ("nobody", "the export has no user or role called nobody; nobody is called alike"),
        ("ada.ortz", f"called alike: {ADA}"),
        ("user/dena", f"called alike: {DANA}"),
        ("lambda.amazonaw.com", "a service is written like lambda.amazonaws.com"),
        ("staff", "a group is no principal, ask for its members (E11)"),
        ("group/Staff", "a group is no principal, ask for its members (E11)"),
        (arn("user", "dana"), f"it has {DANA}"),
        (arn("role", "deplyo"), f"called alike: {arn('role', 'deploy')}"),
    ],
)
def test_a_principal_that_nobody_is_is_refused_alike(way: Way, written: str, said: str) -> None:
    answer = way(written, {})
    assert isinstance(answer, str)
    assert said in answer


@every_row(
    ("context", "stated"),
    [
        ({"aws:SourceIp": "203.0.113.7"}, {"aws:SourceIp": KeyValue.of("203.0.113.7")}),
        ({"aws:TagKeys": "team"}, {"aws:TagKeys": KeyValue.listing(("team",))}),
        ({"AWS:tagkeys": "team"}, {"AWS:tagkeys": KeyValue.listing(("team",))}),
        ({"aws:TagKeys": ["team"]}, {"aws:TagKeys": KeyValue.listing(("team",))}),
        ({"aws:TagKeys": ["team", "cost"]}, {"aws:TagKeys": KeyValue.listing(("team", "cost"))}),
        ({"aws:SourceIp": ["203.0.113.7"]}, {"aws:SourceIp": KeyValue.of("203.0.113.7")}),
        ({"aws:PrincipalTag/team": "blue"}, {"aws:PrincipalTag/team": KeyValue.of("blue")}),
        ({"s3:prefix": ""}, {"s3:prefix": KeyValue.of("")}),
        ({"aws:username": None}, {"aws:username": ABSENT}),
        ({"aws:TagKeys": None}, {"aws:TagKeys": ABSENT}),
        ({"dynamodb:Attributes": "id"}, {"dynamodb:Attributes": KeyValue.listing(("id",))}),
    ],
)
def test_a_context_key_is_read_alike(way: Way, context: Context, stated: dict[str, KeyValue]) -> None:
    assert way("dana", context) == (DANA, stated)


@every_row("key", ["aws:SourceIp", "aws:sourceip", "s3:prefix", "aws:PrincipalTag/team"])
def test_c20_several_values_of_a_key_that_has_one_are_refused_alike(way: Way, key: str) -> None:
    answer = way("dana", {key: ["10.0.0.1", "10.0.0.2"]})
    assert isinstance(answer, str)
    assert f"{key} has one value in a request, and 2 are given" in answer


def test_c23_a_list_of_one_is_no_single_value_to_any_of_them(path: Path, iamtui: Iamtui) -> None:
    asked = ("--principal", "dana", "--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/k")
    stated = ("--context", "aws:TagKeys=team")
    assert iamtui("simulate", path, *asked, *stated, "--expect", "implicitDeny").status == 0
    said = (ContextField("aws:TagKeys", "value", ("team",)),)
    answer = answer_to(open_snapshot([path]), RequestFields("dana", "s3:GetObject", "arn:aws:s3:::b/k", said))
    assert answer.decision is not None
    assert answer.decision.word == "implicitDeny"
    request = {"principal": "dana", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
    case = {"name": "c", "request": {**request, "context": {"aws:TagKeys": "team"}}, "expect": "implicitDeny"}
    file = write(path.with_name("cases.json"), {"version": 1, "snapshot": path.name, "cases": [case]})
    assert iamtui("check", file).status == 0


def test_root_is_no_name_where_there_are_several_accounts(tmp_path: Path, iamtui: Iamtui) -> None:
    several = [user("eve"), user("eve", account="444455556666")]
    path = write(tmp_path / "account.json", export(users=several))
    for way in WAYS.values():
        assert "2 principals are called root, expected one" in str(way(Ways(path, iamtui))("root", {}))
        said = str(way(Ways(path, iamtui))("eve", {}))
        assert arn("user", "eve") in said
        assert arn("user", "eve", account="444455556666") in said
