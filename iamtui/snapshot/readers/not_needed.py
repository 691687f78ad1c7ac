"""Answers of calls that say nothing beyond other files, or nothing that is evaluated: told apart from unknown files."""

from __future__ import annotations

from iamtui.snapshot.reading import Source

_PASSED = {
    "Owner": "access control lists and owners of buckets are not evaluated",
    "InstanceProfiles": "instance profiles are in the authorization details",
    "GroupDetail": "groups are in the authorization details",
    "Groups": "groups are in the authorization details",
    "AttachedPolicies": "attachments are in the authorization details",
    "PolicyNames": "inline policies are in the authorization details",
    "PolicyVersion": "policy versions are in the authorization details",
    "analyzers": "Access Analyzer is not read",
    "trailList": "CloudTrail trails are not read",
    "ServerCertificateMetadataList": "server certificates are not read",
    "LocationConstraint": "the region of a bucket decides nothing",
    "Records": "CloudTrail events are replayed, not opened",
    "DelegatedAdministrators": "delegated administrators decide nothing",
}


def reason_to_pass(source: Source) -> str | None:
    """Why a file that is recognised is not read; `None` if it is not one of these."""
    for key, reason in _PASSED.items():
        if key in source.keys:
            return reason
    if "simulate" in source.keys and "who_can" in source.keys:
        return "queries for benchmarks are no export"
    if b'"AttachmentCount"' in bytes(source.members.get("Policies", b""))[:4_000]:
        return "policies without documents; they are in the authorization details"
    if {"Version", "Statement"} <= source.keys:
        return "a policy document alone: nothing says what it is attached to"
    return None
