"""Who can become an administrator: administrators, paths by verdict, choke points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual import on

from iamtui.app.screens.query_screen import Progress, QueryScreen
from iamtui.browsing.copies import Copy, command_copies, request_copies
from iamtui.browsing.queries.paths import PathRows, path_rows, step_request
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.reports.paths.ladder import counts_of
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.tree_list import TreeList


class PathsScreen(QueryScreen[PathRows]):
    """Gives the key of the step that was opened: `chosen` is its request."""

    HELP: ClassVar[str] = """\
# Paths to administrators
Who can become an administrator although no policy says so: proven paths, those under conditions, those for which
something was not exported. A path unfolds to its edges, an edge to its steps, conditions and needs. Choke points are
edges that would cut most paths. `enter` on a step shows its request as a trace.
"""

    def __init__(self, snapshot: Snapshot) -> None:
        """Ask who can become an administrator."""
        super().__init__(
            "Paths to administrators", snapshot, footer="→ unfolds, Enter on a step shows its request as a trace"
        )
        self.chosen: RequestFields | None = None

    def answer_of(self, snapshot: Snapshot, progress: Progress) -> PathRows:
        """Ask every way of everybody, and make the rows."""
        from iamtui.analysis.paths.question import PathQuestion  # noqa: PLC0415 - the first frame does not wait
        from iamtui.analysis.paths.search import find_paths  # noqa: PLC0415

        return path_rows(find_paths(snapshot, PathQuestion(), progress))

    def rows_of(self, answer: PathRows) -> tuple[Sequence[Node], Callable[[str], Sequence[Node]]]:
        """Administrators, paths, choke points, and what was not asked."""
        return answer.nodes, answer.children

    def summary_of(self, answer: PathRows) -> str:
        """How many paths of each verdict."""
        return counts_of(answer.found)

    def unfolded(self, nodes: Sequence[Node]) -> Iterable[str]:
        """The paths of which one is sure, until the user unfolds something else."""
        return super().unfolded(nodes) or ("proven", "conditional")

    def copies_here(self) -> Sequence[Copy]:
        """The command that decides a step, where no other step is assumed."""
        node = self._tree.cursor_node
        step = None if self.answer is None or node is None else step_request(self.answer.found, node.key)
        return () if step is None or step[1] else request_copies(step[0], self.opened)

    def commands(self) -> Sequence[Copy]:
        """The command that asks the same."""
        return command_copies("paths", self.opened)

    @on(TreeList.Opened)
    def _step_opened(self, event: TreeList.Opened) -> None:
        """Leave with the request of a step; what has lines below folds, all else stays."""
        if event.node.has_children:
            return
        event.stop()
        event.prevent_default()
        step = None if self.answer is None else step_request(self.answer.found, event.node.key)
        if step is not None:
            self.chosen, assumed = step
            if assumed:
                text = f"the path decides this step after {assumed}; this trace is of the export as it is"
                self.app.notify(text, severity="warning", markup=False, timeout=8)
            self.dismiss(event.node.key)
