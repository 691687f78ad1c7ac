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
_TEMPLATES = (
    "{LaunchTemplateVersions: LaunchTemplateVersions[].{LaunchTemplateId: LaunchTemplateId, "
    "DefaultVersion: DefaultVersion, "
    "LaunchTemplateData: LaunchTemplateData.{IamInstanceProfile: IamInstanceProfile}}}"
)
_JOBS = "{Jobs: Jobs[].{Name: Name, Role: Role}}"
_ENDPOINTS = "{DevEndpoints: DevEndpoints[].{EndpointName: EndpointName, RoleArn: RoleArn}}"
_DEFINITIONS = (
    "{jobDefinitions: jobDefinitions[].{jobDefinitionArn: jobDefinitionArn, "
    "containerProperties: containerProperties.{jobRoleArn: jobRoleArn}}}"
)
_STACK_SETS = "{Summaries: Summaries[].{StackSetName: StackSetName, StackSetId: StackSetId}}"
_STACK_SET = (
    "{StackSet: StackSet.{StackSetARN: StackSetARN, PermissionModel: PermissionModel, "
    "AdministrationRoleARN: AdministrationRoleARN, ExecutionRoleName: ExecutionRoleName}}"
)
_SERVICES = "{ServiceSummaryList: ServiceSummaryList[].{ServiceArn: ServiceArn}}"
_SERVICE = (
    "{Service: Service.{ServiceArn: ServiceArn, "
    "InstanceConfiguration: InstanceConfiguration.{InstanceRoleArn: InstanceRoleArn}}}"
)
_PROFILES = "{UserProfiles: UserProfiles[].{DomainId: DomainId, UserProfileName: UserProfileName}}"
_PROFILE = "{UserProfileArn: UserProfileArn, UserSettings: UserSettings.{ExecutionRole: ExecutionRole}}"
_TASKS = (
    "{tasks: tasks[].{taskArn: taskArn, taskDefinitionArn: taskDefinitionArn, "
    "overrides: overrides.{taskRoleArn: taskRoleArn}}}"
)
_DEFINITION = "{taskDefinition: taskDefinition.{taskDefinitionArn: taskDefinitionArn, taskRoleArn: taskRoleArn}}"
_NOTEBOOK = "{NotebookInstanceArn: NotebookInstanceArn, RoleArn: RoleArn}"


def _agent_core(things: str, thing: str, action: str, member: str, name: str, role: str) -> tuple[Call, Call]:
    """A list of Bedrock AgentCore, of what is one's own, and what it names."""
    service, own = "bedrock-agentcore-control", () if thing == "agent-runtime" else ("--type", "CUSTOM")
    names, arn = f"[{member}][].[{name}Id, {name}Arn]", f"{name}Arn: {name}Arn"
    keep = f"{{{member}: {member}[].{{{arn}}}}}"
    return (
        Call(
            How.LIST,
            service,
            f"list-{things}",
            f"bedrock-agentcore:List{action}s",
            own,
            names=names,
            keep=keep,
            file="$region",
            seldom=True,
        ),
        each(
            service,
            f"get-{thing}",
            f"bedrock-agentcore:Get{action}",
            f"--{thing}-id",
            keep=f"{{{arn}, {role}: {role}}}",
        ),
    )


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
            "[NotebookInstances][].[NotebookInstanceName, NotebookInstanceArn]",
            keep=_NOTEBOOKS,
        ),
        each(
            "sagemaker",
            "describe-notebook-instance",
            "sagemaker:DescribeNotebookInstance",
            "--notebook-instance-name",
            keep=_NOTEBOOK,
        ),
        Call(
            How.ASK,
            "ec2",
            "describe-launch-template-versions",
            "ec2:DescribeLaunchTemplateVersions",
            ("--versions", "$Default"),
            keep=_TEMPLATES,
            file="$region",
        ),
        Call(How.ASK, "glue", "get-jobs", "glue:GetJobs", keep=_JOBS, file="$region"),
        Call(How.ASK, "glue", "get-dev-endpoints", "glue:GetDevEndpoints", keep=_ENDPOINTS, file="$region"),
        Call(
            How.ASK,
            "batch",
            "describe-job-definitions",
            "batch:DescribeJobDefinitions",
            ("--status", "ACTIVE"),
            keep=_DEFINITIONS,
            file="$region",
        ),
        Call(
            How.LIST,
            "cloudformation",
            "list-stack-sets",
            "cloudformation:ListStackSets",
            ("--status", "ACTIVE"),
            names="[Summaries][].[StackSetName, StackSetId]",
            keep=_STACK_SETS,
            file="$region",
        ),
        each(
            "cloudformation",
            "describe-stack-set",
            "cloudformation:DescribeStackSet",
            "--stack-set-name",
            keep=_STACK_SET,
        ),
        listing(
            "apprunner",
            "list-services",
            "apprunner:ListServices",
            "[ServiceSummaryList][].[ServiceArn]",
            keep=_SERVICES,
            seldom=True,
        ),
        each("apprunner", "describe-service", "apprunner:DescribeService", "--service-arn", keep=_SERVICE),
        *_agent_core("agent-runtimes", "agent-runtime", "AgentRuntime", "agentRuntimes", "agentRuntime", "roleArn"),
        *_agent_core(
            "code-interpreters",
            "code-interpreter",
            "CodeInterpreter",
            "codeInterpreterSummaries",
            "codeInterpreter",
            "executionRoleArn",
        ),
        *_agent_core("browsers", "browser", "Browser", "browserSummaries", "browser", "executionRoleArn"),
        listing(
            "sagemaker",
            "list-user-profiles",
            "sagemaker:ListUserProfiles",
            "[UserProfiles][].[DomainId, UserProfileName]",
            keep=_PROFILES,
        ),
        Call(
            How.EACH_WITHIN,
            "sagemaker",
            "describe-user-profile",
            "sagemaker:DescribeUserProfile",
            option="--user-profile-name",
            within="--domain-id",
            keep=_PROFILE,
        ),
        listing("ecs", "list-clusters", "ecs:ListClusters", "[clusterArns][].[@]"),
        Call(How.LIST_WITHIN, "ecs", "list-tasks", "ecs:ListTasks", option="--cluster", names="[taskArns][].[@]"),
        Call(
            How.EACH_WITHIN,
            "ecs",
            "describe-tasks",
            "ecs:DescribeTasks",
            option="--tasks",
            within="--cluster",
            names="[tasks][].[taskDefinitionArn]",
            keep=_TASKS,
        ),
        each("ecs", "describe-task-definition", "ecs:DescribeTaskDefinition", "--task-definition", keep=_DEFINITION),
    ),
    regional=True,
)
