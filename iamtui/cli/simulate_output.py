"""How `simulate` writes one decision, or many."""

from __future__ import annotations

from collections.abc import Sequence

from iamtui.analysis.calls import call_word
from iamtui.cli.deciding import DecisionSource
from iamtui.cli.errors import InputError
from iamtui.cli.output import terminal_width, wants_colour, write_bytes, write_coloured, write_text
from iamtui.evaluation.decision import Decision
from iamtui.reports.authorization_details import as_authorization_details
from iamtui.reports.aws import as_aws
from iamtui.reports.decision import as_json, as_markdown, as_plain_text, as_styled_text
from iamtui.reports.decision_data import decision_data
from iamtui.reports.serial import json_bytes
from iamtui.reports.tables import table_as_json, table_as_markdown, table_as_plain_text, table_as_styled_text
from iamtui.trail.refusals.own_details import OpenDecisionError, details_of

AWS_FORMATS = ("aws", "authorization-details")
"""Shapes of AWS's own, which have no word for what is unknown."""

FORMATS = ("text", "json", "markdown", *AWS_FORMATS)


def write_table(decisions: Sequence[Decision], form: str) -> None:
    """A row for each decision."""
    if form == "json":
        write_bytes(table_as_json(decisions))
    elif form == "markdown":
        write_bytes(table_as_markdown(decisions).encode("utf-8", "backslashreplace"))
    elif wants_colour():
        write_coloured(table_as_styled_text(decisions, terminal_width()))
    else:
        write_text(table_as_plain_text(decisions))


def write_decisions(decisions: Sequence[Decision], form: str, *, full: bool, custom: bool) -> None:
    """Each decision with its trace; several are the parts of one call (E71)."""
    if form == "aws":
        write_bytes(as_aws(decisions, custom=custom))
    elif form == "json":
        write_bytes(_json(decisions))
    elif form == "markdown":
        parts = [as_markdown(decision, full=full) for decision in decisions]
        if len(parts) > 1:
            parts.insert(0, f"# The call as a whole: {call_word(decisions)}\n")
        text = "\n".join(parts)
        write_bytes(text.encode("utf-8", "backslashreplace"))
    else:
        _write_text(decisions, full=full)


def write_details(decisions: Sequence[Decision], against: DecisionSource) -> None:
    """The parts of one call as the authorization details that AWS would record of them (AT25).

    Raises:
        InputError: a part depends on what is unknown.
    """
    parts = [(decision, against.known(decision.request)) for decision in decisions]
    try:
        write_bytes(as_authorization_details(details_of(parts)))
    except OpenDecisionError as error:
        raise InputError(f"{error}: state it with --context, or export it; nothing is printed") from error


def _json(decisions: Sequence[Decision]) -> bytes:
    if len(decisions) == 1:
        return as_json(decisions[0])
    parts = [decision_data(decision) for decision in decisions]
    return json_bytes({"version": 1, "decision": call_word(decisions), "decisions": parts})


def _write_text(decisions: Sequence[Decision], *, full: bool) -> None:
    for index, decision in enumerate(decisions):
        if index:
            write_text("\n")
        if wants_colour():
            write_coloured(as_styled_text(decision, terminal_width(), full=full))
        else:
            write_text(as_plain_text(decision, full=full))
    if len(decisions) > 1:
        write_text(f"\nThe call as a whole: {call_word(decisions)}\n")
