"""A list that a question fills: asked in a thread, with its progress, and anew when what was read changes (WC5)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from textual import on, work
from textual.message import Message
from textual.worker import Worker, WorkerState, get_current_worker

from iamtui.app.handed import Handed
from iamtui.app.screens.list_screen import ListPlace, ListScreen
from iamtui.content.nodes import Node
from iamtui.snapshot.model import Snapshot
from iamtui.widgets.tree_list import TreeList

T = TypeVar("T")
_TOLD_EVERY = 0.1
"""Seconds between two words of progress: thousands of small steps would keep the event loop busy with nothing else."""
Progress = Callable[[int, int], None]

KINDS_OF_ACTIONS = " kinds of actions"
"""What is asked one by one of a principal: one action of a kind stands for the others."""


class QueryCancelledError(Exception):
    """The screen was closed, or asks another question."""


class QueryScreen(ListScreen, Generic[T]):
    """Shows the answer to a question; closing it ends the asking."""

    IS_MENU = False
    COUNTED: ClassVar[str] = ""
    """Of what the progress counts, behind its numbers, where the screen does not tell."""

    @dataclass
    class Answered(Message):
        """The answer is there."""

        answer: Any
        snapshot: Snapshot
        question: object = None

    @dataclass
    class Early(Message):
        """Rows that the answer will have too, while the rest is looked for."""

        nodes: Sequence[Node]
        below: Callable[[str], Sequence[Node]]
        snapshot: Snapshot

    def __init__(self, heading: str, snapshot: Snapshot, *, footer: str, place: ListPlace | None = None) -> None:
        """Ask `snapshot` the question that `heading` says in words."""
        super().__init__(heading, (), empty="asking …", footer=footer, place=place)
        self._question_text = heading
        self._snapshot = snapshot
        self.answer: T | None = None
        self._progress = self._told = (0, 0)  # how much of how many is done, as the thread notes it and as it was said

    def on_mount(self) -> None:
        """Ask."""
        super().on_mount()
        self.set_interval(_TOLD_EVERY, self._tell_progress)
        self.call_after_refresh(self.ask)  # the screen comes first: both would have one interpreter

    def ask(self, snapshot: Snapshot | None = None) -> None:
        """Ask, of another snapshot if one is given."""
        self._snapshot = snapshot or self._snapshot
        self._progress = self._told
        self._ask(Handed(self._snapshot))

    def ask_again(self, snapshot: Snapshot) -> None:
        """Ask of what is on the screen now; the question that is being asked of it goes on."""
        if snapshot is not self._snapshot:
            self.ask(snapshot)

    @property
    def question(self) -> object:
        """What is asked, where that may change: the answer to what was asked before may be on its way."""
        return None

    @abstractmethod
    def answer_of(self, snapshot: Snapshot, progress: Progress) -> T:
        """Find the answer, in a thread.

        Raises:
            ValueError: the question cannot be asked; its words say why.
        """

    @abstractmethod
    def rows_of(self, answer: T) -> tuple[Sequence[Node], Callable[[str], Sequence[Node]]]:
        """The rows of an answer, and what is below each."""

    @abstractmethod
    def summary_of(self, answer: T) -> str:
        """What the heading says of an answer."""

    @work(thread=True, exclusive=True, group="query", exit_on_error=False, description="ask a question")
    def _ask(self, handed: Handed[Snapshot]) -> None:
        worker, snapshot, question = get_current_worker(), handed.take(), self.question
        try:
            answer = self.answer_of(snapshot, self.progress_of(worker))
        except QueryCancelledError:
            return
        if not worker.is_cancelled:
            self.post_message(self.Answered(answer, snapshot, question))

    def progress_of(self, worker: Worker[Any]) -> Progress:
        """Notes how far a worker is; ends one that was cancelled."""

        def progress(done: int, total: int) -> None:
            if worker.is_cancelled:
                raise QueryCancelledError
            self._progress = (done, total)

        return progress

    def _tell_progress(self) -> None:
        """Say how far the question is, if that is news."""
        if self.answer is None and self._progress != self._told:
            done, total = self._told = self._progress
            self._say(f"asking {done:,} of {total:,}{self.COUNTED}")

    @on(Early)
    def _came_early(self, event: Early) -> None:
        if self.answer is None and event.snapshot is self._snapshot:
            self.set_nodes(event.nodes, event.below)

    @on(Answered)
    def _answered(self, event: Answered) -> None:
        if event.snapshot is self._snapshot and event.question == self.question:
            self.answer = event.answer
            self.show_answer()

    @on(Worker.StateChanged)
    def _ended(self, event: Worker.StateChanged) -> None:
        """Say why a question could not be answered."""
        if event.worker.group == "query" and event.state is WorkerState.ERROR:
            event.stop()
            self._told = self._progress
            self._say("not answered")
            self.query_one(TreeList).empty = str(event.worker.error)

    def show_answer(self) -> None:
        """Show the rows of the answer; cursor, filter and what is unfolded stay."""
        if self.answer is None:
            return
        nodes, children_of = self.rows_of(self.answer)
        self.query_one(TreeList).empty = "nobody"
        self._say(self.summary_of(self.answer))
        self.set_nodes(nodes, children_of, self.with_new(self.unfolded(nodes)))

    def unfolded(self, nodes: Sequence[Node]) -> Iterable[str]:
        """The keys of the rows that are unfolded when they are first there, until the user folds them."""
        return ()

    def _say(self, words: str) -> None:
        self.set_heading(f"{self._question_text} · {words}")
