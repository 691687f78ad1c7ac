from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.cli.conftest import ALICE, Iamtui, Ran, allow, on_a_terminal, write

GET = ("--action", "s3:GetObject", "--resource", "arn:aws:s3:::ledger/q3.csv")
PUT = ("--action", "s3:PutObject", "--resource", "arn:aws:s3:::ledger/q3.csv")


def test_text_shows_the_decision_and_its_trace(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("simulate", export, "--principal", ALICE, *GET)
    assert (ran.status, ran.err) == (0, "")
    assert "✔ ALLOWED  an identity-based policy allows it" in ran.out
    assert "Allow Read #0" in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("request_", "expect", "status"),
    [
        (GET, "allowed", 0),
        (GET, "denied", 1),
        (PUT, "implicitDeny", 0),
        (PUT, "denied", 0),
        (PUT, "explicitDeny", 1),
        (PUT, "conditional", 1),
    ],
)
def test_expect_sets_the_exit_status(
    iamtui: Iamtui, export: Path, request_: tuple[str, ...], expect: str, status: int
) -> None:
    ran = iamtui("simulate", export, "--principal", ALICE, *request_, "--expect", expect)
    assert ran.status == status
    assert ("expected" in ran.err) == (status == 1)


def test_a_wildcard_makes_a_table_of_the_actions_that_exist(iamtui: Iamtui, export: Path) -> None:
    asked = ("simulate", export, "--principal", ALICE, "--action", "s3:*Object", "--resource", "arn:aws:s3:::ledger/x")
    ran = iamtui(*asked)
    assert re.search(r"✔ ALLOWED +s3:GetObject +readers#Read", ran.out)
    assert "resource    arn:aws:s3:::ledger/x\n" in ran.out
    assert re.search(r"✖ DENIED \(implicit\) +s3:PutObject ", ran.out)
    assert ran.out.index("s3:GetObject ") < ran.out.index("s3:DeleteObject ")
    decisions = json.loads(iamtui(*asked, "--format", "json").out)["decisions"]
    assert "s3:GetObject" in [decision["request"]["action"] for decision in decisions]


