"""The groups of who can: those who can stand above who cannot, by whatever they are grouped."""

from pathlib import Path

from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.who_can import who_can
from iamtui.browsing.queries.who_can import GROUPINGS, WhoCanRows
from tests.evaluation.building import allow, snapshot, user
from tests.work import calls_of


def test_who_cannot_stands_below_every_way_however_few_can(tmp_path: Path) -> None:
    people = [user("ann", allow()), *(user(f"u{number}") for number in range(5))]
    world = snapshot(tmp_path, UserDetailList=people)
    answer = who_can(world, Question(actions=("s3:GetObject",), resources=("arn:aws:s3:::b/k",), show_denied=True))
    for grouping in GROUPINGS[:2]:
        groups = [node.label for node in WhoCanRows(answer).by(grouping)[0] if node.has_children]
        assert groups.index("DENIED") > 0
    assert [node.label for node in WhoCanRows(answer).by("way")[0] if node.has_children][-1] == "DENIED"


def test_grouping_otherwise_makes_nothing_for_each_row(tmp_path: Path) -> None:
    """`t` is a key like others: what takes long for many was made with the answer, in a thread."""
    people = [user(f"u{number}", allow()) for number in range(300)]
    world = snapshot(tmp_path, UserDetailList=people)
    rows = WhoCanRows(who_can(world, Question(actions=("s3:GetObject",), resources=("arn:aws:s3:::b/k",))))

    def regroup(grouping: str) -> int:
        nodes, children_of = rows.by(grouping)
        return max(len(children_of(node.key)) for node in nodes)

    for grouping in GROUPINGS[:1] + GROUPINGS[2:]:  # each user has a way of its own
        assert regroup(grouping) == len(people)
        assert calls_of(lambda grouping=grouping: regroup(grouping)) < len(people)  # type: ignore[misc]
