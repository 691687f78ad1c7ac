"""What the name of a file says where its content does not: the call that it answers, and about what (I30, I34, I57)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

_ASKED_ABOUT = (  # calls whose subject a name may carry behind them
    "describe-file-system-policy",
    "describe-key",
    "describe-policy",
    "get-access-point",
    "get-access-point-policy",
    "get-access-point-policy-status",
    "get-backup-vault-access-policy",
    "get-bucket-abac",
    "get-bucket-acl",
    "get-bucket-policy",
    "get-bucket-policy-status",
    "get-bucket-tagging",
    "get-key-policy",
    "get-login-profile",
    "get-open-id-connect-provider",
    "get-policy",
    "get-public-access-block",
    "get-queue-attributes",
    "get-repository-policy",
    "get-resource-policy",
    "get-topic-attributes",
    "list-access-keys",
    "list-accounts-for-parent",
    "list-children",
    "list-grants",
    "list-mfa-devices",
    "list-organizational-units-for-parent",
    "list-parents",
    "list-policies",
    "list-policies-for-target",
    "list-queue-tags",
    "list-resource-tags",
    "list-tags",
    "list-tags-for-resource",
    "list-targets-for-policy",
)
_OTHERS = ("get-policy-version", "list-policies-granting-service-access")  # begin like one of these
_SERVICE = r"(?:(?P<service>[a-z0-9]+)[-_.])?"
_CALL = re.compile(rf"{_SERVICE}(?P<call>(?:get|list|describe|generate|batch-get|select)-[a-z-]*[a-z])")
_KNOWN = re.compile(rf"{_SERVICE}(?P<call>{'|'.join((*_ASKED_ABOUT, *_OTHERS))})")
_ABOUT = re.compile(
    rf"{_SERVICE}(?P<call>{'|'.join(sorted(_ASKED_ABOUT, key=len, reverse=True))})[-_.](?P<subject>.+)", re.DOTALL
)
_SUFFIX = re.compile(r"(?:\.(?:json|txt|csv|out))?(?:\.gz)?(?:\.err)?$", re.IGNORECASE)
_DEEPEST = 4
_PLACE = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}")
_TARGET = re.compile(rf"{_PLACE.pattern}|\d{{12}}")
_POLICY = re.compile(r"p-[0-9a-zA-Z_]{1,128}")
_KINDS = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY")
_KIND = re.compile(rf"[-_.]?(?:{'|'.join(_KINDS)})[-_.]?")

QUEUE_URL = re.compile(
    r"https?://(?:sqs\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?|[^/]+)/(?P<account>\d{12})/(?P<name>[^/]+)"
)
"""The address of a queue; only that of today's form says the region."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The call (`get-bucket-policy`), its service and the subject that it was asked about, where a name says so."""

    service: str | None
    call: str | None
    subject: str | None
    middle: tuple[str, ...] = ()  # folders between the call and the subject

    @classmethod
    def of(cls, path: Path) -> Naming:
        """Read `SERVICE-CALL/…/SUBJECT.json`, `SERVICE-CALL.json` or `SERVICE-CALL-SUBJECT.json`; suffixes are free.

        The root, OU or policy of an organization that a call was asked about may be the folder: `r-ab12/CALL.json`.
        """
        stem = stem_of(path)
        folders = path.parts[:-1]
        above = _CALL.fullmatch(folders[-1]) if folders else None
        is_subject = above is not None and above["service"] is not None  # a bucket may be called get-orders
        if not is_subject and (named := cls._of_stem(stem, folders[-1] if folders else "")) is not None:
            return named
        for depth, folder in enumerate(reversed(folders[-_DEEPEST:])):
            if match := _CALL.fullmatch(folder):
                return cls(match["service"], match["call"], stem, folders[len(folders) - depth :])
        return cls(None, None, stem)

    @classmethod
    def _of_stem(cls, stem: str, folder: str) -> Naming | None:
        about = None if _KNOWN.fullmatch(stem) else _ABOUT.fullmatch(stem)
        if about is not None:
            return cls(about["service"], about["call"], about["subject"])
        match = _CALL.fullmatch(stem)
        if match is None:
            return None
        is_subject = _PLACE.fullmatch(folder) or _POLICY.fullmatch(folder)
        return cls(match["service"], match["call"], folder if is_subject else None)

    @property
    def target(self) -> str | None:
        """The subject, if it looks like a root, OU or account."""
        subject = _KIND.sub("", self.subject or "")
        return subject if _TARGET.fullmatch(subject) else None

    @property
    def organization_policy(self) -> str | None:
        """The subject, if it looks like the id of an organization policy."""
        return self.subject if self.subject is not None and _POLICY.fullmatch(self.subject) else None

    @property
    def policy_kind(self) -> str | None:
        """The kind of organization policy that a folder or the file is named after."""
        return next((kind for kind in _KINDS if kind in self.middle or kind in (self.subject or "")), None)

    @property
    def doubt(self) -> str | None:
        """Why it is not certain that the file is about its subject."""
        return None if self.call is not None else "only the name of the file says it"


def stem_of(path: Path) -> str:
    """The name of a file without suffixes, percent-decoded."""
    return unquote(_SUFFIX.sub("", path.name))
