"""For which thing a service takes a role, as far as AWS says: what it sends as `aws:SourceArn` (EP16)."""

from __future__ import annotations

from collections.abc import Mapping

from iamtui.analysis.paths.requests.asking import FRESH
from iamtui.analysis.paths.ways.catalogue import Way
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


def sources_of(way: Way, service: str, account: Account, binds: Mapping[str, str]) -> tuple[dict[str, KeyValue], ...]:
    """For what a service may take a role, as far as it is told: what is surest counts.

    It is the thing that the way binds; else any thing of the service and the account, for a policy that takes all of
    these; else it is unknown.
    """
    sent = _SENT.get(service, ())
    made = (binds[name] for name, bind in way.bind.items() if name in binds and bind.type in sent)
    first = next(made, None)
    if first is not None:
        return ({_KEY: KeyValue.of(first, "what the step makes")},)
    some = f"arn:{account.partition}:{_SOME_OF.get(service, FRESH)}:{FRESH}:{account.account_id}:{FRESH}"
    return {_KEY: KeyValue.of(some, "something of the account")}, {}
