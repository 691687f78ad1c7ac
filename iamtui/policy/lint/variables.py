"""Policy variables: where they count, and whether they are well formed (Q17, Q20; V1-V10)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamtui import catalog
from iamtui.catalog.unlisted import DEPRECATED_KEYS, SHUT_DOWN_SERVICES
from iamtui.policy.lint.advice import Adviser
from iamtui.policy.lint.finding import Finding, StatementView, Text, error, quoted, warning
from iamtui.policy.operators import OPERATORS
from iamtui.policy.variables import VARIABLE

_FOUND = re.compile(rf"{VARIABLE.pattern}|(?P<broken>\$\{{[^}}$]*\}}?)")
_TAKES_VARIABLES = ("string", "arn")
_OF_SERVICES = frozenset(("transfer:homebucket", "transfer:homedirectory", "transfer:homefolder", "transfer:username"))
"""Variables that a service fills in itself, in the session policies of AWS Transfer Family; in lower case."""
_PLACEHOLDER = re.compile(
    r"\{\{.{0,99}?\}\}|[#%]\{[^}]{0,99}\}|\$\([^)]{0,99}\)|<[A-Za-z][^<>]{0,99}>|\[[A-Z][A-Z0-9_ -]{1,99}\]"
)
"""What is left to be filled in: `{{account}}`, `#{name}`, `%{name}`, `$(NAME)`, `<account>`, `[ROLE_NAME]`."""


def check(view: StatementView) -> Iterator[Finding]:
    """The findings on the variables of one statement."""
    if not view.variables:
        yield from _check_old_version(view)
        return
    adviser = Adviser(view)
    for text in (*view.texts("Sid", "Action", "NotAction"), *(text for _, text in view.principals())):
        if "${" in text.value:
            yield error("Q20", text.pointer, "variables stay text in this element", "Write the value.")
    for text in view.texts("Resource", "NotResource"):
        yield from _check_resource(text, adviser)
        yield from _check_placeholder(text)
    for line in view.conditions():
        if "${" in line.key:
            yield error("Q20", line.pointer, "variables stay text in condition keys", "Write the key.")
        for text in line.values:
            yield from _check_value(line.operator, text, adviser)


def _check_old_version(view: StatementView) -> Iterator[Finding]:
    """Q17: before 2012-10-17 there were no variables (V2)."""
    values = (text for line in view.conditions() for text in line.values)
    for text in (*view.texts("Resource", "NotResource"), *values):
        if "${" in text.value:
            message = f"{quoted(text.value)} stays text, for the version is not 2012-10-17"
            yield warning("Q17", text.pointer, message, 'Write "Version": "2012-10-17".')


def _check_placeholder(text: Text) -> Iterator[Finding]:
    """What was never filled in is text, and matches nothing that is called otherwise."""
    found = _PLACEHOLDER.search(text.value)
    if found is not None:
        message = f"{quoted(found[0])} looks like something to be filled in, and stands there as text"
        yield warning("Q20", text.pointer, message, "Write what is meant.")


def _check_resource(text: Text, adviser: Adviser) -> Iterator[Finding]:
    """Variables count after the fifth colon only (V4)."""
    if "${" not in text.value:
        return
    head = ":".join(text.value.split(":", 5)[:5])
    if "${" in head:
        message = "variables stay text in the first five segments of an ARN"
        yield error("Q20", text.pointer, message, "Write the value, or a wildcard.")
        return
    yield from _check_form(text, adviser)


def _check_value(operator: str, text: Text, adviser: Adviser) -> Iterator[Finding]:
    if "${" not in text.value:
        return
    base = operator.rpartition(":")[2].lower().removesuffix("ifexists")
    if base == "bool":
        message = "AWS's pages differ on variables with Bool; here they are put in"
        yield warning("Q20", text.pointer, message, "Compare with StringEquals.")
    elif base in OPERATORS and not base.startswith(_TAKES_VARIABLES):
        message = f"{quoted(operator)} takes no variables"
        yield error("Q20", text.pointer, message, "Use a string or ARN operator, or write the value.")
    else:
        yield from _check_form(text, adviser)


def _check_form(text: Text, adviser: Adviser) -> Iterator[Finding]:
    """V10: what is not well formed stays text; V1: a multivalued key has no one value."""
    names: dict[str, None] = {}
    broken: str | None = None
    for match in _FOUND.finditer(text.value):
        broken = broken or match["broken"]
        if match[2] is not None:
            names[match[2]] = None
    if broken is not None:
        message = f"{quoted(broken)} is no policy variable and stays text"
        yield error("Q20", text.pointer, message, "Write ${key} or ${key, 'default'}.")
    for name in names:
        key = catalog.condition_key(name)
        if key is None:
            yield from _check_unknown(text, name, adviser)
        elif key.multivalued:
            message = f"{key.name} has many values and cannot be a variable"
            yield error("Q20", text.pointer, message, "Use a key with one value.")


def _check_unknown(text: Text, name: str, adviser: Adviser) -> Iterator[Finding]:
    """A variable whose key no request has matches nothing (V7); often a template engine should have filled it in."""
    prefix, colon, _ = name.partition(":")
    if name.lower() in _OF_SERVICES or prefix.lower() in SHUT_DOWN_SERVICES or name.lower() in DEPRECATED_KEYS:
        return
    message = f"no condition key is called {quoted(name)}, so {quoted(text.value)} matches nothing"
    nearest = adviser.key(name) if colon else None
    if nearest is not None:
        fix = f"Write ${{{nearest}}}, if that is meant."
    else:
        fix = "Write the key that is meant, or let the template that left it be filled in."
    is_of_service = bool(colon) and prefix.lower() != "aws" and prefix.lower() in catalog.services()
    yield (warning if is_of_service else error)("Q20", text.pointer, message, fix)
