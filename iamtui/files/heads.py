"""What the first bytes of a file say of its kind."""

from __future__ import annotations

import re

SNIFFED = 512
"""So many bytes of a file are asked for its kind."""
BOM = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How PowerShell begins what it redirects to a file."""

_REPORT_IN_BASE64 = b"dXNlcixhcm4s"  # "user,arn,"
_DELIVERED_EVENTS = re.compile(rb'\s*\{\s*"Records"\s*:\s*\[\s*\{[^\[\]]*?"event(?:Version|Time|Source|Name)"')
EVENTS = "CloudTrail events are no export: they say what was done, not what is allowed"
"""What a file with recorded calls is to who looks for exports."""
ERRORS_OF_NOTHING = (
    "AWSOrganizationsNotInUseException",
    "NoSuchAccessPointPolicy",
    "NoSuchBucketPolicy",
    "NoSuchEntity",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "RepositoryPolicyNotFoundException",
    "ResourceNotFoundException",
)
"""The codes of errors that say that there is nothing (I8)."""
_ERROR = re.compile(
    rb"(?:[\w.\[\]]+: )*An error occurred \(|\W*(?:<\?xml[^>]*>\s*<Error>\s*<Code>\s*|Code: )?(?:"
    + "|".join(ERRORS_OF_NOTHING).encode()
    + rb")\b"
)


def foreign_kind(head: bytes, size: int) -> str | None:
    """Say of what starts unlike any export what it is instead; `size` is that of the file or of its first part.

    An export is a JSON object or list, a credential report, or what a refused call printed.
    """
    text = _head_as_utf_8(head).lstrip()
    if _DELIVERED_EVENTS.match(text) is not None:
        return EVENTS  # of a hundred thousand such files only the heads are unpacked
    if text[:1] in (b"{", b"[") or is_report(text) or is_error_text(text):
        return None
    if not text and size <= SNIFFED:
        return "empty"
    if text or len(head) < SNIFFED:
        return "not recognised: neither a JSON object or list nor a credential report"
    return None


def _head_as_utf_8(head: bytes) -> bytes:
    if head.startswith(UTF_16):
        return head[: len(head) // 2 * 2].decode("utf-16", "ignore").encode("utf-8", "ignore")
    return head.removeprefix(BOM)


def is_csv_report(text: bytes) -> bool:
    """Whether a text begins with the names of columns of a credential report, in any order (I21)."""
    columns = {column.strip().strip(b'"') for column in text.partition(b"\n")[0].split(b",")}
    return {b"user", b"arn"} <= columns


def is_report(text: bytes) -> bool:
    """Whether a text is a credential report, plain or in base64, as `--query Content --output text` gives it (I20)."""
    return is_csv_report(text) or text.startswith(_REPORT_IN_BASE64)


def is_error_text(head: bytes) -> bool:
    """Whether a file holds what a refused call printed, or the code of the error alone (I8)."""
    return _ERROR.match(head.lstrip()) is not None
