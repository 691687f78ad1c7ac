"""`iamtui lint`: whether policy documents are well said, and what is to be said of the accounts that hold them."""

from __future__ import annotations

from pathlib import Path

import click

from iamtui.analysis.findings.linting.accounts import account_findings
from iamtui.analysis.findings.linting.documents import lint_documents
from iamtui.analysis.findings.linting.reviewed import Reviewed
from iamtui.analysis.placed_documents import PlacedDocument, documents_of
from iamtui.cli.arguments import OnceEach
from iamtui.cli.errors import say
from iamtui.cli.file_paths import FilePath
from iamtui.cli.output import write_bytes, write_text
from iamtui.cli.policy_files import BOM, LARGEST, document_in
from iamtui.cli.snapshots import snapshot_of
from iamtui.files.reading import STANDARD_INPUT, UnreadableError, read_as_it_stands, read_named
from iamtui.policy.document import Document
from iamtui.policy.lint import FindingSeverity
from iamtui.policy.lint.recognition import is_meant_as_policy, likely_kind
from iamtui.policy.statement import PolicyDocument, PolicyKind
from iamtui.policy.strict_json import load_json
from iamtui.reports.findings import findings_as_json, findings_as_text, severity_counts

_EXAMPLES = """\b
iamtui lint account.json --fail-on security
iamtui lint scps/*.json --type scp
"""
_KINDS = {
    "identity": PolicyKind.IDENTITY,
    "boundary": PolicyKind.BOUNDARY,
    "session": PolicyKind.SESSION,
    "resource": PolicyKind.RESOURCE,
    "trust": PolicyKind.TRUST,
    "key": PolicyKind.KMS_KEY,
    "endpoint": PolicyKind.VPC_ENDPOINT,
    "scp": PolicyKind.SCP,
    "rcp": PolicyKind.RCP,
}
_GRAVEST_FIRST = [severity.value for severity in FindingSeverity]


@click.command(cls=OnceEach, epilog=_EXAMPLES, short_help="Find what is wrong with policies, and say how to mend it.")
@click.argument("paths", metavar="EXPORT|POLICY...", nargs=-1, required=True, type=FilePath())
@click.option("--type", "kind", type=click.Choice(list(_KINDS)), help="What kind of policy the POLICY files are.")
@click.option("--aws-managed", is_flag=True, help="Look at the policies that AWS manages too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice([*_GRAVEST_FIRST, "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 for findings of this severity or a graver one.",
)
def lint(paths: tuple[Path, ...], kind: str | None, *, aws_managed: bool, form: str, fail_on: str) -> int:
    """Find what is wrong with policy documents, in files of their own or in exports, and say how to mend it.

    Of an export the users, groups, roles, policies and organizations are looked at too.

    The kind of a policy in a file of its own follows from its elements where --type does not say it.

    Exit status: 0 nothing grave, 1 findings (see --fail-on), 2 bad input.
    """
    lone = {path: document for path in paths if (document := _lone_document(path, kind)) is not None}
    exports = [path for path in paths if path not in lone]
    placed = [_placed(path, document, kind) for path, document in lone.items()]
    entities: list[Reviewed] = []
    if exports:
        snapshot = snapshot_of(exports)
        entities = list(account_findings(snapshot))
        every = list(documents_of(snapshot))
        kept = [document for document in every if aws_managed or not document.is_aws_managed]
        placed += kept
        if len(kept) < len(every):
            say(f"{len(every) - len(kept):,} AWS managed policies left out (--aws-managed)")
    documents = [linted.checked for linted in lint_documents(iter(placed))]
    if form == "json":
        write_bytes(findings_as_json(documents, entities))
    else:
        write_text("".join(f"{line}\n" for line in findings_as_text(documents, entities)))
    counts = severity_counts([*documents, *entities])
    grave = _GRAVEST_FIRST[: _GRAVEST_FIRST.index(fail_on) + 1] if fail_on != "never" else []
    return 1 if any(counts[FindingSeverity(severity)] for severity in grave) else 0


def _lone_document(path: Path, kind: str | None) -> Document | None:
    """The document of a file that holds a policy by itself, or text that is no JSON, as it stands there (L11)."""
    source = _source(path)
    if source is None:
        return None
    document = document_in(source)
    written = Document(source) if source.startswith(BOM) else document
    if kind is not None or isinstance(document.policy, PolicyDocument):
        return written
    try:
        value = load_json(document.source)
    except (ValueError, RecursionError):
        return written
    return written if is_meant_as_policy(value) else None


def _source(path: Path) -> bytes | None:
    """The bytes of a file that may hold a policy, with the byte order mark that it may have."""
    if path == STANDARD_INPUT:
        try:
            return read_named(path, LARGEST)
        except UnreadableError:
            return None  # a larger one may be an export
    if path.suffix == ".gz":
        return None
    try:
        return read_as_it_stands(path, LARGEST)
    except UnreadableError:
        return None  # the reader of exports says why


def _placed(path: Path, document: Document, kind: str | None) -> PlacedDocument:
    name = "standard input" if path == STANDARD_INPUT else str(path)
    return PlacedDocument(name, None, _KINDS[kind] if kind is not None else likely_kind(document), document)
