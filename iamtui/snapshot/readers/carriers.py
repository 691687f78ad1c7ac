"""Things that run with a role, as their services say: functions, instances, builds, stacks and the like (EP41)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from iamtui.arn import partition_of_region
from iamtui.files.source import Source, decode
from iamtui.snapshot.facts import Fact, ResourceFact
from iamtui.snapshot.readers.account_settings import Tag, tags_of
from iamtui.snapshot.readers.listings import REGION, call_of, listed, place_of
from iamtui.snapshot.readers.reader import Intake, Reader, items_of
from iamtui.snapshot.resource_kinds import kind_of, name_in

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


class _StackSet(msgspec.Struct):
    arn: str = msgspec.field(name="StackSetARN")
    permission_model: str | None = msgspec.field(name="PermissionModel", default=None)
    execution_role: str | None = msgspec.field(name="ExecutionRoleName", default=None)


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
    found = [item for _, item in items_of(source.members["Functions"], _Function, "/Functions", intake)]
    yield from (_running(item.function_arn, item.role) for item in found)
    yield from listed("lambda:function", source, [item.function_arn for item in found])


def _projects(source: Source, intake: Intake) -> Iterator[Fact]:
    """`codebuild batch-get-projects`."""
    for _, item in items_of(source.members["projects"], _Project, "/projects", intake):
        yield _running(item.arn, item.service_role)


def _stacks(source: Source, intake: Intake) -> Iterator[Fact]:
    """`cloudformation describe-stacks`."""
    found = [item for _, item in items_of(source.members["Stacks"], _Stack, "/Stacks", intake)]
    yield from (_running(item.stack_id, item.role_arn) for item in found)
    yield from listed("cloudformation:stack", source, [item.stack_id for item in found])


def _stack_set(source: Source, _: Intake) -> Iterator[Fact]:
    """`cloudformation describe-stack-set`: one that the organization manages runs with no role of the account's own."""
    item = decode(source.members["StackSet"], _StackSet, "/StackSet")
    start, account = item.arn.split(":", 2)[1], item.arn.split(":", 5)[4]
    role = _OF_ORGANIZATION if item.permission_model == "SERVICE_MANAGED" else item.execution_role
    yield _running(item.arn, None if role is None else f"arn:{start}:iam::{account}:role/{role}")


def _machine(source: Source, _: Intake) -> Iterator[Fact]:
    """`stepfunctions describe-state-machine`."""
    item = decode(source.data, _Machine)
    yield _running(item.state_machine_arn, item.role_arn)


def _notebook(source: Source, _: Intake) -> Iterator[Fact]:
    """`sagemaker describe-notebook-instance`."""
    item = decode(source.data, _Notebook)
    yield _running(item.notebook_instance_arn, item.role_arn)


def _instances(source: Source, intake: Intake) -> Iterator[Fact]:
    """`ec2 describe-instances`: the Region is that of the Availability Zone, or that of a zone at its edge."""
    arns: list[str] = []
    for _, reservation in items_of(source.members["Reservations"], _Reservation, "/Reservations", intake):
        for item in reservation.instances:
            profile = item.iam_instance_profile
            zone = item.placement.availability_zone
            found = REGION.match(zone)
            region = zone if found is None else found.group()
            arn = f"arn:{partition_of_region(region)}:ec2:{region}:{reservation.owner_id}:instance/{item.instance_id}"
            role = None if profile is None else profile.arn
            arns.append(arn)
            yield ResourceFact("ec2:instance", item.instance_id, arn, tags=tags_of(item.tags), role=role)
    yield from listed("ec2:instance", source, arns)


def _named(source: Source, intake: Intake) -> Iterator[Fact]:
    """A list of names or ARNs alone, as the collecting script writes it: each is there, with what role others say."""
    listing = _LISTINGS[call_of(source)]
    account, region = place_of(source) or ("", "")
    start = f"arn:{partition_of_region(region)}:{listing.kind.partition(':')[0]}:{region}:{account}"
    for _, item in items_of(source.members[listing.member], object, f"/{listing.member}", intake):
        name = listing.name_of(item)
        if name is not None:
            arn = name if name.startswith("arn:") else f"{start}:{listing.form.format(name=name)}"
            yield ResourceFact(kind_of(arn), name_in(arn), arn)
    yield from listed(listing.kind, source, [])


