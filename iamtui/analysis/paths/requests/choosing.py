"""The keys of a request that its caller chooses, so that they are no conditions (EP13)."""

from __future__ import annotations

from collections.abc import Sequence

from iamtui import catalog
from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.evaluation.decision import UnknownKey, Verdict
from iamtui.evaluation.keys.session_keys import DERIVATIONS as KEYS_OF_SESSIONS
from iamtui.evaluation.request.request import Request
from iamtui.evaluation.request.services import FURTHER_ACTIONS
from iamtui.patterns import glob
from iamtui.policy.keys import KeyValue

ASSOCIATED_WITH = "iam:associatedresourcearn"
PASSED_TO = "iam:passedtoservice"
_TAGS = ("aws:requesttag/", "aws:tagkeys", "sts:transitivetagkeys")


def choice_of(keys: Sequence[UnknownKey], request: Request, *, makes: bool) -> tuple[str, KeyValue] | None:
    """A key that the caller chooses, and a value for it with which the request may be allowed (EP13).

    `makes` says that the caller makes the resource, and so chooses the keys of its service.
    """
    for unknown in (one for one in keys if _is_chosen(one.key, request.action, makes=makes)):
        allowing = [one for one in unknown.branches if one.value and one.outcome.verdict is Verdict.ALLOWED]
        certain = [one for one in allowing if one.worst.verdict is Verdict.ALLOWED]
        for branch in (*certain, *allowing):
            if branch.value is not None and _may_choose(unknown.key, branch.value, request):
                return unknown.key, branch.value
    return None


def _is_chosen(key: str, action: str, *, makes: bool) -> bool:
    """Whether the caller of an action chooses what a key is (EP13)."""
    folded = key.lower()
    service = action.partition(":")[0].lower()
    if folded == "iam:permissionsboundary" and action not in ("iam:CreateUser", "iam:CreateRole"):
        return False
    if folded == "sts:sourceidentity" or folded in KEYS_OF_SESSIONS:
        return False
    if any(glob(pattern.lower())(folded) for pattern in catalogue().chosen_keys if pattern != "SERVICE:*"):
        return True
    return makes and folded.startswith(f"{service}:") and ":resourcetag/" not in folded


def _may_choose(key: str, value: KeyValue, request: Request) -> bool:
    """Whether the caller may choose this value.

    A role is passed for a thing of the service that it is passed to. Tags that another action must allow, which is not
    asked, are not passed (E53, E70).
    """
    folded = key.lower()
    if folded.startswith(_TAGS) and value.values:
        further = FURTHER_ACTIONS.get(request.action.lower(), ())
        return not any(_tags(one.action) for one in further)
    if folded != ASSOCIATED_WITH:
        return True
    services = [one for name, sent in request.context.items() if name.lower() == PASSED_TO for one in sent.values]
    things = {text.split(":", 3)[2] for text in value.values if text.count(":") > 2}
    return bool(things) and all(any(one.startswith((f"{thing}.", f"{thing}-")) for one in services) for thing in things)


def _tags(action: str) -> bool:
    """Whether AWS lists an action as one that tags."""
    found = catalog.action(action)
    return found is not None and "Tagging" in found.access_level
