"""What one layer says to a request: denies, allows, or nothing, each perhaps unknown (E10, E22, E32, T26).

A layer that does not apply is not evaluated: it passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from iamtui.evaluation.applicable.policies import AppliedLayer, AppliedLevel, AppliedPolicy
from iamtui.evaluation.decision import LayerEffect, LayerTrace, LevelTrace, MatchClass, PolicyTrace, StatementTrace
from iamtui.evaluation.matching.explaining import (
    consulted_and_absent,
    explain,
    names_particular_resources,
    unknown_keys,
)
from iamtui.evaluation.matching.statements import MatchContext, StatementMatch, match, match_resource
from iamtui.policy.statement import Effect, InvalidDocument, PolicyKind, Statement
from iamtui.policy.truth import Truth


@dataclass(slots=True)
class LayerResult:
    """What a document, a level or a layer says; `grants` tells Allows apart by the class of their principal."""

    denies: Truth = Truth.FALSE
    allows: Truth = Truth.FALSE
    grants: dict[MatchClass, Truth] = field(default_factory=dict)

    def add(self, effect: Effect, truth: Truth, match_class: MatchClass | None) -> None:
        """Add what one statement says."""
        if effect is Effect.DENY:
            self.denies = max(self.denies, truth)
            return
        self.allows = max(self.allows, truth)
        if match_class is not None:
            self.grants[match_class] = max(self.grants.get(match_class, Truth.FALSE), truth)

    def with_statement(self, effect: Effect, truth: Truth, match_class: MatchClass | None) -> LayerResult:
        """A copy with one statement more."""
        copy = LayerResult(self.denies, self.allows, dict(self.grants))
        copy.add(effect, truth, match_class)
        return copy

    def add_unknown(self) -> None:
        """Add a document of which nothing is known: it may deny, and may allow (T22)."""
        self.add(Effect.DENY, Truth.UNKNOWN, None)
        self.add(Effect.ALLOW, Truth.UNKNOWN, MatchClass.DIRECT)

    @property
    def is_open(self) -> bool:
        """Whether something unknown could change what it says."""
        unknown = Truth.UNKNOWN
        return self.denies is unknown or self.allows is unknown or unknown in self.grants.values()

    @property
    def effect(self) -> LayerEffect:
        """The result in one word (T2)."""
        if self.denies is Truth.TRUE:
            return LayerEffect.DENIES
        if Truth.UNKNOWN in (self.denies, self.allows) and not (self.allows is Truth.TRUE and not self.denies):
            return LayerEffect.UNDECIDED
        return LayerEffect.ALLOWS if self.allows is Truth.TRUE else LayerEffect.SILENT


Ask: TypeAlias = Callable[[Statement, PolicyKind, MatchContext], StatementMatch]
"""Matches a statement whose Action takes the request's."""


class PartialResult(NamedTuple):
    """A layer evaluated once: what its decided statements say, level by level, and those that unknowns leave open.

    Only the open ones need to be asked again when an unknown key is tried in another state (T30). `matching` are the
    statements that match whatever is unknown, each with the name of its policy.
    """

    layer: AppliedLayer
    certain: tuple[LayerResult, ...]
    undecided: tuple[tuple[int, Statement], ...]
    matching: tuple[tuple[str, Statement], ...] = ()

    def conclude(self, asked: MatchContext, ask: Ask = match) -> LayerResult:
        """What the layer says once its open statements are asked for this request, by `ask`."""
        if self.layer.unknown:
            return _unknown_layer(self.layer)
        if not self.undecided:
            return _together(self.layer, self.certain)
        asked = asked_of(self.layer, asked)
        results = list(self.certain)
        for level, statement in self.undecided:
            found = ask(statement, self.layer.kind, asked)
            if found.truth:
                results[level] = results[level].with_statement(statement.effect, found.truth, found.match_class)
        return _together(self.layer, results)

    def unknown_keys(self, asked: MatchContext) -> list[str]:
        """The keys of unknown state or value that the open statements ask for."""
        asked = asked_of(self.layer, asked)
        return [key for _, statement in self.undecided for key in unknown_keys(statement, asked)]

    def depends_on_resource(self, asked: MatchContext) -> bool:
        """Whether an open statement is open in its Resource element."""
        asked, kind = asked_of(self.layer, asked), self.layer.kind
        resources = (statement.resource for _, statement in self.undecided)
        return any(found is not None and match_resource(found, kind, asked) is Truth.UNKNOWN for found in resources)


def asked_of(layer: AppliedLayer, asked: MatchContext) -> MatchContext:
    """What one layer is asked, where that is not what all others are (E38, S17)."""
    if layer.is_gateway:
        asked = asked._replace(account_is_root=True)
    return asked if layer.resources is None else asked._replace(resources=layer.resources, open_resource=None)


def evaluate_layer(layer: AppliedLayer, asked: MatchContext) -> PartialResult:
    """Ask every statement of a layer."""
    asked = asked_of(layer, asked)
    kind, action, service = layer.kind, asked.folded_action, asked.service
    results: list[LayerResult] = []
    undecided: list[tuple[int, Statement]] = []
    matching: list[tuple[str, Statement]] = []
    for position, level in enumerate(layer.levels):
        result = LayerResult()
        if level.missing is not None:
            result.add_unknown()
        for policy in level.policies:
            content = policy.document.policy if policy.document is not None else None
            if content is None or isinstance(content, InvalidDocument):
                result.add_unknown()
                continue
            for statement in content.taking(action, service):
                found = match(statement, kind, asked)
                if found.truth is Truth.TRUE:
                    result.add(statement.effect, found.truth, found.match_class)
                    matching.append((policy.name, statement))
                elif found.truth:
                    undecided.append((position, statement))
        results.append(result)
    return PartialResult(layer, tuple(results), tuple(undecided), tuple(matching))


