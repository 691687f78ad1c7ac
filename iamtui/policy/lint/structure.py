"""Which elements must, may and must not stand in a document and its statements (Q1-Q5, Q10, Q14, Q17, Q21)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from iamtui.policy.lint.finding import (
    Finding,
    StatementView,
    error,
    is_condition_value,
    is_string,
    is_string_or_strings,
    quoted,
    security,
    suggestion,
    warning,
)
from iamtui.policy.parsing import VERSIONS
from iamtui.policy.positions import escape
from iamtui.policy.statement import PolicyKind
from iamtui.policy.strict_json import JsonValue

_IDENTITY_KINDS = frozenset((PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION))
_WITHOUT_PRINCIPAL = _IDENTITY_KINDS | {PolicyKind.SCP}
_PAIRS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_ELEMENTS = frozenset(("Sid", "Effect", "Condition", *(name for pair in _PAIRS for name in pair)))
_SID = re.compile(r"[A-Za-z0-9]+")


def statements(document: Mapping[str, JsonValue], kind: PolicyKind) -> Iterator[StatementView]:
    """The statements that are objects; a single one may stand without list (L2)."""
    listed = document.get("Statement")
    variables = document.get("Version") == VERSIONS[0]
    if isinstance(listed, dict):
        yield StatementView(0, "/Statement", listed, kind, variables)
    elif isinstance(listed, list):
        for index, member in enumerate(listed):
            if isinstance(member, dict):
                yield StatementView(index, f"/Statement/{index}", member, kind, variables)


def check_document(document: Mapping[str, JsonValue], kind: PolicyKind) -> Iterator[Finding]:
    """Version, Id, Statement (Q1, Q2, Q5, Q17, Q21)."""
    yield from _check_version(document, kind)
    for name in document:
        if name not in ("Version", "Id", "Statement"):
            fix = "Remove it; element names are case-sensitive."
            yield error("Q2", f"/{escape(name)}", f"a policy document has no element {quoted(name)}", fix)
    if "Id" in document and kind in _IDENTITY_KINDS:
        yield error("Q5", "/Id", f"{kind.with_article} takes no Id", "Remove it.")
    elif not is_string(document.get("Id", "")):
        yield error("Q1", "/Id", "Id is not a string", "Write a string.")
    listed = document.get("Statement")
    if "Statement" not in document:
        yield error("Q1", "", "there is no Statement", "Add a Statement.")
    elif listed == []:
        yield error("Q1", "/Statement", "there is no statement in the list", "Add a statement.")
    elif not isinstance(listed, dict | list):
        yield error("Q1", "/Statement", "Statement is neither an object nor a list", "Write a list of statements.")
    for index, member in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(member, dict):
            yield error("Q1", f"/Statement/{index}", "a statement is a JSON object", "Write an object.")


def _check_version(document: Mapping[str, JsonValue], kind: PolicyKind) -> Iterator[Finding]:
    fix = 'Write "Version": "2012-10-17".'
    if "Version" not in document:
        if kind in (PolicyKind.SCP, PolicyKind.RCP):
            yield error("Q2", "", f"{kind.with_article} must say Version 2012-10-17", fix)
        else:
            yield warning("Q17", "", "there is no Version, so 2008-10-17 counts and variables stay text", fix)
        return
    version = document["Version"]
    if version not in VERSIONS:
        yield error("Q2", "/Version", f"Version is {quoted(version)}, not 2012-10-17 or 2008-10-17", fix)
    elif version != VERSIONS[0] and kind in (PolicyKind.SCP, PolicyKind.RCP):
        yield error("Q2", "/Version", f"{kind.with_article} must say Version 2012-10-17", fix)


def check_statements_together(views: Sequence[StatementView], kind: PolicyKind) -> Iterator[Finding]:
    """Sids that repeat (Q10), statements that repeat (Q21)."""
    sids: dict[str, int] = {}
    bodies: dict[str, int] = {}
    for view in views:
        sid = view.members.get("Sid")
        if isinstance(sid, str) and sid and kind in _IDENTITY_KINDS:
            first = sids.setdefault(sid, view.index)
            if first != view.index:
                message = f"the Sid {quoted(sid)} is that of statement {first} too"
                finding = error("Q10", view.at("Sid"), message, "Give each statement a Sid of its own.")
                yield replace(finding, statement=view.index)
        body = json.dumps({name: value for name, value in view.members.items() if name != "Sid"}, sort_keys=True)
        first = bodies.setdefault(body, view.index)
        if first != view.index:
            finding = suggestion("Q21", view.pointer, f"says what statement {first} says", "Remove one of the two.")
            yield replace(finding, statement=view.index)


def check_statement(view: StatementView) -> Iterator[Finding]:
    """The elements of one statement."""
    for name in view.members:
        if name not in _ELEMENTS:
            fix = "Correct or remove it; element names are case-sensitive."
            yield error("Q2", view.at(name), f"a statement has no element {quoted(name)}", fix)
    yield from _check_effect(view)
    yield from _check_sid(view)
    yield from _check_types(view)
    for name, negated in _PAIRS:
        if view.has(name) and view.has(negated):
            fix = "Keep one of the two."
            yield error("Q4", view.at(negated), f"{name} and {negated} exclude each other", fix)
    yield from _check_missing(view)
    yield from _check_forbidden(view)
    yield from _check_empty(view)


def _check_effect(view: StatementView) -> Iterator[Finding]:
    fix = "Write Allow or Deny, with a capital."
    if "Effect" not in view.members:
        yield error("Q3", view.pointer, "there is no Effect", fix)
    elif not view.allows and not view.denies:
        yield error("Q2", view.at("Effect"), f"Effect is {quoted(view.members['Effect'])}, not Allow or Deny", fix)


def _check_sid(view: StatementView) -> Iterator[Finding]:
    """Q10; AWS stores an empty Sid, and its own console used to write one."""
    if "Sid" not in view.members:
        return
    sid = view.members["Sid"]
    if not is_string(sid):
        yield error("Q1", view.at("Sid"), "Sid is not a string", "Write a string.")
    elif sid == "":
        yield suggestion("Q10", view.at("Sid"), "the Sid is empty", "Name the statement, or leave the Sid out.")
    elif view.kind in _IDENTITY_KINDS and not _SID.fullmatch(str(sid)):
        fix = "Use letters and digits only."
        yield error("Q10", view.at("Sid"), f"{view.kind.with_article} takes no Sid {quoted(sid)}", fix)


def _check_types(view: StatementView) -> Iterator[Finding]:
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if name in view.members and not is_string_or_strings(view.members[name]):
            message = f"{name} is neither a string nor a list of strings"
            yield error("Q1", view.at(name), message, "Write a string or a list of strings.")
    for name in ("Principal", "NotPrincipal"):
        given = view.members.get(name)
        for key, value in given.items() if isinstance(given, dict) else ():
            if not is_string_or_strings(value):
                message = f"{name}.{key} is neither a string nor a list of strings"
                yield error("Q1", view.at(name, key), message, "Write a string or a list of strings.")
    yield from _check_condition_types(view)


def _check_condition_types(view: StatementView) -> Iterator[Finding]:
    block = view.members.get("Condition", {})
    if not isinstance(block, dict):
        yield error("Q1", view.at("Condition"), "Condition is not an object", 'Write {"operator": {"key": "value"}}.')
        return
    for operator, keys in block.items():
        if not isinstance(keys, dict):
            message = f"{quoted(operator)} holds no object of keys"
            yield error("Q1", view.at("Condition", operator), message, 'Write {"key": "value"}.')
            continue
        for key, value in keys.items():
            if not is_condition_value(value):
                message = f"{quoted(key)} is compared with neither a text, a number, a boolean nor a list of them"
                yield error("Q1", view.at("Condition", operator, key), message, "Write a value or a list of values.")


def _check_missing(view: StatementView) -> Iterator[Finding]:
    """Q3. Some services take no Resource in the policies of their resources, so its absence is no finding there."""
    if not view.has("Action", "NotAction"):
        yield error("Q3", view.pointer, "there is neither Action nor NotAction", "Add an Action.")
    takes_resource = view.kind not in (PolicyKind.TRUST, PolicyKind.RESOURCE)
    if takes_resource and not view.has("Resource", "NotResource"):
        yield error("Q3", view.pointer, "there is neither Resource nor NotResource", "Add a Resource.")
    if view.kind not in _WITHOUT_PRINCIPAL and not view.has("Principal", "NotPrincipal"):
        yield error("Q3", view.pointer, f"{view.kind.with_article} needs a Principal", "Say who is meant.")


def _check_forbidden(view: StatementView) -> Iterator[Finding]:
    """Q5 by the table of L7, and Q14."""
    if view.kind in _WITHOUT_PRINCIPAL:
        yield from _forbid(view, "Principal", "NotPrincipal")
    elif view.kind is PolicyKind.TRUST:
        yield from _forbid(view, "Resource", "NotResource", "NotPrincipal")
    elif view.kind is PolicyKind.RCP:
        yield from _forbid(view, "NotPrincipal", "NotAction")
        yield from _check_rcp(view)
    elif view.has("NotPrincipal") and view.allows:
        whom = "who meets its conditions" if view.members.get("Condition") else "anonymous requests too"
        message = f"Allow with NotPrincipal lets in everyone else, {whom}, as far as this statement goes"
        yield security("Q14", view.at("NotPrincipal"), message, "Name the principals that are meant.")


def _forbid(view: StatementView, *names: str) -> Iterator[Finding]:
    for name in names:
        if name in view.members:
            yield error("Q5", view.at(name), f"{view.kind.with_article} takes no {name}", "Remove it.")


def _check_rcp(view: StatementView) -> Iterator[Finding]:
    """Q5 (E36); what RCPFullAWSAccess says is allowed, for AWS attaches it everywhere."""
    if view.allows and [text.value for text in view.texts("Action")] == ["*"] and view.members.get("Principal") == "*":
        return
    if view.has("Principal") and view.members["Principal"] != "*":
        message = 'a resource control policy takes no Principal but "*"'
        yield error("Q5", view.at("Principal"), message, "Use a condition on aws:PrincipalArn or aws:PrincipalAccount.")
    if view.allows:
        message = "a resource control policy of one's own only denies"
        yield error("Q5", view.at("Effect"), message, "Write Deny.")
    for text in view.texts("Action"):
        if text.value == "*":
            message = "a resource control policy takes no bare *"
            yield error("Q5", text.pointer, message, "Name a service: s3:*.")


def _check_empty(view: StatementView) -> Iterator[Finding]:
    """Q21: elements that hold nothing (L9)."""
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if view.members.get(name) == []:
            yield suggestion("Q21", view.at(name), f"{name} is empty, so the statement has no effect", "Fill it.")
    for name in ("Principal", "NotPrincipal"):
        given = view.members.get(name)
        if given == [] or (isinstance(given, dict) and all(entries == [] for entries in given.values())):
            yield suggestion("Q21", view.at(name), f"{name} is empty, so the statement has no effect", "Fill it.")
    block = view.members.get("Condition")
    if block == {}:
        yield suggestion("Q21", view.at("Condition"), "Condition is empty", "Remove it or fill it.")
    elif isinstance(block, dict):
        for operator, keys in block.items():
            if keys == {}:
                yield suggestion(
                    "Q21", view.at("Condition", operator), f"{quoted(operator)} is empty", "Remove it or fill it."
                )
