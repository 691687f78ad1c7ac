"""Spoiled policy documents for fuzzing: neither the parser nor the evaluator may crash or hang on them.

* `mutate_bytes` spoils text: the result is mostly no JSON, or JSON with a wrong shape.
* `mutate_document` spoils structure: the result is JSON that no schema promised.
* `hostile_documents` are the known enemies, each with a name; generated lazily, some are 10 MB large.

A fuzz run takes documents of `strategies`, spoils each a few times and expects a document, findings or one clear
message, never another exception, within a time bound:

    rng = Random(seed)
    data = mutate_bytes(rng, json.dumps(random_document(rng, "identity", scene, caller)).encode())
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

JUNK: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        10**30,
        "",
        "*",
        "Allow",
        "deny",
        "${",
        "${}",
        "${aws:username",
        "\u202e",
        "\ud800",
    ),
    *(
        [],
        {},
        [[]],
        [None],
        [{}],
        {"AWS": None},
        {"": ""},
        {"Effect": "Allow"},
        "2012-10-17",
        "arn:aws:s3:::a",
        "a" * 5000,
    ),
)
NAMES: tuple[str, ...] = (
    "Version",
    "Statement",
    "Effect",
    "effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
)
NAMES += ("NotPrincipal", "Condition", "Sid", "Id", "StringEquals", "ForAllValues:", "NullIfExists", "AWS", "", "\x00")
BYTES = (
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"\\u",
    b"\\ud800",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"*",
    b"null",
    b"NaN",
    b"1e999",
)


def mutate_bytes(rng: Random, data: bytes, times: int = 3) -> bytes:
    """Spoil the text of a document at up to `times` places."""
    for _ in range(rng.randrange(times) + 1):
        place = rng.randrange(len(data) + 1)
        end = min(len(data), place + rng.randrange(12))
        data = BYTE_CHANGES[rng.randrange(len(BYTE_CHANGES))](rng, data, place, end)
    return data


def insert(rng: Random, data: bytes, place: int, _: int) -> bytes:
    return data[:place] + BYTES[rng.randrange(len(BYTES))] + data[place:]


def remove(_: Random, data: bytes, place: int, end: int) -> bytes:
    return data[:place] + data[end:]


def repeat(rng: Random, data: bytes, place: int, end: int) -> bytes:
    return data[:place] + data[place:end] * (rng.randrange(4) + 1) + data[end:]


def flip(rng: Random, data: bytes, place: int, _: int) -> bytes:
    return data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]


def truncate(_: Random, data: bytes, place: int, __: int) -> bytes:
    return data[:place]


def move(rng: Random, data: bytes, place: int, end: int) -> bytes:
    rest = data[:place] + data[end:]
    target = rng.randrange(len(rest) + 1)
    return rest[:target] + data[place:end] + rest[target:]


BYTE_CHANGES: tuple[Callable[[Random, bytes, int, int], bytes], ...] = (insert, remove, repeat, flip, truncate, move)


def mutate_document(rng: Random, document: Any, times: int = 3) -> Any:
    """Spoil the structure of a document at up to `times` places; the original stays as it is."""
    document = copy.deepcopy(document)
    for _ in range(rng.randrange(times) + 1):
        places = list(containers(document))
        if not places:
            return JUNK[rng.randrange(len(JUNK))]
        spoil(rng, places[rng.randrange(len(places))])
    return document


def containers(value: Any) -> Iterator[Any]:
    """Every object and list in a document that holds something, the document first."""
    if isinstance(value, dict | list) and value:
        yield value
        for member in value.values() if isinstance(value, dict) else value:
            yield from containers(member)


def spoil(rng: Random, container: Any) -> None:
    """Change one member of an object or a list."""
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    key = keys[rng.randrange(len(keys))]
    kind = rng.randrange(6)
    if kind == 0:
        del container[key]
    elif kind == 1:
        container[key] = [container[key]]
    elif kind == 2:
        container[key] = {"AWS": container[key]}
    elif kind == 3 and isinstance(container, dict):
        container[NAMES[rng.randrange(len(NAMES))]] = container.pop(key)
    elif kind == 4 and isinstance(container[key], str):
        container[key] = spoil_text(rng, container[key])
    else:
        container[key] = copy.deepcopy(JUNK[rng.randrange(len(JUNK))])


def spoil_text(rng: Random, text: str) -> str:
    """Put wildcards, colons, braces and strange letters into a string."""
    place = rng.randrange(len(text) + 1)
    return (
        text[:place]
        + ("*", "?", ":", "${", "}", "${*}", "\n", "ß", "\u202e", "*" * 50)[rng.randrange(10)]
        + text[place:]
    )


def one_statement(**elements: Any) -> bytes:
    """A document with one statement that allows everything, save for these elements."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", **elements}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()