@pytest.mark.parametrize("missing", ["unknown", "absent"])
def test_a_table_says_what_the_decisions_say_one_by_one(iamtui: Iamtui, tmp_path: Path, missing: str) -> None:
    document = allow("sqs:Get*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
    statements = document["Statement"]
    assert isinstance(statements, list)
    deny = {"Effect": "Deny", "Action": "sqs:*Url", "Resource": "*"}
    file = write(tmp_path / "p.json", {**document, "Statement": [*statements, deny]})
    asked = ("simulate", "--policy", file, "--principal", ALICE, "--missing", missing, "--action", "sqs:*")
    rows = iamtui(*asked).out.splitlines()[3:-1]
    words = {"ALLOWED": "allowed", "CONDITIONAL": "conditional", "DENIED (explicit)": "explicitDeny"}
    cells = [re.split(" {2,}", row[2:]) for row in rows if not row.startswith("⚠")]
    said = {action: words.get(word, "implicitDeny") for word, action, *_ in cells}
    decided = json.loads(iamtui(*asked, "--format", "json").out)["decisions"]
    assert said == {each["request"]["action"]: each["decision"] for each in decided}
    assert len(set(said.values())) == (3 if missing == "unknown" else 2)


def test_a_wildcard_without_a_match_is_an_error(iamtui: Iamtui, export: Path) -> None:
    assert iamtui("simulate", export, "--principal", ALICE, "--action", "s3:Nope*").status == 2


def test_several_resources_are_one_call_that_is_as_strict_as_its_strictest_part(iamtui: Iamtui, export: Path) -> None:
    asked = ("simulate", export, "--principal", ALICE, *GET, "--resource", "arn:aws:s3:::other/x")
    assert "The call as a whole: implicitDeny" in iamtui(*asked).out
    made = json.loads(iamtui(*asked, "--format", "json").out)
    assert (made["decision"], len(made["decisions"])) == ("implicitDeny", 2)
    assert iamtui(*asked, "--format", "markdown").out.startswith("# The call as a whole: implicitDeny\n\n## ✔ ALLOWED")
    assert iamtui(*asked, "--expect", "implicitDeny").status == 0


def test_a_key_of_one_resource_of_a_call_is_absent_for_the_others(iamtui: Iamtui, tmp_path: Path) -> None:
    """E71: AWS's own example of why IfExists is needed."""
    instance, image = "arn:aws:ec2:eu-west-1:111122223333:instance/*", "arn:aws:ec2:eu-west-1::image/ami-1"
    strict = write(
        tmp_path / "strict.json", allow("ec2:*", Condition={"StringEquals": {"ec2:InstanceType": "t3.micro"}})
    )
    lenient = {"StringEqualsIfExists": {"ec2:InstanceType": "t3.micro"}}
    asked = ("simulate", "--principal", ALICE, "--action", "ec2:RunInstances", "--context", "ec2:InstanceType=t3.micro")
    call = (*asked, "--resource", instance, "--resource", image, "--policy")
    refused = iamtui(*call, strict, "--expect", "implicitDeny")
    assert refused.status == 0
    assert "context     ec2:InstanceType is absent" in refused.out
    assert (
        iamtui(*call, write(tmp_path / "lenient.json", allow("ec2:*", Condition=lenient)), "--expect", "allowed").status
        == 0
    )
    alone = (*asked, "--policy", strict, "--resource")
    assert iamtui(*alone, instance, "--expect", "allowed").status == 0
    assert iamtui(*alone, image, "--expect", "allowed").status == 0


def test_further_parts_of_a_call_are_named_and_decided_on_request(iamtui: Iamtui, tmp_path: Path) -> None:
    file = write(tmp_path / "p.json", allow("lambda:*"))
    function = "arn:aws:lambda:eu-west-1:111122223333:function:f"
    asked = ("simulate", "--policy", file, "--principal", ALICE, "--action", "lambda:CreateFunction")
    alone = iamtui(*asked, "--resource", function)
    assert "the call also needs iam:PassRole  on the execution role" in alone.out
    also = ("--also", "iam:PassRole=arn:aws:iam::111122223333:role/auditor")
    whole = iamtui(*asked, "--resource", function, *also, "--expect", "implicitDeny")
    assert whole.status == 0
    assert "The call as a whole: implicitDeny" in whole.out


def test_aws_format_has_the_shape_of_the_api_and_missing_keys_are_absent(iamtui: Iamtui, tmp_path: Path) -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    file = write(tmp_path / "p.json", allow("s3:*", Condition=condition))
    asked = ("simulate", "--policy", file, "--principal", ALICE, "--action", "s3:ListAllMyBuckets", "--format", "aws")
    (result,) = json.loads(iamtui(*asked).out)["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert result["MissingContextValues"] == ["aws:MultiFactorAuthPresent"]


def test_lone_policies_need_no_snapshot(iamtui: Iamtui, tmp_path: Path) -> None:
    mine, other = write(tmp_path / "mine.json", allow("s3:*")), write(tmp_path / "other.json", allow("ec2:*"))
    asked = ("simulate", "--principal", ALICE, *GET, "--expect")
    assert iamtui(*asked, "allowed", "--policy", mine).status == 0
    assert iamtui(*asked, "implicitDeny", "--policy", other).status == 0
    assert iamtui(*asked, "allowed", "--policy", other, mine).status == 0
    assert iamtui(*asked, "implicitDeny", "--policy", mine, "--boundary", other).status == 0
    assert iamtui(*asked, "allowed", "--policy", mine, "--boundary", other, mine).status == 0
    assert iamtui(*asked, "implicitDeny", "--policy", mine, "--endpoint-policy", other).status == 0


def test_lone_policies_may_be_asked_without_a_caller_of_whom_nothing_is_then_known(
    iamtui: Iamtui, tmp_path: Path
) -> None:
    account = "123456789012"
    keys = {"aws:PrincipalArn": f"arn:aws:iam::{account}:user/somebody", "aws:username": "somebody"}
    keys |= {"aws:PrincipalAccount": account, "aws:ResourceAccount": account, "aws:PrincipalType": "User"}
    asked = ("simulate", *GET)
    anybody = write(tmp_path / "p.json", allow("s3:*"))
    assert iamtui(*asked, "--policy", anybody, "--expect", "allowed").status == 0
    for key, value in keys.items():
        file = write(tmp_path / "p.json", allow("s3:*", Condition={"StringEquals": {key: value}}))
        assert iamtui(*asked, "--policy", file, "--expect", "conditional").status == 0
        assert iamtui(*asked, "--policy", file, "--missing", "absent", "--expect", "implicitDeny").status == 0
        stated = f"{key.upper()}={value}"
        assert iamtui(*asked, "--policy", file, "--context", stated, "--expect", "allowed").status == 0
    for option in ("--resource-policy", "--endpoint-policy"):
        ran = iamtui(*asked, "--policy", anybody, option, anybody)
        assert ran.status == 2
        assert "need --principal" in ran.err


def test_a_group_is_no_principal(iamtui: Iamtui) -> None:
    sample = Path(__file__).parents[2] / "samples" / "acme-day1.json"
    ran = iamtui("simulate", sample, "--principal", "developers", "--action", "s3:GetObject")
    assert ran.status == 2
    assert "a group is no principal, ask for its members (E11)" in ran.err


def test_scps_without_a_level_are_pooled_and_every_named_level_must_allow(iamtui: Iamtui, tmp_path: Path) -> None:
    mine, other = write(tmp_path / "mine.json", allow("s3:*")), write(tmp_path / "other.json", allow("ec2:*"))
    asked = ("simulate", "--principal", ALICE, *GET, "--policy", mine)
    assert iamtui(*asked, "--scp", other, mine, "--expect", "allowed").status == 0
    ran = iamtui(*asked, "--scp", f"root={mine}", f"ou={other}", "--format", "json")
    made = json.loads(ran.out)
    assert (made["decision"], made["decided_by"]) == ("implicitDeny", "scp")
    levels = next(layer["levels"] for layer in made["layers"] if layer["layer"] == "scp")
    assert [level["name"] or level["target_id"] for level in levels] == ["root", "ou"]


def test_a_resource_policy_is_cited_as_resource(iamtui: Iamtui, tmp_path: Path) -> None:
    document = allow("s3:*", Principal={"AWS": ALICE})
    file = write(tmp_path / "bucket.json", document)
    made = json.loads(iamtui("simulate", "--resource-policy", file, "--principal", ALICE, *GET, "--format", "json").out)
    assert (made["decision"], made["decided_by"], made["matched"]) == ("allowed", "resource", ["resource#Read"])


def test_a_session_policy_limits_a_session(iamtui: Iamtui, export: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.json", allow("ec2:*"))
    mine = write(tmp_path / "mine.json", allow("*"))
    session = "arn:aws:sts::111122223333:assumed-role/auditor/x"
    asked = ("simulate", "--principal", session, *GET, "--policy", mine, "--format", "json")
    assert json.loads(iamtui(*asked).out)["decision"] == "allowed"
    assert json.loads(iamtui(*asked, "--session-policy", other).out)["decided_by"] == "session"
    ran = iamtui("simulate", export, "--principal", session, *GET, "--session-policy", other, "--format", "json")
    assert json.loads(ran.out)["request"]["session_policies"] == ["other"]


def test_export_and_lone_policies_exclude_each_other(iamtui: Iamtui, export: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "p.json", allow("s3:*"))
    assert iamtui("simulate", export, "--policy", file, "--principal", ALICE, *GET).status == 2
    assert iamtui("simulate", "--principal", ALICE, *GET).status == 2


def test_context_has_values_lists_and_states(iamtui: Iamtui, export: Path) -> None:
    given = ("a:b=1", "A:B=2", "c:d=", "e:f=@absent", "g:h=@unknown", "i:j=@@at", "k:l=x=y")
    stated = [part for text in given for part in ("--context", text)]
    ran = iamtui("simulate", export, "--principal", ALICE, *GET, *stated, "--format", "json")
    context = json.loads(ran.out)["request"]["context"]
    assert {key: (value["state"], *value["values"], value["multivalued"]) for key, value in context.items()} == {
        "a:b": ("present", "1", "2", True),
        "c:d": ("present", "", False),
        "e:f": ("absent", False),
        "g:h": ("unknown", False),
        "i:j": ("present", "@at", False),
        "k:l": ("present", "x=y", False),
    }


@pytest.mark.parametrize(
    "stated", [("novalue",), ("=x",), ("a:b=@maybe",), ("a:b=1", "a:b=@absent"), ("a:b=@absent",) * 2]
)
def test_bad_context_is_an_error(iamtui: Iamtui, export: Path, stated: tuple[str, ...]) -> None:
    options = [part for text in stated for part in ("--context", text)]
    assert iamtui("simulate", export, "--principal", ALICE, *GET, *options).status == 2


def test_what_aws_does_not_know_is_a_warning_above_the_answer_in_every_form(iamtui: Iamtui, export: Path) -> None:
    slips = ("--action", "s3:GetObjekt", "--context", "aws:SourceIp=300.1.1.1")
    warnings = [
        "AWS lists no action s3:GetObjekt; is s3:GetObject meant?",
        "aws:SourceIp cannot be '300.1.1.1': expected an IP address",
    ]
    asked = ("simulate", export, "--principal", ALICE, *slips, "--resource", "*", "--format")
    text, markdown = iamtui(*asked, "text").out, iamtui(*asked, "markdown").out
    assert text.startswith("".join(f"⚠ {warning}\n" for warning in warnings))
    assert text.index(warnings[1]) < text.index("DENIED")
    assert markdown.index(warnings[1]) < markdown.index("DENIED")
    assert json.loads(iamtui(*asked, "json").out)["warnings"] == warnings
    ran = iamtui(*asked, "aws")
    assert ran.err == "".join(f"iamtui: warning: {warning}\n" for warning in warnings)
    assert "warning" not in ran.out


def test_a_warning_about_the_context_of_a_table_is_said_once(iamtui: Iamtui, export: Path) -> None:
    slip = ("--context", "aws:SourceIp=300.1.1.1")
    asked = ("simulate", export, "--principal", ALICE, "--action", "s3:Get*", *slip, "--format")
    assert iamtui(*asked, "text").out.count("300.1.1.1': expected") == 1
    assert iamtui(*asked, "markdown").out.count("300.1.1.1': expected") == 1
    assert iamtui("simulate", export, "--principal", ALICE, "--action", "s3:Get*").out.count("⚠ AWS") == 0


def test_what_nobody_states_is_unknown_unless_it_is_said_to_be_absent(iamtui: Iamtui, tmp_path: Path) -> None:
    file = write(tmp_path / "p.json", allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))
    asked = ("simulate", "--policy", file, "--principal", ALICE, *GET, "--expect")
    assert iamtui(*asked, "conditional").status == 0
    assert iamtui(*asked, "implicitDeny", "--missing", "absent").status == 0
    assert iamtui(*asked, "allowed", "--context", "aws:SourceIp=203.0.113.9").status == 0


def test_at_fixes_the_clock(iamtui: Iamtui, tmp_path: Path) -> None:
    until = {"DateLessThan": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}}
    file = write(tmp_path / "p.json", allow("s3:*", Condition=until))
    asked = ("simulate", "--policy", file, "--principal", ALICE, *GET, "--expect")
    assert iamtui(*asked, "allowed", "--at", "2026-05-31").status == 0
    assert iamtui(*asked, "allowed", "--at", "2026-06-01T01:30:00+02:00").status == 0
    assert iamtui(*asked, "implicitDeny", "--at", "2026-06-01T00:00:01Z").status == 0
    assert iamtui(*asked, "allowed", "--at", "soon").status == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "line 1"),
        ('{"Statement": [], "Statement": []}', "twice"),
        ("[" * 100_000, "nested"),
        ("\udcff", "UTF-8"),
    ],
)
def test_a_bad_policy_file_is_named_with_the_place(iamtui: Iamtui, tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    ran = iamtui("simulate", "--policy", file, "--principal", ALICE, *GET)
    assert ran.status == 2
    assert "bad.json: expected a policy document" in ran.err
    assert said in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("form", ["\ufeff{}", "\n{}\n", "quoted", "percent"])
def test_a_policy_file_may_have_any_form_in_which_documents_are_exported(
    iamtui: Iamtui, tmp_path: Path, form: str
) -> None:
    document = json.dumps(allow("s3:*"))
    written = {"quoted": json.dumps(document), "percent": quote(document)}.get(form) or form.replace("{}", document)
    file = write(tmp_path / "policy.json", written)
    assert iamtui("simulate", "--policy", file, "--principal", ALICE, *GET, "--expect", "allowed").status == 0
    assert ("line 1, column" in iamtui("lint", file).out) is (form == "\ufeff{}")  # L11: what AWS would refuse


def test_two_resource_policies_are_an_error_and_not_the_last_of_them(iamtui: Iamtui, tmp_path: Path) -> None:
    file = write(tmp_path / "policy.json", allow("s3:*"))
    ran = iamtui("simulate", "--resource-policy", file, file, "--principal", ALICE, *GET)
    assert ran.status == 2
    assert "'--resource-policy' takes one value" in ran.err


def test_markdown_is_for_a_ticket(iamtui: Iamtui, export: Path) -> None:
    ran = iamtui("simulate", export, "--principal", ALICE, *PUT, "--format", "markdown")
    assert ran.out.startswith("## ✖ DENIED (implicit)\n")


def test_a_terminal_gets_colours_and_its_own_width(export: Path) -> None:
    asked = ("simulate", str(export), "--principal", ALICE, *GET)
    written = on_a_terminal(*asked)
    assert "\x1b[32m" in written
    bare = re.sub(r"\x1b\[[0-9;]*m", "", written)
    assert max(len(line) for line in bare.splitlines()) <= 80
    assert "✔ ALLOWED" in bare


def test_no_color_is_obeyed_on_a_terminal(export: Path) -> None:
    written = on_a_terminal("simulate", str(export), "--principal", ALICE, *GET, NO_COLOR="1")
    assert "\x1b" not in written
    assert "✔ ALLOWED" in written


@pytest.mark.parametrize(
    ("option", "variables", "coloured"),
    [
        ("auto", {}, False),
        ("always", {}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("always", {"TERM": "dumb"}, True),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_color_is_what_the_option_says_then_what_the_variables_say(
    iamtui: Iamtui,
    export: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    variables: dict[str, str],
    coloured: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for asked in (("simulate", export, "--principal", ALICE, *GET), ("inspect", export), ("explain", "E41")):
        written = iamtui(*asked, "--color", option).out
        assert ("\x1b[" in written) is coloured


def details_of(ran: Ran) -> dict[str, Any]:
    assert (ran.status, ran.err) == (0, "")
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_the_shape_of_authorization_details_has_one_evaluation_a_part_of_the_call(iamtui: Iamtui, export: Path) -> None:
    """AT25, AT4."""
    also = ("--also", "s3:PutObject=arn:aws:s3:::ledger/q3.csv")
    found = details_of(
        iamtui("simulate", export, "--principal", ALICE, *GET, *also, "--format", "authorization-details")
    )
    assert found["requestContext"]["aws:PrincipalARN"] == ALICE
    assert found["requestContext"]["aws:UserId"] == "AIDAALICE"
    assert [(one["action"], one["evaluatedEffect"]) for one in found["evaluations"]] == [
        ("s3:GetObject", "ALLOW"),
        ("s3:PutObject", "IMPLICIT_DENY"),
    ]
    (check,) = found["evaluations"][0]["checks"]
    (policy,) = found["policies"]
    assert (check["checkType"], check["evaluatedEffect"]) == ("PRINCIPAL", "ALLOW")
    assert check["matchedPolicies"] == [
        {"uri": policy["uri"], "matchedStatements": [{"sid": "Read", "evaluatedEffect": "ALLOW"}]}
    ]
    assert policy["uri"].startswith("inline:")
    assert (policy["type"], policy["inline"], policy["attachedTo"]) == ("IDENTITY_BASED_POLICY", True, [{"arn": ALICE}])


def test_control_policies_are_a_check_a_level_in_the_order_of_aws(iamtui: Iamtui, tmp_path: Path) -> None:
    """AT5."""
    policy, deny = write(tmp_path / "p.json", allow("s3:*")), write(tmp_path / "d.json", allow("ec2:*"))
    levels = ("--scp", f"r-1={policy}", "--scp", f"111122223333={deny}")
    found = details_of(
        iamtui("simulate", "--policy", policy, *levels, "--principal", ALICE, *GET, "--format", "authorization-details")
    )
    (evaluation,) = found["evaluations"]
    assert [
        (check["checkType"], check.get("targetArn", "").rpartition("/")[2], check["evaluatedEffect"])
        for check in evaluation["checks"]
    ] == [
        ("SERVICE_CONTROL_POLICY", "r-1", "ALLOW"),
        ("SERVICE_CONTROL_POLICY", "111122223333", "IMPLICIT_DENY"),
        ("PRINCIPAL", "", "ALLOW"),
    ]


def test_authorization_details_have_no_word_for_what_is_unknown(iamtui: Iamtui, tmp_path: Path) -> None:
    condition = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    policy = write(tmp_path / "p.json", allow("s3:*", Condition=condition))
    stated = ("--context", "aws:SourceIp=@unknown", "--format", "authorization-details")
    ran = iamtui("simulate", "--policy", policy, *GET, *stated)
    assert (ran.status, ran.out) == (2, "")
    assert "s3:GetObject depends on aws:SourceIp" in ran.err
