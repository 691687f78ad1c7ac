"""What asks in one picture: the exported one, or one in which an edge left something changed of who is become."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.alike.places import Places
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.ends.edges import EdgeFinder
from iamtui.analysis.paths.ends.trying import Trying
from iamtui.analysis.paths.privileges.administrators import Administrators
from iamtui.analysis.paths.privileges.standing import Standing
from iamtui.analysis.paths.requests.asking import Desk
from iamtui.analysis.paths.requests.holding import Words
from iamtui.analysis.paths.walks.filters import Filters
from iamtui.analysis.paths.ways.catalogue import control_actions
from iamtui.snapshot.model import Snapshot


class Picture:
    """A snapshot, with who is in it, who is decided alike there, and who is an administrator."""

    def __init__(
        self, snapshot: Snapshot, question: PathQuestion, words: Words, filters: Filters, likeness: type[Likeness]
    ) -> None:
        """Read documents as `words` does; `filters` are of this snapshot, `likeness` says who is decided alike."""
        self.snapshot, self.question = snapshot, question
        self.words, self.filters, self.places = words, filters, filters.places
        self.desk = Desk(snapshot, question.context, question.at)
        self.judge = Administrators(self.desk, Words(control_actions()), self.places)  # most are asked nothing else
        self.standing = Standing(self.judge, self.places)
        self.likeness = likeness(self.desk, words, self.places)
        self.desk.alike, self.desk.alike_let_in = self.likeness.of_request, self.likeness.of_let_in

    def trying(self) -> Trying:
        """What a search tries ways with."""
        to_ends = bool(self.question.named)
        return Trying.of(self.desk, self.likeness, self.judge, self.standing, to_ends=to_ends)

    def changed(self, snapshot: Snapshot) -> Picture:
        """The same of a picture in which something was changed of one: all of its edges are told."""
        question = replace(self.question, most_ends=None, at=self.desk.at)
        filters = self.filters.of_picture(snapshot, Places(snapshot))
        other = Picture(snapshot, question, self.words, filters, type(self.likeness))
        other.desk.leans_on = self.desk.leans_on
        return other

    def finder(self) -> EdgeFinder:
        """What finds edges here."""
        return EdgeFinder(self.trying(), self.filters, self.question)
