"""Reads a denial from a file, a folder that the collecting script made, or standard input (AT7, AT20)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from iamtui.analysis.denials.inputs import Denial, DetailedDenial, read_denial
from iamtui.cli.errors import InputError
from iamtui.files.reading import UnreadableError, read_named, read_standard_input
from iamtui.policy.document import Document
from iamtui.trail.refusals import NotARefusalError

_DETAILS = "details.json"
_LARGEST = 10 << 20
"""Bytes; what is said of one denial is never as long."""


def denial_of_file(file: str) -> Denial:
    """The denial in a file or folder; `-` is standard input.

    Raises:
        InputError: it cannot be read, or holds none.
    """
    path = Path(file)
    if file != "-" and path.is_dir():
        return _denial_of_folder(path)
    data = _read(path) if file != "-" else _read_standard_input()
    denial = denial_of_text(_decoded(data), "standard input" if file == "-" else file)
    return denial if file == "-" else _with_documents(denial, path.parent)


def denial_of_text(text: str, place: str) -> Denial:
    """The denial in a text; `place` is where it comes from.

    Raises:
        InputError: it holds none.
    """
    try:
        return read_denial(text)
    except NotARefusalError as error:
        raise InputError(f"{place}: {error}; nothing is explained") from error


def _decoded(data: bytes) -> str:
    """The text of a file; UTF-16, as some shells redirect it, by its mark."""
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return data.decode("utf-16" if is_wide else "utf-8", "replace")


def _read(path: Path) -> bytes:
    try:
        return read_named(path, _LARGEST)
    except UnreadableError as error:
        raise InputError(f"{path}: {error}; nothing is explained") from error


def _read_standard_input() -> bytes:
    try:
        return read_standard_input(sys.stdin.buffer, _LARGEST)
    except UnreadableError as error:
        raise InputError(f"standard input: {error}; nothing is explained") from error


def _denial_of_folder(folder: Path) -> Denial:
    details = folder / _DETAILS
    if not details.is_file():
        raise InputError(f"{folder}: expected {_DETAILS}, as `iamtui collect-script --authorization-id` fetches it")
    return denial_of_file(str(details))


def _with_documents(denial: Denial, folder: Path) -> Denial:
    """The account of a denial with the policies that lie beside it, each beside the name that AWS gave it."""
    if not isinstance(denial, DetailedDenial):
        return denial
    documents: dict[str, Document] = {}
    for named in sorted(folder.glob("policy-*.uri")):
        file = named.with_suffix(".json")
        if file.is_file():
            documents[_read(named).decode("utf-8", "replace").strip()] = _document(file)
    return DetailedDenial(denial.details.with_documents(documents)) if documents else denial


def _document(file: Path) -> Document:
    try:
        found = json.loads(_read(file))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: expected JSON with policyDocument ({error})") from error
    if not isinstance(found, dict) or not isinstance(found.get("policyDocument"), dict):
        raise InputError(f"{file}: expected an object with policyDocument")
    return Document(json.dumps(found["policyDocument"]).encode())
