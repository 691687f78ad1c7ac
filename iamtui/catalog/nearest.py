"""Names the action or condition key of AWS that is called most like what somebody wrote."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from iamtui.catalog.condition_keys import all_global_keys, service_keys
from iamtui.catalog.global_keys import iam_and_sts_keys
from iamtui.catalog.service_actions import actions, services

_SERVICES_TRIED = 5
_CLOSE_SERVICE = 0.5
_VERSION = re.compile(r"v?\d+$|-")
_HARDLY_ELSE = 0.88
_SERVICE_DOMAINS = frozenset(("amazonaws.com", "amazonaws.com.cn"))
_OPEN_PART = re.compile(r"[/:]?(?:\$\{|<)")


@lru_cache(maxsize=512)
def nearest_action(written: str) -> str | None:
    """The action that is called most like `written`, an action that there is not; None where none is alike.

    Where there is no such service, the services that are called most alike are searched.
    """
    service, _, name = written.partition(":")
    folded = service.lower()
    near = (
        [folded]
        if folded in services()
        else difflib.get_close_matches(folded, services(), _SERVICES_TRIED, _CLOSE_SERVICE)
    )
    for exact in (True, False):
        for candidate in near:
            found = _closest(name, actions(candidate), exact=exact)
            if found is not None:
                return f"{candidate}:{found}"
    return None


@lru_cache(maxsize=512)
def nearest_service_principal(written: str) -> str | None:
    """The service principal that `written` was hardly meant to differ from; None where it is one, or like none.

    AWS publishes no list of them; most are called as the prefix of the service's actions, some with other hyphens or
    another version.
    """
    name, _, domain = written.lower().partition(".")
    if domain not in _SERVICE_DOMAINS or name in services():
        return None
    close = difflib.get_close_matches(name, services(), 1, _HARDLY_ELSE)
    is_slip = bool(close) and _VERSION.sub("", close[0]) != _VERSION.sub("", name)
    return f"{close[0]}.{domain}" if is_slip else None


def nearest_key(written: str, services_asked: Iterable[str] = ()) -> str | None:
    """The condition key that is called most like `written`; None where none is alike.

    Global keys, those of the service of its own prefix and of `services_asked` are searched. What fills the open part
    of a key, such as a tag, is taken over.
    """
    return _nearest_key(written, frozenset(service.lower() for service in services_asked))


@lru_cache(maxsize=512)
def _nearest_key(written: str, services_asked: frozenset[str]) -> str | None:
    prefixes = (written.partition(":")[0].lower(), *sorted(services_asked))
    of_services = chain.from_iterable(service_keys(prefix) for prefix in prefixes)
    keys = (*all_global_keys(), *iam_and_sts_keys(), *of_services)
    stems = {_OPEN_PART.split(key.name, maxsplit=1)[0]: key.name for key in keys}
    stem, slash, rest = written.partition("/")
    found = _closest(stem, stems)
    if found is None:
        return None
    return f"{found}/{rest}" if slash and stems[found] != found else stems[found]


def _closest(name: str, known: Iterable[str], *, exact: bool = False) -> str | None:
    """The known name that is most like `name`, letter case aside; None if none is."""
    spellings = {one.lower(): one for one in known}
    if exact:
        return spellings.get(name.lower())
    close = difflib.get_close_matches(name.lower(), spellings, 1)
    return spellings[close[0]] if close else None
