"""Who can do something, as the rows of a list, grouped by what a reviewer asks next (WC10-WC19)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from iamtui import catalog
from iamtui.analysis.queries.everybody.questions import Question
from iamtui.analysis.queries.everybody.results import Row, WhoCan
from iamtui.browsing.queries.leaning import leaning_nodes
from iamtui.browsing.requests.fields import context_fields, key_values
from iamtui.content.nodes import Node
from iamtui.content.requests import RequestFields
from iamtui.reports.who_can import LABEL_WORDS, condition_text, counts_of, name_of, reason_of, way_name

GROUPINGS: Final = ("answer", "way", "account", "kind")
"""By what the rows are grouped."""
_INSIDE: Final = "\n"
_LABELS: Final = tuple(LABEL_WORDS[label].word for label in ("allowed", "conditional", "denied"))


def question_of(fields: RequestFields, *, via: int = 0) -> Question:
    """What the form asks of one principal, asked of everybody.

    Raises:
        RequestError: a context key has a value that it cannot have.
    """
    resource = fields.resource.strip()
    return Question(
        actions=(fields.action.strip(),),
        resources=(resource,) if resource else (),
        context=key_values(fields),
        via="any" if via else 0,
    )


def heading(question: Question) -> str:
    """The question in words."""
    where = " on " + ", ".join(question.resources) if question.resources else ""
    chains = " · through roles too" if question.via else ""
    denied = " · the denied too" if question.show_denied else ""
    return f"Who can {', '.join(question.actions)}{where}{chains}{denied}"


class WhoCanRows:
    """The rows of an answer and a node for each, made once for however they are grouped; not on the event loop."""

    def __init__(self, answer: WhoCan) -> None:
        self.answer = answer
        has_accounts = len({row.account for row in answer.principals}) > 1
        self._rows = {row.arn + _INSIDE.join(row.via): row for row in answer.principals}
        self._nodes = {key: _row_node(f"row {key}", row, answer, has_accounts) for key, row in self._rows.items()}
        self._with_words = {
            key: replace(node, detail=f"{LABEL_WORDS[self._rows[key].decision].word.lower()}  {node.detail}")
            for key, node in self._nodes.items()
        }

        self._groups = {grouping: self._grouped(grouping) for grouping in GROUPINGS}

    def _grouped(self, grouping: str) -> Mapping[str, Sequence[Node]]:
        """The nodes of each group, by its name."""
        nodes = self._nodes if grouping == "answer" else self._with_words
        groups: dict[str, list[Node]] = {}
        for key, row in self._rows.items():
            for name in _groups_of(row, self.answer, grouping):
                groups.setdefault(name, []).append(nodes[key])
        return {name: groups[name] for name in _ordered(groups, grouping)}

    def by(self, grouping: str) -> tuple[list[Node], Callable[[str], Sequence[Node]]]:
        """A node for each group with its rows below, and last what the answer leans on; a row unfolds to conditions."""
        groups = self._groups[grouping]
        nodes = [
            Node(f"group {name}", name, f"{len(members):,}", "accent", has_children=True)
            for name, members in groups.items()
        ]
        nodes += leaning_nodes(self.answer.leans_on)
        if not self.answer.complete:
            nodes.append(Node("incomplete", "there may be more: a limit was met", "", "warn", "⚠"))

        def children(key: str) -> Sequence[Node]:
            kind, _, name = key.partition(" ")
            if kind == "group":
                return groups.get(name, ())
            return _details(key, self._rows[name]) if kind == "row" and name in self._rows else ()

        return nodes, children

    def row_of(self, key: str) -> Row | None:
        """The row that a node is, or is below."""
        return self._rows.get(key.partition(" ")[2].partition("\x1f")[0])


def _ordered(groups: Mapping[str, Sequence[Node]], grouping: str) -> list[str]:
    """The groups: the ways that most have first, who has none below; who can before who might, and who cannot last."""
    ranks = {label: rank for rank, label in enumerate(_LABELS)}
    if grouping == "way":
        return sorted(groups, key=lambda name: (ranks.get(name, -1), -len(groups[name])))
    return sorted(groups, key=lambda name: ranks.get(name, len(ranks)))


def fields_of(row: Row, question: Question, before: RequestFields) -> RequestFields:
    """The request whose trace explains a row; what was stated stays, and of one outside what it stands for is added."""
    action = row.actions[0].action if row.actions else question.actions[0]
    example = None if row.examples is None else row.examples.allowed
    resource = example or next(iter(question.resources), "")
    principal, context = row.arn, before.context
    if row.request is not None:
        stated = {one.name.lower() for one in before.context}
        context += tuple(one for one in context_fields(row.request) if one.name.lower() not in stated)
        principal = row.request.principal
    return RequestFields(principal, action, "" if resource == "*" else resource, context, before.extra)


def summary(answer: WhoCan) -> str:
    """How many can, conditionally or not, and how many cannot."""
    return counts_of(answer)


_ACTING: Final = {"iam": ("sts", "iam")}
"""Services whose things another one acts on too: who becomes a role asks STS."""
_LEVELS: Final = ("Permissions management", "Write", "Tagging", "Read", "List")


FORM = "form"
"""The key of the row for what the form holds."""


def form_row(fields: RequestFields) -> list[Node]:
    """What the form holds, as a row above what else can be asked about; nothing if it has no action."""
    action, resource = fields.action.strip(), fields.resource.strip()
    where = f" on {resource}" if resource else ""
    return [Node(FORM, f"{action}{where}", "as in Simulate", "accent")] if action else []


def actions_on(arn: str) -> list[Node]:
    """The actions that can be asked about a resource, those that change most first."""
    service = arn.split(":", 3)[2]
    names = [name for one in _ACTING.get(service, (service,)) for name in catalog.matching(f"{one}:*")]
    known = (catalog.action(name) for name in names)
    fitting = [action for action in known if action is not None and action.resource_types and catalog.fits(action, arn)]
    ranks = {level: rank for rank, level in enumerate(_LEVELS)}
    fitting.sort(key=lambda action: (ranks.get(action.access_level, 0), action.name))
    return [Node(str(action), str(action), action.access_level) for action in fitting]


def _groups_of(row: Row, answer: WhoCan, grouping: str) -> Sequence[str]:
    if row.kind == "root":
        return ("root, unless an organization policy denies it",)
    match grouping:
        case "way":
            ways = [way_name(answer.ways[place]) for place in row.ways]
            return ways or (LABEL_WORDS[row.decision].word,)
        case "account":
            return (row.account or "no account",)
        case "kind":
            return (row.kind.replace("_", " "),)
        case _:
            return (LABEL_WORDS[row.decision].word,)


def _row_node(key: str, row: Row, answer: WhoCan, has_accounts: bool) -> Node:  # noqa: FBT001 - of all rows
    words = LABEL_WORDS[row.decision]
    account = f"{row.account}  " if row.account and has_accounts else ""
    detail = f"{account}{reason_of(row, answer)}"
    return Node(key, name_of(row), detail, words.tone, words.glyph, has_children=bool(_details(key, row)))


def _details(key: str, row: Row) -> list[Node]:
    lines = [
        *(f"{one.action}: {one.decision}" for one in row.actions or ()),
        *(f"if {condition_text(one)}" for one in row.conditions if one.then in ("allowed", "conditional")),
        *(f"depends on what was not exported: {text}" for text in row.unknown_data),
    ]
    if row.extent is not None and row.examples is not None:
        lesser = f", but not {row.examples.denied}" if row.examples.denied else ""
        lines.append(f"on {'all' if row.extent == 'every' else 'part'} of it, such as {row.examples.allowed}{lesser}")
    return [Node(f"{key}\x1f{number}", line, tone="muted") for number, line in enumerate(lines)]
