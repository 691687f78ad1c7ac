"""Things that run with a role (EP41)."""

from __future__ import annotations

from pathlib import Path

from tests.snapshot.exports import ACCOUNT, Json, details
from tests.snapshot.readers.test_config import item
from tests.snapshot.readers.test_resources import one, opened
from tests.tables import every_row

ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/runs"
PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/web"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
INSTANCE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"
PROJECT = f"arn:aws:codebuild:eu-west-1:{ACCOUNT}:project/p"
STACK = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/s/1"
MACHINE = f"arn:aws:states:eu-west-1:{ACCOUNT}:stateMachine:m"
NOTEBOOK = f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:notebook-instance/n"
RUNNING = {
    "InstanceId": "i-1",
    "Placement": {"AvailabilityZone": "eu-west-1a"},
    "IamInstanceProfile": {"Arn": PROFILE, "Id": "AIPA1"},
}


@every_row(
    ("name", "content", "arn", "role"),
    [
        ("lambda-list-functions.json", {"Functions": [{"FunctionArn": FUNCTION, "Role": ROLE}]}, FUNCTION, ROLE),
        (
            "ec2-describe-instances.json",
            {"Reservations": [{"OwnerId": ACCOUNT, "Instances": [RUNNING]}]},
            INSTANCE,
            PROFILE,
        ),
        ("codebuild-batch-get-projects.json", {"projects": [{"arn": PROJECT, "serviceRole": ROLE}]}, PROJECT, ROLE),
        ("cloudformation-describe-stacks.json", {"Stacks": [{"StackId": STACK, "RoleARN": ROLE}]}, STACK, ROLE),
        ("describe-stacks.json", {"Stacks": [{"StackId": STACK}]}, STACK, None),
        (
            "stepfunctions-describe-state-machine/m.json",
            {"stateMachineArn": MACHINE, "roleArn": ROLE, "definition": "{}"},
            MACHINE,
            ROLE,
        ),
        (
            "sagemaker-describe-notebook-instance/n.json",
            {"NotebookInstanceArn": NOTEBOOK, "RoleArn": ROLE},
            NOTEBOOK,
            ROLE,
        ),
        ("a.json", [item("AWS::Lambda::Function", {"role": ROLE}, arn=FUNCTION)], FUNCTION, ROLE),
        (
            "b.json",
            [item("AWS::EC2::Instance", {"iamInstanceProfile": {"arn": PROFILE}}, arn=INSTANCE)],
            INSTANCE,
            PROFILE,
        ),
        ("c.json", [item("AWS::EC2::Instance", {}, arn=INSTANCE)], INSTANCE, None),
        ("d.json", [item("AWS::CodeBuild::Project", {"serviceRole": ROLE}, arn=PROJECT)], PROJECT, ROLE),
    ],
)
def test_ep41_an_export_says_with_which_role_a_thing_runs(
    tmp_path: Path, name: str, content: Json, arn: str, role: str | None
) -> None:
    found = one(tmp_path, {name: content})
    assert (found.arn, found.account, found.role) == (arn, ACCOUNT, role)


@every_row(
    ("zone", "start"),
    [
        ("us-west-2-lax-1a", "arn:aws:ec2:us-west-2"),  # a Local Zone
        ("us-east-1-wl1-bos-wlz-1", "arn:aws:ec2:us-east-1"),  # a Wavelength Zone
        ("us-gov-west-1b", "arn:aws-us-gov:ec2:us-gov-west-1"),
        ("cn-north-1a", "arn:aws-cn:ec2:cn-north-1"),
    ],
)
def test_ep41_an_instance_stands_in_the_region_and_partition_of_its_zone(tmp_path: Path, zone: str, start: str) -> None:
    """It has no instance profile, whose ARN would say the partition."""
    instance = {"InstanceId": "i-1", "Placement": {"AvailabilityZone": zone}}
    found = one(tmp_path, {"i.json": {"Reservations": [{"OwnerId": ACCOUNT, "Instances": [instance]}]}})
    assert found.arn == f"{start}:{ACCOUNT}:instance/i-1"


HERE = f"{ACCOUNT}/lambda-list-functions/eu-west-1.json"
FUNCTIONS = ("lambda:function", ACCOUNT, "eu-west-1")
STACKS = ("cloudformation:stack", ACCOUNT, "eu-west-1")


@every_row(
    ("name", "content", "listed", "there"),
    [
        ("lambda-list-functions.json", {"Functions": [{"FunctionArn": FUNCTION}]}, {FUNCTIONS}, [FUNCTION]),
        ("lambda-list-functions.json", {"Functions": []}, set(), []),  # nothing says of which account and Region
        (HERE, {"Functions": []}, {FUNCTIONS}, []),
        (HERE, {"Functions": [], "NextMarker": "m"}, set(), []),  # a page of several
        (
            f"{ACCOUNT}/ec2-describe-instances/us-gov-west-1.json",
            {"Reservations": []},
            {("ec2:instance", ACCOUNT, "us-gov-west-1")},
            [],
        ),
        (f"{ACCOUNT}/cloudformation-describe-stacks/eu-west-1.json", {"Stacks": []}, {STACKS}, []),
        (f"{ACCOUNT}/opsworks-describe-stacks/eu-west-1.json", {"Stacks": []}, set(), []),
        (
            f"{ACCOUNT}/codebuild-list-projects/eu-west-1.json",
            {"projects": ["p"]},
            {("codebuild:project", ACCOUNT, "eu-west-1")},
            [PROJECT],
        ),
        (
            f"{ACCOUNT}/stepfunctions-list-state-machines/eu-west-1.json",
            {"stateMachines": [{"stateMachineArn": MACHINE}]},
            {("states:stateMachine", ACCOUNT, "eu-west-1")},
            [MACHINE],
        ),
        (
            f"{ACCOUNT}/sagemaker-list-notebook-instances/eu-west-1.json",
            {"NotebookInstances": []},
            {("sagemaker:notebook-instance", ACCOUNT, "eu-west-1")},
            [],
        ),
    ],
)
def test_ep41_ep42_a_list_says_what_there_is_in_a_region_of_an_account(
    tmp_path: Path, name: str, content: Json, listed: set[tuple[str, str, str]], there: list[str]
) -> None:
    found = opened(tmp_path, {name: content, "details.json": details()})
    assert found.listed == listed
    assert list(found.resources) == there
