"""Where a recorded call was made: partition, Region and account, in which names become ARNs (A7)."""

from __future__ import annotations

from dataclasses import dataclass

from iamtui.arn import is_account_id, partition_of_region
from iamtui.trail.records import Record, text_at


@dataclass(frozen=True, slots=True)
class Where:
    """Partition, Region and account of a call; the account is empty where the record does not say it."""

    partition: str
    region: str
    account: str

    def arn(self, service: str, resource: str, *, region: bool = True, account: bool = True) -> str:
        """The ARN of a resource of this place."""
        owner = self.account if account else ""
        return f"arn:{self.partition}:{service}:{self.region if region else ''}:{owner}:{resource}"


def where_of(record: Record) -> Where:
    """The place of a record: its account is the one whose trail has it, else the caller's."""
    region = text_at(record, "awsRegion") or ""
    arn = text_at(record, "userIdentity", "arn") or ""
    partition = arn.split(":", 2)[1] if arn.startswith("arn:aws") else partition_of_region(region)
    account = text_at(record, "recipientAccountId") or text_at(record, "userIdentity", "accountId") or ""
    return Where(partition, region, account if is_account_id(account) else "")
