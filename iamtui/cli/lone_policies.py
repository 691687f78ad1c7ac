"""The policies of a request that is decided without a snapshot: the files of `--policy` and its companions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from iamtui.cli.policy_files import policy_file, policy_files
from iamtui.evaluation.applicable.policies import GivenLevel, GivenPolicies
from iamtui.evaluation.request.request import NamedPolicy


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """The files as they were named; what is left out does not take part.

    An SCP or RCP is `LEVEL=FILE` or `FILE`: those of one level are pooled, every level must allow (E22).
    """

    identity: tuple[Path, ...]
    boundary: tuple[Path, ...]
    resource: Path | None
    scps: tuple[str, ...]
    rcps: tuple[str, ...]
    endpoint: tuple[Path, ...]
    session: tuple[Path, ...]

    @property
    def given(self) -> bool:
        """Whether the request brings its own policies."""
        return any((self.identity, self.boundary, self.resource, self.scps, self.rcps, self.endpoint))

    def read(self) -> GivenPolicies:
        """Read all files.

        Raises:
            InputError: one of them is no policy document.
        """
        return GivenPolicies(
            identity=policy_files(self.identity),
            permissions_boundary=policy_files(self.boundary) if self.boundary else None,
            session=policy_files(self.session) if self.session else None,
            resource=None if self.resource is None else NamedPolicy("resource", policy_file(self.resource).document),
            scps=_levels(self.scps),
            rcps=_levels(self.rcps),
            vpc_endpoint=policy_files(self.endpoint) if self.endpoint else None,
        )


def _levels(written: tuple[str, ...]) -> tuple[GivenLevel, ...] | None:
    """The levels in the order in which they are first named; files without a level are the account's."""
    levels: dict[str, list[NamedPolicy]] = {}
    for text in written:
        name, sign, file = text.partition("=")
        if not sign or Path(text).exists():
            name, file = "account", text
        levels.setdefault(name, []).append(policy_file(Path(file)))
    return tuple(GivenLevel(name, tuple(policies)) for name, policies in levels.items()) or None
