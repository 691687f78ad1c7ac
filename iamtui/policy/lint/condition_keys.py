"""Condition keys that no request brings: misspelt ones, and those that no action of the statement sends (Q9, K90)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui import catalog
from iamtui.catalog.unlisted import DEPRECATED_KEYS, SHUT_DOWN_SERVICES
from iamtui.policy.lint.advice import Adviser
from iamtui.policy.lint.finding import ConditionLine, Finding, StatementView, error, quoted, suggestion, warning

_MOST_COMPARISONS = 1_000
"""Pairs of a key and an action; of longer statements it is not asked which action sends what."""
_SENT_WITH_EVERYTHING = frozenset(("K114", "K115"))
"""Rules of keys that a session keeps from its sign-in: the claims of OIDC and SAML."""


_OF_ACTIONS = ("aws:requesttag/", "aws:resourcetag/", "aws:tagkeys")
"""Global keys that only actions send which pass tags, or are about a resource that has some (K63, K81, K82)."""
_SENT_BESIDES = frozenset(("aws-marketplace:productid",))
"""Keys that more actions send than those for which AWS lists them (AWS Marketplace buyer guide, 2026-11)."""


def check(view: StatementView) -> Iterator[Finding]:
    """The findings on the condition keys of one statement."""
    services = {text.value.partition(":")[0] for text in view.texts("Action", "NotAction")}
    adviser, lines = Adviser(view), tuple(view.conditions())
    is_short = len(lines) * len(view.texts("Action")) <= _MOST_COMPARISONS
    for line in lines:
        found = _unknown(line, services, adviser)
        if found is None and is_short and ":" in line.key and not _may_be_sent(view, line.key):
            # AWS's lists of which action sends which global key have gaps: that is no more than worth a look.
            grave = suggestion if line.key.lower().startswith("aws:") else warning
            message = f"no action of the statement sends {quoted(line.key)}: it is always absent"
            fix = "Remove the key, or name the actions that send it in a statement of their own."
            found = grave("Q9", line.pointer, message, fix)
        if found is not None:
            yield found


def _unknown(line: ConditionLine, services: set[str], adviser: Adviser) -> Finding | None:
    """Keys have a prefix and are listed (K91); AWS lists new keys of services later than it sends them."""
    key, folded = quoted(line.key), line.key.lower()
    prefix = line.key.partition(":")[0]
    if ":" not in folded:
        return error("Q9", line.pointer, f"{key} is no condition key", "Write prefix:name.")
    if folded in DEPRECATED_KEYS:
        return warning("Q9", line.pointer, f"{key} is deprecated", "Use aws:SourceAccount.")
    if "${" in folded or prefix.lower() in SHUT_DOWN_SERVICES or catalog.condition_key(line.key) is not None:
        return None
    nearest = adviser.key(line.key, services)
    fix = "Correct the key." if nearest is None else f"Write {nearest}, if that is meant."
    if folded.startswith("aws:"):
        message = f"no global condition key is called {key}; it is absent from every request"
        return error("Q9", line.pointer, message, fix)
    if prefix.lower() in catalog.services():
        message = f"{prefix} lists no condition key {key}; it is absent from every request"
    else:
        message = f"no service is called {quoted(prefix)}, so no request brings {key}"
    return warning("Q9", line.pointer, message, fix)


def _may_be_sent(view: StatementView, name: str) -> bool:
    """Whether AWS lists a key for an action of the statement; True where the statement does not say which these are."""
    key = catalog.condition_key(name)
    if key is None or key.rule in _SENT_WITH_EVERYTHING or view.has("NotAction"):
        return True
    folded = name.lower()
    if folded in _SENT_BESIDES or (key in catalog.all_global_keys() and not folded.startswith(_OF_ACTIONS)):
        return True
    patterns = [text.value for text in view.texts("Action")]
    if not patterns or any(_sends(pattern, folded) for pattern in patterns):
        return True
    return not _sends(f"{folded.partition(':')[0]}:*", folded)  # AWS does not say which of its actions send it


def _sends(pattern: str, key: str) -> bool:
    """Whether an action that a pattern means sends a key; what AWS does not list may send anything."""
    service, colon, _ = pattern.partition(":")
    if not colon or "*" in service or "?" in service:
        return True
    known = [found for name in catalog.matching(pattern) if (found := catalog.action(name)) is not None]
    return not known or any(catalog.sends(action, "*", key) for action in known)
