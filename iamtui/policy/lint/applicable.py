"""Actions that no resource of their statement is for, such as s3:GetObject on a bucket (Q7).

IAM User Guide, Troubleshoot IAM policies: an action without an applicable resource gives no permission. Looked for in
services of which AWS's list of resource types is all that their actions are authorized on; elsewhere it often is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from iamtui import catalog
from iamtui.patterns import split_wildcards
from iamtui.policy.lint.finding import Finding, StatementView, quoted, warning
from iamtui.policy.meeting import may_meet

_SERVICES = frozenset(("dynamodb", "iam", "kms", "lambda", "s3", "secretsmanager", "sqs"))
_FILLED_IN = re.compile(r"\$\{[^}]*\}")
_LONGEST = 300
"""Longer ARNs are not compared: the finding is not worth a wait."""


def check(view: StatementView) -> Iterator[Finding]:
    """The findings on the actions of one statement."""
    written = [text.value for text in view.texts("Resource")]
    if not written or not all(map(_is_whole, written)):
        return
    resources = [_FILLED_IN.sub("*", one) for one in written]
    for text in view.texts("Action"):
        service = text.value.partition(":")[0].lower()
        kinds = _kinds(text.value) if service in _SERVICES and len(text.value) <= _LONGEST else ()
        if kinds and not any(_may_be(one, service, kind) for kind in kinds for one in resources):
            named = ", ".join(kinds[:3])
            message = f"{quoted(text.value)} is authorized on {named}, and no resource of the statement is one"
            yield warning("Q7", text.pointer, message, f"Name one, such as {_example(service, kinds[-1])}.")


@lru_cache(maxsize=4_096)
def _kinds(pattern: str) -> tuple[str, ...]:
    """The types of resources that the actions of a pattern are authorized on; none if one of them takes no resource."""
    actions = [found for name in catalog.matching(pattern) if (found := catalog.action(name)) is not None]
    if not all(action.resource_types for action in actions):
        return ()
    return tuple(sorted({part.name for action in actions for part in action.resource_types}))


def _is_whole(resource: str) -> bool:
    return resource.startswith("arn:") and resource.count(":") >= 5 and len(resource) <= _LONGEST


@lru_cache(maxsize=4_096)
def _may_be(resource: str, service: str, kind: str) -> bool:
    """Whether a pattern takes an ARN of a type; Region and account are another finding."""
    found = catalog.resource_type(service, kind)
    template = [] if found is None else found.arn_template.split(":", 5)
    segments = resource.split(":", 5)
    if len(template) != len(segments):
        return True
    if not may_meet(split_wildcards(segments[2]), split_wildcards(template[2])):
        return False
    return may_meet(split_wildcards(segments[5]), catalog.parts_of(template[5]))


def _example(service: str, kind: str) -> str:
    found = catalog.resource_type(service, kind)
    return kind if found is None else found.arn_template
