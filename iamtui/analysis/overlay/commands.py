"""Edits as lines of the AWS CLI: to copy, never run (Z15). Whatever stands in them is quoted for a shell."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping

from iamtui.analysis.overlay.laying import Edit, bearer_of
from iamtui.analysis.overlay.policy_edits import (
    SetDefaultVersion,
    SetDocument,
    SetEndpointPolicy,
    SetOrganizationAttachment,
    SetOrganizationDocument,
    SetResourcePolicy,
    SetVersions,
    organization_policy_at,
    policy_at,
    version_to_drop,
)
from iamtui.analysis.overlay.principal_edits import (
    SetAttachment,
    SetBearer,
    SetBoundary,
    SetInlinePolicy,
    SetKey,
    SetMembership,
    SetPassword,
    SetTrust,
)
from iamtui.arn import Arn
from iamtui.policy.document import Document
from iamtui.policy.statement import InvalidDocument
from iamtui.snapshot.model import Snapshot
from iamtui.visible import visible

_NAME = re.compile(r"[\w+=,.@-]{1,256}", re.ASCII)
"""Names and ids as AWS has them; of anything else a hostile file may hold there is no command."""


class _NoCommandError(ValueError):
    """Why no line of the AWS CLI makes an edit."""


def command_lines(snapshot: Snapshot, edits: Iterable[Edit]) -> tuple[str, ...]:
    """Lines of a shell that make the edits in an AWS that is as `snapshot` says, in order.

    What is so already needs no line. A comment says of which account the lines below it are, and stands where no line
    of the AWS CLI does what an edit states.

    Raises:
        MissingThingError: an edit is of something that the picture does not hold.
    """
    lines: list[str] = []
    owner = ""
    for edit in edits:
        after = edit.laid_over(snapshot)
        if edit.as_held(snapshot) != edit.as_held(after):
            said = _owner(snapshot, edit)
            lines += [f"# {visible(said)}"] if said != owner else []
            owner = said
            lines += _told(snapshot, edit)
        snapshot = after
    return tuple(lines)


def _told(snapshot: Snapshot, edit: Edit) -> list[str]:
    try:
        return [shlex.join(("aws", *words)) for words in _words(snapshot, edit)]
    except _NoCommandError as error:
        return [f"# no command: {visible(str(error))}"]


def _owner(snapshot: Snapshot, edit: Edit) -> str:
    """Whose credentials the lines need."""
    match edit:
        case SetOrganizationDocument() | SetOrganizationAttachment():
            organization = organization_policy_at(snapshot, edit.policy)[0]
            return f"management account {organization.management_account or 'of the organization'}"
        case SetResourcePolicy():
            return f"account {snapshot.resources[edit.resource].account}"
        case SetEndpointPolicy():
            return f"account {snapshot.endpoints[edit.endpoint].owner or 'of the endpoint'}"
    return f"account {snapshot.account_of(bearer_of(edit))}"


def _words(snapshot: Snapshot, edit: Edit) -> Iterator[tuple[str, ...]]:
    match edit:
        case SetDocument() | SetDefaultVersion() | SetVersions():
            yield from _of_versions(snapshot, edit)
        case SetOrganizationDocument():
            policy_id = organization_policy_at(snapshot, edit.policy)[1].policy_id
            content = _option("--content", _text(edit.document))
            yield ("organizations", "update-policy", *_named("--policy-id", policy_id), *content)
        case SetOrganizationAttachment():
            policy_id = organization_policy_at(snapshot, edit.policy)[1].policy_id
            verb = "attach-policy" if edit.attached else "detach-policy"
            yield ("organizations", verb, *_named("--policy-id", policy_id), *_named("--target-id", edit.target))
        case SetResourcePolicy():
            yield _of_resource(snapshot, edit)
        case SetEndpointPolicy():
            yield _of_endpoint(snapshot, edit)
        case SetKey() | SetPassword() | SetBearer():
            yield ("iam", *_of_credentials(edit))
        case _:
            yield ("iam", *_of_permissions(edit))


def _of_permissions(
    edit: SetInlinePolicy | SetAttachment | SetBoundary | SetMembership | SetTrust,
) -> tuple[str, ...]:
    kind = bearer_of(edit).split(":", 5)[-1].partition("/")[0]
    bearer = _named(f"--{kind}-name", bearer_of(edit).rpartition("/")[2])
    match edit:
        case SetInlinePolicy():
            name = _named("--policy-name", edit.name)
            if edit.document is None:
                return (f"delete-{kind}-policy", *bearer, *name)
            return (f"put-{kind}-policy", *bearer, *name, *_option("--policy-document", _text(edit.document)))
        case SetAttachment():
            verb = "attach" if edit.attached else "detach"
            return (f"{verb}-{kind}-policy", *bearer, *_arn("--policy-arn", edit.policy))
        case SetBoundary():
            if edit.policy is None:
                return (f"delete-{kind}-permissions-boundary", *bearer)
            return (f"put-{kind}-permissions-boundary", *bearer, *_arn("--permissions-boundary", edit.policy))
        case SetMembership():
            verb = "add-user-to-group" if edit.member else "remove-user-from-group"
            return (verb, *_named("--group-name", edit.group), *bearer)
        case SetTrust():
            return ("update-assume-role-policy", *bearer, *_option("--policy-document", _text(edit.document)))


def _of_credentials(edit: SetKey | SetPassword | SetBearer) -> tuple[str, ...]:
    if isinstance(edit, SetBearer):
        raise _NoCommandError(f"{edit.arn} as a whole is made or deleted by hand")
    user = _named("--user-name", edit.user.rpartition("/")[2])
    if isinstance(edit, SetPassword):
        if edit.has is not False:
            raise _NoCommandError(f"nobody knows the password of {edit.user}; give it a new one")
        return ("delete-login-profile", *user)
    key = _named("--access-key-id", edit.key_id)
    if edit.active is None:
        return ("delete-access-key", *user, *key)
    return ("update-access-key", *user, *key, "--status", "Active" if edit.active else "Inactive")


def _of_versions(snapshot: Snapshot, edit: SetDocument | SetDefaultVersion | SetVersions) -> Iterator[tuple[str, ...]]:
    """Managed policies are edited by a new version; five are kept, so that the oldest may have to go first."""
    held, policy = policy_at(snapshot, edit.policy), _arn("--policy-arn", edit.policy)
    written = ("iam", "create-policy-version", *policy, "--policy-document")
    if isinstance(edit, SetDocument):
        gone = version_to_drop(held)
        if gone is not None:
            yield ("iam", "delete-policy-version", *policy, *_named("--version-id", gone.version_id))
        yield (*written, _text(edit.document), "--set-as-default")
        return
    default = edit.version if isinstance(edit, SetDefaultVersion) else edit.default
    yield ("iam", "set-default-policy-version", *policy, *_named("--version-id", default))
    if isinstance(edit, SetVersions):
        there = {one.version_id for one in held.versions}
        for gone_id in sorted(there - {one.version_id for one in edit.versions}):
            yield ("iam", "delete-policy-version", *policy, *_named("--version-id", gone_id))
        for one in edit.versions:
            if one.version_id not in there:
                yield (*written, _text(one.document))


_PUT: Mapping[str, tuple[str, ...]] = {
    "s3:bucket": ("s3api", "put-bucket-policy", "--bucket", "{name}", "--policy", "{document}"),
    "s3:accesspoint": (
        *("s3control", "put-access-point-policy", "--account-id", "{account}"),
        *("--name", "{name}", "--policy", "{document}"),
    ),
    "sqs:queue": ("sqs", "set-queue-attributes", "--queue-url", "{queue_url}", "--attributes", "{attributes}"),
    "kms:key": ("kms", "put-key-policy", "--key-id", "{arn}", "--policy-name", "default", "--policy", "{document}"),
    "sns:topic": (
        *("sns", "set-topic-attributes", "--topic-arn", "{arn}"),
        *("--attribute-name", "Policy", "--attribute-value", "{document}"),
    ),
    "secretsmanager:secret": (
        *("secretsmanager", "put-resource-policy", "--secret-id", "{arn}", "--resource-policy", "{document}"),
    ),
    "ecr:repository": (
        *("ecr", "set-repository-policy", "--registry-id", "{account}"),
        *("--repository-name", "{name}", "--policy-text", "{document}"),
    ),
    "dynamodb:table": ("dynamodb", "put-resource-policy", "--resource-arn", "{arn}", "--policy", "{document}"),
}
_DELETE: Mapping[str, tuple[str, ...]] = {
    "sqs:queue": ("sqs", "set-queue-attributes", "--queue-url", "{queue_url}", "--attributes", "{attributes}"),
    "s3:bucket": ("s3api", "delete-bucket-policy", "--bucket", "{name}"),
    "s3:accesspoint": ("s3control", "delete-access-point-policy", "--account-id", "{account}", "--name", "{name}"),
    "secretsmanager:secret": ("secretsmanager", "delete-resource-policy", "--secret-id", "{arn}"),
    "ecr:repository": (
        *("ecr", "delete-repository-policy", "--registry-id", "{account}", "--repository-name", "{name}"),
    ),
    "dynamodb:table": ("dynamodb", "delete-resource-policy", "--resource-arn", "{arn}"),
}
"""The calls that write and delete the policy of a resource, by its kind (AWS CLI Command Reference, 2026-11)."""


def _of_resource(snapshot: Snapshot, edit: SetResourcePolicy) -> tuple[str, ...]:
    held, arn = snapshot.resources[edit.resource], Arn.parse(edit.resource)
    if edit.state is not None and edit.document is None:
        raise _NoCommandError(f"what policy {edit.resource} had was not exported")
    words = (_DELETE if edit.document is None else _PUT).get(held.kind)
    if words is None:
        verb = "deletes" if edit.document is None else "writes"
        raise _NoCommandError(f"none is known here that {verb} the policy of a {held.kind} as a whole")
    name = re.split(r"[:/]", arn.resource, maxsplit=1)[-1]
    if not re.fullmatch(r"[\w+=,.@/-]+", name, re.ASCII) or name.startswith("-"):
        raise _NoCommandError(f"AWS has no resource that is called {name}")
    document = "" if edit.document is None else _text(edit.document)
    suffix = "amazonaws.com.cn" if arn.partition == "aws-cn" else "amazonaws.com"
    values = {
        "{name}": name,
        "{arn}": edit.resource,
        "{account}": held.account,
        "{document}": document,
        "{queue_url}": f"https://sqs.{arn.region}.{suffix}/{held.account}/{name}",
        "{attributes}": json.dumps({"Policy": document}),
    }
    region = ("--region", arn.region) if re.fullmatch(r"[a-z0-9-]+", arn.region) else ()
    return (*(values.get(word, word) for word in words), *region)


def _of_endpoint(snapshot: Snapshot, edit: SetEndpointPolicy) -> tuple[str, ...]:
    words = ("ec2", "modify-vpc-endpoint", *_named("--vpc-endpoint-id", edit.endpoint))
    service = snapshot.endpoints[edit.endpoint].service_name
    found = re.fullmatch(r"com\.amazonaws\.([a-z0-9-]+)\..+", service)
    region = () if found is None else ("--region", found[1])
    if edit.document is None:
        return (*words, "--reset-policy", *region)
    return (*words, *_option("--policy-document", _text(edit.document)), *region)


def _named(option: str, value: str) -> tuple[str, ...]:
    if not _NAME.fullmatch(value):
        raise _NoCommandError(f"AWS has nothing that is called {value}")
    return _option(option, value)


def _arn(option: str, value: str) -> tuple[str, ...]:
    if not re.fullmatch(r"arn:[\w+=,.@:/-]+", value, re.ASCII):
        raise _NoCommandError(f"AWS has no policy that is called {value}")
    return _option(option, value)


def _option(option: str, value: str) -> tuple[str, ...]:
    """An option with its value; one that looks like an option itself is bound to it."""
    return (f"{option}={value}",) if value.startswith("-") else (option, value)


def _text(document: Document | None) -> str:
    """A document in one line of ASCII, which says the same."""
    if document is None:
        raise _NoCommandError("what was there was not exported")
    if isinstance(document.policy, InvalidDocument):
        raise _NoCommandError(f"AWS would refuse the document: {document.policy}")
    text = json.dumps(json.loads(document.source), separators=(",", ":"))
    return text.replace("\x7f", "\\u007f")
