"""Puts the files of stores together to facts, folder by folder (I110-I118)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from iamtui.files.source import UNFORESEEN, MalformedError
from iamtui.snapshot.facts import AccountFact, Fact, IamEntities, StoreFile
from iamtui.snapshot.readers.iam_collect.entities import group_of, policy_of, provider_of, role_of, user_of
from iamtui.snapshot.readers.iam_collect.folder import Folder
from iamtui.snapshot.readers.iam_collect.organizations import facts_of_organization
from iamtui.snapshot.readers.iam_collect.resources import facts_of_account, facts_of_indexes
from iamtui.snapshot.readers.iam_entities import Entities
from iamtui.snapshot.readers.reader import Documents, Intake, Problems, with_valid_arns

_NOT_SHOWN = "it is not shown"


@dataclass(frozen=True, slots=True)
class Expanded:
    """A fact with the file that stands for its folder."""

    path: Path
    fact: Fact


class StoreExpander:
    """Makes the facts of all files of stores."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.problems: list[Problems] = []

    def expand(self, files: Iterable[tuple[Path, StoreFile]]) -> Iterator[Expanded]:
        """All facts; `files` come newest first."""
        folders: dict[tuple[str, ...], Folder] = {}
        for path, file in files:
            folders.setdefault(file.folder, Folder(file.folder)).add(path, file)
        accounts: dict[tuple[str, str], list[Folder]] = defaultdict(list)
        for place, folder in sorted(folders.items()):
            if place[1] == "accounts" and place[3:4] == ("iam",):
                accounts[place[0], place[2]].append(folder)
                continue
            try:
                for fact in self._facts(folder):
                    yield Expanded(folder.path, fact)
            except MalformedError as error:
                self._note(folder, error)
            except UNFORESEEN as error:
                self._note(folder, MalformedError("", f"expected what a store holds: {error}"))
        for (_, account), entities in accounts.items():
            yield from self._entities(account, entities)

    def _facts(self, folder: Folder) -> Iterator[Fact]:
        intake = self._intake(folder)
        match folder.place[1]:
            case "accounts":
                yield from with_valid_arns(facts_of_account(folder, intake), intake)
            case "organizations":
                yield from with_valid_arns(facts_of_organization(folder, intake), intake)
            case "indexes":
                yield from with_valid_arns(facts_of_indexes(folder), intake)

    def _note(self, folder: Folder, error: MalformedError) -> None:
        problems = Problems(folder.path_of(error.place))
        self.problems.append(problems)
        problems.add_malformed(error, _NOT_SHOWN)

    def _intake(self, folder: Folder) -> Intake:
        problems = Problems(folder.path)
        self.problems.append(problems)
        return Intake(self._documents, problems)

    def _entities(self, account: str, folders: list[Folder]) -> Iterator[Expanded]:
        """All IAM entities of an account: what has no folder does not exist."""
        users, groups, roles, policies = [], [], [], []
        for folder in folders:
            intake = self._intake(folder)
            make = Entities(intake)
            try:
                match folder.place[4:]:
                    case ("user", _):
                        users.append(make.user(user_of(folder), ""))
                    case ("group", _):
                        groups.append(make.group(group_of(folder), ""))
                    case ("role", _):
                        roles.append(make.role(role_of(folder), ""))
                    case ("policy", _) | ("aws", "policy", _):
                        policies.append(make.policy(policy_of(folder), ""))
                    case ("oidc-provider" | "saml-provider", _):
                        for fact in with_valid_arns([provider_of(folder, intake)], intake):
                            yield Expanded(folder.path, fact)
            except MalformedError as error:
                self._note(folder, error)
            except UNFORESEEN as error:
                self._note(folder, MalformedError("", f"expected what a store holds: {error}"))
        yield Expanded(folders[0].path, AccountFact(account=account, saml_providers=(), oidc_providers=()))
        yield Expanded(folders[0].path, IamEntities(tuple(users), tuple(groups), tuple(roles), tuple(policies)))
