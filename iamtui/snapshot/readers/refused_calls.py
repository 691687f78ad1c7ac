"""What the CLI printed for a refused call: "not found" means that there is none (I8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from iamtui.files.heads import ERRORS_OF_NOTHING, is_error_text
from iamtui.files.source import Source, decode
from iamtui.snapshot.facts import AccountFact, CredentialsFact, Fact, ResourceFact
from iamtui.snapshot.model import Credentials, Exported, PublicAccessBlock, Severity
from iamtui.snapshot.readers.file_names import Naming
from iamtui.snapshot.readers.reader import Intake, Reader
from iamtui.snapshot.resource_kinds import ACCESS_POINT, name_in

_ERROR = re.compile(rb"An error occurred \((?P<code>[\w.]+)\) when calling the (?P<call>[\w-]+) operation")
_CODE = re.compile(rf"\b(?:{'|'.join(ERRORS_OF_NOTHING)})\b".encode())


class _Error(msgspec.Struct, rename="pascal"):
    code: str


def _read(source: Source, intake: Intake) -> Iterator[Fact]:
    naming = Naming.of(source.path)
    code, call = _code_and_call(source)
    call = call or "".join(word.title() for word in (naming.call or "").split("-")) or _CALLS.get(code, "")
    facts = _of_account(call, code, naming)
    if facts is None and naming.subject is not None:
        facts = _of_resource(call, code, naming)
    if facts is None:
        expected = f"expected the answer to {call or 'a call'}, got {code or 'an error'}"
        intake.problems.add("", expected, "it counts as not exported", Severity.WARNING)
    else:
        yield from facts


def _code_and_call(source: Source) -> tuple[str, str]:
    """The code of the error, and the call where the text says it."""
    if source.members:
        raw = source.members.get("Error", msgspec.Raw(source.data))
        return decode(raw, _Error, "/Error").code, ""
    match = _ERROR.search(source.data)
    if match is not None:
        return match["code"].decode(), match["call"].decode()
    alone = _CODE.search(source.data)
    return alone[0].decode() if alone is not None else "", ""


_CALLS = {"NoSuchBucketPolicy": "GetBucketPolicy"}
"""The call that answers with an error and no other does, for where only the code was kept."""


def _of_account(call: str, code: str, naming: Naming) -> tuple[Fact, ...] | None:
    """What an error says of the account; `None` if it says only that nothing was answered."""
    match (call, code):
        case ("GetAccountPasswordPolicy", "NoSuchEntity"):
            return (AccountFact(password_policy_state=Exported.NONE),)
        case ("DescribeOrganization", "AWSOrganizationsNotInUseException"):
            return (AccountFact(in_organization=False),)
        case (_, "AWSOrganizationsNotInUseException"):
            return ()
        case ("GetLoginProfile", "NoSuchEntity") if naming.subject is not None:
            return (CredentialsFact(Credentials(console_password=False), user=naming.subject),)
        case ("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration") if naming.service == "s3control":
            return (AccountFact(account=naming.subject, public_access_block=PublicAccessBlock()),)
    return None


def _of_resource(call: str, code: str, naming: Naming) -> tuple[ResourceFact] | None:
    """What an error says of the resource that the file is named after."""
    subject, doubt = naming.subject or "", naming.doubt
    match (call, code):
        case ("GetBucketPolicy" | "GetBucketPolicyStatus", "NoSuchBucketPolicy"):
            return (ResourceFact("s3:bucket", subject, policy_state=Exported.NONE, doubt=doubt),)
        case ("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"):
            return (ResourceFact("s3:bucket", subject, public_access_block=PublicAccessBlock(), doubt=doubt),)
        case ("GetBucketTagging", "NoSuchTagSet"):
            return (ResourceFact("s3:bucket", subject, tags=()),)
        case ("GetAccessPointPolicy" | "GetAccessPointPolicyStatus", "NoSuchAccessPointPolicy"):
            return (_without_policy(ACCESS_POINT, subject),)
        case ("GetPolicy", "ResourceNotFoundException"):
            return (_without_policy("lambda:function", subject),)
        case ("DescribeFileSystemPolicy", "PolicyNotFound"):
            return (_without_policy("elasticfilesystem:file-system", subject),)
        case ("GetBackupVaultAccessPolicy", "ResourceNotFoundException"):
            return (_without_policy("backup:backup-vault", subject),)
        case ("GetRepositoryPolicy", "RepositoryPolicyNotFoundException"):
            return (_without_policy("ecr:repository", subject),)
    return None


def _without_policy(kind: str, subject: str) -> ResourceFact:
    """A resource, by ARN or by name, that is known to have no policy; only other files say that it exists."""
    arn = subject if subject.startswith("arn:") else None
    name = subject if arn is None else name_in(arn)
    return ResourceFact(kind, name, arn, policy_state=Exported.NONE, only_adds=True)


def _recognises(source: Source) -> bool:
    if source.members:
        return {"Code", "Message"} <= source.keys or b'"Code"' in bytes(source.members.get("Error", b""))
    return not source.items and is_error_text(source.data[:2_000])


READER = Reader("refused-call", _recognises, _read)
