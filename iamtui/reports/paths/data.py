"""The JSON of `iamtui paths`.

The form is stable: members are added, never renamed or removed, within version 1. Its top level:

    version           1
    leans_on          what was not exported and was taken as not there
    complete          false where the bound of steps cut a path off
    administrators    [{"arn", "kind", "verdict", "full", "conditions", "needs"}]; verdict: proven, conditional or
                      possible; full with --gains: whether it is allowed every action that its account allows at all
    effective         proven administrators, and the starts of proven paths to one (EP6)
    edges             [{"id", "path", "name", "from", "to", "outcome", "verdict", "binds", "steps", "state",
                      "conditions", "needs", "gains", "targets_alike", "keeps"}]; path is the id of the way, outcome
                      admin, lateral or data; targets_alike counts the other ends for which it holds in the same manner;
                      from outside, from is an account id, * or the provider as the trust policy names it;
                      keeps: what the edge before it on a path changed of from, which its steps are asked with (EP33);
                      gains with --gains: {"actions", "levels"}: how many actions the end is allowed on something and
                      the start on nothing, by access level; null where it was not counted, one of them is no
                      principal of the export, or not all of their policies were exported (as full is then)
    steps             [{"principal", "action", "resource", "context", "decision", "decided_by", "matched", "conditions",
                      "changes"}], as `iamtui simulate` decides them in the picture that the steps before them leave
    paths             [{"from", "to", "outcome", "verdict", "edges", "conditions", "needs"}], the surest first
    choke_points      [{"edge", "cuts", "of"}]: without the edge, `cuts` of `of` sources lose every proven path;
                      with --statements also [{"statement", "owner", "cuts", "of", "also_loses"}]: likewise without
                      the statement, and `also_loses` others lose access
    circles           [[ARN, ...]]: principals who all reach each other by proven edges
    held              with --held [{"path", "from", "to", "layer", "statement", "verdict"}]: paths that one layer alone,
                      scp, rcp or boundary, holds back; statement is its Deny, null where it only does not allow it
    inactive          ways whose actions AWS no longer has (EP24)
    counts            {"sources", "paths", "more", "held"}; more: edges that hold and are not told, because enough are,
                      with --from those that were looked at; held: how many paths each layer alone holds back, null
                      where that was not counted
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from iamtui.analysis.paths.answer.edge import Edge
from iamtui.analysis.paths.answer.results import Administrator, ChokeStatement, Gains, Held, Path, Paths
from iamtui.analysis.paths.requests.steps import Condition, Need, StepTaken
from iamtui.reports.edits import said_of
from iamtui.reports.paths.ladder import held_counts
from iamtui.reports.serial import Data, json_in_parts


def paths_as_json(found: Paths, *, lists_held: bool = True) -> Iterator[bytes]:
    """The JSON of `iamtui paths`, in parts: each edge is told when it is its turn."""
    names = edge_names(found)
    return json_in_parts(
        {
            "version": 1,
            "leans_on": list(found.leans_on),
            "complete": found.complete,
            "administrators": [_administrator(one) for one in found.administrators],
            "effective": list(found.effective),
            "edges": ({"id": names[id(edge)], **_edge(edge, found.gains.get(edge.key))} for edge in found.edges),
            "paths": (_path(path, names) for path in found.paths),
            "choke_points": [
                {"edge": names[id(one.edge)], "cuts": one.cuts, "of": one.of}
                for one in found.choke_points
                if id(one.edge) in names
            ]
            + [_choke_statement(one) for one in found.choke_statements or ()],
            "circles": [list(circle) for circle in found.circles],
            "held": [_held(one) for one in found.held or ()] if lists_held else [],
            "inactive": list(found.inactive),
            "counts": {
                "sources": found.sources,
                "paths": len(found.paths),
                "more": found.more,
                "held": None
                if found.held is None
                else {str(layer): count for layer, count in held_counts(found.held).items()},
            },
        }
    )


def _choke_statement(one: ChokeStatement) -> dict[str, Data]:
    return {
        "statement": one.grant.statement,
        "owner": one.grant.owner,
        "cuts": len(one.cut),
        "of": one.of,
        "also_loses": None if one.also_lose is None else len(one.also_lose),
    }


def _held(one: Held) -> dict[str, Data]:
    return {
        "path": one.way.id,
        "from": one.start,
        "to": one.end,
        "layer": one.layer,
        "statement": one.statement,
        "verdict": one.verdict,
    }


def edge_names(found: Paths) -> dict[int, str]:
    """The id of each edge in a report, by its identity."""
    return {id(edge): f"e{place}" for place, edge in enumerate(found.edges, 1)}


def _administrator(one: Administrator) -> dict[str, Data]:
    return {
        "arn": one.arn,
        "kind": one.kind,
        "verdict": one.verdict,
        "full": one.full,
        "conditions": [{"key": each.key, "when": each.when} for each in one.conditions],
        "needs": _needs(one.needs),
    }


def _edge(edge: Edge, gains: Gains | None) -> dict[str, Data]:
    return {
        "path": edge.way.id,
        "name": edge.way.name,
        "from": edge.start,
        "to": edge.end,
        "outcome": edge.outcome,
        "verdict": edge.verdict,
        "binds": dict(edge.binds),
        "steps": [_step(step) for step in edge.steps],
        "state": [{"fact": fact.fact, "of": fact.of, "holds": fact.holds} for fact in edge.state],
        "conditions": _conditions(edge.conditions),
        "needs": _needs(edge.needs),
        "gains": None if gains is None else {"actions": gains.actions, "levels": dict(gains.levels)},
        "targets_alike": edge.targets_alike,
        "keeps": [said_of(edit) for edit in edge.kept],
    }


def _step(step: StepTaken) -> dict[str, Data]:
    changes: Data = {} if step.changes is None else msgspec.to_builtins(step.changes)
    return {
        "principal": step.principal,
        "action": step.action,
        "resource": step.resource,
        "context": {key: list(values) for key, values in step.context.items()},
        "decision": step.decision,
        "decided_by": step.decided_by,
        "matched": list(step.matched),
        "conditions": [{"key": key, "when": when, "then": "allowed"} for key, when in step.conditions],
        "changes": changes,
    }


def _path(path: Path, names: dict[int, str]) -> dict[str, Data]:
    return {
        "from": path.start,
        "to": path.end,
        "outcome": path.outcome,
        "verdict": path.verdict,
        "edges": [names[id(edge)] for edge in path.edges],
        "conditions": _conditions(path.conditions),
        "needs": _needs(path.needs),
    }


def _conditions(given: Iterable[Condition]) -> list[Data]:
    return [{"step": one.step, "key": one.key, "when": one.when} for one in given]


def _needs(given: Iterable[Need]) -> list[Data]:
    return [{"fact": one.fact, "of": one.of, "exports": list(one.exports)} for one in given]
