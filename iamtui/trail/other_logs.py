"""Logs that lie beside trails and are not CloudTrail: told by their content and named, one line a kind (R2)."""

from __future__ import annotations

import re

_TEXT_LOGS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("S3 server access log", re.compile(rb"[0-9a-f]{64} \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:")),
    ("VPC flow log", re.compile(rb"version account-id |\d+ (?:\d{12}|unknown) eni-")),
    ("load balancer log", re.compile(rb"(?:https?|h2|grpcs?|wss?|tls) (?:\d\.\d )?\d{4}-\d\d-\d\dT")),
    ("load balancer log", re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+Z \S+ [\d.]+:\d+ ")),
)


_JSON_LOGS = (
    ("CloudTrail digest file", re.compile(rb'"digestStartTime"')),
    ("OCSF events", re.compile(rb'"class_uid"')),
    ("GuardDuty finding", re.compile(rb'"[dD]etectorId"|"[aA]rn"\s*:\s*"arn:[a-z-]+:guardduty:')),
    ("S3 event notification", re.compile(rb'"aws:s3"')),
)
_LOOKED_AT = 2048


def kind_of_log(data: bytes) -> str | None:
    """What kind of log a file is that is not CloudTrail; None where it is none that is known here."""
    head = data[:_LOOKED_AT]
    start = head.lstrip()
    if start[:1] in (b"{", b"["):
        for kind, mark in _JSON_LOGS:
            if mark.search(head) is not None:
                return kind
        return None
    return next((kind for kind, pattern in _TEXT_LOGS if pattern.match(start)), None)
