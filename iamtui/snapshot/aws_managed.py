"""AWS managed policies whose document is certain without any export (I12)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from iamtui.policy.document import Document
from iamtui.snapshot.model import ManagedPolicy, PolicyVersion

_NAME = "AdministratorAccess"
_ADMINISTRATOR = Document(
    b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
)  # v1 since 2015-02-06, the only version that there ever was
_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")


def _administrator(partition: str) -> ManagedPolicy:
    return ManagedPolicy(
        arn=f"arn:{partition}:iam::aws:policy/{_NAME}",
        name=_NAME,
        path="/",
        policy_id="",
        default_version_id="v1",
        versions=(PolicyVersion("v1", _ADMINISTRATOR, is_default=True),),
        description="Provides full access to AWS services and resources.",
        is_bundled=True,
    )


BUNDLED: Mapping[str, ManagedPolicy] = MappingProxyType(
    {policy.arn: policy for policy in map(_administrator, _PARTITIONS)}
)
"""By ARN. Every other AWS managed policy changes now and then, so that only an export can say what it allows."""
