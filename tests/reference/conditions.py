"""Conditions (C1-C50): one function per operator family, every rule where it acts."""

from __future__ import annotations

import base64
import binascii
import datetime
import ipaddress
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.reference.patterns import glob, segments, substitute, tokens, valueless

NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}
POSITIVE = {
    *(
        "stringequals",
        "stringequalsignorecase",
        "stringlike",
        "bool",
        "binaryequals",
        "ipaddress",
        "arnequals",
        "arnlike",
    ),
    *("numericequals", "numericlessthan", "numericlessthanequals", "numericgreaterthan", "numericgreaterthanequals"),
    *("dateequals", "datelessthan", "datelessthanequals", "dategreaterthan", "dategreaterthanequals"),
}
DATE_FORMS = (*("%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d", "%Y-%m", "%Y"),)


@dataclass(frozen=True)
class Value:
    """What the request holds for a key: its texts, and whether the key is multivalued (C20)."""

    texts: list[str]
    is_list: bool = False


@dataclass
class Context:
    """The request context: names in lower case (C3). A name that is not in it is absent (T20)."""

    values: dict[str, Value] = field(default_factory=dict)

    def get(self, key: str) -> Value | None:
        """The value of a key, None if absent."""
        return self.values.get(key.lower())

    def single(self, key: str) -> str | None:
        """The text that a variable takes (V1): none from a multivalued key, none from an empty value (C25)."""
        value = self.get(key)
        return None if value is None or value.is_list else value.texts[0] or None

    def present(self, key: str) -> str | None:
        """The text of a key that the request has, if only an empty one (E88)."""
        value = self.get(key)
        return None if value is None or value.is_list else value.texts[0]


def text_of(value: Any) -> str:
    """The JSON text of a condition value (L5)."""
    return value if isinstance(value, str) else json.dumps(value)


def as_list(value: Any) -> list[Any]:
    """A list as it is, anything else as a list of one (L4)."""
    return value if isinstance(value, list) else [value]


