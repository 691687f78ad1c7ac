"""For which thing a service takes a role, as far as AWS says: what it sends as `aws:SourceArn` (EP16)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.paths.ways.catalogue import Way
from iamtui.policy.document import Document, statements_written
from iamtui.policy.keys import KeyValue
from iamtui.snapshot.model import Account

_KEY = "aws:SourceArn"
_SENT = {
    "airflow.amazonaws.com": ("airflow:environment",),
    "bedrock-agentcore.amazonaws.com": (
        "bedrock-agentcore:browser-custom",
        "bedrock-agentcore:code-interpreter-custom",
        "bedrock-agentcore:runtime",
    ),
    "cloudformation.amazonaws.com": ("cloudformation:stack", "cloudformation:stackset"),
    "codebuild.amazonaws.com": ("codebuild:project",),
    "emr-serverless.amazonaws.com": ("emr-serverless:application",),
    "kinesisanalytics.amazonaws.com": ("kinesisanalytics:application",),
    "lambda.amazonaws.com": ("lambda:function",),
    "omics.amazonaws.com": ("omics:run",),
    "pods.eks.amazonaws.com": ("eks:cluster",),
    "sagemaker.amazonaws.com": ("sagemaker:processing-job", "sagemaker:training-job"),
    "states.amazonaws.com": ("states:statemachine",),
}
"""The things whose ARN a service sends, by the pages of its guide on the confused deputy (UNCONFIRMED: from memory)."""
_SOME_OF = {
    "ecs-tasks.amazonaws.com": "ecs",
    "sagemaker.amazonaws.com": "sagemaker",
    "scheduler.amazonaws.com": "scheduler",
    "ssm.amazonaws.com": "ssm",
}
"""Services whose guide wants a trust policy to ask for a thing of theirs, but not for the thing that a way binds: the
page of ECS has `*` for the name, Scheduler sends the group of a schedule, Systems Manager the execution of a document.

Of services in neither table no page is known, as of EC2: what they take a role for may be of any service.
"""


def thing_of(way: Way, service: str) -> str | None:
    """The variable of a way for which a service takes a role; None where no page tells what it is."""
    sent = _SENT.get(service, ())
    return next((name for name, bind in way.bind.items() if bind.type in sent), None)


def asked_for(way: Way, name: str, account: Account, binds: Mapping[str, str]) -> tuple[str, ...]:
    """What a thing must be called so that a service takes the role that is bound: patterns of its trust policy."""
    found: dict[str, None] = {}
    for step in way.steps:
        if not step.is_own and thing_of(way, step.by) == name:
            for arn in (binds[on] for on in step.on if on in binds):
                role = (account.roles or {}).get(arn.rpartition("/")[2].lower())
                found.update(dict.fromkeys(() if role is None or role.trust is None else things_in(role.trust)))
    return tuple(found)


@cache
def things_in(trust: Document) -> tuple[str, ...]:
    """The patterns that a trust policy has for what a service takes its role for."""
    tests = (test for one in statements_written(trust) for test in one.conditions if test.folded_key == _KEY.lower())
    return tuple(value.text for test in tests for value in test.values)


def sources_of(way: Way, service: str, account: Account, binds: Mapping[str, str]) -> tuple[dict[str, KeyValue], ...]:
    """For what a service may take a role, as far as it is told: what is surest counts.

    It is the thing that the way binds; else any thing of the service and the account, for a policy that takes all of
    these; else it is unknown.
    """
    thing = thing_of(way, service)
    if thing is not None and thing in binds:
        return ({_KEY: KeyValue.of(binds[thing], "what the step makes")},)
    some = f"arn:{account.partition}:{_SOME_OF.get(service, FRESH)}:{FRESH}:{account.account_id}:{FRESH}"
    return {_KEY: KeyValue.of(some, "something of the account")}, {}
