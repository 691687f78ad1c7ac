"""Resources that a review asks about: some that no policy names, and some that a statement's patterns mean."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui import catalog
from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.queries.resources.resource_forms import forms_of
from iamtui.patterns import Part, Wild
from iamtui.policy.elements import ANY_RESOURCE
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Account

_MOST_WRITTEN = 3
"""How many patterns of a statement are tried."""
_REGION = "us-east-1"
_SHORT = 2
_ONE = (Wild.ONE, Wild.ONE_IN_SEGMENT, Wild.ONE_IN_PART)


def fresh_resources(account: Account, action: str) -> Iterator[str]:
    """A resource of each type that an action takes in an account, with a name that no policy mentions."""
    found = catalog.action(action)
    if found is None or not found.resource_types:
        yield ANY_RESOURCE
        return
    forms = forms_of(found, account.partition, (account.account_id,), (_REGION,))
    named = [_named_fresh("".join(map(_shortest, form.parts))) for form in forms]
    yield from [one for one in named if ":accesspoint/" not in one] or named


def _shortest(part: Part) -> str:
    return part if isinstance(part, str) else "x" if part in _ONE else ""


def _named_fresh(witness: str) -> str:
    """A resource with names that no policy mentions, where the shortest ones are a letter or two."""
    head, colon, name = witness.rpartition(":")
    *above, last = name.split("/")
    named = [FRESH if 0 < len(one) <= _SHORT else one for one in above]
    return f"{head}{colon}{'/'.join((*named, FRESH if len(last) <= _SHORT else last))}"


def written_witnesses(statement: Statement, action: str, account: Account) -> Iterator[str]:
    """Resources that patterns of a statement name, not those of whoever asks; nothing where it takes all."""
    element = statement.resource
    if element is None or element.negated:
        return
    texts = [text for text in element.texts if text != ANY_RESOURCE and "${" not in text]
    found = catalog.action(action) if texts else None
    if found is None or not found.resource_types:
        return
    fitting = (arn for text in texts if (arn := _plain(text, account)) and catalog.fits(found, arn))
    for number, arn in enumerate(fitting):
        if number == _MOST_WRITTEN:
            return
        yield arn


def names_whoever_asks(statement: Statement) -> bool:
    """Whether it takes resources by what whoever asks is called: `user/${aws:username}`."""
    element = statement.resource
    return element is not None and not element.negated and any(one.variables for one in element.patterns)


def _plain(pattern: str, account: Account) -> str:
    """A resource that a pattern matches; empty where it is no ARN."""
    segments = pattern.split(":", 5)
    if len(segments) < 6:
        return ""
    defaults = ("arn", account.partition, "", _REGION, account.account_id)
    head = [default if "*" in segment else segment for segment, default in zip(segments, defaults, strict=False)]
    return ":".join((*head, segments[5].replace("*", FRESH).replace("?", "x")))
