"""Who makes or arms principals without a boundary, and who lacks the boundary that it shall have (FI49)."""

from __future__ import annotations

from collections.abc import Iterator

from iamtui.analysis.findings.by_rule.powers import told_elsewhere
from iamtui.analysis.findings.review.hygiene_case import AccountCase
from iamtui.analysis.findings.review.hygiene_results import Answer, Found
from iamtui.patterns import glob
from iamtui.policy.keys import ABSENT
from iamtui.policy.lint import FindingSeverity
from iamtui.snapshot.model import Role, User

_WITHOUT_BOUNDARY = {"iam:PermissionsBoundary": ABSENT}
_GIVING = ("iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:PutRolePolicy", "iam:AttachRolePolicy")
_MAKING = ("iam:CreateUser", "iam:CreateRole")
_TAG = "tag:"


def boundless(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """Making principals or giving policies with no boundary asked for; or none where the setting wants one (FI49)."""
    yield from _unbounded(case, principal)
    elsewhere = told_elsewhere(case, principal)
    if elsewhere is not None:
        yield elsewhere
        return
    for actions, words, severity in (
        (_GIVING, "may give policies to principals that have no boundary", FindingSeverity.SECURITY),
        (_MAKING, "may make principals without a boundary", None),
    ):
        if not case.everybody.is_asked(principal.arn, *actions):
            continue
        held = {
            action: able
            for action in actions
            if (able := case.everybody.able(case.account, principal.arn, action, _WITHOUT_BOUNDARY)) is not None
            and able.label == "allowed"
        }
        if held:
            rows = tuple(
                f"{able.row(principal.arn, action)} iam:PermissionsBoundary absent" for action, able in held.items()
            )
            yield Found(words, rows, severity)
            return


def _unbounded(case: AccountCase, principal: User | Role) -> Iterator[Answer]:
    """A principal under a path or with a tag of the setting, without a boundary."""
    if principal.boundary is not None or (isinstance(principal, Role) and principal.is_made_by_aws):
        return
    for place in case.limits.boundaries:
        if _is_meant(principal, place):
            message = f"is one of {place}, which shall have a boundary, and has none"
            rows = (f"path {principal.path}", "PermissionsBoundary absent")
            yield Found(message, rows, fix="Set the boundary that those of its kind have.")
            return


def is_place(text: str) -> bool:
    """Whether a text names principals by path or tag, as the setting does."""
    return text.startswith("/") or (text.startswith(_TAG) and len(text) > len(_TAG))


def _is_meant(principal: User | Role, place: str) -> bool:
    if not place.startswith(_TAG):
        return principal.path.startswith(place)
    name, equals, value = place.removeprefix(_TAG).partition("=")
    held = {key.lower(): held for key, held in principal.tags}.get(name.lower())
    return held is not None and (not equals or glob(value)(held))
