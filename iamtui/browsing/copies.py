"""What can be taken along of what is selected: ARN, JSON, a statement, and the command that asks the same question."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from iamtui.analysis.subject_keys import SubjectKey
from iamtui.browsing.aws_json.subjects import document_text, subject_json
from iamtui.browsing.aws_json.values import document_json
from iamtui.browsing.descriptions import arn_of, document_of, name_of
from iamtui.browsing.finding_lists import finding_at
from iamtui.browsing.findings import Findings
from iamtui.browsing.subjects import ExternalEntity, Root, Subject, find_subject
from iamtui.content.requests import ContextField, RequestFields
from iamtui.policy.document import Document
from iamtui.snapshot.model import Group, Resource, Role, Snapshot, User

if TYPE_CHECKING:
    from iamtui.analysis.queries.everybody.questions import Question


@dataclass(frozen=True, slots=True)
class Copy:
    """A text to be taken along, as it is, and what it is called."""

    what: str
    text: str


def subject_copies(subject: Subject, paths: Sequence[Path]) -> list[Copy]:
    """What can be taken of a subject; the commands ask of the files that were opened."""
    copies = [Copy("ARN", arn_of(subject)), Copy("name", name_of(subject))]
    if (document := document_of(subject)) is not None:
        copies.append(Copy("document", document_text(document)))
    if not isinstance(subject, ExternalEntity):
        copies.append(Copy("JSON", subject_json(subject)))
    copies += _commands(subject, paths)
    return [copy for copy in copies if copy.text]


def statement_copies(document: Document | None, index: int) -> list[Copy]:
    """A statement of a document, and its Sid if it has one."""
    whole = None if document is None else document_json(document)
    found = whole.get("Statement") if isinstance(whole, dict) else None
    statements = found if isinstance(found, list) else [found]
    if index >= len(statements) or not isinstance(statement := statements[index], dict):
        return []
    copies = [Copy("statement", orjson.dumps(statement, option=orjson.OPT_INDENT_2).decode())]
    sid = statement.get("Sid")
    return [*copies, Copy("Sid", sid)] if isinstance(sid, str) and sid else copies


def finding_copies(snapshot: Snapshot, findings: Findings, node_key: str, paths: Sequence[Path]) -> list[Copy]:
    """What can be taken of a finding: its remedy, the statement that it is about, and what there is of its subject."""
    finding = finding_at(findings, node_key)
    if finding is None:
        return []
    subject = find_subject(snapshot, SubjectKey(node_key.partition("\n")[2]))
    copies = [Copy("remedy", finding.fix)] if finding.fix else []
    if finding.statement is not None:
        copies += statement_copies(document_of(subject), finding.statement)
    return [*copies, *subject_copies(subject, paths)]


def question_copies(question: Question, stated: Sequence[ContextField], paths: Sequence[Path]) -> list[Copy]:
    """The command that asks who can do something, with what the form states."""
    words = [word for action in question.actions for word in ("--action", action)]
    words += [word for resource in question.resources for word in ("--resource", resource)]
    words += ["--via", "any"] if question.via == "any" else []
    words += ["--all"] if question.show_denied else []
    words += [word for said in stated for word in _stated(said)]
    return command_copies("who-can", paths, *words)


def request_copies(fields: RequestFields, paths: Sequence[Path]) -> list[Copy]:
    """The command that decides what the form holds."""
    words = ["--principal", fields.principal, "--action", fields.action]
    words += ["--resource", fields.resource] if fields.resource else []
    words += [word for said in fields.context for word in _stated(said)]
    words += ["--session-policy", fields.extra] if fields.extra else []
    return command_copies("simulate", paths, *words)


def _stated(said: ContextField) -> Iterator[str]:
    if said.state != "value":
        yield from ("--context", f"{said.name}=@{said.state}")
        return
    for value in said.values:
        yield from ("--context", f"{said.name}={'@' if value.startswith('@') else ''}{value}")


def _commands(subject: Subject, paths: Sequence[Path]) -> Iterator[Copy]:
    arn = arn_of(subject)
    if isinstance(subject, User | Role | Group | Root):
        yield from command_copies("can", paths, arn)
    if isinstance(subject, Role):
        yield from command_copies("who-can", paths, "--action", "sts:AssumeRole", "--resource", arn)
    if isinstance(subject, Resource):
        yield from command_copies("who-can", paths, "--action", f"{arn.split(':')[2]}:*", "--resource", arn)


def command_copies(name: str, paths: Sequence[Path], *words: str) -> list[Copy]:
    """A command for a shell; none where a shell would see more in it than is there to be seen."""
    named = (os.fspath(path) for path in paths)
    files = [f"./{path}" if path.startswith("-") else path for path in named]
    command = shlex.join(["iamtui", name, *files, *words])
    return [Copy(f"command: {name}", command)] if command.isprintable() else []