def _list_of(key: str, member: bytes) -> Callable[[Source], bool]:
    """Recognises a list by one of its members; an empty one says nothing of which call it answers but by its name."""

    def recognises(source: Source) -> bool:
        raw = bytes(source.members.get(key, b""))
        return member in raw or (raw.startswith(b"[") and raw[1:].strip() == b"]")

    return recognises


class _Listing(NamedTuple):
    """A list without roles: its member, what names each thing, the end of its ARN where that is no ARN, its kind."""

    member: str
    names: tuple[str, ...]
    form: str
    kind: str

    def name_of(self, item: object) -> str | None:
        """What names one thing; none where the list does not say it."""
        if isinstance(item, str):
            return item
        said = [item.get(name) for name in self.names] if isinstance(item, dict) else []
        texts = [part for part in said if isinstance(part, str)]
        return "/".join(texts) if texts and len(texts) == len(said) else None


_LISTINGS = {
    "codebuild-list-projects": _Listing("projects", (), "project/{name}", "codebuild:project"),
    "stepfunctions-list-state-machines": _Listing("stateMachines", ("stateMachineArn",), "", "states:stateMachine"),
    "sagemaker-list-notebook-instances": _Listing(
        "NotebookInstances", ("NotebookInstanceArn",), "", "sagemaker:notebook-instance"
    ),
    "sagemaker-list-user-profiles": _Listing(
        "UserProfiles", ("DomainId", "UserProfileName"), "user-profile/{name}", "sagemaker:user-profile"
    ),
    "cloudformation-list-stack-sets": _Listing(
        "Summaries", ("StackSetId",), "stackset/{name}", "cloudformation:stackset"
    ),
    "apprunner-list-services": _Listing("ServiceSummaryList", ("ServiceArn",), "", "apprunner:service"),
    "bedrock-agentcore-control-list-agent-runtimes": _Listing(
        "agentRuntimes", ("agentRuntimeArn",), "", "bedrock-agentcore:runtime"
    ),
    "bedrock-agentcore-control-list-code-interpreters": _Listing(
        "codeInterpreterSummaries", ("codeInterpreterArn",), "", "bedrock-agentcore:code-interpreter-custom"
    ),
    "bedrock-agentcore-control-list-browsers": _Listing(
        "browserSummaries", ("browserArn",), "", "bedrock-agentcore:browser-custom"
    ),
}
_OF_ORGANIZATION = (
    "aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin"
)
"""With it CloudFormation deploys what the organization manages."""


def _are_stacks(source: Source) -> bool:
    """CloudFormation's: other services list stacks too, and of an empty list its name alone says whose it is."""
    is_named = call_of(source) == "cloudformation-describe-stacks" and "Stacks" in source.keys
    return is_named or b'"StackId"' in bytes(source.members.get("Stacks", b""))


def _is_named(source: Source) -> bool:
    listing = _LISTINGS.get(call_of(source))
    return listing is not None and listing.member in source.keys and place_of(source) is not None


READERS = (
    Reader("names-of-carriers", _is_named, _named),
    Reader("functions", _list_of("Functions", b'"FunctionArn"'), _functions),
    Reader("build-projects", lambda source: b'"serviceRole"' in bytes(source.members.get("projects", b"")), _projects),
    Reader("stacks", _are_stacks, _stacks),
    Reader("stack-set", lambda source: b'"StackSetARN"' in bytes(source.members.get("StackSet", b"")), _stack_set),
    Reader("state-machine", lambda source: {"stateMachineArn", "roleArn"} <= source.keys, _machine),
    Reader("notebook-instance", lambda source: "NotebookInstanceArn" in source.keys, _notebook),
    Reader("instances", _list_of("Reservations", b'"InstanceId"'), _instances),
)
