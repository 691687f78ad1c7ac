"""The invented organization while it is made in the emulator, and how its policies are written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.collecting.emulator import REGION, Credentials

VENDOR = "999988887777"  # outside the organization, in no export
VERSION = "2012-10-17"
Statement: TypeAlias = Mapping[str, object]


def document(*statements: Statement) -> str:
    """A policy document; a statement without effect allows."""
    return json.dumps({"Version": VERSION, "Statement": [{"Effect": "Allow", **each} for each in statements]})


def trust(principal: object, condition: object = None, action: object = "sts:AssumeRole") -> str:
    """A trust policy of one statement."""
    condition = {} if condition is None else {"Condition": condition}
    return document({"Principal": principal, "Action": action, **condition})


@dataclass(slots=True)
class Orion:
    """The organization while it is made, and what it was given: its own ids, account ids, key ids."""

    endpoint: str
    organization: str = ""
    management: str = ""
    prod: str = ""
    lab: str = ""
    data_key: str = ""
    vault_key: str = ""
    credentials: dict[str, Credentials] = field(default_factory=dict)

    def client(self, service: str, account: str = "") -> Any:
        """A client of one account; of the management account if none is named."""
        import boto3  # noqa: PLC0415 - absent where the emulator is

        credentials = self.credentials.get(account, Credentials())
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id=credentials.key_id,
            aws_secret_access_key=credentials.secret,
            aws_session_token=credentials.token,
        )

    def enter(self, account: str) -> None:
        """Take credentials of a member account."""
        role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        made = self.client("sts").assume_role(RoleArn=role, RoleSessionName="make")["Credentials"]
        self.credentials[account] = Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
