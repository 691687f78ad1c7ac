"""More things that run with a role, of which the services say it one by one or in a list (EP41)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

import msgspec

from iamtui.arn import partition_of_region
from iamtui.files.source import Source, decode
from iamtui.snapshot.facts import Fact, ResourceFact
from iamtui.snapshot.readers.listings import call_of, listed, place_of
from iamtui.snapshot.readers.reader import Intake, Reader, items_of
from iamtui.snapshot.resource_kinds import kind_of, name_in

_Members = dict[str, msgspec.Raw]


class _Answer(NamedTuple):
    """An answer of a service: the member that holds the thing or things; none where the answer is the thing itself.

    `arn` is the member with the ARN, or with the name of what has none; then `form` makes its ARN of the place of the
    file, which is that of `call`. `roles` are where the role may stand: the first that is there counts. `lists` is the
    kind of a list of all of a Region.
    """

    member: str
    arn: str
    roles: tuple[tuple[str, ...], ...]
    call: str = ""
    form: str = ""
    lists: str = ""


_ANSWERS: Mapping[str, _Answer] = {
    "apprunner-service": _Answer("Service", "ServiceArn", (("InstanceConfiguration", "InstanceRoleArn"),)),
    "code-interpreter": _Answer("", "codeInterpreterArn", (("executionRoleArn",),)),
    "agent-runtime": _Answer("", "agentRuntimeArn", (("roleArn",),)),
    "agent-browser": _Answer("", "browserArn", (("executionRoleArn",),)),
    "user-profile": _Answer("", "UserProfileArn", (("UserSettings", "ExecutionRole"),)),
    "job-definitions": _Answer(
        "jobDefinitions",
        "jobDefinitionArn",
        (("containerProperties", "jobRoleArn"),),
        call="batch-describe-job-definitions",
        lists="batch:job-definition",
    ),
    "tasks": _Answer("tasks", "taskArn", (("overrides", "taskRoleArn"), ("taskDefinitionArn",))),
    "task-definition": _Answer("taskDefinition", "taskDefinitionArn", (("taskRoleArn",),)),
    "glue-jobs": _Answer(
        "Jobs", "Name", (("Role",),), "glue-get-jobs", "arn:{partition}:glue:{region}:{account}:job/{name}", "glue:job"
    ),
    "glue-endpoints": _Answer(
        "DevEndpoints",
        "EndpointName",
        (("RoleArn",),),
        "glue-get-dev-endpoints",
        "arn:{partition}:glue:{region}:{account}:devEndpoint/{name}",
        "glue:devEndpoint",
    ),
    "launch-templates": _Answer(
        "LaunchTemplateVersions",
        "LaunchTemplateId",
        (("LaunchTemplateData", "IamInstanceProfile", "Arn"), ("LaunchTemplateData", "IamInstanceProfile", "Name")),
        "ec2-describe-launch-template-versions",
        "arn:{partition}:ec2:{region}:{account}:launch-template/{name}",
        "ec2:launch-template",
    ),
}
_PROFILES = frozenset(("launch-templates",))
"""Those that name an instance profile, not a role."""


def _read(name: str, source: Source, intake: Intake) -> Iterator[Fact]:
    answer = _ANSWERS[name]
    arns = []
    for place, item in _items(answer, source, intake):
        if not decode(item.get("DefaultVersion", _TRUE), bool, f"{place}/DefaultVersion"):
            continue  # an older version of a launch template
        arn = (
            _arn(answer, source, decode(item[answer.arn], str, f"{place}/{answer.arn}")) if answer.arn in item else None
        )
        if arn is not None:
            arns.append(arn)
            role = next((one for path in answer.roles if (one := _at(item, path, place)) is not None), None)
            kind = "instance-profile" if name in _PROFILES else "role"
            yield ResourceFact(kind_of(arn), name_in(arn), arn, role=_whole(role, kind, arn))
    if answer.lists:
        yield from listed(answer.lists, source, arns)


def _items(answer: _Answer, source: Source, intake: Intake) -> Iterator[tuple[str, _Members]]:
    if not answer.member:
        yield "", decode(source.data, _Members)
        return
    raw, place = source.members[answer.member], f"/{answer.member}"
    if bytes(raw).startswith(b"["):
        yield from items_of(raw, _Members, place, intake)
    else:
        yield place, decode(raw, _Members, place)


def _arn(answer: _Answer, source: Source, text: str) -> str | None:
    """The ARN; None where the answer says a name alone, and the file not of which account and Region."""
    if not answer.form:
        return text
    place = place_of(source)
    if place is None:
        return None
    account, region = place
    return answer.form.format(partition=partition_of_region(region), region=region, account=account, name=text)


def _at(item: _Members, path: tuple[str, ...], place: str) -> str | None:
    """A text that stands so deep in an item; None where it is left out."""
    *around, last = path
    members, where = item, place
    for name in around:
        where = f"{where}/{name}"
        members = decode(members[name], _Members | None, where) or {} if name in members else {}  # type: ignore[arg-type]
    return decode(members[last], str | None, f"{where}/{last}") if last in members else None  # type: ignore[arg-type]


def _whole(role: str | None, kind: str, arn: str) -> str | None:
    """The ARN of a role or profile that is said by its name alone."""
    if not role or role.startswith("arn:"):
        return role or None
    _, partition, _, _, account, _ = arn.split(":", 5)
    return f"arn:{partition}:iam::{account}:{kind}/{role.rpartition('/')[2]}"


def _is(name: str, source: Source) -> bool:
    answer = _ANSWERS[name]
    if not answer.member:
        return {answer.arn, answer.roles[0][0]} <= source.keys
    if answer.call and answer.call == call_of(source):
        return answer.member in source.keys
    return (
        not answer.form
        and answer.member in source.keys
        and f'"{answer.arn}"'.encode() in bytes(source.members[answer.member])
    )


_TRUE = msgspec.Raw(b"true")
READERS = tuple(Reader(name, partial(_is, name), partial(_read, name)) for name in _ANSWERS)
