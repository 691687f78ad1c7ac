"""Answers of calls that say nothing beyond other files, or nothing that is evaluated: told apart from unknown files."""

from __future__ import annotations

from iamtui.files.heads import EVENTS
from iamtui.files.source import Source
from iamtui.snapshot.readers.iam_collect.files import reason_not_to_read

_PASSED = {
    "Attributes": "attributes of subscriptions decide nothing",
    "SecretString": "the values of secrets are not read",
    "SecretBinary": "the values of secrets are not read",
    "EffectivePolicy": "effective policies of other types than S3 policies take part in no decision",
    "PolicyGroups": "attachments are in the authorization details",
    "PolicyDocument": "inline policies are in the authorization details",
    "AccessKeyLastUsed": "the last use of access keys is in the credential report",
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
    "clusterArns": "clusters themselves run with no role",
    "taskArns": "what tasks run with is in what describes them",
    "DelegatedAdministrators": "delegated administrators decide nothing",
}


def reason_to_pass(source: Source) -> str | None:
    """Why a file that is recognised is not read; `None` if it is not one of these."""
    if (reason_of_store := reason_not_to_read(source.path)) is not None:
        return reason_of_store
    for key, reason in _PASSED.items():
        if key in source.keys:
            return reason
    if "simulate" in source.keys and "who_can" in source.keys:
        return "queries for benchmarks are no export"
    if _is_cloudtrail(source):
        return EVENTS
    policies = bytes(source.members.get("Policies", b"")) or bytes(source.members.get("Policy", b""))
    if b'"AttachmentCount"' in policies[:4_000] or b'"DefaultVersionId"' in policies[:4_000]:
        return "policies without documents; they are in the authorization details"
    if b'_POLICY"' in policies[:4_000]:
        return "policies of other types than SCP, RCP and S3 policies take part in no decision"
    if policies[:1] == b"[" and policies[1:].strip() == b"]":
        return "an empty list of policies: nothing says of which call"
    if {"Version", "Statement"} <= source.keys:
        return "a policy document alone: nothing says what it is attached to"
    if {"Version", "Statement"} <= source.first_keys:
        return "policy documents alone: nothing says what they are attached to"
    return None


def _is_cloudtrail(source: Source) -> bool:
    """Delivered log files, answers of `lookup-events`, and events alone, in a list or one a line."""
    if {"eventSource", "eventName"} <= (source.keys or source.first_keys):
        return True
    return "Records" in source.keys or b'"CloudTrailEvent"' in bytes(source.members.get("Events", b""))
