"""The values of conditions: do they fit their operator and their key (Q18, Q21, Q22)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from iamtui.catalog import ConditionKey, KeyType
from iamtui.policy.lint.finding import ConditionLine, Finding, Text, error, quoted, suggestion, warning
from iamtui.policy.operators import Operator
from iamtui.policy.possible_values import expected_instead, has_form
from iamtui.policy.values import read_network

_EITHER = frozenset(("aws:epochtime", "aws:federatedprovider"))  # K78 date or number, K31 text or ARN
_ID_FORMATS = {
    "aws:sourcevpc": ("vpc-", re.compile(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})", re.ASCII)),
    "aws:sourcevpce": ("vpce-", re.compile(r"vpce-([0-9a-f]{8}|[0-9a-f]{17})", re.ASCII)),
}


def check_values(line: ConditionLine, operator: Operator, key: ConditionKey | None) -> Iterator[Finding]:
    """The findings on the values of one line."""
    if key is not None:
        yield from _check_type(line, operator, key)
    for text in line.values:
        if "${" in text.value:
            continue
        yield from _check_readable(text, operator)
        if "IpAddress" in operator.name:
            yield from _check_network(text, line, operator)
        yield from _check_id(text, line)
        yield from _check_possible(text, line, operator)


def _family(operator: Operator) -> frozenset[KeyType]:
    """The types that an operator compares (C30-C39, C49)."""
    name = operator.name
    if name.startswith("String"):
        return frozenset((KeyType.STRING, KeyType.ARN))
    if name.startswith("Numeric"):
        return frozenset((KeyType.NUMERIC,))
    if name.startswith("Date"):
        return frozenset((KeyType.DATE,))
    if name.startswith("Arn"):
        return frozenset((KeyType.ARN,))
    if name.endswith("IpAddress"):
        return frozenset((KeyType.IP_ADDRESS,))
    return frozenset((KeyType.BOOL,)) if name == "Bool" else frozenset(KeyType)


def _check_type(line: ConditionLine, operator: Operator, key: ConditionKey) -> Iterator[Finding]:
    """Q18; a text that holds an ARN, such as a tag or an encryption context, may be compared as one (C49)."""
    family = _family(operator)
    holds_arn = KeyType.ARN in family and key.type is KeyType.STRING and _all_arns(line)
    if key.type not in family and line.key.lower() not in _EITHER and not holds_arn:
        message = f"{quoted(line.key)} is of type {key.type}, and {operator.name} compares {_words(family)}"
        yield warning("Q18", line.pointer, message, f"Use an operator for {key.type}.")


def _all_arns(line: ConditionLine) -> bool:
    return all(text.value.startswith(("arn:", "*", "${")) for text in line.values)


def _words(family: frozenset[KeyType]) -> str:
    return " and ".join(sorted(family))


def _check_readable(text: Text, operator: Operator) -> Iterator[Finding]:
    """Q18: a value that its operator cannot read never matches (C46)."""
    if operator.name == "Null":
        if text.value.lower() not in ("true", "false"):
            yield warning(
                "Q18", text.pointer, f"Null asks for true or false, not {quoted(text.value)}", "Write true or false."
            )
    elif operator.prepare(text.value, False).compare is None:  # noqa: FBT003
        message = f"{operator.name} cannot read {quoted(text.value)}, so it never matches"
        yield warning("Q18", text.pointer, message, "Correct the value, or use another operator.")


def _check_network(text: Text, line: ConditionLine, operator: Operator) -> Iterator[Finding]:
    """Q21: bits after the mask (C44); Q22: private addresses never reach AWS as aws:SourceIp (C45)."""
    network = read_network(text.value)
    if network is None:
        return
    if str(network.network_address) != str(ipaddress.ip_interface(text.value).ip):
        message = f"{quoted(text.value)} has bits after the mask"
        yield suggestion("Q21", text.pointer, message, f"Write {network}.")
    if line.key.lower() == "aws:sourceip" and _is_private(network):
        message = f"{quoted(text.value)} is private; aws:SourceIp is always a public address"
        fix = "Use aws:VpcSourceIp, or the public address."
        yield (
            suggestion("Q22", text.pointer, message, fix)
            if operator.negated
            else error("Q22", text.pointer, message, fix)
        )


_PRIVATE_4 = tuple(
    ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_PRIVATE_6 = ipaddress.IPv6Network("fc00::/7")


def _is_private(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    if isinstance(network, ipaddress.IPv4Network):
        return any(network.subnet_of(private) for private in _PRIVATE_4)
    return network.subnet_of(_PRIVATE_6)


def _check_possible(text: Text, line: ConditionLine, operator: Operator) -> Iterator[Finding]:
    """Q18: a whole value that no request has for the key; those of the ids of VPCs are Q22."""
    if not operator.name.startswith("String") or line.key.lower() in _ID_FORMATS or not has_form(line.key):
        return
    expected = None if "*" in text.value or "?" in text.value else expected_instead(line.key, text.value)
    if expected is not None:
        message = f"{quoted(line.key)} is never {quoted(text.value)}: expected {expected}"
        yield warning("Q18", text.pointer, message, "Correct the value.")


def _check_id(text: Text, line: ConditionLine) -> Iterator[Finding]:
    """Q22: ids of VPCs and endpoints that cannot be."""
    expected = _ID_FORMATS.get(line.key.lower())
    if expected is None or line.operator.lower().startswith("null") or "*" in text.value or "?" in text.value:
        return
    prefix, form = expected
    if not form.fullmatch(text.value):
        message = f"{quoted(text.value)} is no id of the form {prefix}0123456789abcdef0"
        yield error("Q22", text.pointer, message, "Correct the id.")