def _unknown_layer(layer: AppliedLayer) -> LayerResult:
    result = LayerResult()
    result.add_unknown()
    if not layer.may_deny:
        result.denies = Truth.FALSE
    return result


def _together(layer: AppliedLayer, results: Sequence[LayerResult]) -> LayerResult:
    """All levels must allow, and none may deny (E22); RCPs always have their full-access policy (E32)."""
    if len(results) == 1 and not layer.always_allows:
        return results[0]
    denies = max((result.denies for result in results), default=Truth.FALSE)
    allows = Truth.TRUE if layer.always_allows else min((result.allows for result in results), default=Truth.TRUE)
    return LayerResult(denies, allows)


def _silent_level(layer: AppliedLayer, results: Sequence[LayerResult]) -> str | None:
    """The name of the first of several levels that certainly does not allow."""
    if layer.always_allows:
        return None
    named = zip(layer.levels, results, strict=True)
    return next((level.name for level, result in named if result.allows is Truth.FALSE), None)


@dataclass(slots=True)
class Explained:
    """What a full trace found beside the results: the keys that were asked for in vain, and what is to be told."""

    absent_keys: dict[str, str] = field(default_factory=dict)
    unknown_keys: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    particular: list[str] = field(default_factory=list)  # statements on particular resources, of which none is named

    def note_absent(self, keys: Iterable[str]) -> None:
        """Remember absent keys in their first spelling."""
        for key in keys:
            self.absent_keys.setdefault(key.lower(), key)

    def note_unknown(self, keys: Iterable[str]) -> None:
        """Remember unknown keys in their first spelling."""
        for key in keys:
            self.unknown_keys.setdefault(key.lower(), key)


def unknown_data(layers: Iterable[AppliedLayer]) -> Iterator[str]:
    """What of some layers was not exported or cannot be read, each once (T22)."""
    seen: set[str] = set()
    for layer in layers:
        for text in _unknown_data_of(layer):
            if text not in seen:
                seen.add(text)
                yield text


def _unknown_data_of(layer: AppliedLayer) -> Iterator[str]:
    if layer.unknown:
        yield layer.reason or f"the {layer.kind} was not exported"
    for level in layer.levels:
        if level.missing is not None:
            yield level.missing
        for policy in level.policies:
            content = policy.document.policy if policy.document is not None else None
            if content is None:
                yield f"the document of {policy.arn or policy.name} was not exported"
            elif isinstance(content, InvalidDocument):
                yield f"the document of {policy.name} cannot be read: {content}"


def explain_layer(
    layer: AppliedLayer, asked: MatchContext, explained: Explained
) -> tuple[LayerResult | None, LayerTrace]:
    """Evaluate a layer with its whole trace; one that does not apply has no result."""
    if not layer.applies:
        return None, LayerTrace(layer.layer, layer.account, LayerEffect.NOT_APPLICABLE, (), layer.reason)
    if layer.unknown:
        return _unknown_layer(layer), LayerTrace(layer.layer, layer.account, LayerEffect.UNDECIDED, (), layer.reason)
    asked = asked_of(layer, asked)
    results: list[LayerResult] = []
    levels: list[LevelTrace] = []
    for level in layer.levels:
        result, trace = _explain_level(level, layer, asked, explained)
        results.append(result)
        levels.append(trace)
    together = _together(layer, results)
    silent = _silent_level(layer, results)
    reason = f"nothing at {silent} allows it" if silent else layer.reason
    return together, LayerTrace(layer.layer, layer.account, together.effect, tuple(levels), reason)


def _explain_level(
    level: AppliedLevel, layer: AppliedLayer, asked: MatchContext, explained: Explained
) -> tuple[LayerResult, LevelTrace]:
    result = LayerResult()
    if level.missing is not None:
        result.add_unknown()
    policies: list[PolicyTrace] = []
    for policy in level.policies:
        own = LayerResult()
        policies.append(_explain_policy(policy, layer.kind, asked, (own, explained)))
        result.denies = max(result.denies, own.denies)
        result.allows = max(result.allows, own.allows)
        for match_class, truth in own.grants.items():
            result.grants[match_class] = max(result.grants.get(match_class, Truth.FALSE), truth)
    effect = result.effect
    if layer.always_allows and effect is LayerEffect.SILENT:
        effect = LayerEffect.ALLOWS
    return result, LevelTrace(level.name, level.target_id, effect, tuple(policies))


def _explain_policy(
    policy: AppliedPolicy, kind: PolicyKind, asked: MatchContext, found: tuple[LayerResult, Explained]
) -> PolicyTrace:
    result, explained = found
    content = policy.document.policy if policy.document is not None else None
    problem: InvalidDocument | str | None = None
    statements: list[StatementTrace] = []
    if content is None:
        problem = "the document was not exported"
        result.add_unknown()
    elif isinstance(content, InvalidDocument):
        problem = content
        result.add_unknown()
    else:
        for statement in content.statements:
            trace = explain(statement, kind, asked, policy.name)
            statements.append(trace)
            result.add(trace.effect, trace.truth, trace.match_class)
            explained.note_absent(consulted_and_absent(statement, trace, asked))
            if trace.truth is Truth.UNKNOWN:
                explained.note_unknown(unknown_keys(statement, asked))
            if asked.names_no_resource and names_particular_resources(statement, trace):
                explained.particular.append(trace.reference)
            if trace.ignored:
                explained.ignored.append(f"{trace.reference} is ignored: {trace.ignored}")
    return PolicyTrace(
        policy.name,
        policy.arn,
        policy.origin,
        policy.owner,
        policy.version,
        policy.document,
        result.effect,
        tuple(statements),
        problem,
    )
