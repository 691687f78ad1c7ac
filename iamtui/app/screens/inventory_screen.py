"""What was opened: accounts, organizations, what is missing and what that weakens, problems, files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten, wrap

from textual import on

from iamtui.analysis.subject_keys import SubjectKey
from iamtui.app.loading.messages import first_problem
from iamtui.app.screens.list_screen import ListScreen
from iamtui.browsing.file_names import in_folder, shared_folder, without_folder
from iamtui.content.nodes import Node
from iamtui.reports.lines import SEPARATOR, Line, open_keys
from iamtui.snapshot.model import Severity, Snapshot
from iamtui.widgets.plain_text import PlainText
from iamtui.widgets.tree_list import TreeList

_ROW = 64
"""So many characters of a line are sure to be seen in a terminal of 80 columns."""
_FEW_FILES = 12
_MOST_TOLD = 150
"""Characters of what is told unasked: it covers what is below it."""
_HELP = "Enter goes to an account, → unfolds, Escape or q goes to the trees · i comes back here"


def is_worth_telling(snapshot: Snapshot) -> bool:
    """Whether there is more to say of what was opened than one account: several, or something went wrong."""
    if len(snapshot.accounts) > 1 or len(snapshot.organizations) > 1:
        return True
    is_wrong = any(problem.severity is not Severity.NOTE for problem in snapshot.problems)
    return is_wrong or any(file.status == "failed" for file in snapshot.files)


def first_words(snapshot: Snapshot) -> str:
    """What is said of what was opened, once; nothing where there is no more to it."""
    if snapshot.problems:
        shared = shared_folder(snapshot, (problem.path for problem in snapshot.problems))
        said = without_folder(first_problem(snapshot.problems), shared)
        return f"{shorten(said, _MOST_TOLD, placeholder=' …')} · ! lists them"
    return f"{heading(snapshot)} · i shows it" if is_worth_telling(snapshot) else ""


class InventoryScreen(ListScreen):
    """Gives the key of the account or organization that was opened; is told anew while files are still read."""

    IS_MENU = False

    def __init__(self, snapshot: Snapshot, *, is_partial: bool = False) -> None:
        """Show what a snapshot holds; of one that `is_partial` what is missing is not known yet."""
        lines = _lines(snapshot, is_partial=is_partial)
        self._shared = shared_folder(snapshot)
        super().__init__(
            _heading(snapshot, self._shared, is_partial=is_partial),
            _nodes(lines, self._shared),
            empty="nothing was read",
            children_of=self._below,
            footer=_HELP,
            expanded=frozenset(_open_at_first(snapshot, lines)),
        )
        self._snapshot = snapshot
        self._lines = {line.key: line for line in lines}

    def show(self, snapshot: Snapshot, *, is_partial: bool) -> None:
        """Show what was read by now; what is unfolded and the cursor stay."""
        lines = _lines(snapshot, is_partial=is_partial)
        self._snapshot = snapshot
        self._shared = shared_folder(snapshot)
        self._lines = {line.key: line for line in lines}
        heading = _heading(snapshot, self._shared, is_partial=is_partial)
        self.query_one(".dialog--heading", PlainText).update(heading)
        self.set_nodes(_nodes(lines, self._shared))

    def _below(self, key: str) -> list[Node]:
        line = self._lines.get(key)
        if line is None:
            return []
        children = line.children or tuple(_facts(line))
        self._lines.update((child.key, child) for child in children)
        return _nodes(children, self._shared)

    @on(TreeList.Opened)
    def _line_opened(self, event: TreeList.Opened) -> None:
        name = event.node.key.rpartition(SEPARATOR)[2]
        for known, key_of in (
            (self._snapshot.accounts, SubjectKey.account),
            (self._snapshot.organizations, SubjectKey.organization),
        ):
            if name in known:
                event.stop()
                event.prevent_default()
                self.dismiss(key_of(name))
                return


def heading(snapshot: Snapshot) -> str:
    """What was opened, counted."""
    read = sum(file.status == "read" for file in snapshot.files)
    counts = [_counted(len(snapshot.accounts), "account")]
    if snapshot.organizations:
        counts.append(_counted(len(snapshot.organizations), "organization"))
    counts += [f"{_counted(read, 'file')} read", _counted(len(snapshot.problems), "problem")]
    return f"What was opened · {' · '.join(counts)}"


def _heading(snapshot: Snapshot, shared: Path | None, *, is_partial: bool) -> str:
    return f"{heading(snapshot)}{' · still reading …' if is_partial else in_folder(shared)}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count != 1 else ''}"


def _lines(snapshot: Snapshot, *, is_partial: bool) -> tuple[Line, ...]:
    # The first frame does not wait for these.
    from iamtui.reports.inventory import inventory_lines  # noqa: PLC0415
    from iamtui.snapshot.inventory import inventory  # noqa: PLC0415

    lines = inventory_lines(inventory(snapshot))
    return tuple(line for line in lines if not is_partial or not line.key.endswith(f"{SEPARATOR}missing"))


def _nodes(lines: tuple[Line, ...], shared: Path | None) -> list[Node]:
    return [
        Node(
            line.key,
            without_folder(line.text, shared),
            line.detail,
            line.tone,
            line.glyph,
            has_children=line.has_children or len(line.text) + len(line.detail) > _ROW,
        )
        for line in lines
    ]


def _facts(line: Line) -> Iterator[Line]:
    """The facts of a line that is too long for a small terminal, one below the other."""
    facts = line.detail.split(" · ") if len(line.text) <= _ROW else [line.text, *line.detail.split(" · ")]
    pieces = [piece for fact in facts for piece in wrap(fact, _ROW)]
    for index, piece in enumerate(pieces):
        yield Line(f"{line.key}{SEPARATOR}fact {index}", piece, tone="muted")


def _open_at_first(snapshot: Snapshot, lines: tuple[Line, ...]) -> Iterator[str]:
    """Everything but a long list of files."""
    is_long = len(snapshot.files) > _FEW_FILES
    return open_keys(line for line in lines if not is_long or not line.key.endswith(f"{SEPARATOR}files"))
