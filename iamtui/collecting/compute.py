"""The calls about things that run with a role: of what they hold nothing else is kept (EP42)."""

from __future__ import annotations

from iamtui.collecting.parts import Call, How, Part, each, listing

_INSTANCES = (
    "{Reservations: Reservations[].{OwnerId: OwnerId, Instances: Instances[].{InstanceId: InstanceId, "
    "Placement: Placement.{AvailabilityZone: AvailabilityZone}, IamInstanceProfile: IamInstanceProfile.{Arn: Arn}, "
    "Tags: Tags}}}"
)
_STACKS = "{Stacks: Stacks[].{StackId: StackId, RoleARN: RoleARN}}"
_PROJECTS = "{projects: projects[].{arn: arn, serviceRole: serviceRole}}"
_MACHINES = "{stateMachines: stateMachines[].{stateMachineArn: stateMachineArn}}"
_MACHINE = "{stateMachineArn: stateMachineArn, roleArn: roleArn}"
_NOTEBOOKS = "{NotebookInstances: NotebookInstances[].{NotebookInstanceArn: NotebookInstanceArn}}"
_NOTEBOOK = "{NotebookInstanceArn: NotebookInstanceArn, RoleArn: RoleArn}"

COMPUTE = Part(
    "compute",
    (
        Call(How.ASK, "ec2", "describe-instances", "ec2:DescribeInstances", keep=_INSTANCES, file="$region"),
        Call(
            How.ASK,
            "cloudformation",
            "describe-stacks",
            "cloudformation:DescribeStacks",
            keep=_STACKS,
            file="$region",
        ),
        listing("codebuild", "list-projects", "codebuild:ListProjects", "[projects][].[@]"),
        each("codebuild", "batch-get-projects", "codebuild:BatchGetProjects", "--names", keep=_PROJECTS),
        listing(
            "stepfunctions",
            "list-state-machines",
            "states:ListStateMachines",
            "[stateMachines][].[stateMachineArn]",
            keep=_MACHINES,
        ),
        each(
            "stepfunctions",
            "describe-state-machine",
            "states:DescribeStateMachine",
            "--state-machine-arn",
            keep=_MACHINE,
        ),
        listing(
            "sagemaker",
            "list-notebook-instances",
            "sagemaker:ListNotebookInstances",
            "[NotebookInstances][].[NotebookInstanceName]",
            keep=_NOTEBOOKS,
        ),
        each(
            "sagemaker",
            "describe-notebook-instance",
            "sagemaker:DescribeNotebookInstance",
            "--notebook-instance-name",
            keep=_NOTEBOOK,
        ),
    ),
    regional=True,
)
