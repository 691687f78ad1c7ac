"""Whether a bucket policy is public in the eyes of S3 Block Public Access (S13, S14)."""

from __future__ import annotations

import ipaddress
from typing import Any

from tests.reference.conditions import NEGATED, as_list, base_of, text_of
from tests.reference.principals import entries

FIXED_VALUE_KEYS = {
    *("aws:principalorgid", "aws:principalaccount", "aws:principalservicename", "aws:principalisawsservice"),
    *("aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount"),
    *("aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "s3:dataaccesspointaccount"),
}
"""Keys whose value must hold neither wildcard nor variable."""


def is_public(document: dict[str, Any]) -> bool:
    """Public until every Allow statement is seen to grant to fixed values only."""
    allows = [statement for statement in as_list(document["Statement"]) if statement["Effect"] == "Allow"]
    return not all(is_fixed(statement) for statement in allows)


def is_fixed(statement: dict[str, Any]) -> bool:
    """Whether one Allow statement grants to fixed values only."""
    if "NotPrincipal" in statement:
        return False
    if all(value != "*" and key != "Federated" for key, value in entries(statement["Principal"])):
        return True
    return any(
        fixes(operator, key.lower(), [text_of(value) for value in as_list(values)])
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


def fixes(operator: str, key: str, values: list[str]) -> bool:
    """Whether one line of a condition narrows the statement to fixed values."""
    quantifier, base, if_exists = base_of(operator)
    if base in NEGATED or base == "null" or if_exists or quantifier == "forallvalues" or not values:
        return False
    return all(fixed_value(key, value) for value in values)


def fixed_value(key: str, value: str) -> bool:
    """Whether a value of this key stands for something fixed."""
    if key == "aws:sourceip":
        return narrow_network(value)
    if key == "aws:userid":
        return "*" not in value and "?" not in value and "${" not in value
    if key in ("aws:principalarn", "s3:dataaccesspointarn"):
        account = value.split(":")[4] if value.count(":") >= 5 else ""
        return account.isdigit() and "${" not in value
    if key == "aws:principalorgpaths":
        organization = value.partition("/")[0]
        return organization.startswith("o-") and not set("*?$") & set(organization)
    if key == "aws:principalisawsservice":
        return value == "true"
    return key in FIXED_VALUE_KEYS and not set("*?$") & set(value)


def narrow_network(value: str) -> bool:
    """S13: no broader than /8 (IPv4) or /32 (IPv6), private ranges excepted."""
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.is_private or network.prefixlen >= (8 if network.version == 4 else 32)
