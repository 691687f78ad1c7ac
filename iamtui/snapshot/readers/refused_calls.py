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
    subject = Naming.of(source.path).subject
    match (call, code):
        case ("GetAccountPasswordPolicy", "NoSuchEntity"):
            yield AccountFact(password_policy_state=Exported.NONE)
        case ("GetLoginProfile", "NoSuchEntity") if subject is not None:
            yield CredentialsFact(Credentials(console_password=False), user=subject)
        case ("GetBucketPolicy" | "GetBucketPolicyStatus", "NoSuchBucketPolicy") if subject is not None:
            yield ResourceFact("s3:bucket", subject, policy_state=Exported.NONE)
        case ("GetAccessPointPolicy" | "GetAccessPointPolicyStatus", "NoSuchAccessPointPolicy") if subject is not None:
            yield _without_policy(ACCESS_POINT, subject)
        case ("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration") if subject is not None:
            if Naming.of(source.path).service == "s3control":
                yield AccountFact(account=subject, public_access_block=PublicAccessBlock())
            else:
                yield ResourceFact("s3:bucket", subject, public_access_block=PublicAccessBlock())
        case ("GetBucketTagging", "NoSuchTagSet") if subject is not None:
            yield ResourceFact("s3:bucket", subject, tags=())
        case ("GetPolicy", "ResourceNotFoundException") if subject is not None:
            yield _without_policy("lambda:function", subject)
        case ("GetRepositoryPolicy", "RepositoryPolicyNotFoundException") if subject is not None:
            yield _without_policy("ecr:repository", subject)
        case _:
            expected = f"expected the answer to {call or 'a call'}, got {code or 'an error'}"
            intake.problems.add("", expected, "it counts as not exported", Severity.WARNING)


def _without_policy(kind: str, subject: str) -> ResourceFact:
    """A resource, by ARN or by name, that is known to have no policy; only other files say that it exists."""
    arn = subject if subject.startswith("arn:") else None
    name = subject if arn is None else name_in(arn)
    return ResourceFact(kind, name, arn, policy_state=Exported.NONE, only_adds=True)


READER = Reader("refused-call", lambda source: not source.members and is_error_text(source.data[:200]), _read)
