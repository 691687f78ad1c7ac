"""Which values a condition key can have in a request at all (K10-K113, C33-C43)."""

from __future__ import annotations

import re
from collections.abc import Callable

from iamtui import catalog
from iamtui.arn import Arn, MalformedArnError
from iamtui.catalog import KeyType
from iamtui.policy.values import read_instant, read_network, read_number


def expected_instead(name: str, value: str) -> str | None:
    """What a request has for the key `name`, where it cannot have `value`; None where it can.

    The empty text is possible for every key (C25).
    """
    expected, possible = _form_of(name)
    return None if not value or possible(value) else expected


def has_form(name: str) -> bool:
    """Whether the values of a key have a form of their own, beside its type."""
    return name.lower() in _BY_NAME


Form = tuple[str, Callable[[str], bool]]


def _form_of(name: str) -> Form:
    folded = name.lower()
    named = _BY_NAME.get(folded)
    if named is not None:
        return named
    key = catalog.condition_key(name)
    return _BY_TYPE[KeyType.STRING if key is None else key.type]


def _is_arn(value: str) -> bool:
    try:
        Arn.parse(value)
    except MalformedArnError:
        return False
    return True


def _is_address(value: str) -> bool:
    return "/" not in value and read_network(value) is not None


def _spelled(pattern: str) -> Callable[[str], bool]:
    form = re.compile(pattern, re.ASCII)
    return lambda value: form.fullmatch(value) is not None


_ANYTHING: Form = ("a text", lambda _: True)
_BY_TYPE: dict[KeyType, Form] = {
    KeyType.STRING: _ANYTHING,
    KeyType.BOOL: ("true or false", lambda value: value.lower() in ("true", "false")),
    KeyType.NUMERIC: ("a number", lambda value: read_number(value) is not None),
    KeyType.DATE: ("a date such as 2026-11-23T14:00:00Z", lambda value: read_instant(value) is not None),
    KeyType.ARN: ("an ARN", _is_arn),
    KeyType.IP_ADDRESS: ("an IP address", _is_address),
}

_ACCOUNT: Form = ("an account id of twelve digits", _spelled(r"\d{12}|anonymous|aws"))
_ORGANIZATION: Form = ("the id of an organization such as o-a1b2c3d4e5", _spelled("o-[a-z0-9]+"))
_PATH: Form = ("a path such as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/", _spelled(r"o-[a-z0-9]+(/[a-z0-9-]+)*/?"))
_SERVICE: Form = ("a service such as lambda.amazonaws.com", _spelled(r"[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+"))
_PRINCIPALS = ("Account", "User", "FederatedUser", "AssumedRole", "Anonymous")
_BY_NAME: dict[str, Form] = {
    **dict.fromkeys(
        (
            "aws:principalaccount",
            "aws:resourceaccount",
            "aws:sourceaccount",
            "aws:vpceaccount",
            "kms:calleraccount",
            "s3:resourceaccount",
        ),
        _ACCOUNT,
    ),
    **dict.fromkeys(
        ("aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid", "aws:vpceorgid"),
        _ORGANIZATION,
    ),
    **dict.fromkeys(
        ("aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"),
        _PATH,
    ),
    **dict.fromkeys(
        (
            "aws:calledvia",
            "aws:calledviafirst",
            "aws:calledvialast",
            "aws:principalservicename",
            "aws:principalservicenameslist",
            "iam:awsservicename",
            "iam:passedtoservice",
            "kms:viaservice",
        ),
        _SERVICE,
    ),
    "aws:epochtime": (
        "a date, or seconds since 1970",
        lambda value: read_number(value) is not None or read_instant(value) is not None,
    ),
    "aws:federatedprovider": _ANYTHING,
    "aws:principaltype": (f"one of {', '.join(_PRINCIPALS)}", lambda value: value in _PRINCIPALS),
    "aws:requestedregion": ("a Region such as eu-west-1", _spelled(r"[a-z]{2,}(-[a-z]+)+-\d+")),
    "aws:sourcevpc": ("the id of a VPC: vpc-…", _spelled("vpc-[a-z0-9]+")),
    "aws:sourcevpce": ("the id of a VPC endpoint: vpce-…", _spelled("vpce-[a-z0-9]+")),
}
"""Keys whose values have a form of their own (the pages of AWS's global condition keys, 2026-11)."""
