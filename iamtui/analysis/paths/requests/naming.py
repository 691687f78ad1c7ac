"""Names of what a caller may choose: of things that are there, that no policy names, and that Allows ask for (WC18)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache
from typing import Generic, TypeVar

from iamtui import catalog
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.paths.requests.holding import Holding
from iamtui.analysis.paths.ways.catalogue import Way
from iamtui.analysis.queries.resources.resource_forms import forms_of
from iamtui.evaluation.keys.regions import REGION_KEYS
from iamtui.patterns import Wild, split_wildcards
from iamtui.policy.cells import common_text
from iamtui.policy.document import statements_written
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Organization

H = TypeVar("H")

DEFAULT_REGION = "us-east-1"
_TYPES = {"permission-set": "sso:PermissionSet", "cluster": "ecs:cluster"}
_MOST_KNOWN = 5


class Held(Generic[H]):
    """An account or organization as the key of a cache: by identity."""

    def __init__(self, it: H) -> None:
        self.it = it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and other.it is self.it

    def __hash__(self) -> int:
        return id(self.it)


def named(way: Way, name: str, holding: Holding, wanted: Sequence[str] = ()) -> Iterator[str]:
    """ARNs that the caller may choose: of things that are there, one that no policy names, and what Allows ask for.

    `wanted` are patterns of what others ask for, beside what Allows do.
    """
    bind = way.bind[name]
    kind = bind.type or _TYPES[bind.kind]
    is_new = bind.made or bind.kind == "new"
    known = [] if is_new else [one.arn for one in holding.snapshot.resources.values() if one.kind == kind]
    own = holding.account.account_id
    seen = {arn: None for arn in known[:_MOST_KNOWN] if f":{own}:" in arn or "::" in arn}
    actions = [step.ask for step in way.asked() if step.is_own and name in step.on]
    patterns = dict.fromkeys(
        pattern.widest
        for action in actions
        for one in holding.taking(action)
        for pattern in (one.resource.patterns if one.resource is not None else ())
        if pattern.text != ANY_RESOURCE
    )
    regions = dict.fromkeys((DEFAULT_REGION, *_regions(holding, actions), *_regions_in(wanted)))
    others = dict.fromkeys(map(split_wildcards, wanted))
    both = (text for one in others for pattern in patterns if (text := _witness(pattern, one)) is not None)
    alike = dict.fromkeys((*patterns, *others, *map(split_wildcards, both)))
    for form in _forms(kind, holding.account.partition, own, tuple(regions)):
        seen.setdefault(filled(form))
        for pattern in alike:
            text = _witness(form, pattern)
            if is_new and text is not None and _is_there(text, holding):
                text = _witness(form, _with_name(pattern))
            if text is not None:
                seen.setdefault(text)
    return (arn for arn in seen if not is_new or not _is_there(arn, holding))


def _witness(form: tuple[str | Wild, ...], pattern: tuple[str | Wild, ...]) -> str | None:
    """An ARN of a form that a pattern matches; none of what is too long to be compared."""
    try:
        return common_text(form, pattern)
    except ValueError:
        return None


def _with_name(pattern: tuple[str | Wild, ...]) -> tuple[str | Wild, ...]:
    """A pattern with a name that no policy mentions in the place of its last star: what is made has a new name."""
    place = max((place for place, part in enumerate(pattern) if part is Wild.ANY), default=-1)
    return pattern if place < 0 else (*pattern[:place], FRESH, *pattern[place + 1 :])


def _is_there(arn: str, holding: Holding) -> bool:
    """Whether there is such a thing, so that nobody makes it; a name of a user or role is taken under any path (S8)."""
    kind, _, path = arn.split(":", 5)[5].partition("/")
    account, name = holding.account, path.rpartition("/")[2].lower()
    held: Container[str] = {"user": account.users, "role": account.roles}.get(kind) or () if ":iam::" in arn else ()
    return arn in holding.snapshot.resources or name in held


def filled(form: Iterable[str | Wild]) -> str:
    """An ARN of a form, with a name that no policy mentions."""
    single = (Wild.ONE_IN_PART, Wild.ONE)
    return "".join(FRESH if part in single else part if isinstance(part, str) else "" for part in form)


def _regions(holding: Holding, actions: Iterable[str]) -> Iterator[str]:
    """The Regions that Allows of the actions write, in resources or for aws:RequestedRegion, and that SCPs do."""
    for organization in holding.snapshot.organizations.values():
        yield from _guarded_regions(Held(organization))
    for action in actions:
        for one in holding.taking(action):
            yield from _regions_in(one.resource.texts if one.resource is not None else ())
            yield from _regions_tested(one)


def _regions_in(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        parts = text.split(":", 4)
        if len(parts) > 4 and parts[3] and not set(parts[3]) & set("*?$"):
            yield parts[3]


def _regions_tested(statement: Statement) -> Iterator[str]:
    for test in statement.conditions:
        if test.folded_key in REGION_KEYS:
            yield from (value.text for value in test.values if not set(value.text) & set("*?$"))


@cache
def _guarded_regions(held: Held[Organization]) -> tuple[str, ...]:
    """The Regions that SCPs write: one that alone is spared may be where something is that no list tells of (EP41)."""
    documents = [policy.document for policy in held.it.policies.values() if policy.document is not None]
    return tuple(text for each in documents for one in statements_written(each) for text in _regions_tested(one))


@cache
def _forms(kind: str, partition: str, account: str, regions: tuple[str, ...]) -> tuple[tuple[str | Wild, ...], ...]:
    service, _, name = kind.partition(":")
    part = catalog.ActionResource(name, required=True, condition_keys=(), dependent_actions=())
    any_action = catalog.Action(service, "", "", "", (part,), (), ())
    forms = forms_of(any_action, partition, (account,), regions)
    return tuple(form.parts for form in forms)
