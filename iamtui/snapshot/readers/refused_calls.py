"""What the CLI printed for a refused call: "not found" means that there is none (I8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamtui.snapshot.facts import AccountFact, CredentialsFact, Fact, ResourceFact
from iamtui.snapshot.files import is_error_text
from iamtui.snapshot.model import Credentials, Exported, PublicAccessBlock, Severity
from iamtui.snapshot.naming import Naming
from iamtui.snapshot.reading import Intake, Reader, Source
from iamtui.snapshot.resources import ACCESS_POINT, name_in

_ERROR = re.compile(rb"An error occurred \((?P<code>[\w.]+)\) when calling the (?P<call>[\w-]+) operation")


def _read(source: Source, intake: Intake) -> Iterator[Fact]:
    match = _ERROR.search(source.data)
    code, call = (match["code"].decode(), match["call"].decode()) if match is not None else ("", "")
    naming = Naming.of(source.path)
    facts = _of_account(call, code, naming)
    if facts is None and naming.subject is not None:
        facts = _of_resource(call, code, naming.subject)
    if facts is None:
        expected = f"expected the answer to {call or 'a call'}, got {code or 'an error'}"
        intake.problems.add("", expected, "it counts as not exported", Severity.WARNING)
    else:
        yield from facts


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


def _of_resource(call: str, code: str, subject: str) -> tuple[ResourceFact] | None:
    """What an error says of the resource that the file is named after."""
    match (call, code):
        case ("GetBucketPolicy" | "GetBucketPolicyStatus", "NoSuchBucketPolicy"):
            return (ResourceFact("s3:bucket", subject, policy_state=Exported.NONE),)
        case ("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"):
            return (ResourceFact("s3:bucket", subject, public_access_block=PublicAccessBlock()),)
        case ("GetBucketTagging", "NoSuchTagSet"):
            return (ResourceFact("s3:bucket", subject, tags=()),)
        case ("GetAccessPointPolicy" | "GetAccessPointPolicyStatus", "NoSuchAccessPointPolicy"):
            return (_without_policy(ACCESS_POINT, subject),)
        case ("GetPolicy", "ResourceNotFoundException"):
            return (_without_policy("lambda:function", subject),)
        case ("GetRepositoryPolicy", "RepositoryPolicyNotFoundException"):
            return (_without_policy("ecr:repository", subject),)
    return None


def _without_policy(kind: str, subject: str) -> ResourceFact:
    """A resource, by ARN or by name, that is known to have no policy; only other files say that it exists."""
    arn = subject if subject.startswith("arn:") else None
    name = subject if arn is None else name_in(arn)
    return ResourceFact(kind, name, arn, policy_state=Exported.NONE, only_adds=True)


READER = Reader("refused-call", lambda source: not source.members and is_error_text(source.data[:200]), _read)
