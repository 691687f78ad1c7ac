"""The policies in force for a subject, in the order in which they apply, and their statements in words (E11, E40)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from iamtui.analysis.subject_keys import SubjectKey
from iamtui.arn import account_of
from iamtui.browsing.descriptions import document_of, key_of, kind_of, name_of
from iamtui.browsing.subjects import Inline, Subject
from iamtui.browsing.surroundings import level_key
from iamtui.browsing.trees.tree_source import INSIDE
from iamtui.browsing.trust import condition_words, principal_words
from iamtui.content.nodes import Node
from iamtui.evaluation.applicable.from_snapshot import identity_policies, principal_side
from iamtui.evaluation.applicable.organization import account_rcps
from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedPolicy
from iamtui.evaluation.request.caller import identify
from iamtui.policy.document import Document
from iamtui.policy.statement import Effect, InvalidDocument, Statement
from iamtui.snapshot.model import Group, ManagedPolicy, Role, Snapshot, User
from iamtui.visible import Tone


@dataclass(frozen=True, slots=True)
class InForce:
    """A policy that takes part in what a subject may do: its key, its name, where it comes from, what it says.

    `absent` says why there is no policy of a kind; `origin` is then empty.
    """

    key: str
    name: str
    origin: str
    document: Document | None
    absent: str = ""


def policies_in_force(snapshot: Snapshot, subject: Subject) -> tuple[InForce, ...]:
    """Own inline and managed policies, those of each group, then the boundary; of a policy itself that policy."""
    match subject:
        case User() | Role() | Group():
            return tuple(_of_holder(snapshot, subject))
        case ManagedPolicy():
            document = None if subject.default is None else subject.default.document
            return (InForce(subject.arn, subject.name, subject.default_version_id, document),)
        case Inline():
            policy = subject.policy
            return (InForce(SubjectKey.inline(subject.owner.arn, policy.name), policy.name, "inline", policy.document),)
        case _:
            carried = document_of(subject)
            return () if carried is None else (InForce(key_of(subject), name_of(subject), kind_of(subject), carried),)


def _of_holder(snapshot: Snapshot, holder: User | Role | Group) -> Iterator[InForce]:
    """Those that the engine gathers for a decision (E11)."""
    for policy in identity_policies(snapshot, holder):
        yield _applied(policy, policy.origin)
    if not isinstance(holder, Group):
        boundary = principal_side(snapshot, identify(holder.arn, snapshot)).permissions_boundary
        for policy in chain.from_iterable(level.policies for level in boundary.levels):
            yield _applied(policy, "permissions boundary")


def _applied(policy: AppliedPolicy, origin: str) -> InForce:
    key = policy.arn
    if key is None:  # inline, or all that a group which was not exported may bring
        key = policy.name if policy.document is None else SubjectKey.inline(policy.owner or "", policy.name)
    return InForce(key, policy.name, f"{origin} · {policy.version}" if policy.version else origin, policy.document)


# Those of the organization


def organization_policies(snapshot: Snapshot, principal: User | Role) -> tuple[InForce, ...]:
    """The SCPs that bind a principal, then the RCPs over what its account owns, each from the root down (E21, E31)."""
    account = account_of(principal.arn)
    scps = principal_side(snapshot, identify(principal.arn, snapshot)).scp
    layers = (("SCP", scps), ("RCP", account_rcps(snapshot, account)))
    return tuple(policy for kind, layer in layers for policy in _of_layer(snapshot, account, kind, layer))


def _of_layer(snapshot: Snapshot, account: str, kind: str, layer: AppliedLayer) -> Iterator[InForce]:
    if not layer.applies:
        yield InForce(SubjectKey.account(account), f"no {kind}s", "", None, layer.reason or "none applies")
    organization = snapshot.organization_of(account)
    exported = () if organization is None else organization.policies.values()
    arns = {policy.name: policy.arn for policy in exported if policy.aws_managed}
    for level in layer.levels:
        if level.missing is not None and organization is not None:
            target = organization.targets[level.target_id]
            yield InForce(level_key(target), f"{kind}s of {level.name}", kind, None)
        for policy in level.policies:
            key = policy.arn or arns.get(policy.name) or SubjectKey.account(account)
            yield InForce(key, policy.name, f"{kind} · {policy.origin}", policy.document)


# As nodes

STATEMENT = f"{INSIDE}#"
"""Stands in the key of a node between a policy and the index of its statement."""


def policy_nodes(policies: Sequence[InForce]) -> list[Node]:
    """A node for each policy, numbered because one policy can come by several ways."""
    return [_policy_node(index, policy) for index, policy in enumerate(policies)]


def _policy_node(index: int, policy: InForce) -> Node:
    key = f"{index}{INSIDE}{policy.key}"
    if policy.absent:
        return Node(key, policy.name, policy.absent, "muted")
    if policy.document is None:
        return Node(key, policy.name, f"{policy.origin} · not exported: what it says is not known", "warn", "?")
    compiled = policy.document.policy
    if isinstance(compiled, InvalidDocument):
        return Node(key, policy.name, f"{policy.origin} · cannot be read: {compiled}", "bad", "!")
    glyph = "◇" if "boundary" in policy.origin else ""
    return Node(key, policy.name, policy.origin, glyph=glyph, has_children=bool(compiled.statements))


def statement_nodes(policies: Sequence[InForce], key: str) -> list[Node]:
    """The statements below a node of `policy_nodes`."""
    index = key.partition(INSIDE)[0]
    document = policies[int(index)].document if index.isdecimal() and int(index) < len(policies) else None
    if document is None or isinstance(document.policy, InvalidDocument):
        return []
    return [_statement_node(key, statement) for statement in document.policy.statements]


def _statement_node(key: str, statement: Statement) -> Node:
    tone: Tone = "good" if statement.effect is Effect.ALLOW else "bad"
    if statement.invalid is not None:
        tone = "warn"
    glyph = "✔" if statement.effect is Effect.ALLOW else "✖"
    label = f"{statement.effect.value} {actions_words(statement)}"
    return Node(f"{key}{STATEMENT}{statement.index}", label, statement_words(statement), tone, glyph)


def actions_words(statement: Statement) -> str:
    """The actions of a statement, the first few by name."""
    return ("all but " if statement.action.negated else "") + _listed(statement.action.patterns)


def statement_words(statement: Statement) -> str:
    """On what, by whom and under which conditions; and why AWS would not take it, if so."""
    parts = [f"({statement.sid})"] if statement.sid else []
    if statement.principal is not None:
        who = _listed([principal_words(entry) for entry in statement.principal.entries])
        parts.append(f"for {'everybody but ' if statement.principal.negated else ''}{who}")
    if statement.resource is not None:
        what = _listed([pattern.text for pattern in statement.resource.patterns])
        parts.append(f"on {'all but ' if statement.resource.negated else ''}{what}")
    if statement.conditions:
        parts.append(f"if {' and '.join(condition_words(test) for test in statement.conditions)}")
    if statement.invalid is not None:
        parts.append(f"ignored: {statement.invalid}")
    return " ".join(parts)


def _listed(texts: Sequence[str]) -> str:
    if len(texts) <= 3:
        return ", ".join(texts) or "nothing"
    return f"{', '.join(texts[:2])} and {len(texts) - 2} more"


def split_node_key(node_key: str) -> tuple[str, int | None]:
    """Policy key and statement index (of a statement's node) of a node made here."""
    policy, _, index = node_key.partition(STATEMENT)
    return policy.partition(INSIDE)[2], int(index) if index.isdecimal() else None
