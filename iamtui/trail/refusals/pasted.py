"""From what a terminal, a log or a chat shows of an error to the message that AWS wrote (AT20)."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

_STARTS = re.compile(
    r"(You are not authorized to perform this operation\. ?)?User: \S+ is not authorized"
    r"|You are not authorized to perform this operation\."
)
_PREFIX = re.compile(r"^[ \t]*[>│|╷╵]+[ \t]?", re.MULTILINE)  # a quotation of a chat, the frame of a tool
_PARAGRAPH = re.compile(r"\n\s*\n")
_ESCAPES = re.compile(r"\\+(n|r|t|\"|/|u[0-9a-fA-F]{4})")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "\u00a0": " ", "\u200b": ""})
_CLOSING = r"(?=\s*(?:[,;}\])(\t]|$))"
_OF_SDK = re.compile(
    r" ?\((?:Service|RequestToken): .*$|[,.]? status code: \d+, request id: .*$|['\"]\)$", re.IGNORECASE
)
_CODES = (
    re.compile(r"An error occurred \((?P<code>[\w.]+)\) when calling the (?P<operation>\w+) operation"),
    re.compile(r"operation error [\w ]+: (?P<operation>\w+),.{0,300}? api error (?P<code>[\w.]+):"),
    re.compile(r"Error Code: (?P<code>[\w.]+)"),
    re.compile(r"<Code>(?P<code>[\w.]+)</Code>"),
    re.compile(r"(?:^|\s)(?P<code>(?:Client\.)?[A-Z]\w+): "),
)


class Pasted(NamedTuple):
    """The message of a text, and what stood around it."""

    message: str
    code: str | None = None
    operation: str | None = None
    others: int = 0  # further refusals in the same text


def unwrap(text: str) -> Pasted:
    """The first refusal of a text as one line, without quotation marks, escapes and what tools write around it."""
    text = _PREFIX.sub("", text.translate(_QUOTES))
    in_xml = _xml_message(text)
    if in_xml is not None:
        return Pasted(one_line(html.unescape(in_xml)), *_code_and_operation(one_line(text)))
    plain = _ESCAPES.sub(_unescaped, text)
    starts = list(_STARTS.finditer(plain))
    if not starts:
        code, operation = _code_and_operation(one_line(plain))
        return Pasted(one_line(_after_code(plain)).strip("\"'` "), code, operation)
    first = starts[0]
    end = starts[1].start() if len(starts) > 1 else len(plain)
    body = _PARAGRAPH.split(plain[first.start() : end], 1)[0]
    around = one_line(plain[: first.start()] + " " + plain[first.end() : end])
    message = _OF_SDK.sub("", one_line(_inside_quotes(plain[: first.start()], body)))
    return Pasted(message, *_code_and_operation(around), others=len(starts) - 1)


def _xml_message(text: str) -> str | None:
    """The message of an error of S3, which comes as XML."""
    _, start, rest = text.partition("<Message>")
    message, end, _ = rest.partition("</Message>")
    return message if start and end else None


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def _unescaped(escape: re.Match[str]) -> str:
    name = escape[1]
    if name[0] == "u":
        return chr(int(name[1:], 16))
    return {"n": "\n", "r": "\n", "t": " "}.get(name, name)


def _inside_quotes(before: str, body: str) -> str:
    """The body up to the quotation mark that closes what was opened just before it, if one was."""
    opened = before[-1:]
    if opened not in ('"', "'", "`"):
        return body
    body = body.replace('""', '"') if before.endswith('"') else body  # CSV doubles what is quoted
    closing = re.search(re.escape(opened) + _CLOSING, body)
    return body[: closing.start()] if closing is not None else body.removesuffix(opened)


def _code_and_operation(text: str) -> tuple[str | None, str | None]:
    for pattern in _CODES:
        found = pattern.search(text)
        if found is not None:
            return found["code"], found.groupdict().get("operation")
    return None, None


def _after_code(text: str) -> str:
    """What follows the words of a tool before a message that has no caller."""
    for pattern in (*_CODES[:2], _CODES[-1]):
        found = pattern.search(text)
        if found is not None:
            return text[found.end() :].lstrip(": ")
    return text
