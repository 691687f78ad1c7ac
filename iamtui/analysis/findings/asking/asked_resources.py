"""On which resources of an account an action is asked: some that no policy names, and those that the export knows."""

from __future__ import annotations

from itertools import chain, islice

from iamtui import catalog
from iamtui.analysis.findings.asking.witnesses import fresh_resources, names_whoever_asks, written_witnesses
from iamtui.analysis.queries.actions.alike import types_of
from iamtui.policy.statement import Statement
from iamtui.snapshot.model import Account, Snapshot

_MOST_KNOWN = 20
"""How many of the exported resources of a kind are asked about, beside one that no policy names."""


class AskedResources:
    """Finds them once for all actions of a service that take the same types, and once for each action."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._fresh: dict[tuple[str, str, tuple[str, ...]], tuple[str, ...]] = {}
        self._every: dict[tuple[str, str], tuple[str, ...]] = {}
        self._by_allows: dict[tuple[str, str, tuple[int, ...]], tuple[tuple[str, ...], bool]] = {}
        self._written: dict[tuple[str, str, int], tuple[str, ...]] = {}

    def fresh(self, account: Account, action: str) -> tuple[str, ...]:
        """A resource of each type that the action takes, with a name that no policy mentions."""
        key = (account.account_id, action.partition(":")[0], types_of(action))
        if key not in self._fresh:
            self._fresh[key] = tuple(fresh_resources(account, action))
        return self._fresh[key]

    def every(self, account: Account, action: str) -> tuple[str, ...]:
        """Those, and some that the export knows."""
        key = (account.account_id, action)
        if key not in self._every:
            found = catalog.action(action)
            known = (one.arn for one in self._snapshot.resources.values() if one.account == account.account_id)
            fitting = (arn for arn in known if found is not None and catalog.fits(found, arn))
            self._every[key] = (*self.fresh(account, action), *islice(fitting, _MOST_KNOWN))
        return self._every[key]

    def by_allows(self, account: Account, action: str, allows: tuple[Statement, ...]) -> tuple[tuple[str, ...], bool]:
        """Those, with what the patterns of some Allows name, and whether these mean whoever asks itself."""
        key = (account.account_id, action, tuple(map(id, allows)))
        found = self._by_allows.get(key)
        if found is None:
            named = chain.from_iterable(self.written(account, action, one) for one in allows)
            means_oneself = action.startswith("iam:") and any(map(names_whoever_asks, allows))
            found = self._by_allows[key] = (*self.every(account, action), *named), means_oneself
        return found

    def written(self, account: Account, action: str, statement: Statement) -> tuple[str, ...]:
        """Resources that the patterns of a statement name, found once for all who carry it."""
        key = (account.account_id, action, id(statement))
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = tuple(written_witnesses(statement, action, account))
        return found

    def example(self, account: Account, statement: Statement, action: str) -> str | None:
        """A resource that a statement means whoever asks; None where it means only what is the caller's own."""
        written = next(written_witnesses(statement, action, account), None)
        element = statement.resource
        own = element is not None and not element.negated and all(one.variables for one in element.patterns)
        return None if written is None and own else written or self.fresh(account, action)[0]
