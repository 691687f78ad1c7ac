"""Paths to administrators in the app: the list, and the trace of a step."""

from pathlib import Path

from iamtui.app.screens.paths_screen import PathsScreen
from iamtui.widgets.tree_list import TreeList
from tests.app.driving import Session, both_sizes, rows, session
from tests.app.exports import Json, arn, export, role, trust, user, write

DANA = arn("user", "dana")
DEPLOY = arn("role", "deploy")


def allow(action: str) -> Json:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def account(danas: str) -> Json:
    """An administrator, and dana, who may do one thing and assume a role that may do nothing."""
    return export(
        users=[user("ada", inline={"own": allow("*")}), user("dana", inline={"own": allow(danas)})],
        roles=[role("deploy", trusts=trust({"AWS": DANA}))],
    )


async def ask(running: Session) -> tuple[PathsScreen, TreeList]:
    """Open the screen, wait for its answer, and unfold the first path down to its steps."""
    await running.press("a")
    screen = await running.above(PathsScreen)
    await running.until(lambda: screen.answer is not None, "the answer")
    view = screen.query_one(TreeList)
    go_to(view, "proven")
    await running.press("right", "down", "right")
    return screen, view


def go_to(view: TreeList, text: str) -> None:
    view.cursor = next(index for index, row in enumerate(rows(view)) if text in row and "Paths," not in row)


@both_sizes
async def test_a_path_unfolds_to_steps_and_a_step_opens_its_trace(tmp_path: Path, size: tuple[int, int]) -> None:
    async with session(write(tmp_path / "a.json", account("iam:PutRolePolicy")), size=size) as running:
        screen, view = await ask(running)
        assert "1 proven" in running.seen()
        assert any("1 administrator, besides root of 1 account" in row for row in rows(view))
        assert any("Choke points" in row for row in rows(view))
        go_to(view, "1 path")
        await running.press("enter")
        assert running.app.screen is screen  # a line that is no step stays
        go_to(view, "iam:PutRolePolicy on role/deploy")
        await running.press("enter")
        await running.until(lambda: running.bench.simulation.decision is not None, "the trace")
        fields = running.bench.simulation.form.fields
        assert (fields.principal, fields.action, fields.resource) == (DANA, "iam:PutRolePolicy", DEPLOY)
        assert running.bench.panes.front == "simulation"
        assert not any("as it is" in told for told in running.told)


async def test_a_step_that_assumes_a_change_says_that_its_trace_does_not(tmp_path: Path) -> None:
    async with session(write(tmp_path / "a.json", account("iam:PutRolePolicy"))) as running:
        _, view = await ask(running)
        go_to(view, "sts:AssumeRole on role/deploy")
        await running.press("enter")
        await running.until_told("after iam:PutRolePolicy; this trace is of the export as it is")


async def test_a_changed_file_is_searched_again(tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", account("iam:PutRolePolicy"))
    async with session(file) as running:
        screen, view = await ask(running)
        write(file, account("s3:GetObject"))
        await running.until(lambda: screen.answer is not None and not screen.answer.found.paths, "the new answer")
        await running.until(lambda: not any("proven" in row for row in rows(view) if "0 proven" not in row), "the rows")
