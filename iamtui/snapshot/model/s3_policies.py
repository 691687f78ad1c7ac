"""S3 policies of an organization (policy type S3_POLICY), and what they make of S3 Block Public Access (S10).

Such a policy is no IAM policy: it assigns `all` (the four settings of Block Public Access are on in all accounts below)
or `none`. How policies at several places come to one value for an account is judged here and nowhere else:

- An assignment nearer to the account takes the place of one further up, as in every declarative policy, unless the one
  further up lets the policies below assign nothing (`@@operators_allowed_for_child_policies`).
- Of several at one place `all` wins (S10, UNCONFIRMED).
- The management account is not spared: AWS says that only of SCPs and RCPs (S10, UNCONFIRMED).
- `none` adds nothing: the settings of account, bucket and access point count as they are (S10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

S3_POLICY = "S3_POLICY"


class Assigned(Enum):
    """What a policy assigns to the four settings."""

    ALL = "all"
    NONE = "none"
    NOTHING = "nothing"  # it leaves to others what is assigned
    UNKNOWN = "unknown"  # its content was not exported, or cannot be read


@dataclass(frozen=True, slots=True)
class S3Policy:
    """One S3 policy, as far as it matters here."""

    policy_id: str
    name: str
    assigns: Assigned = Assigned.UNKNOWN
    is_final: bool = False  # policies further down assign nothing


@dataclass(frozen=True, slots=True)
class S3Policies:
    """All S3 policies of an organization.

    Attributes:
        enabled: whether the root has the type enabled (I51); None: not exported.
        policies: by id.
        attached: the ids that are attached directly to a root, OU or account; one that is missing was not exported.
    """

    enabled: bool | None = None
    policies: Mapping[str, S3Policy] = field(default_factory=lambda: MappingProxyType({}))
    attached: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def block(self, way: Iterable[str]) -> bool | None:
        """Whether they turn the four settings on for an account, from the ids on the way to it, root first.

        None: not everything that has a say was exported.
        """
        if self.enabled is False:
            return False
        said = Assigned.NOTHING
        for target in way:
            found = self._at(target)
            said = said if found.assigns is Assigned.NOTHING else found.assigns
            if found.is_final:
                break
        return None if said is Assigned.UNKNOWN else said is Assigned.ALL

    def _at(self, target: str) -> S3Policy:
        """The combined settings of the policies attached to one target."""
        ids = self.attached.get(target)
        if ids is None:
            return S3Policy("", "")
        found = [self.policies.get(policy_id) or S3Policy(policy_id, policy_id) for policy_id in ids]
        assigned = {policy.assigns for policy in found}
        strongest = (Assigned.ALL, Assigned.UNKNOWN, Assigned.NONE)
        assigns = next((one for one in strongest if one in assigned), Assigned.NOTHING)
        return S3Policy("", "", assigns, any(policy.is_final for policy in found))
