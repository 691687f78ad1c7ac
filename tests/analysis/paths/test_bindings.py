"""Which bindings are tried: what a step before changed counts for whether another binding does (EP22, EP30)."""

from __future__ import annotations

from dataclasses import replace

from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.searching.search import find_paths
from iamtui.analysis.paths.ways.catalogue import catalogue
from iamtui.snapshot.model import InstanceProfile, Resource
from tests.analysis.paths.accounts import OWN, allow, document
from tests.analysis.paths.test_administrators import HOME, account, role, user
from tests.analysis.paths.test_laws import Distinct
from tests.tables import every_row

NOBODY = f"{HOME}:user/nobody"


def test_ep22_ep30_a_policy_that_the_actor_has_too_is_written_where_another_one_does_not_do() -> None:
    """Only of what both have the new version lets the actor rewrite whom the role trusts."""
    dana = user("dana", allow("iam:CreatePolicyVersion"), attached=(f"{HOME}:policy/shared",))
    first, shared = f"{HOME}:policy/first", f"{HOME}:policy/shared"
    ends = [
        replace(role("both", {"AWS": NOBODY}, allow("*")), attached=(first, shared)),
        replace(role("one", {"AWS": NOBODY}, allow("*")), attached=(first,)),
    ]
    harmless = document(allow("s3:ListAllMyBuckets"))
    found = find_paths(account(dana, *ends, first=harmless, shared=harmless), PathQuestion(ways=("iam-020",)))
    (edge,) = found.edges
    assert (edge.end, edge.binds["policy"], edge.verdict) == (ends[0].arn, shared, "proven")


def test_ep57_who_has_the_rewritten_policy_too_is_alike_none_who_has_not() -> None:
    """Both may rewrite it, but only who has it may then take the role: nothing else allows either that."""
    first, may = f"{HOME}:policy/first", f"{HOME}:policy/may"
    held = account(
        user("dana", attached=(first, may)),
        user("eve", attached=(may,)),
        replace(role("top", {"AWS": OWN}, allow("*")), attached=(first, may)),
        first=document(allow("s3:ListAllMyBuckets")),
        may=document(allow("iam:CreatePolicyVersion", first)),
    )
    found = find_paths(held, PathQuestion(ways=("iam-016",)))
    assert [(path.start, path.verdict) for path in found.paths] == [(f"{HOME}:user/dana", "proven")]


def test_ep56_a_policy_may_be_rewritten_by_its_tags() -> None:
    """Of one that has them, one that has others, and one of which they were not exported."""
    tagged = {"StringEquals": {"aws:ResourceTag/team": "red"}}
    dana = user("dana", {**allow("iam:CreatePolicyVersion"), "Condition": tagged}, allow("sts:AssumeRole"))
    arns = {name: f"{HOME}:policy/{name}" for name in ("red", "blue", "gray")}
    ends = [replace(role(f"has-{name}", {"AWS": OWN}), attached=(arn,)) for name, arn in arns.items()]
    held = account(dana, *ends, **dict.fromkeys(arns, document(allow("s3:ListAllMyBuckets"))))
    listed = {
        arn: Resource(arn, OWN, "iam:policy", tags=(("team", name),)) for name, arn in arns.items() if name != "gray"
    }
    found = find_paths(replace(held, resources=listed), PathQuestion(ways=("iam-016",)))
    told = [(edge.end.rpartition("-")[2], edge.verdict) for edge in found.edges]
    assert sorted(told) == [("gray", "conditional"), ("red", "proven")]


def test_ep22_a_new_instance_runs_with_no_role_that_is_in_no_instance_profile() -> None:
    """That it could be passed, and trusts the service, does not do: an instance takes the profile (EP16)."""
    dana = user("dana", allow(["iam:PassRole", "ec2:RunInstances"]))
    bare = role("bare", {"Service": "ec2.amazonaws.com"}, allow("*"))
    profile = InstanceProfile(f"{HOME}:instance-profile/held", "held", "/", "AIPA")
    held = replace(role("held", {"Service": "ec2.amazonaws.com"}, allow("*")), instance_profiles=(profile,))
    found = find_paths(account(dana, bare, held), PathQuestion(ways=("ec2-001",)))
    assert [(edge.end, edge.verdict) for edge in found.edges] == [(held.arn, "proven")]


def test_ep57_who_is_an_end_itself_keeps_those_who_are_alike_from_none() -> None:
    """Of two roles that are alike, the first to be asked is the end of the second: as to itself it says nothing."""
    shared = f"{HOME}:policy/shared"
    first = role("a", {"AWS": OWN}, allow("iam:CreateAccessKey"))
    roles = [replace(one, attached=(shared,)) for one in (first, role("b", {"AWS": OWN}))]
    held = account(user("top", allow("*")), *roles, shared=document(allow("sts:AssumeRole", f"{HOME}:role/a")))
    found = find_paths(held, PathQuestion(ways=("sts-001", "iam-002")))
    assert (f"{HOME}:role/b", f"{HOME}:role/a", "proven") in [(one.start, one.end, one.verdict) for one in found.edges]


