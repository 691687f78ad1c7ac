"""The inventory as text."""

from __future__ import annotations

from pathlib import Path

from iamtui.reports.inventory import inventory_lines
from iamtui.snapshot.inventory import inventory
from iamtui.snapshot.opening import open_snapshot
from tests.snapshot.exports import details, user, write


def missing(folder: Path, accounts: int) -> list[str]:
    for number in range(accounts):
        account = f"{number:012}"
        write(folder / f"{account}.json", details(UserDetailList=[user("alice", account)]))
    lines = inventory_lines(inventory(open_snapshot([folder])))
    (section,) = [line for line in lines if line.text == "Not exported"]
    return [line.text for line in section.children]


def test_what_a_few_accounts_lack_is_said_of_each(tmp_path: Path) -> None:
    assert "000000000003: credential report" in missing(tmp_path, 4)


def test_what_many_accounts_lack_is_said_once(tmp_path: Path) -> None:
    assert missing(tmp_path, 6) == [
        "6 accounts: credential report",
        "6 accounts: password policy",
        "6 accounts: SAML and OIDC providers",
        "6 accounts: S3 public access block of the account",
        "6 accounts: organization, SCPs and RCPs",
        "6 accounts: resource policies",
        "VPC endpoints",
    ]
