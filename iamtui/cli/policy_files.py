"""Policy documents in files of their own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from iamtui.cli.errors import InputError
from iamtui.evaluation.request.request import NamedPolicy
from iamtui.files.reading import STANDARD_INPUT, UnreadableError, read_named
from iamtui.policy.document import Document, DocumentTable
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.readers.reader import Documents

LARGEST = 10 * 1024 * 1024
"""Bytes; a file that is larger holds no policy document."""

BOM = b"\xef\xbb\xbf"
"""The byte order mark, with which some editors begin a file."""


def document_in(source: bytes) -> Document:
    """The document in a file: JSON with or without BOM, or a string of JSON, plain or percent-encoded (I1, I4)."""
    text = source.removeprefix(BOM)
    written, documents = text.strip(), Documents(DocumentTable())
    found: Document | None = None
    if written.startswith(b'"'):
        found = documents.of(written)
    elif written.startswith(b"%"):
        found = documents.of_text(written.decode("ascii", "replace"))
    return found or Document(text)


def policy_file(path: Path) -> NamedPolicy:
    """The policy document in a file, named after it.

    Raises:
        InputError: it cannot be read, or is no policy document.
    """
    try:
        source = read_named(path, LARGEST)
    except UnreadableError as error:
        raise InputError(f"{path}: expected a policy document: {error}; nothing is decided") from error
    document = document_in(source)
    if isinstance(document.policy, InvalidDocument):
        raise InputError(f"{path}: expected a policy document: {document.policy}; nothing is decided")
    return NamedPolicy("standard-input" if path == STANDARD_INPUT else path.stem, document)


def policy_files(paths: Iterable[Path]) -> tuple[NamedPolicy, ...]:
    """The policy documents of several files."""
    return tuple(policy_file(path) for path in paths)
