"""Who asks on the command line, also where nobody is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from iamtui.arn import Arn, MalformedArnError
from iamtui.evaluation.request.request import Unstated
from iamtui.policy.keys import ABSENT, UNKNOWN, KeyValue

_EXAMPLE_ACCOUNT = "123456789012"
_OF_THE_CALLER = ("aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:userid", "aws:username")


class Caller(NamedTuple):
    """Who asks, with the context keys that are to be taken as known or unknown of them unless the user states them."""

    principal: str
    keys: Mapping[str, KeyValue] = MappingProxyType({})

    def context(self, stated: Mapping[str, KeyValue]) -> dict[str, KeyValue]:
        """What is stated, and the keys of the caller that are not; names are compared without letter case."""
        named = {key.lower() for key in stated}
        return {**{key: value for key, value in self.keys.items() if key.lower() not in named}, **stated}


def unnamed_caller(resources: Sequence[str], owner: str | None, missing: Unstated) -> Caller:
    """Some user of the account that owns the resource, for policies that are asked without a caller.

    Nothing is known of it: the keys that would follow from it are what all keys are that nobody states.
    """
    arns = [_arn_or_none(resource) for resource in resources]
    partition = next((arn.partition for arn in arns if arn is not None), "aws")
    account = owner or next((arn.account for arn in arns if arn is not None and arn.account.isdigit()), None)
    keys = _OF_THE_CALLER if account is not None else (*_OF_THE_CALLER, "aws:ResourceAccount")
    state = ABSENT if missing is Unstated.ABSENT else UNKNOWN
    return Caller(f"arn:{partition}:iam::{account or _EXAMPLE_ACCOUNT}:user/somebody", dict.fromkeys(keys, state))


def _arn_or_none(text: str) -> Arn | None:
    try:
        return Arn.parse(text)
    except MalformedArnError:
        return None
