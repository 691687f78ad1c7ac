"""What the name of a file says where its content does not: the call that it answers, and about what (I30, I34, I57)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

_CALL = re.compile(
    r"(?:(?P<service>[a-z0-9]+)[-_.])?(?P<call>(?:get|list|describe|generate|batch-get|select)-[a-z-]*[a-z])"
)
_SUFFIX = re.compile(r"(?:\.(?:json|txt|gz|csv|out|err))+$", re.IGNORECASE)
_DEEPEST = 4
_TARGET = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|\d{12}")
_POLICY = re.compile(r"p-[0-9a-zA-Z_]{1,128}")
_KINDS = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


@dataclass(frozen=True, slots=True)
class Naming:
    """The call (`get-bucket-policy`), its service and the subject that it was asked about, where a name says so."""

    service: str | None
    call: str | None
    subject: str | None
    middle: tuple[str, ...] = ()  # folders between the call and the subject

    @classmethod
    def of(cls, path: Path) -> Naming:
        """Read `SERVICE-CALL/…/SUBJECT.json`, `SERVICE-CALL.json` or `SERVICE-CALL-SUBJECT.json`; suffixes are free."""
        stem = stem_of(path)
        folders = path.parts[:-1]
        above = _CALL.fullmatch(folders[-1]) if folders else None
        is_subject = above is not None and above["service"] is not None  # a bucket may be called get-orders
        if not is_subject and (match := _CALL.fullmatch(stem)):
            return cls(match["service"], match["call"], None)
        for depth, folder in enumerate(reversed(folders[-_DEEPEST:])):
            if match := _CALL.fullmatch(folder):
                return cls(match["service"], match["call"], stem, folders[len(folders) - depth :])
        return cls(None, None, stem)

    @property
    def target(self) -> str | None:
        """The subject, if it looks like a root, OU or account."""
        return self.subject if self.subject is not None and _TARGET.fullmatch(self.subject) else None

    @property
    def organization_policy(self) -> str | None:
        """The subject, if it looks like the id of an organization policy."""
        return self.subject if self.subject is not None and _POLICY.fullmatch(self.subject) else None

    @property
    def policy_kind(self) -> str | None:
        """The kind of organization policy that a folder or the file is named after."""
        return next((kind for kind in _KINDS if kind in self.middle or kind == self.subject), None)


def stem_of(path: Path) -> str:
    """The name of a file without suffixes, percent-decoded."""
    return unquote(_SUFFIX.sub("", path.name))
