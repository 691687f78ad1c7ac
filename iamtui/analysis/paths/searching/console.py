"""Who comes by a password acts in the console: the next edge, and what one is then, is asked in that session (EP21).

Only where some policy reads how one signed in: without such a word a console session is allowed what an access key is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from iamtui.analysis.paths.answer import guises
from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.graph import Graph, Reach, reach_of
from iamtui.analysis.paths.answer.teller import Memory, Teller
from iamtui.analysis.paths.ends.making import TRIED
from iamtui.analysis.paths.privileges.administrators import Administrators, Judged
from iamtui.analysis.paths.privileges.standing import Standing
from iamtui.analysis.paths.requests.asking import ISSUED, Asked, Desk
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.requests.steps import SURENESS, Condition, Sureness, Told, worst
from iamtui.analysis.paths.walks.telling import gist_of, told_of
from iamtui.analysis.paths.walks.walker import Walker
from iamtui.analysis.paths.ways.catalogue import Way, catalogue
from iamtui.policy.document import Document
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Group, Role, Snapshot, User

_WORDS = ("tokenissuetime", "multifactorauth")
"""Keys that tell a console session from an access key (K32, K35)."""

CONSOLE = frozenset(way.id for way in catalogue().ways if way.outcome.session == "console")
"""The ways that end in a console session."""


def reads_sessions(snapshot: Snapshot) -> bool:
    """Whether some policy reads how a user signed in."""
    return any(word in document.text.lower() for document in _documents(snapshot) for word in _WORDS)


class ConsoleDesk(Desk):
    """Asks users as in a console session: it has the keys of temporary credentials, and MFA is not known."""

    def _ask(
        self,
        picture: Snapshot,
        principal: str,
        action: str,
        resource: str,
        context: Mapping[str, KeyValue],
        *,
        makes: bool,
    ) -> Asked:
        if ":user/" not in principal:
            return super()._ask(picture, principal, action, resource, context, makes=makes)
        issued = {ISSUED: self.issued, **context}
        found = super()._ask(picture, principal, action, resource, issued, makes=makes)
        return found._replace(label="denied") if found.by_session and found.label == "denied" else found


class Console:
    """Asks anew what comes after a password."""

    def __init__(self, desk: Desk, holdings: Mapping[str, Holding]) -> None:
        """Ask as `desk` does; `holdings` are those who may act."""
        self._desk = ConsoleDesk(desk.snapshot, desk.stated, desk.at)
        self._desk.leans_on = desk.leans_on
        self._walker = Walker(self._desk)
        self._judge = Administrators(self._desk)
        self._holdings = holdings
        self._judged: dict[str, Judged | None] = {}
        self._memory = Memory()
        self._entered: set[str] = set()
        self._asked: list[Edge] = []

    def edges(self, edges: Iterable[Edge]) -> Iterator[Edge]:
        """The edges, those by a password with what their end is in the console, and what follows these asked there.

        What is asked there of edges that were given before comes with them, where only these enter it as their start.
        """
        given = [replace(edge, end_as=guises.CONSOLE) if edge.way.id in CONSOLE else edge for edge in edges]
        yield from self.enter(edge.end for edge in given if edge.end_as is guises.CONSOLE)
        self._asked += [edge for edge in given if edge.start_as is None]
        for edge in given:
            if edge.end_as is guises.CONSOLE and edge.outcome == "admin":
                yield self._ending(edge)
            else:
                yield edge
            again = self._again(edge) if edge.start in self._entered and edge.start_as is None else None
            if again is not None:
                yield again

    def enter(self, arns: Iterable[str]) -> Iterator[Edge]:
        """What follows, asked in the console, of those who come there first now: of edges that were given before."""
        new = set(arns) - self._entered
        self._entered |= new
        for edge in self._asked:
            again = self._again(edge) if edge.start in new else None
            if again is not None:
                yield again

    def note(self, graph: Graph, edges: Iterable[Edge]) -> None:
        """Make `graph` say the same."""
        reaches: list[Reach] = []
        for one in graph.reaches:
            reaches += self._parted(graph, one) if one.way in CONSOLE else (one,)
        graph.reaches, graph.by_password = reaches, CONSOLE
        note_entered(graph, edges)

    def _parted(self, graph: Graph, one: Reach) -> Iterator[Reach]:
        """A reach by a password, its ends told apart by what they are in the console."""
        admins: dict[Sureness, list[str]] = {}
        for arn in graph.places.each(one.ends if one.is_goal else 0):
            judged = self.judged(arn)
            if judged is not None:
                admins.setdefault(judged.verdict, []).append(arn)
        for verdict, arns in admins.items():
            yield one._replace(ends=graph.places.of(arns), verdict=worst(one.verdict, verdict))
        if not one.is_goal:
            yield one._replace(end_as=guises.CONSOLE)

    def judged(self, arn: str) -> Judged | None:
        """How sure it is that one is an administrator in the console."""
        if arn not in self._judged:
            snapshot = self._desk.snapshot
            self._judged[arn] = self._judge.judge(snapshot, arn, snapshot.account_of(arn))
        return self._judged[arn]

    def idle(self, standing: Standing, way: Way, ends: int) -> int:
        """Sure administrators who are none in the console: nobody goes on from there, so that no path ends there."""
        if way.id not in CONSOLE:
            return 0
        sure = standing.administrators_in(ends) & standing.as_sure("proven")
        return standing.places.of(arn for arn in standing.places.each(sure) if self.judged(arn) is None)

    def _ending(self, edge: Edge) -> Edge:
        """An edge by a password to who is an administrator with an access key."""
        judged = self.judged(edge.end)
        steps, state = edge.steps, edge.state
        sure: list[Sureness] = [_SURE[step.decision] for step in steps]
        sure += ["possible" for fact in state if fact.holds is None]
        conditions = [Condition(place, *one) for place, step in enumerate(steps, 1) for one in step.conditions]
        own = [] if judged is None else [one._replace(step=len(steps)) for one in judged.conditions]
        told = Told(edge.binds, steps, state, (*conditions, *own), edge.needs)
        verdict = worst(*sure, *(() if judged is None else (judged.verdict,)))
        return replace(
            edge,
            outcome="lateral" if judged is None else "admin",
            verdict=verdict,
            teller=Teller(lambda start, end: told),
        )

    def _again(self, edge: Edge) -> Edge | None:
        """An edge of who came by a password, asked in the console; None where a step is denied there."""
        holding = self._holdings.get(edge.start)
        name = edge.way.outcome.becomes
        if holding is None or edge.way.kind == "trust":
            return None
        binds = edge.way.bind
        given = {one: text for one, text in edge.binds.items() if one in binds and binds[one].kind in TRIED}
        if name in binds and binds[name].kind != "new":
            given = {name: edge.end}
        walk = self._walker.walk(edge.way, holding, given)
        if walk is None:
            return None
        judged = None
        if edge.outcome == "admin":
            judged = self._judge.judge(walk.picture, edge.end, walk.picture.account_of(edge.end))
            if judged is None and self._desk.snapshot.account_of(edge.end) in self._desk.snapshot.accounts:
                return None
        verdict = gist_of(edge.way, walk, judged).verdict
        teller = Teller(lambda start, end: told_of(edge.way, walk, judged), self._memory)
        return replace(edge, verdict=verdict, teller=teller, start_as=guises.CONSOLE)


def note_entered(graph: Graph, edges: Iterable[Edge]) -> None:
    """Add to `graph` those of some edges that are asked in the console."""
    graph.reaches += [reach_of(edge, graph.places) for edge in edges if edge.in_console]


_SURE: Mapping[str, Sureness] = dict(zip(("allowed", "conditional", "unknown"), SURENESS, strict=True))


def _documents(snapshot: Snapshot) -> Iterator[Document]:
    for account in snapshot.accounts.values():
        held: Iterable[User | Role | Group] = (
            *(account.users or {}).values(),
            *(account.roles or {}).values(),
            *(account.groups or {}).values(),
        )
        yield from (policy.document for one in held for policy in one.inline)
        yield from (one.trust for one in (account.roles or {}).values() if one.trust is not None)
        yield from (version.document for one in (account.policies or {}).values() for version in one.versions)
    for organization in snapshot.organizations.values():
        yield from (one.document for one in organization.policies.values() if one.document is not None)
    yield from (one.policy for one in snapshot.resources.values() if one.policy is not None)
