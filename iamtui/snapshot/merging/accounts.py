"""Puts pages together to accounts (I7, I11, I12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from iamtui.arn import account_of, is_account_id
from iamtui.snapshot.aws_managed import BUNDLED
from iamtui.snapshot.facts import Coverage, IamEntities
from iamtui.snapshot.merging.account_checks import check_account
from iamtui.snapshot.merging.account_inference import Neighbours
from iamtui.snapshot.merging.pages import AccountDraft, Page, additions_of
from iamtui.snapshot.model import Account, Group, ManagedPolicy, Role, Severity, SourceProblem, User
from iamtui.snapshot.wording import listed_names


class AccountsBuilder:
    """Merges pages, the newest first, to accounts; finds what does not fit together."""

    def __init__(self, neighbours: Neighbours) -> None:
        self.drafts: dict[str, AccountDraft] = {}
        self.problems: list[SourceProblem] = []
        self.superseded: set[Path] = set()  # folders of exports that newer ones of other folders have replaced
        self.aws_managed: dict[str, ManagedPolicy] = dict(BUNDLED)
        self._neighbours = neighbours

    def add(self, page: Page) -> None:
        """Add a page; pages must come newest first."""
        strays = page.strays
        counts = [account for account in page.counts if account not in strays]
        home = page.home or self._neighbours.account_of(page.path)[0]
        if home is None:
            if page.entities.policies:
                self.add_aws_managed(page.entities.policies)
                return
            self._note(page.path, "expected an entity whose ARN says the account", "the file adds nothing")
            return
        if len(counts) > 1:
            self._note(
                page.path,
                f"expected one account, got {listed_names(sorted(counts), 'account')}",
                "each is shown apart (I7)",
            )
        if strays:
            self._note(
                page.path,
                f"expected accounts of twelve digits in ARNs, got {listed_names(strays, 'account')}",
                f"what has such an ARN is shown with account {home} (I7)",
            )
        self._check_names(page)
        for account in counts or [home]:
            draft = self._draft(page, account, home)
            draft.is_complete |= page.entities.coverage is Coverage.WHOLE
            self._merge(page, draft, is_home=account == home)

    def _check_names(self, page: Page) -> None:
        """Names that differ at most in case, of which IAM allows one only (Q54), and what stands there twice (I11)."""
        entities = page.entities
        kinds = ("users", entities.users), ("groups", entities.groups), ("roles", entities.roles)
        for word, kind in (*kinds, ("policies", entities.policies)):
            items: Sequence[User | Group | Role | ManagedPolicy] = kind or ()
            keys = list(map(_key, items))
            if len(set(keys)) == len(keys):
                continue
            held: dict[tuple[str, str], User | Group | Role | ManagedPolicy] = {}
            for key, item in zip(keys, items, strict=True):
                known = held.setdefault(key, item)
                if known.arn != item.arn:
                    expected = f"the names of {word} to differ in more than case, got {known.arn} and {item.arn} (Q54)"
                elif known != item:
                    expected = f"{item.arn} once, and it stands there again with other content (I11)"
                else:
                    continue
                self._note(page.path, f"expected {expected}", "only the last is shown")

    def add_aws_managed(self, policies: Iterable[ManagedPolicy]) -> None:
        """Add AWS managed policies that serve all accounts; of one that is known already the newer stays."""
        for policy in policies:
            known = self.aws_managed.get(policy.arn)
            if known is None or known.is_bundled:
                self.aws_managed[policy.arn] = policy

    def _draft(self, page: Page, account: str, home: str) -> AccountDraft:
        draft = self.drafts.get(account)
        if draft is None:
            partition = _partition(page.entities, account) or "aws"
            draft = self.drafts[account] = AccountDraft(account, partition, page.path, page.modified)
            if not is_account_id(account):
                self._note(
                    page.path, f"expected accounts of twelve digits, got {account[:40]!r}", "it is shown as it is"
                )
        return draft

    def _merge(self, page: Page, draft: AccountDraft, *, is_home: bool) -> None:
        is_whole = page.entities.coverage is Coverage.WHOLE
        additions = additions_of(page, draft, is_home=is_home)
        if page.entities.coverage is Coverage.SELECTION:
            additions = [addition for addition in additions if not addition.merged.is_whole]
        if is_whole and any(addition.is_other_export for addition in additions):
            kept = [addition for addition in additions if not addition.merged.entities]
            left = [addition.merged.plural for addition in additions if addition.merged.entities]
            beside = ""
            if page.path.parent not in draft.path.parents:
                self.superseded.add(page.path.parent)
                beside = ", nor what the files beside it say"
            self._note(
                page.path,
                f"expected one export of account {draft.account_id}, and {draft.path} is a newer one",
                f"the {', '.join(left)} of this older one are not shown{beside}",
            )
        else:
            kept = additions
            differing = [name for addition in additions for name in addition.differing]
            if differing:
                self._note(
                    page.path,
                    f"{listed_names(differing, 'entity')} also in a newer file, and different there",
                    "the newer one is shown (I11)",
                )
        for addition in kept:
            addition.take(is_whole=is_whole)

    def _note(self, path: Path, expected: str, consequence: str) -> None:
        self.problems.append(SourceProblem(path, "", expected, consequence, Severity.WARNING))

    def accounts(self) -> dict[str, Account]:
        """All accounts, by number; checks what each names and lacks."""
        found = {account: self.drafts[account].account() for account in sorted(self.drafts)}
        documents = {arn for account in found.values() for arn in account.policies or () if account_of(arn) == "aws"}
        documents |= self.aws_managed.keys()
        for account in found.values():
            self.problems.extend(check_account(account, self.drafts[account.account_id].path, documents))
        return found


def _key(item: User | Group | Role | ManagedPolicy) -> tuple[str, str]:
    """What one account has once: a policy's ARN, or the name of another entity regardless of case."""
    return account_of(item.arn), item.arn if isinstance(item, ManagedPolicy) else item.name.lower()


def _partition(entities: IamEntities, account: str) -> str | None:
    for kind in (entities.users, entities.groups, entities.roles, entities.policies):
        for item in kind or ():
            parts = item.arn.split(":", 5)
            if parts[4] == account:
                return parts[1]
    return None
