"""ARNs that no resource has: a Region or account where the type has none, or a resource that no type allows (Q7)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from iamtui import catalog
from iamtui.patterns import Matcher, glob, split_wildcards
from iamtui.policy.lint.finding import Finding, StatementView, Text, quoted, warning
from iamtui.policy.meeting import may_meet

_FILLED_IN = re.compile(r"\$\{[^}]*\}")
_TYPE = re.compile(r"([^/:]+)([/:])")
_CLOSE = 0.8
_OWNED_BY_CUSTOMERS = frozenset(
    ("dynamodb", "iam", "kinesis", "kms", "lambda", "logs", "secretsmanager", "sns", "sqs", "states", "sts")
)
"""Services of whose resources AWS has none without account; of others, such as SSM documents, it has."""

_LONGEST = 300
"""Longer ARNs are not compared with the forms: the finding is not worth a wait."""


class Form(NamedTuple):
    """Region, account and resource of a resource type, `*` for what is filled in, and the matcher of the resource."""

    region: str
    account: str
    resource: str
    matches: Matcher


def check(view: StatementView) -> Iterator[Finding]:
    """The findings on the ARNs of one statement."""
    named = {text.value.partition(":")[0].lower() for text in view.texts("Action", "NotAction")}
    services = named.intersection(catalog.services())
    for text in view.texts("Resource", "NotResource"):
        found = _finding(text, services)
        if found is not None:
            yield found


def _finding(text: Text, services: Iterable[str]) -> Finding | None:
    if len(text.value) > _LONGEST:
        return None
    segments = _FILLED_IN.sub("*", text.value).split(":", 5)
    if len(segments) != 6 or segments[0] != "arn" or not segments[5]:
        return None
    _, _, service, region, account, resource = segments
    forms = _forms(service, services)
    placed = [form for form in forms if _fits(region, form.region) and _fits(account, form.account)]
    some = resource.replace("*", "x").replace("?", "x")
    if not forms or any(form.matches(some) for form in placed) or _meeting(resource, placed):
        return None
    fitting = _meeting(resource, forms)
    if not fitting:
        return _misnamed(text, service, resource, forms)
    return _misplaced(text, service, (region, account), fitting)


def _misnamed(text: Text, service: str, resource: str, forms: list[Form]) -> Finding | None:
    """A type that is misspelt, or written with the other separator; one like no other may be unlisted."""
    word, separator = _type_of(resource)
    known = {known: mark for form in forms for known, mark in [_type_of(form.resource)] if known and "*" not in known}
    if not separator or "*" in word or "?" in word:
        return None
    if word in known:
        nearest = word if known[word] not in ("", separator) else None
    else:
        close = difflib.get_close_matches(word.lower(), {one.lower() for one in known}, 1, _CLOSE)
        nearest = next((one for one in known if close and one.lower() == close[0]), None)
    if nearest is None:
        return None
    message = f"no resource of {service} is called {quoted(resource)}, so {quoted(text.value)} matches nothing"
    return warning("Q7", text.pointer, message, f"Write {nearest}{known[nearest]} there.")


def _type_of(resource: str) -> tuple[str, str]:
    """The word that a resource begins with, and what separates it from the name; both empty where there is none."""
    found = _TYPE.match(resource)
    return ("", "") if found is None else (found[1], found[2])


def _misplaced(text: Text, service: str, given: tuple[str, str], fitting: list[Form]) -> Finding | None:
    """A Region or account that the type has not; one that is missing, where AWS has none of its own without."""
    regions, accounts = {form.region for form in fitting}, {form.account for form in fitting}
    for place, (name, wanted) in enumerate((("Region", regions), ("account", accounts))):
        if any(_fits(given[place], one) for one in wanted):
            continue
        if wanted == {""}:
            message = f"ARNs of {service} such as {quoted(text.value)} have no {name}, so it matches nothing"
            return warning("Q7", text.pointer, message, f"Leave the {name} out.")
        if not given[place] and service in _OWNED_BY_CUSTOMERS:
            message = f"{quoted(text.value)} lacks the {name}, so it matches nothing"
            return warning("Q7", text.pointer, message, f"Write the {name}, or a wildcard.")
    return None


def _forms(service: str, services: Iterable[str]) -> list[Form]:
    """The forms of the ARNs of a service, as it and the services of the statement's actions list them."""
    owners = sorted({service, *services}) if service in catalog.services() else sorted(services)
    return [form for owner in owners for form in _listed(owner).get(service, ())]


@cache
def _listed(owner: str) -> dict[str, list[Form]]:
    forms: dict[str, list[Form]] = {}
    for kind in catalog.resource_types(owner):
        template = _FILLED_IN.sub("*", kind.arn_template).split(":", 5)
        form = Form(template[3], template[4], template[5], glob(template[5]))
        forms.setdefault(template[2], []).append(form)
    return forms


def _fits(given: str, wanted: str) -> bool:
    """Whether a segment can be what a form has there; a wildcard can be nothing, and what is filled in cannot."""
    return bool(given) if wanted == "*" else given == wanted or _meets(given, wanted)


def _meeting(resource: str, forms: Iterable[Form]) -> list[Form]:
    return [form for form in forms if _meets(resource, form.resource)]


@lru_cache(maxsize=4_096)
def _meets(given: str, wanted: str) -> bool:
    """Whether two patterns share a text."""
    return may_meet(split_wildcards(given), split_wildcards(wanted))
