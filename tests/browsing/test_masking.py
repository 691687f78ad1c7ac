"""No secret, by name or by shape, stands in what the app shows of events, whoever chose the text (M1, M2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.analysis.queries.everybody.who_did import who_did
from iamtui.browsing.pasted import read_pasted
from iamtui.browsing.queries.who_can import WhoCanRows
from iamtui.browsing.queries.who_did import with_calls
from iamtui.browsing.trail.boards import ContainmentBoard, board_lines, board_node
from iamtui.browsing.trail.event_card import event_card
from iamtui.browsing.trail.key_cards import key_card_lines
from iamtui.browsing.trail.news import TrailNews
from iamtui.browsing.trail.recorded import Recorded
from iamtui.browsing.trail.timeline import VIEWS, timeline
from iamtui.content.nodes import ChildrenOf, Node
from iamtui.reports.lines import Line
from iamtui.reports.trail.containment import containment_data, containment_markdown
from iamtui.snapshot.opening import open_snapshot
from iamtui.trail.reading import read_trail
from tests.app.exports import export, user, write
from tests.cli.test_trail import PLANTED, TOKEN, story
from tests.trail.events import Record, delivered, event, session
from tests.trail.events import user as signed_by

SERVICE = {"type": "AWSService", "invokedBy": f"{TOKEN}.amazonaws.com"}
HIDDEN = "ASIAQGH5DJSQ7HHHHHHH"


def planted() -> list[Record]:
    """The story, and strangers who choose names of users and sessions that look like tokens."""
    refused: Record = {"errorCode": "AccessDenied", "errorMessage": "Access Denied", "who": session("ops", TOKEN)}
    answer = {
        "credentials": {"accessKeyId": HIDDEN, "sessionToken": TOKEN, "expiration": "Nov 23, 2026, 11:02:00 AM"},
        "assumedRoleUser": {"arn": f"arn:aws:sts::111122223333:assumed-role/deploy/{TOKEN}"},
    }
    asked = {"roleArn": "arn:aws:iam::111122223333:role/deploy", "roleSessionName": TOKEN}
    by_name = signed_by(TOKEN, "AKIAQGH5DJSQ7XAMPLE3")
    return [
        *story(),
        event("CreateUser", "iam", number=20, parameters={"userName": TOKEN}, userAgent=f"cli {TOKEN}"),
        event("CreateAccessKey", "iam", number=21, parameters={"userName": TOKEN}),
        event("DeleteUser", "iam", number=22, **refused),
        event("DeleteUser", "iam", number=23, **refused),
        event("AssumeRole", "sts", number=24, who=session("ops", TOKEN), parameters=asked, response=answer),
        event("GetObject", number=25, who=session("deploy", TOKEN, HIDDEN), parameters={"bucketName": "b", "key": "k"}),
        event("GetObject", number=26, who=by_name, parameters={"bucketName": "b", "key": "k"}),
        event("ListUsers", "iam", number=27, who=SERVICE),
        event("ListUsers", "iam", number=28, who=SERVICE),
    ]


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    delivered(tmp_path / "a.json.gz", planted())
    exported = write(tmp_path / "export.json", export(users=[user(TOKEN), user("dana")]))
    return Recorded(read_trail([tmp_path / "a.json.gz"]), {}, open_snapshot([exported]), "")


def of_nodes(nodes: Iterable[Node], children_of: ChildrenOf) -> Iterator[str]:
    for node in nodes:
        yield f"{node.label} {node.detail}"
        if node.has_children:
            yield from of_nodes(children_of(node.key), children_of)


def of_lines(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield f"{line.text} {line.detail}"
        yield from of_lines(line.children)


def of_timeline(recorded: Recorded) -> Iterator[str]:
    for snapshot in (None, recorded.snapshot):
        for view in VIEWS:
            found = timeline(recorded.trail, snapshot, "", view, {})
            yield from of_nodes(found.nodes, found.children_of)


def of_cards(recorded: Recorded) -> Iterator[str]:
    for snapshot in (None, recorded.snapshot):
        for row in recorded.trail.order:
            card = event_card(replace(recorded, snapshot=snapshot), row)
            yield from (card.heading, *card.same.values(), str(card.fields))
            yield from of_lines(card.lines)


def of_keys(recorded: Recorded) -> Iterator[str]:
    columns = recorded.trail.columns
    for key in {columns.caller(row).key for row in recorded.trail.order} - {None}:
        yield from of_lines(key_card_lines(recorded, str(key)).lines)


def of_boards(recorded: Recorded) -> Iterator[str]:
    for who in ("dana", "ops", "deploy", TOKEN):
        judged = (board := ContainmentBoard(who)).judge(recorded)
        assert judged is not None
        yield from of_lines(board_lines(judged))
        yield from (str(containment_data(judged.now)), containment_markdown(judged.now))
        yield from of_nodes(
            [board_node(who, judged, is_alarming=True), board_node(who, None, is_alarming=False)], _none
        )
        board._closed = frozenset(check.rule for check in judged.now.checks)
        yield from board.reopened(judged)


def of_who_did(recorded: Recorded) -> Iterator[str]:
    assert recorded.snapshot is not None
    for action, resource in (("s3:GetObject", "arn:aws:s3:::b/k"), ("iam:DeleteUser", "*")):
        question = Question(actions=(action,), resources=(resource,))
        answer = who_can(recorded.snapshot, question)
        rows = WhoCanRows(answer)
        yield from of_nodes(
            *with_calls(*rows.by("answer"), rows, who_did(recorded.snapshot, question, answer, recorded.trail))
        )


def of_news(recorded: Recorded) -> Sequence[str]:
    news = TrailNews()
    news.take(recorded.trail, (), lambda _: True)
    return [said for row in recorded.trail.order for said in news.take(recorded.trail, (row,), lambda _: True)]


def of_pasted(recorded: Recorded) -> Iterator[str]:
    arn = f"arn:aws:iam::111122223333:user/{TOKEN}"
    assert recorded.snapshot is not None
    for text in (
        TOKEN,
        arn,
        f"User: {arn} is not authorized to perform: s3:GetObject",
        f'{{"sessionToken": "{PLANTED}"}}',
    ):
        yield str(read_pasted(text, recorded.snapshot, has_events=True))


def _none(key: str) -> Sequence[Node]:
    return ()


@pytest.mark.parametrize("place", [of_timeline, of_cards, of_keys, of_boards, of_who_did, of_news, of_pasted])
def test_no_secret_is_shown(recorded: Recorded, place: Callable[[Recorded], Iterable[str]]) -> None:
    said = list(place(recorded))
    assert not [text for text in said if PLANTED in text or TOKEN in text or "PLANTED0001" in text]
    assert any("sha256 " in text or "[masked" in text for text in said)
