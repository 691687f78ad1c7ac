"""What an opening found and what it lacks, as text and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from iamtui.content.numbers import number_of
from iamtui.reports.lines import Keys, Line
from iamtui.reports.serial import Data, json_bytes
from iamtui.snapshot.inventory import AccountInventory, Inventory, OrganizationInventory
from iamtui.snapshot.model import SourceFile
from iamtui.visible import Tone

_STATUS: dict[str, tuple[str, Tone]] = {"read": ("✔", "good"), "skipped": ("–", "muted"), "failed": ("✖", "bad")}
_SKIPPED = 10
"""So many files that were skipped are listed; more are folded into one line a reason."""
_ALIKE = 5
"""Of so many accounts it is said one by one that they lack the same; of more in one line."""
_REASONS = 5
"""So many reasons have a line of their own; more are folded into one."""


def inventory_lines(inventory: Inventory) -> tuple[Line, ...]:
    """The tree: accounts, organizations, what is missing, problems, files."""
    keys = Keys("inventory")
    lines = [_account(account, keys) for account in inventory.accounts]
    lines += [_organization(organization, keys) for organization in inventory.organizations]
    for account, counts in inventory.resources_only.items():
        text = f"Account {account}" if account else "No known account"
        lines.append(Line(keys.of("resources", account), text, f"only resources: {_resources(counts)}", "muted", "●"))
    documents = _count(inventory.documents, "distinct policy document")
    totals = f"{documents}, {_count(inventory.endpoints, 'VPC endpoint')}"
    lines.append(Line(keys.of("totals"), totals, tone="muted", glyph="·"))
    if inventory.missing:
        lines.append(_section(keys.of("missing"), "Not exported", "warn", "?", _missing(inventory)))
    if inventory.problems:
        lines.append(_section(keys.of("problems"), "Problems", "bad", "!", _problems(inventory)))
    return (*lines, _section(keys.of("files"), "Files", "plain", "", _files(inventory)))


def _section(key: str, title: str, tone: Tone, glyph: str, lines: Iterator[Line]) -> Line:
    below = tuple(lines)
    return Line(key, title, f"{len(below):,}", tone, glyph, open=True, grow=(lambda: below) if below else None)


def _account(account: AccountInventory, keys: Keys) -> Line:
    alias = f" {account.alias}" if account.alias is not None else ""
    facts = [
        _count(account.users, "user"),
        _count(account.groups, "group"),
        _count(account.roles, "role"),
        f"policies: {_number(account.policies.customer)} customer, {_number(account.policies.aws)} AWS, "
        f"{account.policies.inline:,} inline",
    ]
    if account.resources:
        facts.append(_resources(account.resources))
    if account.organization is not None:
        facts.append(f"in {account.organization}")
    if not account.is_complete:
        facts.append("incomplete")
    if account.exported is not None:
        facts.append(f"exported {account.exported:%Y-%m-%d %H:%M %Z}")
    text = f"Account {account.account_id}{alias}"
    return Line(keys.of(account.account_id), text, " · ".join(facts), "accent", "●")


def _resources(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.items())


def _count(count: int | None, what: str) -> str:
    return f"unknown {what}s" if count is None else number_of(count, what)


def _number(count: int | None) -> str:
    return "unknown" if count is None else f"{count:,}"


def _organization(organization: OrganizationInventory, keys: Keys) -> Line:
    facts = [
        f"management account {organization.management_account or 'unknown'}",
        f"{_count(organization.accounts, 'account')}, {_count(organization.units, 'unit')}",
        f"{_count(organization.scps, 'SCP')}, {_count(organization.rcps, 'RCP')}",
    ]
    if organization.s3_policies:
        plural = "y" if organization.s3_policies == 1 else "ies"
        facts.append(f"{organization.s3_policies:,} S3 polic{plural}")
    key = keys.of(organization.organization_id)
    return Line(key, f"Organization {organization.organization_id}", " · ".join(facts), "accent", "●")


def _missing(inventory: Inventory) -> Iterator[Line]:
    """A line for each thing, and one for the accounts that lack the same where they are many."""
    keys = Keys("missing")
    alike = Counter((missing.what, missing.weakens) for missing in inventory.missing)
    folded: set[str] = set()
    for missing in inventory.missing:
        count = alike[missing.what, missing.weakens]
        if count > _ALIKE and missing.what in folded:
            continue
        folded.add(missing.what)
        whose = missing.account if count <= _ALIKE else f"{count} accounts"
        text = missing.what if whose is None else f"{whose}: {missing.what}"
        yield Line(keys.of(text), text, f"weakens {missing.weakens}")


def _problems(inventory: Inventory) -> Iterator[Line]:
    keys = Keys("problem")
    for problem in inventory.problems:
        yield Line(keys.of(str(problem)), str(problem), tone="warn", glyph=problem.severity.value)


def _files(inventory: Inventory) -> Iterator[Line]:
    keys = Keys("file")
    skipped = [file for file in inventory.files if file.status == "skipped"]
    for file in inventory.files:
        if file.status != "skipped" or len(skipped) <= _SKIPPED:
            glyph, tone = _STATUS.get(file.status, ("", "plain"))
            said = file.format if file.status == "read" else file.status
            said += f": {file.message}" if file.message else ""
            yield Line(keys.of(str(file.path)), str(file.path), said, tone, glyph)
    if len(skipped) > _SKIPPED:
        yield from _folded(skipped, keys)


def _folded(skipped: Sequence[SourceFile], keys: Keys) -> Iterator[Line]:
    """Files that were skipped, by reason, the most frequent first."""
    by_reason: dict[str, list[SourceFile]] = {}
    for file in skipped:
        by_reason.setdefault(file.message, []).append(file)
    ranked = sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    groups = [*ranked[:_REASONS]]
    if rest := [file for _, files in ranked[_REASONS:] for file in files]:
        groups.append(("for other reasons", rest))
    for reason, files in groups:
        text = f"{_count(len(files), 'file')} skipped"
        yield Line(keys.of(reason), text, reason, "muted", "–", grow=partial(_plain, files))


def _plain(files: Sequence[SourceFile]) -> Iterator[Line]:
    keys = Keys("skipped")
    return (Line(keys.of(str(file.path)), str(file.path), file.message, "muted") for file in files)


def inventory_as_json(inventory: Inventory) -> bytes:
    """The same as data; null is what was not exported.

    `{"version": 1, "accounts", "organizations", "resources_only": {ACCOUNT: {KIND: COUNT}}, "endpoints", "documents",
    "missing", "problems", "files"}`. What is missing is `{"account", "what", "weakens"}`, a problem
    `{"path", "place", "expected", "consequence", "severity"}`, a file `{"path", "format", "status", "message"}`.
    """
    return json_bytes(
        {
            "version": 1,
            "accounts": [_account_data(account) for account in inventory.accounts],
            "organizations": [_organization_data(organization) for organization in inventory.organizations],
            "resources_only": {account: dict(counts) for account, counts in inventory.resources_only.items()},
            "endpoints": inventory.endpoints,
            "documents": inventory.documents,
            "missing": [
                {"account": missing.account, "what": missing.what, "weakens": missing.weakens}
                for missing in inventory.missing
            ],
            "problems": [
                {
                    "path": str(problem.path),
                    "place": problem.place,
                    "expected": problem.expected,
                    "consequence": problem.consequence,
                    "severity": problem.severity.value,
                }
                for problem in inventory.problems
            ],
            "files": [
                {"path": str(file.path), "format": file.format, "status": file.status, "message": file.message}
                for file in inventory.files
            ],
        }
    )


def _account_data(account: AccountInventory) -> Data:
    return {
        "id": account.account_id,
        "alias": account.alias,
        "partition": account.partition,
        "users": account.users,
        "groups": account.groups,
        "roles": account.roles,
        "policies": {
            "customer": account.policies.customer,
            "aws": account.policies.aws,
            "inline": account.policies.inline,
        },
        "providers": account.providers,
        "resources": dict(account.resources),
        "organization": account.organization,
        "complete": account.is_complete,
        "exported": account.exported.isoformat() if account.exported is not None else None,
    }


def _organization_data(organization: OrganizationInventory) -> Data:
    return {
        "id": organization.organization_id,
        "management_account": organization.management_account,
        "accounts": organization.accounts,
        "units": organization.units,
        "scps": organization.scps,
        "rcps": organization.rcps,
        "s3_policies": organization.s3_policies,
    }
