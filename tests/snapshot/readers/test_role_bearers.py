"""Things that run with a role, as their services say: each call of the catalogue's carriers (EP41, EP42)."""

from __future__ import annotations

import json
from pathlib import Path

from iamtui.analysis.paths.requests.binding import role_of
from iamtui.snapshot.opening import open_snapshot
from tests.analysis.paths.accounts import OWN
from tests.app.exports import arn, export, role, write
from tests.tables import every_row

ROLE = arn("role", "runner", "/app/", OWN)
AT = f"us-east-1:{OWN}"
TEMPLATE = {"LaunchTemplateId": "lt-1", "LaunchTemplateData": {"IamInstanceProfile": {"Name": "runner"}}}
OLD = {**TEMPLATE, "LaunchTemplateData": {"IamInstanceProfile": {"Name": "other"}}, "DefaultVersion": False}
TASK, DEFINITION = f"arn:aws:ecs:{AT}:task/c/1", f"arn:aws:ecs:{AT}:task-definition/web:1"


@every_row(
    ("call", "answer", "thing"),
    [
        (
            "apprunner-describe-service",
            {
                "Service": {
                    "ServiceArn": f"arn:aws:apprunner:{AT}:service/s/1",
                    "InstanceConfiguration": {"InstanceRoleArn": ROLE},
                }
            },
            f"arn:aws:apprunner:{AT}:service/s/1",
        ),
        (
            "bedrock-agentcore-control-get-code-interpreter",
            {
                "codeInterpreterArn": f"arn:aws:bedrock-agentcore:{AT}:code-interpreter-custom/1",
                "executionRoleArn": ROLE,
            },
            f"arn:aws:bedrock-agentcore:{AT}:code-interpreter-custom/1",
        ),
        (
            "bedrock-agentcore-control-get-agent-runtime",
            {"agentRuntimeArn": f"arn:aws:bedrock-agentcore:{AT}:runtime/1", "roleArn": ROLE},
            f"arn:aws:bedrock-agentcore:{AT}:runtime/1",
        ),
        (
            "bedrock-agentcore-control-get-browser",
            {"browserArn": f"arn:aws:bedrock-agentcore:{AT}:browser-custom/1", "executionRoleArn": ROLE},
            f"arn:aws:bedrock-agentcore:{AT}:browser-custom/1",
        ),
        (
            "sagemaker-describe-user-profile",
            {"UserProfileArn": f"arn:aws:sagemaker:{AT}:user-profile/d/u", "UserSettings": {"ExecutionRole": ROLE}},
            f"arn:aws:sagemaker:{AT}:user-profile/d/u",
        ),
        (
            "batch-describe-job-definitions",
            {
                "jobDefinitions": [
                    {
                        "jobDefinitionArn": f"arn:aws:batch:{AT}:job-definition/j:1",
                        "containerProperties": {"jobRoleArn": ROLE},
                    }
                ]
            },
            f"arn:aws:batch:{AT}:job-definition/j:1",
        ),
        (
            "cloudformation-describe-stack-set",
            {"StackSet": {"StackSetARN": f"arn:aws:cloudformation:{AT}:stackset/s:1", "ExecutionRoleName": "runner"}},
            f"arn:aws:cloudformation:{AT}:stackset/s:1",
        ),
        ("glue-get-jobs", {"Jobs": [{"Name": "etl", "Role": "runner"}]}, f"arn:aws:glue:{AT}:job/etl"),
        (
            "glue-get-dev-endpoints",
            {"DevEndpoints": [{"EndpointName": "dev", "RoleArn": ROLE}]},
            f"arn:aws:glue:{AT}:devEndpoint/dev",
        ),
        (
            "ec2-describe-launch-template-versions",
            {"LaunchTemplateVersions": [OLD, {**TEMPLATE, "DefaultVersion": True}]},
            f"arn:aws:ec2:{AT}:launch-template/lt-1",
        ),
        ("ecs-describe-tasks", {"tasks": [{"taskArn": TASK, "taskDefinitionArn": DEFINITION}]}, TASK),
        ("ecs-describe-tasks", {"tasks": [{"taskArn": TASK, "overrides": {"taskRoleArn": ROLE}}]}, TASK),
    ],
)
def test_ep41_what_runs_with_a_role_is_read_of_its_call(
    call: str, answer: dict[str, object], thing: str, tmp_path: Path
) -> None:
    profile = {"InstanceProfileName": "runner", "InstanceProfileId": "AIPA", "Path": "/", "Roles": []}
    profiles = [{**profile, "Arn": arn("instance-profile", "runner", "/", OWN), "CreateDate": "2024-01-01T00:00:00Z"}]
    held = role("runner", "/app/", OWN, InstanceProfileList=profiles)
    write(tmp_path / "account.json", export(roles=[held]))
    definition = {"taskDefinition": {"taskDefinitionArn": DEFINITION, "taskRoleArn": ROLE}}
    for folder, content in ((call, answer), ("ecs-describe-task-definition", definition)):
        (tmp_path / OWN / folder).mkdir(parents=True)
        (tmp_path / OWN / folder / "us-east-1.json").write_text(json.dumps(content))
    snapshot = open_snapshot([tmp_path])
    found = snapshot.resources[thing]
    assert found.role is not None
    assert role_of(snapshot.accounts[OWN], found.role) == ROLE
    assert not snapshot.problems


@every_row(
    ("call", "member", "kind"),
    [
        ("glue-get-jobs", "Jobs", "glue:job"),
        ("glue-get-dev-endpoints", "DevEndpoints", "glue:devEndpoint"),
        ("batch-describe-job-definitions", "jobDefinitions", "batch:job-definition"),
        ("ec2-describe-launch-template-versions", "LaunchTemplateVersions", "ec2:launch-template"),
    ],
)
def test_ep41_an_empty_list_says_that_there_is_none(call: str, member: str, kind: str, tmp_path: Path) -> None:
    write(tmp_path / "account.json", export(roles=[role("runner", account=OWN)]))
    (tmp_path / OWN / call).mkdir(parents=True)
    (tmp_path / OWN / call / "us-east-1.json").write_text(json.dumps({member: []}))
    snapshot = open_snapshot([tmp_path])
    assert (kind, OWN, "us-east-1") in snapshot.listed
    assert not snapshot.problems