def condition_holds(condition: dict[str, Any], context: Context, *, variables: bool) -> bool:
    """C1: every operator, every key under it."""
    return all(
        line_holds(operator, key, as_list(values), context, variables=variables)
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


def consulted_and_missing(condition: dict[str, Any], context: Context, *, variables: bool) -> set[str]:
    """The keys of a condition, and of the variables in its values, that the request lacks (E88)."""
    missing: set[str] = set()
    for operator, keys in condition.items():
        takes_variables = variables and base_of(operator)[1].startswith(("string", "arn", "bool"))
        for key, values in keys.items():
            if context.get(key) is None:
                missing.add(key.lower())
            if takes_variables:
                for value in as_list(values):
                    missing |= valueless(tokens(text_of(value), variables=True), context.present)
    return missing


def base_of(operator: str) -> tuple[str, str, bool]:
    """Split an operator into its set prefix, its base in lower case and IfExists (C4)."""
    name = operator.lower()
    quantifier, colon, rest = name.partition(":")
    if not colon:
        quantifier, rest = "", name
    if rest.endswith("ifexists"):
        return quantifier, rest.removesuffix("ifexists"), True
    return quantifier, rest, False


def line_holds(operator: str, key: str, policy: list[Any], context: Context, *, variables: bool) -> bool:
    """Decide one operator on one key."""
    quantifier, base, if_exists = base_of(operator)
    value = context.get(key)
    if quantifier not in ("", "forallvalues", "foranyvalue"):
        return False  # C6
    if base == "null":
        return not if_exists and null_holds(quantifier, policy, value)
    if base not in POSITIVE and base not in NEGATED:
        return False  # C6
    if value is None:
        return missing_holds(quantifier, base, if_exists=if_exists)
    return present_holds(quantifier, base, key, policy, value, context, if_exists=if_exists, variables=variables)


def null_holds(quantifier: str, policy: list[Any], value: Value | None) -> bool:
    """C5, C13, C25, C26: presence alone; an empty list and a lone empty text count as null."""
    if quantifier:
        return quantifier == "forallvalues"
    is_null = value is None or value.texts in ([], [""])
    return any(text_of(wanted).lower() == text_of(is_null) for wanted in policy)


def missing_holds(quantifier: str, base: str, *, if_exists: bool) -> bool:
    """C10-C16: what an absent key makes of each kind of operator."""
    if if_exists:
        return True  # C12, C16
    if quantifier:
        return quantifier == "forallvalues"  # C14, C15
    return base in NEGATED  # C10, C11


def present_holds(
    quantifier: str,
    base: str,
    key: str,
    policy: list[Any],
    value: Value,
    context: Context,
    *,
    if_exists: bool,
    variables: bool,
) -> bool:
    """C7, C21-C24: how the comparisons of the single values combine."""

    def holds(text: str) -> bool:
        return value_holds(base, key, text, policy, context, variables=variables)

    if not policy and (quantifier or if_exists):  # C7
        return quantifier == "forallvalues" and value.texts in ([], [""])
    if quantifier == "forallvalues":
        return all(text == "" for text in value.texts) or all(holds(text) for text in value.texts)
    if quantifier == "foranyvalue":
        return any(text != "" for text in value.texts) and any(holds(text) for text in value.texts)
    if value.is_list:
        return False  # C23
    return holds(value.texts[0])


def value_holds(base: str, key: str, text: str, policy: list[Any], context: Context, *, variables: bool) -> bool:
    """One request value against all policy values: OR, or NOR for a negated operator (C1, C2)."""
    positive = NEGATED.get(base, base)
    if positive.startswith("arn") and text.count(":") < 5:
        return False  # C48, also for the negated operators
    matched = any(compare(positive, key, text, text_of(wanted), context, variables) for wanted in policy)
    return not matched if base in NEGATED else matched


def compare(operator: str, key: str, text: str, wanted: str, context: Context, variables: bool) -> bool:
    """One request value against one policy value, for a positive operator."""
    if operator.startswith(("string", "arn", "bool")):
        return compare_text(operator, text, wanted, context, variables)
    if operator.startswith("numeric"):
        epoch = key.lower() == "aws:epochtime"  # C42
        return compare_order(operator.removeprefix("numeric"), number(text, epoch), number(wanted, epoch))
    if operator.startswith("date"):
        return compare_order(operator.removeprefix("date"), instant(text), instant(wanted))
    if operator == "ipaddress":
        return in_network(text, wanted)
    return same_bytes(text, wanted)


def compare_text(operator: str, text: str, wanted: str, context: Context, variables: bool) -> bool:
    """C30-C32, C35, C38: the operators in whose values variables are substituted (V4)."""
    like = operator in ("stringlike", "arnlike", "arnequals")
    pattern = substitute(tokens(wanted, variables=variables, wildcards=like), context.single)
    if pattern is None:
        return False  # V9
    if operator == "bool":  # C35
        request = "true" if text.lower() == "true" else "false"
        return "".join(map(literal, pattern)).lower() == request
    if operator == "stringequalsignorecase":
        return fold("".join(map(literal, pattern))) == fold(text)
    if operator.startswith("arn"):
        return arn_like(pattern, text)
    return glob(pattern, text)


def literal(token: Any) -> str:
    """The text of a token of a pattern without wildcards."""
    return str(token.text)


def fold(text: str) -> str:
    """C31: simple case folding, one character for one."""
    return "".join(c.casefold() if len(c.casefold()) == 1 else c for c in text)


def arn_like(pattern: list[Any], text: str) -> bool:
    """C38, C48: six segments, each matched alone; the last holds all further colons."""
    parts = segments(pattern, 6)
    if len(parts) < 6:
        return parts == [tokens("*", variables=False)]
    return all(glob(part, piece) for part, piece in zip(parts, text.split(":", 5), strict=True))


def number(text: str, epoch: bool) -> Decimal | None:
    """C33: an integer or a decimal, as JSON writes them too; of aws:EpochTime also a date (C42)."""
    mantissa, exponent_sign, exponent = text.lower().partition("e")
    digits = mantissa.removeprefix("-").removeprefix("+")
    whole, _, fraction = digits.partition(".")
    power = exponent.removeprefix("-").removeprefix("+")
    power_is_number = power.isascii() and power.isdigit() if exponent_sign else True
    if digits.isascii() and (whole + fraction).isdigit() and not digits.endswith(".") and power_is_number:
        return Decimal(text)
    return instant(text) if epoch else None


def instant(text: str) -> Decimal | None:
    """C40, C41: seconds since 1970, perhaps with a fraction; four digits are a year."""
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) and not re.fullmatch("[0-9]{4}", text):
        return Decimal(text)
    fraction = re.search(r"\.[0-9]+(?=Z|[+-])", text)
    digits = fraction.group() if fraction else ""
    for form in DATE_FORMS:
        try:
            moment = datetime.datetime.strptime(text.replace(digits, ".0") if digits else text, form)
        except ValueError:
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.UTC)
        start = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
        since = moment - start
        return Decimal(since.days * 86400 + since.seconds) + Decimal(f"0{digits}")
    return None


def compare_order(relation: str, left: Decimal | None, right: Decimal | None) -> bool:
    """C33, C34; what cannot be read does not match (C46, C47)."""
    if left is None or right is None:
        return False
    relations: dict[str, Callable[[], bool]] = {
        "equals": lambda: left == right,
        "lessthan": lambda: left < right,
        "lessthanequals": lambda: left <= right,
        "greaterthan": lambda: left > right,
        "greaterthanequals": lambda: left >= right,
    }
    return relations[relation]()


def in_network(text: str, wanted: str) -> bool:
    """C43, C44: bits after the mask do not count; IPv4 and IPv6 never match."""
    if "%" in text or "%" in wanted or (not wanted.partition("/")[2].isdigit() and "/" in wanted):
        return False  # neither a zone nor a mask written as an address
    try:
        address = ipaddress.ip_address(text)
        network = ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False
    return address.version == network.version and address in network


def same_bytes(text: str, wanted: str) -> bool:
    """C36: both sides are base64."""
    try:
        return base64.b64decode(text, validate=True) == base64.b64decode(wanted, validate=True)
    except (binascii.Error, ValueError):
        return False
