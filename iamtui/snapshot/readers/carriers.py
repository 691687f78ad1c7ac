"""Things that run with a role, as their services say: functions, instances, builds, stacks and the like (EP41)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from iamtui.files.source import Source, decode
from iamtui.snapshot.facts import Fact, ResourceFact
from iamtui.snapshot.merging.resources import kind_of, name_in
from iamtui.snapshot.readers.account_settings import Tag, tags_of
from iamtui.snapshot.readers.reader import Intake, Reader, items_of

RUNNING: Mapping[str, tuple[str, ...]] = {  # resource type: the member, and those around it
    "AWS::Lambda::Function": ("role",),
    "AWS::EC2::Instance": ("iamInstanceProfile", "arn"),
    "AWS::CodeBuild::Project": ("serviceRole",),
    "AWS::CloudFormation::Stack": ("roleARN",),
    "AWS::StepFunctions::StateMachine": ("RoleArn",),
    "AWS::SageMaker::NotebookInstance": ("RoleArn",),
}
"""What AWS Config records of things that run with a role."""


def running_with(resource_type: str, configuration: Mapping[str, msgspec.Raw], place: str) -> str | None:
    """The role or instance profile that a configuration names; none where it leaves it out or says nothing of it."""
    *around, member = RUNNING.get(resource_type, ("",))
    members, where = configuration, f"{place}/configuration"
    for name in around:
        where = f"{where}/{name}"
        members = decode(members[name], dict[str, msgspec.Raw] | None, where) or {} if name in members else {}  # type: ignore[arg-type]
    return decode(members[member], str | None, f"{where}/{member}") if member in members else None  # type: ignore[arg-type]


class _Function(msgspec.Struct, rename="pascal"):
    function_arn: str
    role: str | None = None


class _Project(msgspec.Struct, rename="camel"):
    arn: str
    service_role: str | None = None


class _Stack(msgspec.Struct, rename="pascal"):
    stack_id: str
    role_arn: str | None = msgspec.field(name="RoleARN", default=None)


class _Machine(msgspec.Struct, rename="camel"):
    state_machine_arn: str
    role_arn: str | None = None


class _Notebook(msgspec.Struct, rename="pascal"):
    notebook_instance_arn: str
    role_arn: str | None = None


class _Placement(msgspec.Struct, rename="pascal"):
    availability_zone: str


class _Profile(msgspec.Struct, rename="pascal"):
    arn: str


class _Instance(msgspec.Struct, rename="pascal"):
    instance_id: str
    placement: _Placement
    iam_instance_profile: _Profile | None = None
    tags: list[Tag] | None = None


class _Reservation(msgspec.Struct, rename="pascal"):
    owner_id: str
    instances: list[_Instance] = []


def _running(arn: str, role: str | None) -> ResourceFact:
    return ResourceFact(kind_of(arn), name_in(arn), arn, role=role or None)


def _functions(source: Source, intake: Intake) -> Iterator[Fact]:
    """`lambda list-functions`."""
    for _, item in items_of(source.members["Functions"], _Function, "/Functions", intake):
        yield _running(item.function_arn, item.role)


def _projects(source: Source, intake: Intake) -> Iterator[Fact]:
    """`codebuild batch-get-projects`."""
    for _, item in items_of(source.members["projects"], _Project, "/projects", intake):
        yield _running(item.arn, item.service_role)


def _stacks(source: Source, intake: Intake) -> Iterator[Fact]:
    """`cloudformation describe-stacks`."""
    for _, item in items_of(source.members["Stacks"], _Stack, "/Stacks", intake):
        yield _running(item.stack_id, item.role_arn)


def _machine(source: Source, _: Intake) -> Iterator[Fact]:
    """`stepfunctions describe-state-machine`."""
    item = decode(source.data, _Machine)
    yield _running(item.state_machine_arn, item.role_arn)


def _notebook(source: Source, _: Intake) -> Iterator[Fact]:
    """`sagemaker describe-notebook-instance`."""
    item = decode(source.data, _Notebook)
    yield _running(item.notebook_instance_arn, item.role_arn)


def _instances(source: Source, intake: Intake) -> Iterator[Fact]:
    """`ec2 describe-instances`: the Region is that of the Availability Zone."""
    for _, reservation in items_of(source.members["Reservations"], _Reservation, "/Reservations", intake):
        for item in reservation.instances:
            profile = item.iam_instance_profile
            region = item.placement.availability_zone[:-1]
            partition = "aws" if profile is None else profile.arn.split(":", 2)[1]
            arn = f"arn:{partition}:ec2:{region}:{reservation.owner_id}:instance/{item.instance_id}"
            role = None if profile is None else profile.arn
            yield ResourceFact("ec2:instance", item.instance_id, arn, tags=tags_of(item.tags), role=role)


def _list_of(key: str, member: bytes) -> Callable[[Source], bool]:
    """Recognises a list by one of its members; an empty one says nothing of which call it answers but by its name."""

    def recognises(source: Source) -> bool:
        raw = bytes(source.members.get(key, b""))
        return member in raw or (raw.startswith(b"[") and raw[1:].strip() == b"]")

    return recognises


READERS = (
    Reader("functions", _list_of("Functions", b'"FunctionArn"'), _functions),
    Reader("build-projects", lambda source: b'"serviceRole"' in bytes(source.members.get("projects", b"")), _projects),
    Reader("stacks", lambda source: b'"StackId"' in bytes(source.members.get("Stacks", b"")), _stacks),
    Reader("state-machine", lambda source: {"stateMachineArn", "definition"} <= source.keys, _machine),
    Reader("notebook-instance", lambda source: "NotebookInstanceArn" in source.keys, _notebook),
    Reader("instances", _list_of("Reservations", b'"InstanceId"'), _instances),
)
