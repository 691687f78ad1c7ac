"""Condition blocks: operators, keys, and whether the two go together (Q9, Q11-Q13, Q21, Q24, Q27)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iamtui import catalog
from iamtui.catalog import ConditionKey
from iamtui.policy.conditions import SetOperator, condition_test
from iamtui.policy.keys import ABSENT, KeyValue
from iamtui.policy.lint.condition_values import check_values
from iamtui.policy.lint.finding import (
    ConditionLine,
    Finding,
    StatementView,
    error,
    info,
    quoted,
    security,
    suggestion,
    warning,
)
from iamtui.policy.operators import OPERATORS, Operator
from iamtui.policy.truth import Truth
from iamtui.policy.variables import VARIABLE

_SENSITIVE = frozenset(
    f"aws:{name}"
    for name in (
        "principalaccount",
        "principalorgid",
        "resourceaccount",
        "resourceorgid",
        "sourceaccount",
        "sourceorgid",
        "sourcevpc",
        "sourcevpce",
        "vpceaccount",
        "vpceorgid",
    )
)
_NETWORK = frozenset(("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn"))
_SPARES_SERVICES = frozenset(
    ("aws:viaawsservice", "aws:principalisawsservice", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast")
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A condition line that could be read: its operator exists."""

    written: ConditionLine
    operator: Operator
    set_operator: SetOperator | None
    if_exists: bool
    key: ConditionKey | None

    @property
    def folded(self) -> str:
        return self.written.key.lower()

    @property
    def spelling(self) -> str:
        """The operator as AWS writes it."""
        prefix = "" if self.set_operator is None else f"{self.set_operator}:"
        return f"{prefix}{self.operator.name}{'IfExists' if self.if_exists else ''}"

    @property
    def needs_key(self) -> bool:
        """Whether the line is a Null test that no request without the key passes."""
        values = {text.value.lower() for text in self.written.values}
        return self.operator.name == "Null" and self.set_operator is None and values == {"false"}

    @property
    def holds_without_key(self) -> bool:
        """Whether a request that lacks the key passes (C10-C16)."""
        values = tuple(text.value for text in self.written.values)
        test = condition_test(self.written.operator, self.written.key, values, variables=False)
        return test.truth(_NOTHING) is Truth.TRUE


class _NothingSaid:
    """A request that has no condition keys."""

    def lookup(self, key: str) -> KeyValue:
        return ABSENT


_NOTHING = _NothingSaid()


def check(view: StatementView) -> Iterator[Finding]:
    """The findings on the conditions of one statement."""
    lines: list[_Line] = []
    seen: dict[tuple[str, str], str] = {}
    for written in view.conditions():
        yield from _check_repeated(written, seen)
        line = _read(written)
        if line is None:
            yield _unknown_operator(written)
        else:
            lines.append(line)
    keys = view.condition_keys()
    null_checked = {line.folded for line in lines if line.needs_key}
    for line in lines:
        yield from _check_spelling(line)
        yield from _check_empty(line)
        yield from _check_set_operator(line, null_checked, allows=view.allows)
        yield from _check_wildcards(line, variables=view.variables)
        yield from check_values(line.written, line.operator, line.key)
        if view.denies and not keys & _SPARES_SERVICES and line.folded not in null_checked:
            yield from _check_network(line)


def _read(written: ConditionLine) -> _Line | None:
    test = condition_test(written.operator, written.key, (), variables=False)
    if test.operator is None:
        return None
    return _Line(written, test.operator, test.set_operator, test.if_exists, catalog.condition_key(written.key))


def _unknown_operator(written: ConditionLine) -> Finding:
    """Q9 (C5, C6)."""
    base = written.operator.rpartition(":")[2].lower()
    if base == "nullifexists":
        return error("Q9", written.pointer, "Null takes no IfExists", "Write Null.")
    message = f"no operator is called {quoted(written.operator)}"
    close = [operator.name for operator in OPERATORS.values() if operator.name.lower() in base]
    fix = f"Write {close[0]}." if close else "Correct the operator."
    return error("Q9", written.pointer, message, fix)


def _check_spelling(line: _Line) -> Iterator[Finding]:
    """Q9 (C4)."""
    if line.written.operator != line.spelling:
        message = f"AWS writes {line.spelling}; that {quoted(line.written.operator)} means the same is not documented"
        yield warning("Q9", line.written.pointer, message, f"Write {line.spelling}.")


def _check_repeated(written: ConditionLine, seen: dict[tuple[str, str], str]) -> Iterator[Finding]:
    """Q9: one key in two spellings under one operator (C3)."""
    first = seen.setdefault((written.operator, written.key.lower()), written.key)
    if first != written.key:
        message = f"{quoted(written.key)} and {quoted(first)} are one key"
        yield error("Q9", written.pointer, message, "Put the values together under one key.")


def _check_empty(line: _Line) -> Iterator[Finding]:
    if line.written.is_empty_list:
        yield suggestion("Q21", line.written.pointer, "the list of values is empty", "Remove it or fill it.")
    if line.operator.name == "Null" and line.set_operator is not None:
        always = "true" if line.set_operator is SetOperator.ALL else "false"
        message = f"Null with {line.set_operator} is always {always}"
        yield suggestion("Q21", line.written.pointer, message, "Write Null.")


def _check_set_operator(line: _Line, null_checked: set[str], *, allows: bool) -> Iterator[Finding]:
    """Q12, Q13 (C14, C20-C24)."""
    pointer, name = line.written.pointer, quoted(line.written.key)
    if line.operator.name == "Null":
        return
    if line.set_operator is None:
        if line.key is not None and line.key.multivalued:
            message = f"{name} has many values, and {line.operator.name} compares one"
            yield error("Q12", pointer, message, "Put ForAnyValue: or ForAllValues: before the operator.")
        return
    if line.key is not None and not line.key.multivalued:
        message = f"{name} has one value; {line.set_operator} is for keys with many"
        yield security("Q13", pointer, message, f"Write {line.operator.name}.")
    elif line.set_operator is SetOperator.ALL and allows and line.folded not in null_checked:
        message = f"ForAllValues is true also when {name} is absent"
        yield security("Q13", pointer, message, f'Add "Null" with "false" for {name}.')


def _check_wildcards(line: _Line, *, variables: bool) -> Iterator[Finding]:
    """Q11 (C50), Q24 (K90)."""
    name = line.operator.name
    if not name.startswith(("String", "Arn")):
        return
    literal = name.startswith("String") and not name.endswith("Like")
    for text in line.written.values:
        plain = VARIABLE.sub("", text.value) if variables else text.value
        if "*" not in plain and "?" not in plain:
            continue
        if literal:
            message = f"{name} compares {quoted(text.value)} letter by letter, wildcards too"
            yield warning("Q11", text.pointer, message, f"Use {_like(name)}, or write ${{*}} for a star.")
        elif line.folded in _SENSITIVE:
            message = f"a wildcard in {quoted(line.written.key)} lets in what others can choose"
            yield security("Q24", text.pointer, message, "Write the whole value.")


def _like(name: str) -> str:
    return "StringNotLike" if "Not" in name else "StringLike"


def _check_network(line: _Line) -> Iterator[Finding]:
    """Q27: services that act for the caller come from addresses of their own (K59)."""
    if line.folded in _NETWORK and line.holds_without_key:
        message = (
            f"the Deny also stops AWS services that act for the caller, for they bring no {quoted(line.written.key)}"
        )
        fix = 'Add "Bool": {"aws:ViaAWSService": "false"} and "aws:PrincipalIsAWSService": "false".'
        yield info("Q27", line.written.pointer, message, fix)
