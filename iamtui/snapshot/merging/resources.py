"""Puts the aspects of each resource together, and says where it is not certain whose they are (I30-I40)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from iamtui.arn import account_of
from iamtui.snapshot.facts import ManifestFact, ResourceFact
from iamtui.snapshot.merging.account_inference import Neighbours
from iamtui.snapshot.model import Exported, Resource, Severity, SourceProblem
from iamtui.snapshot.resource_kinds import kind_of, name_in

_BUCKET = "s3:bucket"


@dataclass(frozen=True, slots=True)
class PlacedResource:
    """A fact with the file that it came from."""

    path: Path
    fact: ResourceFact


def _with_role_of_definition(resource: Resource, found: Mapping[str, Resource]) -> Resource:
    """A task of ECS with the role that its definition names; of one that was not exported that is not known (EP41)."""
    if resource.role is None or ":task-definition/" not in resource.role:
        return resource
    definition = found.get(resource.role)
    return replace(resource, role=None if definition is None else definition.role)


class ResourcesBuilder:
    """Groups facts by ARN, or by kind and name where there is none, the newest first."""

    def __init__(
        self, neighbours: Neighbours, partitions: Mapping[str, str], manifest: Iterable[ManifestFact] = ()
    ) -> None:
        self.problems: list[SourceProblem] = []
        self._neighbours = neighbours
        self._partitions = partitions
        self._manifest = {entry.path: entry for entry in manifest}
        self._regions: dict[str, set[str]] = defaultdict(set)

    def build(self, facts: Sequence[PlacedResource]) -> dict[str, Resource]:
        """All resources, by ARN; `facts` come newest first."""
        self._check_manifest({placed.path for placed in facts})
        facts = [self._as_listed(placed) for placed in facts]
        by_arn: dict[str, list[PlacedResource]] = defaultdict(list)
        arns: dict[tuple[str, str], set[str]] = defaultdict(set)
        for placed in facts:
            if placed.fact.arn is not None:
                by_arn[placed.fact.arn].append(placed)
                arns[placed.fact.kind, placed.fact.name].add(placed.fact.arn)
                self._note_region(placed.fact.arn)
        for placed in facts:
            if placed.fact.arn is None and (arn := self._arn(placed, arns)) is not None:
                by_arn[arn].append(placed)
        order = {id(placed): index for index, placed in enumerate(facts)}
        found = {}
        for arn in sorted(by_arn):
            group = sorted(by_arn[arn], key=lambda placed: order[id(placed)])
            if not all(placed.fact.only_adds for placed in group):
                found[arn] = self._resource(arn, group)
        return {arn: _with_role_of_definition(one, found) for arn, one in found.items()}

    def _check_manifest(self, used: set[Path]) -> None:
        for path, entry in self._manifest.items():
            if path not in used:
                self._note(
                    path,
                    f"expected a policy or public access block of {entry.arn}, as a manifest says",
                    "it is not known",
                )

    def _as_listed(self, placed: PlacedResource) -> PlacedResource:
        """The fact as a manifest says it (I40)."""
        entry = self._manifest.get(placed.path)
        if entry is None:
            return placed
        listed = replace(
            placed.fact,
            kind=kind_of(entry.arn),
            name=name_in(entry.arn),
            arn=entry.arn,
            account=entry.account or placed.fact.account,
            doubt=None,
        )
        return PlacedResource(placed.path, listed)

    def _note_region(self, arn: str) -> None:
        parts = arn.split(":", 5)
        if parts[3] and parts[4]:
            self._regions[parts[4]].add(parts[3])

    def _arn(self, placed: PlacedResource, arns: Mapping[tuple[str, str], set[str]]) -> str | None:
        """The ARN of a fact that has none: another file's of the same name, else made of what is known."""
        fact = placed.fact
        account = fact.account or self._neighbours.account_of(placed.path)[0]
        if fact.kind == _BUCKET:
            return f"arn:{self._partitions.get(account or '', 'aws')}:s3:::{fact.name}"
        known = arns.get((fact.kind, fact.name), set())
        candidates = {arn for arn in known if len(known) == 1 or account is None or f":{account}:" in arn}
        if len(candidates) == 1:
            return candidates.pop()
        if fact.only_adds:
            return None
        region = fact.region or self._only_region(account)
        if not fact.kind or not fact.name or account is None or region is None:
            self._note(
                placed.path,
                f"expected to learn which {fact.kind or 'resource'} this is of (from the file's name, the policy's "
                "Resource, a manifest or a call that names its ARN)",
                "it is not used",
            )
            return None
        if fact.region is None:
            self._note(placed.path, "expected a region", f"{region} is taken, as of all other resources of the account")
        service, word = fact.kind.split(":", 1)
        resource = fact.name if fact.kind in ("sqs:queue", "sns:topic") else f"{word}{_separator(service)}{fact.name}"
        return f"arn:{self._partitions.get(account, 'aws')}:{service}:{region}:{account}:{resource}"

    def _only_region(self, account: str | None) -> str | None:
        regions = self._regions.get(account or "", set())
        return next(iter(regions)) if len(regions) == 1 else None

    def _resource(self, arn: str, group: Sequence[PlacedResource]) -> Resource:
        facts = [placed.fact for placed in group]
        account, is_certain = self._account(arn, group)
        for placed in group:
            if placed.fact.doubt is not None:
                self._note(placed.path, f"not certain whose this is: {placed.fact.doubt}", f"it is taken for {arn}'s")
        speaking = [placed for placed in group if placed.fact.policy_state is not Exported.UNKNOWN]
        for other in speaking[1:]:
            if other.fact.policy != speaking[0].fact.policy:
                where = "earlier in this file" if other.path == speaking[0].path else f"in {speaking[0].path}"
                self._note(other.path, f"expected one policy of {arn}, and another is {where}", "this one is not shown")
        said = speaking[0].fact if speaking else None
        return Resource(
            arn=arn,
            account=account,
            kind=facts[0].kind or kind_of(arn),
            policy=None if said is None else said.policy,
            policy_state=Exported.UNKNOWN if said is None else said.policy_state,
            region=next((fact.region for fact in facts if fact.region), None) or arn.split(":", 5)[3] or None,
            tags=next((fact.tags for fact in facts if fact.tags is not None), None),
            public_access_block=next((f.public_access_block for f in facts if f.public_access_block), None),
            is_public=next((fact.is_public for fact in facts if fact.is_public is not None), None),
            aliases=tuple(dict.fromkeys(alias for fact in facts for alias in fact.aliases)),
            grants=next((fact.grants for fact in facts if fact.grants is not None), None),
            account_is_certain=is_certain,
            bucket=next((fact.bucket for fact in facts if fact.bucket is not None), None),
            bucket_account=next((fact.bucket_account for fact in facts if fact.bucket_account is not None), None),
            network_origin=next((fact.network_origin for fact in facts if fact.network_origin is not None), None),
            vpc_id=next((fact.vpc_id for fact in facts if fact.vpc_id is not None), None),
            abac=next((fact.abac for fact in facts if fact.abac is not None), None),
            role=next((fact.role for fact in facts if fact.role is not None), None),
        )

    def _account(self, arn: str, group: Sequence[PlacedResource]) -> tuple[str, bool]:
        said = next((placed.fact.account for placed in group if placed.fact.account), None) or account_of(arn)
        if said:
            return said, True
        found = [self._neighbours.account_of(placed.path) for placed in group]
        account, is_certain = next((item for item in found if item[0] is not None), (None, False))
        if not is_certain:
            guess = f"account {account} is taken, the only one" if account else "it is of no known account"
            self._note(group[0].path, f"expected to learn the account of {arn}", guess)
        return account or "", is_certain

    def _note(self, path: Path, expected: str, consequence: str) -> None:
        self.problems.append(SourceProblem(path, "", expected, consequence, Severity.WARNING))


def _separator(service: str) -> str:
    return ":" if service in ("backup", "lambda", "secretsmanager") else "/"
