"""The script without AWS: its form, its table, and how it stands up to a stand-in for the AWS CLI."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.catalog import action
from iamtui.collecting.calls import RESOURCES, chosen_parts
from iamtui.collecting.parts import Call, How
from iamtui.collecting.permissions import needed_policy
from iamtui.collecting.script import script
from iamtui.files.heads import ERRORS_OF_NOTHING
from iamtui.policy.document import Document
from iamtui.policy.lint import FindingSeverity, lint
from iamtui.policy.statement import PolicyKind
from iamtui.snapshot.model import Severity, Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.tables import every_row

ACCOUNT = "111122223333"
EVERYTHING = chosen_parts(organization=True, resources=RESOURCES)
CALLS = [call for part in EVERYTHING for call in part.calls]
SHELLS = [path for name in ("sh", "dash", "bash", "busybox") if (path := shutil.which(name)) is not None]
HOSTILE = ("plain", "a b", "it's", 'say "hi"', "$(touch owned)", "`touch owned`", "x;touch owned", "-rf", "*", "Plain")


# Its form


def checked_by(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, input=script(EVERYTHING), text=True, capture_output=True, check=False)  # noqa: S603


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_parses_it(shell: str) -> None:
    words = [shell, "sh", "-n"] if shell.endswith("busybox") else [shell, "-n"]
    checked = checked_by(*words)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    checked = checked_by("shellcheck", "--shell=sh", "-")
    assert checked.stdout == ""


def test_nothing_is_evaluated_twice() -> None:
    assert not re.search(r"\beval\b|xargs|\bsource\b", script(EVERYTHING))


def test_only_what_is_chosen_is_asked() -> None:
    lines = script(chosen_parts(organization=False, resources=("sqs",))).partition("# account")[2]
    assert "sqs list-queues" in lines
    assert not re.search(r"organizations|s3api|kms|ecr", lines)
    assert "find_regions" not in script(chosen_parts(organization=True, resources=())).partition("# account")[2]


# Its table


@every_row("call", CALLS, ids=lambda call: f"{call.service} {call.operation}")
def test_every_call_only_reads(call: Call) -> None:
    assert re.match(r"(get|list|describe|batch-get)-|generate-credential-report$", call.operation)


@every_row("name", sorted({call.action for call in CALLS if call.action is not None}))
def test_every_permission_exists_and_only_reads(name: str) -> None:
    found = action(name)
    assert found is not None
    assert found.access_level in ("Read", "List")


def test_names_are_listed_before_they_are_asked_about() -> None:
    for part in EVERYTHING:
        listed = False
        for call in part.calls:
            names = (How.EACH, How.EACH_BY_ARN, How.DESCEND, How.LIST_WITHIN, How.EACH_WITHIN)
            assert listed or call.how not in names, call
            listed |= call.how is How.LIST


# Its permissions


@pytest.mark.parametrize("organization", [False, True])
@pytest.mark.parametrize("resources", [(), ("s3",), RESOURCES])
def test_the_policy_is_well_said_and_has_every_action(organization: bool, resources: tuple[str, ...]) -> None:
    parts = chosen_parts(organization=organization, resources=resources)
    document = Document(needed_policy(parts).encode())
    findings = lint(document, PolicyKind.IDENTITY)
    assert [finding for finding in findings if finding.severity is FindingSeverity.ERROR] == []
    allowed = {name for statement in json.loads(document.source)["Statement"] for name in statement["Action"]}
    regions = {"ec2:DescribeRegions"} if any(part.regional for part in parts) else set()
    assert allowed == {call.action for part in parts for call in part.calls if call.action} | regions


# Run with a stand-in for the AWS CLI: a shell script, so that each test says what AWS answers


class Stand:
    """A folder with a program `aws`; `answer` adds what it says to calls that begin with certain words."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers = folder / "answers"
        self.answers.mkdir()
        self.bin = folder / "bin"
        self.bin.mkdir()
        program = self.bin / "aws"
        program.write_text(_PROGRAM.replace("FOLDER", str(self.answers)), "utf-8")
        program.chmod(0o700)
        self.answer("sts get-caller-identity", '{"Account": "111122223333"}', ACCOUNT)

    def answer(self, call: str, json_text: str = "{}", names: str = "") -> None:
        (self.answers / call.replace(" ", "_")).write_text(json_text, "utf-8")
        (self.answers / f"{call.replace(' ', '_')}.names").write_text(names, "utf-8")

    def refuse(self, call: str, text: str) -> None:
        (self.answers / f"{call.replace(' ', '_')}.error").write_text(text, "utf-8")

    def run(
        self,
        *resources: str,
        organization: bool = False,
        interpreter: tuple[str, ...] = ("/bin/sh",),
        regions: str = "eu-west-1",
    ) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}", "HOME": str(self.folder)}
        return subprocess.run(  # noqa: S603 - our own script
            [*interpreter, "-s", "--", str(self.folder / "out")],
            input=script(chosen_parts(organization=organization, resources=resources)),
            env={**environment, "AWS_REGION": "eu-west-1", "REGIONS": regions},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def out(self) -> Path:
        return self.folder / "out" / ACCOUNT

    def files(self) -> set[str]:
        return {str(path.relative_to(self.out)) for path in self.out.rglob("*") if path.is_file()} - {".collected"}

    def opened(self) -> Snapshot:
        return open_snapshot([self.folder / "out"])


_PROGRAM = """#!/bin/sh
printf '%s\\n' "$*" >>"FOLDER/../calls"
printf '%s %s\\n' "$1" "$AWS_MAX_ATTEMPTS" >>"FOLDER/../attempts"
file="FOLDER/$1_$2"
case "$*" in
  "configure get region"*) exit 1 ;;
esac
if [ -f "$file.error" ]; then cat "$file.error" >&2; exit 254; fi
case "$*" in
  *"--output text"*) cat "$file.names" ;;
  *) if [ -f "$file" ]; then cat "$file"; else printf '{}\\n'; fi ;;
esac
"""


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    made = Stand(tmp_path)
    empty = '{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}'
    made.answer("iam get-account-authorization-details", empty)
    made.answer("iam list-open-id-connect-providers", '{"OpenIDConnectProviderList": []}')
    made.answer("s3control list-access-points", '{"AccessPointList": []}')
    return made


def buckets(stand: Stand, *names: str) -> None:
    listed = json.dumps({"Buckets": [{"Name": name} for name in names]})
    stand.answer("s3api list-buckets", listed, "".join(f"{name}\n" for name in names))


def test_names_with_anything_in_them_are_asked_about_as_they_are(stand: Stand) -> None:
    buckets(stand, *HOSTILE)
    stand.answer("s3api get-public-access-block", '{"PublicAccessBlockConfiguration": {"BlockPublicAcls": true}}')
    assert stand.run("s3").returncode == 0
    asked = (stand.folder / "calls").read_text("utf-8").splitlines()
    assert {f"s3api get-public-access-block --bucket={name}" for name in HOSTILE} <= set(asked)
    assert not (stand.folder / "owned").exists()
    found = {arn.rpartition(":::")[2] for arn, item in stand.opened().resources.items() if item.public_access_block}
    assert found == set(HOSTILE)


def test_files_are_readable_for_their_owner_alone(stand: Stand) -> None:
    buckets(stand, "one")
    stand.run("s3")
    assert {path.stat().st_mode & 0o077 for path in stand.out.rglob("*")} == {0}
    assert stand.out.stat().st_mode & 0o077 == 0


def test_a_very_long_name_gets_a_file_of_bounded_length(stand: Stand) -> None:
    arn = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:{'x/' * 200}-AbCdEf"
    stand.answer("secretsmanager list-secrets", json.dumps({"SecretList": [{"ARN": arn, "Name": "x"}]}), f"{arn}\n")
    stand.answer("secretsmanager get-resource-policy", json.dumps({"ARN": arn, "Name": "x"}))
    assert stand.run("secretsmanager").returncode == 0
    assert max(len(path.name) for path in stand.out.rglob("*")) <= 200
    assert stand.opened().resources[arn].policy_state.value == "none"


REFUSAL = "\nAn error occurred ({}) when calling the {} operation: said so\n"


def test_a_refused_call_is_noted_and_passed_over(stand: Stand) -> None:
    buckets(stand, "one")
    stand.refuse("s3api get-bucket-policy", REFUSAL.format("AccessDenied", "GetBucketPolicy"))
    stand.refuse(
        "iam get-account-summary", "aws: [ERROR]: " + REFUSAL.format("Throttling", "GetAccountSummary").strip()
    )
    stand.refuse("s3control get-public-access-block", "Could not connect to the endpoint URL")
    ran = stand.run("s3")
    assert ran.returncode == 0
    assert "3 refused" in ran.stderr
    assert "s3api-get-bucket-policy/one (AccessDenied)" in ran.stderr
    snapshot = stand.opened()
    assert snapshot.resources["arn:aws:s3:::one"].policy_state.value == "unknown"
    said = sorted(problem.expected for problem in snapshot.problems)
    assert said == [
        "expected the answer to GetAccountSummary, got Throttling",
        "expected the answer to GetBucketPolicy, got AccessDenied",
        "expected the answer to get-public-access-block, got NoAnswer",
    ]


def test_every_error_that_says_that_there_is_nothing_is_known_without_its_sentence() -> None:
    assert {code for call in CALLS if call.how is not How.AWAIT for code in call.none} == set(ERRORS_OF_NOTHING)


NONE = [(call, code) for call in CALLS for code in call.none if call.how is not How.AWAIT]


@pytest.mark.parametrize(("call", "code"), NONE, ids=lambda item: getattr(item, "operation", item))
def test_an_error_that_says_that_there_is_nothing_is_read_so(stand: Stand, call: Call, code: str) -> None:
    arn = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:one"
    buckets(stand, "one")
    stand.answer("lambda list-functions", json.dumps({"Functions": [{"FunctionArn": arn}]}), f"{arn}\n")
    repository = {"repositoryName": "one", "repositoryArn": f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/one"}
    stand.answer(
        "ecr describe-repositories",
        json.dumps({"repositories": [repository]}),
        f"one\t{repository['repositoryArn']}\n",
    )
    point = {"Name": "one", "AccessPointArn": f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/one", "Bucket": "one"}
    stand.answer(
        "s3control list-access-points",
        json.dumps({"AccessPointList": [point]}),
        f"one\t{point['AccessPointArn']}\n",
    )
    operation = "".join(word.title() for word in call.operation.split("-"))
    stand.refuse(f"{call.service} {call.operation}", REFUSAL.format(code, operation))
    ran = stand.run("s3", "lambda", "ecr")
    assert "0 refused" in ran.stderr
    assert [str(problem) for problem in stand.opened().problems] == []


def test_what_the_user_set_for_the_cli_does_not_change_what_it_prints(stand: Stand) -> None:
    program = (stand.bin / "aws").read_text("utf-8")
    told = 'env | grep "^AWS_[A-Z_]*=\\|^PYTHONIO" | sort -u >"FOLDER/../told"\n'.replace("FOLDER", str(stand.answers))
    (stand.bin / "aws").write_text(program.replace("#!/bin/sh\n", f"#!/bin/sh\n{told}", 1), "utf-8")
    stand.run()
    assert {
        "AWS_PAGER=",
        "AWS_CLI_AUTO_PROMPT=off",
        "AWS_CLI_ERROR_FORMAT=legacy",
        "AWS_CLI_OUTPUT_ENCODING=utf-8",
        "AWS_DEFAULT_OUTPUT=json",
        "PYTHONIOENCODING=utf-8",
    } <= set((stand.folder / "told").read_text("utf-8").splitlines())


@pytest.mark.parametrize("shell", [["dash"], ["bash", "--posix"], ["bash"]], ids=" ".join)
def test_every_shell_runs_it_to_the_end(stand: Stand, shell: list[str]) -> None:
    if (program := shutil.which(shell[0])) is None:
        pytest.skip(f"there is no {shell[0]}")
    buckets(stand, *HOSTILE)
    assert stand.run("s3", "ecr", interpreter=(program, *shell[1:])).returncode == 0
    assert len(stand.files()) > len(HOSTILE)


def test_a_second_run_takes_away_what_is_gone(stand: Stand) -> None:
    buckets(stand, "kept", "gone")
    stand.run("s3")
    before = stand.files()
    buckets(stand, "kept")
    stand.run("s3")
    assert before - stand.files() == {
        f"s3api-{call}/gone.json"
        for call in (
            "get-bucket-policy",
            "get-public-access-block",
            "get-bucket-policy-status",
            "get-bucket-tagging",
            "get-bucket-abac",
        )
    }


def test_a_second_run_leaves_what_others_put_there(stand: Stand) -> None:
    stand.run()
    (stand.out / "notes.txt").write_text("mine", "utf-8")
    stand.run()
    assert (stand.out / "notes.txt").read_text("utf-8") == "mine"


def test_an_answer_takes_the_place_of_a_refusal(stand: Stand) -> None:
    stand.refuse("iam get-account-summary", REFUSAL.format("AccessDenied", "GetAccountSummary"))
    stand.run()
    assert "iam-get-account-summary.err" in stand.files()
    (stand.answers / "iam_get-account-summary.error").unlink()
    stand.run()
    assert "iam-get-account-summary.err" not in stand.files()
    assert "iam-get-account-summary.json" in stand.files()


def test_without_credentials_nothing_is_collected(stand: Stand) -> None:
    stand.refuse("sts get-caller-identity", "Unable to locate credentials")
    ran = stand.run()
    assert ran.returncode == 1
    assert "expected credentials that the AWS CLI can use; nothing is collected" in ran.stderr
    assert not (stand.folder / "out").exists()


def test_a_folder_that_cannot_be_written_is_named(stand: Stand) -> None:
    (stand.folder / "out").write_text("a file", "utf-8")
    ran = stand.run()
    assert ran.returncode == 1
    assert "cannot make the folder" in ran.stderr


def test_functions_and_devices_are_cut_before_they_are_kept() -> None:
    kept = {call.operation: call.keep or "" for call in CALLS}
    assert "Environment" not in kept["list-functions"]
    assert kept["list-functions"]
    assert "Base32StringSeed" not in kept["list-virtual-mfa-devices"]
    assert kept["list-virtual-mfa-devices"]


def test_units_below_units_are_found_level_by_level(stand: Stand) -> None:
    stand.answer("organizations list-roots", '{"Roots": []}', "r-ab12\n")
    program = (stand.bin / "aws").read_text("utf-8")
    below = """
case "$*" in
  *list-organizational-units-for-parent*=r-ab12*text*) printf 'ou-ab12-11111111\\nou-ab12-22222222\\n'; exit ;;
  *list-organizational-units-for-parent*=ou-ab12-2*text*) printf 'ou-ab12-33333333\\n'; exit ;;
  *list-organizational-units-for-parent*text*) exit ;;
esac
"""
    (stand.bin / "aws").write_text(program.replace('file="', below + 'file="', 1), "utf-8")
    assert stand.run(organization=True).returncode == 0
    parents = {"r-ab12", "ou-ab12-11111111", "ou-ab12-22222222", "ou-ab12-33333333"}
    assert {f"organizations-list-accounts-for-parent/{parent}.json" for parent in parents} <= stand.files()


def test_ep42_every_carrier_of_the_catalogue_is_asked_for_by_its_call() -> None:
    """With the call that lists what it is asked about; of secrets that they may hold nothing is kept."""
    (functions,) = chosen_parts(organization=False, resources=("lambda",))[1:]
    (compute,) = chosen_parts(organization=False, resources=("compute",))[1:]
    asked = {f"{call.service} {call.operation}": call for call in (*functions.calls, *compute.calls)}
    wanted = {carrier["call"] for carrier in catalogue().carriers.values()}
    assert wanted <= asked.keys()
    assert [call for call in wanted if asked[call].keep is None] == []


def test_ep42_what_stands_in_another_is_asked_about_with_it(stand: Stand) -> None:
    task, definition = (
        f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task/c/1",
        f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task-definition/d:1",
    )
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    profile = f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:user-profile/d-1/dana"
    stand.answer("ecs list-clusters", '{"clusterArns": ["c"]}', "c\n")
    stand.answer("ecs list-tasks", json.dumps({"taskArns": [task]}), f"{task}\n")
    tasks = {"tasks": [{"taskArn": task, "taskDefinitionArn": definition}]}
    stand.answer("ecs describe-tasks", json.dumps(tasks), f"{definition}\n")
    held = {"taskDefinition": {"taskDefinitionArn": definition, "taskRoleArn": role}}
    stand.answer("ecs describe-task-definition", json.dumps(held))
    listed = {"UserProfiles": [{"DomainId": "d-1", "UserProfileName": "dana"}]}
    stand.answer("sagemaker list-user-profiles", json.dumps(listed), "d-1\tdana\n")
    stand.answer(
        "sagemaker describe-user-profile",
        json.dumps({"UserProfileArn": profile, "UserSettings": {"ExecutionRole": role}}),
    )
    assert stand.run("compute").returncode == 0
    calls = (stand.folder / "calls").read_text("utf-8").splitlines()
    assert any(f"--cluster=c --tasks={task}" in call for call in calls)
    assert any("--domain-id=d-1 --user-profile-name=dana" in call for call in calls)
    assert sum(f"--task-definition={definition}" in call for call in calls) == 1
    snapshot = stand.opened()
    assert {arn: snapshot.resources[arn].role for arn in (task, profile)} == {task: role, profile: role}
    assert not [problem for problem in snapshot.problems if problem.severity is not Severity.WARNING]
    assert ("sagemaker:user-profile", ACCOUNT, "eu-west-1") in snapshot.listed


def test_projects_of_one_name_in_two_regions_are_both_kept(stand: Stand) -> None:
    program = stand.bin / "aws"
    whole = program.read_text("utf-8")
    program.write_text(whole.replace('cat "$file"; else', 'sed "s/REGION/$AWS_REGION/" "$file"; else'), "utf-8")
    project = {
        "arn": f"arn:aws:codebuild:REGION:{ACCOUNT}:project/build",
        "serviceRole": f"arn:aws:iam::{ACCOUNT}:role/r",
    }
    stand.answer("codebuild list-projects", '{"projects": ["build"]}', "build\n")
    stand.answer("codebuild batch-get-projects", json.dumps({"projects": [project]}))
    assert stand.run("compute", regions="eu-west-1 us-east-1").returncode == 0
    found = {arn.split(":")[3] for arn, one in stand.opened().resources.items() if one.kind == "codebuild:project"}
    assert found == {"eu-west-1", "us-east-1"}


def test_what_it_cannot_note_ends_it_before_earlier_answers_are_taken_away(stand: Stand) -> None:
    buckets(stand, "one")
    assert stand.run("s3").returncode == 0
    before = stand.files()
    (stand.out / ".collected").unlink()
    (stand.out / ".collected").mkdir()
    ran = stand.run("s3")
    assert (ran.returncode, stand.files()) == (1, before)
    assert f"cannot write to {stand.out}/.collected" in ran.stderr


def test_where_a_service_is_not_in_the_region_it_is_not_asked_ten_times(stand: Stand) -> None:
    stand.refuse("apprunner list-services", "Could not connect to the endpoint URL")
    assert stand.run("compute").returncode == 0
    attempts = set((stand.folder / "attempts").read_text("utf-8").splitlines())
    assert {"apprunner 2", "bedrock-agentcore-control 2", "ecs 10", "sagemaker 10"} <= attempts
    assert "ecs 2" not in attempts
