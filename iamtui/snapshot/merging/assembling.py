"""Puts what all files say together to one `Snapshot`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from iamtui.arn import account_of, is_account_id
from iamtui.files.reading import Stamp, moment_of
from iamtui.policy.document import DocumentTable
from iamtui.snapshot.facts import (
    AccountFact,
    AwsManagedFact,
    Coverage,
    CredentialsFact,
    EndpointFact,
    Fact,
    IamEntities,
    ListedFact,
    ManifestFact,
    ProviderFact,
    RecordedFact,
    ResourceFact,
    RoleFact,
    ServiceAccessFact,
    ServiceAccessJob,
    StoreFile,
)
from iamtui.snapshot.merging.account_inference import Neighbours
from iamtui.snapshot.merging.accounts import AccountsBuilder
from iamtui.snapshot.merging.config_captures import newest_recorded
from iamtui.snapshot.merging.organization_scopes import OrganizationsBuilder
from iamtui.snapshot.merging.pages import Page
from iamtui.snapshot.merging.resources import PlacedResource, ResourcesBuilder
from iamtui.snapshot.merging.settings import SettingsBuilder
from iamtui.snapshot.model import Snapshot, SourceFile, SourceProblem, VpcEndpoint
from iamtui.snapshot.organization_facts import (
    AttachmentsFact,
    EffectiveS3PolicyFact,
    OrganizationFact,
    OrganizationListedFact,
    PolicyFact,
    S3PolicyFact,
    TargetFact,
    TargetsFact,
)
from iamtui.snapshot.readers.iam_collect.expander import StoreExpander
from iamtui.snapshot.readers.reader import Documents


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
        return moment_of(self.file.modified_ns)


@dataclass(frozen=True, slots=True)
class OpenedSnapshot(Snapshot):
    """A snapshot with what the next opening re-uses: the paths that were opened, and what each file gave.

    `lost` says of files that count as they were read earlier why they do.
    """

    roots: tuple[Path, ...] = ()
    readings: Mapping[Path, Reading] = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)
    documents: DocumentTable = field(default_factory=DocumentTable, repr=False, compare=False)
    lost: Mapping[Path, str] = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)


def assemble(roots: tuple[Path, ...], readings: Mapping[Path, Reading], documents: DocumentTable) -> OpenedSnapshot:
    """The picture that all readings give together; of contradicting files the newest wins (I11)."""
    store = StoreExpander(Documents(documents))
    placed = _placed(readings, store)
    pages = _pages(placed)
    neighbours = Neighbours(roots, _exports(pages), _others(placed))
    accounts = AccountsBuilder(neighbours)
    for page in pages:
        accounts.add(page)
    if accounts.superseded:
        placed = [
            (reading, fact) for reading, fact in placed if accounts.superseded.isdisjoint(reading.file.path.parents)
        ]
    builders = _Builders(neighbours, accounts, SettingsBuilder(neighbours), OrganizationsBuilder())
    for reading, fact in placed:
        builders.add(reading.file.path, fact)
    found = builders.settings.complete(accounts.accounts())
    partitions = {account.account_id: account.partition for account in found.values()}
    resources = ResourcesBuilder(neighbours, partitions, builders.manifest)
    return OpenedSnapshot(
        accounts=MappingProxyType(found),
        organizations=MappingProxyType(builders.organizations.build(documents)),
        resources=MappingProxyType(resources.build(builders.resources)),
        endpoints=MappingProxyType(builders.endpoints),
        aws_managed=MappingProxyType(accounts.aws_managed),
        effective_s3_policies=MappingProxyType(builders.organizations.effective_s3_policies),
        listed=frozenset(builders.listed),
        files=tuple(reading.file for reading in readings.values()),
        problems=(
            *(problem for reading in readings.values() for problem in reading.problems),
            *(problem for problems in store.problems for problem in problems.all()),
            *accounts.problems,
            *builders.settings.problems,
            *builders.organizations.problems,
            *resources.problems,
        ),
        roots=roots,
        readings=MappingProxyType(readings),
        documents=documents,
    )


def _placed(readings: Mapping[Path, Reading], store: StoreExpander) -> list[tuple[Reading, Fact]]:
    """All facts with the reading that each is from, the newest first."""
    newest_first = sorted(
        readings.values(), key=lambda reading: (reading.file.modified_ns, reading.file.path), reverse=True
    )
    placed = [(reading, fact) for reading in newest_first for fact in reading.facts]
    files = [(reading.file.path, fact) for reading, fact in placed if isinstance(fact, StoreFile)]
    if files:
        placed += [(readings[expanded.path], expanded.fact) for expanded in store.expand(files)]
    if any(isinstance(fact, RecordedFact) for _, fact in placed):
        by_path = newest_recorded([(reading.file.path, fact) for reading, fact in placed])
        placed = [(readings[path], fact) for path, fact in by_path]
    return placed


@dataclass(slots=True)
class _Builders:
    """Where facts go that are not IAM entities."""

    neighbours: Neighbours
    accounts: AccountsBuilder
    settings: SettingsBuilder
    organizations: OrganizationsBuilder
    endpoints: dict[str, VpcEndpoint] = field(default_factory=dict)
    resources: list[PlacedResource] = field(default_factory=list)
    manifest: list[ManifestFact] = field(default_factory=list)
    listed: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, path: Path, fact: Fact) -> None:
        """Take one fact; facts come newest first."""
        match fact:
            case (
                AccountFact()
                | CredentialsFact()
                | ProviderFact()
                | RoleFact()
                | ServiceAccessFact()
                | ServiceAccessJob()
            ):
                self.settings.add(path, fact)
            case (
                OrganizationFact()
                | TargetFact()
                | PolicyFact()
                | AttachmentsFact()
                | TargetsFact()
                | S3PolicyFact()
                | OrganizationListedFact()
                | EffectiveS3PolicyFact()
            ):
                self.organizations.add(path, fact)
            case AwsManagedFact():
                self.accounts.add_aws_managed(fact.policies)
            case EndpointFact():
                self.endpoints.setdefault(fact.endpoint.endpoint_id, fact.endpoint)
            case ResourceFact():
                self.resources.append(PlacedResource(path, fact))
            case ManifestFact():
                self.manifest.append(fact)
            case ListedFact():
                said = self.neighbours.account_of(path)[0] if fact.account is None else fact.account
                self.listed.add((fact.kind, said or "", fact.region))
            case IamEntities() | StoreFile() | RecordedFact():
                pass


def _pages(placed: Sequence[tuple[Reading, Fact]]) -> list[Page]:
    """Lists of IAM entities, the newest first; what somebody only recorded or asked for comes last."""
    pages = (
        Page(reading.file.path, reading.modified, fact) for reading, fact in placed if isinstance(fact, IamEntities)
    )
    return sorted(pages, key=lambda page: page.entities.coverage is Coverage.SELECTION)


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
                account = account_of(arn)
                if is_account_id(account):
                    yield reading.file.path, account
            case _:
                pass