def test_ep57_what_a_boundary_allows_is_no_allow_of_ones_own() -> None:
    """Two users for whom the same statement speaks, for one only as a boundary, are not alike."""
    may = allow("sts:AssumeRole", f"{HOME}:role/top")
    held = account(
        user("dana", may, boundary=f"{HOME}:policy/edge"),
        user("eve", boundary=f"{HOME}:policy/edge"),
        role("top", {"AWS": OWN}, allow("*")),
        edge=document(may),
    )
    assert [one.start for one in find_paths(held, PathQuestion(ways=("sts-001",))).paths] == [f"{HOME}:user/dana"]


def test_ep57_what_takes_everything_is_not_alike_what_takes_nothing() -> None:
    """`NotResource` of `*` is all but everything: two users say the same of it, and one of them is allowed it."""
    may = allow("iam:UpdateAssumeRolePolicy")
    nothing = {"Effect": "Allow", "Action": may["Action"], "NotResource": "*"}
    held = account(user("dana", may), user("eve", nothing), role("top", {"AWS": OWN}, allow("*")))
    found = find_paths(held, PathQuestion(ways=("iam-012",)))
    assert [path.start for path in found.paths] == [f"{HOME}:user/dana"]


def _bounded(action: object, *names: str) -> dict[str, object]:
    """An Allow under a condition on the boundary of whom it takes, or who is made."""
    boundaries = [f"{HOME}:policy/{name}" for name in names]
    return {**allow(action), "Condition": {"StringEquals": {"iam:PermissionsBoundary": boundaries}}}


@every_row(
    ("names", "verdict", "boundary"),
    [
        (("narrow",), None, None),
        (("narrow", "wide"), "proven", "wide"),
        (("kept", "wide"), "proven", "wide"),  # the first holds every Allow, and a Deny
        (("kept",), None, None),
        (("unread",), "possible", "unread"),
        (("gone",), None, None),
    ],
)
def test_ep13_who_is_made_under_a_boundary_has_it(
    names: tuple[str, ...], verdict: str | None, boundary: str | None
) -> None:
    """Whoever may make users and roles under a boundary alone becomes an administrator where one leaves it room."""
    makes = (_bounded("iam:Create*", *names), allow(["iam:Put*", "iam:Attach*", "iam:CreateAccessKey"]))
    bound = {"AWS": f"{HOME}:role/nobody"}
    held = account(
        role("dana", bound, *makes, allow("sts:AssumeRole")),
        user("free", allow(["iam:CreateRole", "iam:PutRolePolicy", "sts:AssumeRole"])),
        narrow=document(allow("s3:*")),
        kept=document(allow("*"), {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}),
        wide=document(allow("*")),
        unread=None,
    )
    for way in ("own-iam-010", "own-iam-011"):
        edges = find_paths(held, PathQuestion(starts=(f"{HOME}:role/dana",), ways=(way,))).edges
        given = None if boundary is None else f"{HOME}:policy/{boundary}"
        told = [(edge.verdict, edge.binds.get("boundary")) for edge in edges if edge.start.endswith("dana")]
        assert told == ([] if verdict is None else [(verdict, given)])
    (edge,) = find_paths(held, PathQuestion(starts=(f"{HOME}:user/free",), ways=("own-iam-010",))).edges
    assert (edge.verdict, "boundary" in edge.binds) == ("proven", False)


