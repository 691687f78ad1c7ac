"""For which thing a service takes a role, as far as AWS says: what it sends as `aws:SourceArn` (EP16)."""

from __future__ import annotations

from collections.abc import Mapping

from iamtui.analysis.paths.ways.catalogue import Way
from iamtui.policy.keys import KeyValue

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
"""The things whose ARN a service sends, by the pages of its guide on the confused deputy (UNCONFIRMED: from memory).

Not here, and so unknown: EC2, of which no page says that it sends any; ECS, whose page wants `*` for the name;
Scheduler, which sends the group of a schedule; Systems Manager, which sends the execution and not the document; others.
"""


def source_of(way: Way, service: str, binds: Mapping[str, str]) -> dict[str, KeyValue]:
    """The key that a service sends where it takes a role: for the thing that the way binds, if that is such a thing."""
    sent = _SENT.get(service, ())
    made = (binds[name] for name, bind in way.bind.items() if name in binds and bind.type in sent)
    first = next(made, None)
    return {} if first is None else {"aws:SourceArn": KeyValue.of(first, "what the step makes")}
