"""The formats that can be read: one module each, tried in this order. A new format is a module and a line here."""

from __future__ import annotations

from iamtui.snapshot.readers import (
    access_points,
    account_settings,
    authorization_details,
    aws_managed,
    carriers,
    config,
    credential_report,
    iamspy,
    joined_answers,
    named_policies,
    organization_tree,
    organizations,
    public_access,
    refused_calls,
    resource_policies,
    resource_tags,
    resources,
    role_bearers,
    service_last_accessed,
    sign_in,
    vpc_endpoints,
)
from iamtui.snapshot.readers.iam_collect import files as iam_collect
from iamtui.snapshot.readers.reader import Reader

READERS: tuple[Reader, ...] = (
    authorization_details.READER,
    aws_managed.READER,
    iam_collect.READER,
    config.READER,
    credential_report.READER,
    *sign_in.READERS,
    *account_settings.READERS,
    *service_last_accessed.READERS,
    *iamspy.READERS,
    joined_answers.READER,
    *organization_tree.READERS,
    *organizations.READERS,
    *access_points.READERS,
    *public_access.READERS,
    *resource_policies.READERS,
    *named_policies.READERS,
    *resource_tags.READERS,
    *resources.READERS,
    *carriers.READERS,
    *role_bearers.READERS,
    vpc_endpoints.READER,
    refused_calls.READER,
)