def hostile_documents() -> Iterator[tuple[str, bytes]]:
    """Names and bytes of documents that have brought parsers and matchers down."""
    valid = one_statement()
    depth, size = 10_000, 10_000_000
    stars = "*a" * 50 + "*b"
    yield "nested lists", b'{"Version":"2012-10-17","Statement":' + b"[" * depth + b"]" * depth + b"}"
    yield "nested objects", b'{"Statement":' + b'{"Statement":' * depth + b"1" + b"}" * depth + b"}"
    yield "nested lists in an action", valid.replace(b'"Action": "*"', b'"Action": ' + b"[" * depth + b"]" * depth)
    yield "an unclosed nest", b"[" * depth
    yield "a string of 10 MB", one_statement(Action="s3:" + "A" * size)
    yield "a Sid of 10 MB", one_statement(Sid="S" * size)
    yield "an unclosed string of 10 MB", b'{"Statement":"' + b"x" * size
    yield "stars in an action", one_statement(Action="s3:" + stars)
    yield "stars in a resource", one_statement(Resource="arn:aws:s3:::" + stars)
    yield "stars in a segment", one_statement(Resource=f"arn:aws:{stars}:{stars}:{stars}:x")
    yield "stars in a condition", one_statement(Condition={"StringLike": {"aws:UserAgent": stars}})
    yield "question marks", one_statement(Resource="arn:aws:s3:::" + "?*" * 5_000)
    yield "20,000 actions", one_statement(Action=[f"s3:Get{i}" for i in range(20_000)])
    yield "many variables", one_statement(Resource="arn:aws:s3:::" + "${aws:username}" * 20_000)
    yield "unclosed variables", one_statement(Resource="arn:aws:s3:::" + "${" * 100_000)
    yield "variables in variables", one_statement(Resource="arn:aws:s3:::" + "${aws:${" * 1_000 + "}" * 2_000)
    yield "the same key twice", valid.replace(b'"Effect": "Allow"', b'"Effect": "Allow", "Effect": "Deny"')
    yield (
        "the same key, once escaped",
        valid.replace(b'"Effect": "Allow"', b'"Effect": "Allow", "\\u0045ffect": "Deny"'),
    )
    yield "a byte order mark", b"\xef\xbb\xbf" + valid
    yield "UTF-16", valid.decode().encode("utf-16")
    yield "invalid UTF-8", valid.replace(b"Allow", b"All\xffow")
    yield "a lone surrogate", valid.replace(b'"Action": "*"', b'"Action": "s3:\\ud800"')
    yield "NaN", one_statement(Condition={"NumericEquals": {"s3:max-keys": float("nan")}})
    yield (
        "a number of 5,000 digits",
        valid.replace(b'"Sid"', b"").replace(b'"Resource": "*"', b'"Resource": ' + b"9" * 5_000),
    )
    yield "an exponent", one_statement(Condition={"NumericEquals": {"s3:max-keys": "1e999999999"}})
    yield "a date in the year 99999", one_statement(Condition={"DateEquals": {"aws:CurrentTime": "99999-01-01"}})
    yield "an epoch of 400 digits", one_statement(Condition={"DateEquals": {"aws:CurrentTime": "9" * 400}})
    yield (
        "strange digits",
        one_statement(Condition={"NumericEquals": {"s3:max-keys": "١٢"}, "IpAddress": {"aws:SourceIp": "１.1.1.1"}}),
    )
    yield "an IPv6 address with a zone", one_statement(Condition={"IpAddress": {"aws:SourceIp": "fe80::1%eth0/64"}})
    yield "broken base64", one_statement(Condition={"BinaryEquals": {"aws:UserAgent": "a=b=c"}})
    yield "control and bidirectional characters", one_statement(Sid="\x1b[2J\u202e\x07\x00")
    yield "markup", one_statement(Sid="[bold red]x[/][link=file:///]", Action="s3:[/]")
    yield from (("nothing", b""), ("null", b"null"), ("a number", b"1"), ("a string", b'"{}"'), ("a list", b"[]"))
    yield "NUL", b"\x00" * 100