def test_ep7_what_one_writes_makes_nobody_else_an_administrator_who_attaches_less() -> None:
    """Two make a role: one writes any policy into it, the other attaches one that denies."""
    strong = f"{HOME}:policy/strong"
    attaches = {**allow("iam:AttachRolePolicy"), "Condition": {"ArnEquals": {"iam:PolicyARN": strong}}}
    with_mfa = {**allow("iam:PutRolePolicy"), "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    makes = allow(["iam:CreateRole", "sts:AssumeRole"])
    held = account(
        user("writes", makes, with_mfa, {**attaches, "Effect": "Deny"}),
        user("zoe", makes, attaches),
        strong=document(allow("*"), {"Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}),
    )
    found = find_paths(held, PathQuestion(ways=("own-iam-010",)))
    assert [(path.start, path.verdict) for path in found.paths] == [(f"{HOME}:user/writes", "conditional")]


FUNCTIONS = f"arn:aws:lambda:us-east-1:{OWN}:function:"
BROWSERS = f"arn:aws:bedrock-agentcore:us-east-1:{OWN}:browser-custom/"


@every_row(
    ("way", "may", "asks", "verdict"),
    [
        ("lambda-001", f"{FUNCTIONS}x-*", f"{FUNCTIONS}x-*", "proven"),
        ("lambda-001", f"{FUNCTIONS}x-*", f"{FUNCTIONS}y-*", None),
        ("lambda-001", [f"{FUNCTIONS}x-*", f"{FUNCTIONS}y-*"], f"{FUNCTIONS}y-*", "proven"),  # another name does
        ("lambda-001", "*", f"{FUNCTIONS}prod", "proven"),  # whoever may make any makes the one that is asked for
        ("lambda-001", f"{FUNCTIONS}a*", f"{FUNCTIONS}*z", "proven"),
        ("lambda-001", "*", "*:function:prod", "proven"),
        ("lambda-001", "*", f"arn:aws:lambda:eu-west-1:{OWN}:function:*", "proven"),
        ("lambda-001", "*", f"arn:aws:sns:us-east-1:{OWN}:*", None),
        ("cloudformation-001", "*", f"arn:aws:cloudformation:us-east-1:{OWN}:stack/prod/*", "proven"),
        ("own-bedrock-002", "*", f"{BROWSERS}*", "proven"),  # it is made after the role is looked at
        ("own-bedrock-002", "*", f"{FUNCTIONS}*", None),
    ],
)
def test_ep16_a_service_takes_a_role_for_what_the_way_makes(
    way: str, may: object, asks: str, verdict: str | None
) -> None:
    """A role that trusts a service for things of some name is had by whoever may make one of that name."""
    service = next(step.by for step in catalogue().by_id[way].steps if not step.is_own)
    dana = user("dana", allow("iam:PassRole"), allow(["lambda:*", "bedrock-agentcore:*", "cloudformation:*"], may))
    taking = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    named = {**taking, "Condition": {"ArnLike": {"aws:SourceArn": asks}}}
    if not asks.startswith("arn:"):
        named["Condition"] = {"StringLike": {"aws:SourceArn": asks}}
    served = replace(role("served", {"AWS": OWN}, allow("*")), trust=document(named))
    other = replace(role("other", {"AWS": OWN}), trust=served.trust)
    for likeness in (Likeness, Distinct):
        found = find_paths(account(dana, served, other), PathQuestion(ways=(way,)), likeness=likeness)
        told = [(edge.end, edge.verdict, {step.decision for step in edge.steps}) for edge in found.edges]
        assert told == ([] if verdict is None else [(served.arn, verdict, {"allowed"})])


@every_row(
    ("way", "service", "source"),
    [
        ("ec2-001", "ec2", "ec2:us-east-1:{}:instance/*"),
        ("own-autoscaling-001", "ec2", "ec2:us-east-1:{}:instance/*"),
        ("imagebuilder-001", "ec2", "ec2:us-east-1:{}:instance/*"),
        ("ssm-003", "ssm", "ssm:us-east-1:{}:automation-execution/*"),
        ("scheduler-001", "scheduler", "scheduler:us-east-1:{}:schedule-group/default"),
        ("ecs-001", "ecs-tasks", "ecs:us-east-1:{}:task/*"),
    ],
)
def test_ep16_where_no_page_says_for_what_a_service_takes_a_role_the_way_is_conditional(
    way: str, service: str, source: str
) -> None:
    """Never denied: what is sent may be what the trust policy asks for."""
    profile = InstanceProfile(f"{HOME}:instance-profile/held", "held", "/", "AIPA")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:{source.format(OWN)}"}},
    }
    held = replace(role("held", {}, allow("*")), instance_profiles=(profile,), trust=document(statement))
    services = ("autoscaling", "ec2", "ecs", "imagebuilder", "scheduler", "ssm")
    dana = user("dana", allow(["iam:PassRole", "iam:GetInstanceProfile", *(f"{one}:*" for one in services)]))
    found = find_paths(account(dana, held), PathQuestion(ways=(way,)))
    assert {(edge.end, edge.verdict) for edge in found.edges} <= {(held.arn, "conditional"), (held.arn, "possible")}
    assert "aws:SourceArn" in {one.key for edge in found.edges for one in edge.conditions}


@every_row(("way", "service", "source"), [("ecs-001", "ecs-tasks", "ecs"), ("own-autoscaling-001", "ec2", "*")])
def test_ep16_whatever_a_service_takes_a_role_for_is_a_thing_of_the_account(
    way: str, service: str, source: str
) -> None:
    """The page of ECS asks for `arn:aws:ecs:REGION:ACCOUNT:*`, which is so for whatever ECS sends."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:{source}:*:{OWN}:*"}},
    }
    profile = InstanceProfile(f"{HOME}:instance-profile/held", "held", "/", "AIPA")
    held = replace(role("held", {}, allow("*")), instance_profiles=(profile,), trust=document(statement))
    dana = user("dana", allow(["iam:PassRole", "ecs:*", "ec2:*", "autoscaling:*"]))
    found = find_paths(account(dana, held), PathQuestion(ways=(way,)))
    assert [(edge.end, edge.verdict) for edge in found.edges] == [(held.arn, "proven")]


@every_row(
    ("pattern", "made"),
    [("user/b", []), ("user/team/B", []), ("user/b*", ["proven"]), ("user/*", ["proven"]), ("user/c", ["proven"])],
)
def test_ep22_nobody_makes_a_user_of_a_name_that_is_taken(pattern: str, made: list[str]) -> None:
    """IAM refuses a second user of one name, whatever their paths and the case."""
    dana = user("dana", allow("iam:*", f"{HOME}:{pattern}"))
    found = find_paths(account(dana, user("b")), PathQuestion(ways=("own-iam-011",)))
    assert [path.verdict for path in found.paths] == made
    assert not {path.end for path in found.paths} & {f"{HOME}:user/b"}
