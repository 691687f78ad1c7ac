"""Puts what all files say together to one `Snapshot`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from iamtui.arn import is_account_id
from iamtui.policy.document import DocumentTable
from iamtui.snapshot.accounts import AccountsBuilder
from iamtui.snapshot.facts import (
    AccountFact,
    AttachmentsFact,
    AwsManagedFact,
    CredentialsFact,
    EndpointFact,
    Fact,
    IamEntities,
    ManifestFact,
    OrganizationFact,
    PolicyFact,
    ProviderFact,
    ResourceFact,
    RoleFact,
    ServiceAccessFact,
    ServiceAccessJob,
    StoreFile,
    TargetFact,
    TargetsFact,
)
from iamtui.snapshot.files import Stamp
from iamtui.snapshot.model import Snapshot, SourceFile, SourceProblem, VpcEndpoint
from iamtui.snapshot.neighbours import Neighbours
from iamtui.snapshot.organizations import OrganizationsBuilder
from iamtui.snapshot.pages import Page
from iamtui.snapshot.readers.iam_collect.expander import StoreExpander
from iamtui.snapshot.reading import Documents
from iamtui.snapshot.resources import PlacedResource, ResourcesBuilder
from iamtui.snapshot.settings import SettingsBuilder


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave; kept with the snapshot, so that the next opening re-reads only what changed."""

    file: SourceFile
    stamp: Stamp | None
    facts: tuple[Fact, ...] = ()
    problems: tuple[SourceProblem, ...] = ()

    @property
    def modified(self) -> datetime:
        """When the file was last written, which stands for the time of export."""
        return datetime.fromtimestamp(self.file.modified_ns / 1e9, UTC)


@dataclass(frozen=True, slots=True)
class OpenedSnapshot(Snapshot):
    """A snapshot with what the next opening re-uses: the paths that were opened, and what each file gave."""

    roots: tuple[Path, ...] = ()
    readings: Mapping[Path, Reading] = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)
    documents: DocumentTable = field(default_factory=DocumentTable, repr=False, compare=False)


def assemble(roots: tuple[Path, ...], readings: Mapping[Path, Reading], documents: DocumentTable) -> OpenedSnapshot:
    """The picture that all readings give together; of contradicting files the newest wins (I11)."""
    newest_first = sorted(
        readings.values(), key=lambda reading: (reading.file.modified_ns, reading.file.path), reverse=True
    )
    placed = [(reading, fact) for reading in newest_first for fact in reading.facts]
    store = StoreExpander(Documents(documents))
    files = [(reading.file.path, fact) for reading, fact in placed if isinstance(fact, StoreFile)]
    if files:
        placed += [(readings[expanded.path], expanded.fact) for expanded in store.expand(files)]
    pages = sorted(
        (Page(reading.file.path, reading.modified, fact) for reading, fact in placed if isinstance(fact, IamEntities)),
        key=lambda page: page.entities.coverage == 0,
    )
    neighbours = Neighbours(roots, _exports(pages), _others(placed))
    accounts = AccountsBuilder(neighbours)
    for page in pages:
        accounts.add(page)
    if accounts.superseded:
        placed = [
            (reading, fact) for reading, fact in placed if accounts.superseded.isdisjoint(reading.file.path.parents)
        ]
    for _, fact in placed:
        if isinstance(fact, AwsManagedFact):
            accounts.add_aws_managed(fact.policies)
    settings, organizations = SettingsBuilder(neighbours), OrganizationsBuilder()
    endpoints: dict[str, VpcEndpoint] = {}
    for reading, fact in placed:
        match fact:
            case (
                AccountFact()
                | CredentialsFact()
                | ProviderFact()
                | RoleFact()
                | ServiceAccessFact()
                | ServiceAccessJob()
            ):
                settings.add(reading.file.path, fact)
            case OrganizationFact() | TargetFact() | PolicyFact() | AttachmentsFact() | TargetsFact():
                organizations.add(reading.file.path, fact)
            case EndpointFact():
                endpoints.setdefault(fact.endpoint.endpoint_id, fact.endpoint)
            case IamEntities() | AwsManagedFact() | ResourceFact() | ManifestFact() | StoreFile():
                pass
    found = settings.complete(accounts.accounts())
    resources = ResourcesBuilder(
        neighbours,
        {account.account_id: account.partition for account in found.values()},
        [fact for _, fact in placed if isinstance(fact, ManifestFact)],
    )
    resources_found = resources.build(
        [PlacedResource(reading.file.path, fact) for reading, fact in placed if isinstance(fact, ResourceFact)]
    )
    organizations_found = organizations.build(documents)
    return OpenedSnapshot(
        accounts=MappingProxyType(found),
        organizations=MappingProxyType(organizations_found),
        resources=MappingProxyType(resources_found),
        endpoints=MappingProxyType(endpoints),
        aws_managed=MappingProxyType(accounts.aws_managed),
        files=tuple(reading.file for reading in readings.values()),
        problems=(
            *(problem for reading in readings.values() for problem in reading.problems),
            *(problem for problems in store.problems for problem in problems.all()),
            *accounts.problems,
            *settings.problems,
            *organizations.problems,
            *resources.problems,
        ),
        roots=roots,
        readings=MappingProxyType(readings),
        documents=documents,
    )


def _exports(pages: Sequence[Page]) -> Iterator[tuple[Path, str]]:
    for page in pages:
        if page.home is not None:
            yield page.path, page.home


def _others(placed: Sequence[tuple[Reading, Fact]]) -> Iterator[tuple[Path, str]]:
    """The accounts that other facts name."""
    for reading, fact in placed:
        match fact:
            case AccountFact(account=str(account)):
                yield reading.file.path, account
            case CredentialsFact(arn=str(arn)) | ResourceFact(arn=str(arn)) | RoleFact(arn=arn):
                account = arn.split(":", 5)[4]
                if is_account_id(account):
                    yield reading.file.path, account
            case _:
                pass
