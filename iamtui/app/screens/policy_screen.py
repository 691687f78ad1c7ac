"""All that is in force for a principal as one identity policy, to be looked at and saved (WP4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import ClassVar

from iamtui.analysis.queries.one_principal.effective_policy import EffectivePolicy
from iamtui.app.saving import Format, late
from iamtui.app.screens.query_screen import KINDS_OF_ACTIONS, Progress, QueryScreen
from iamtui.browsing.copies import Copy, command_copies
from iamtui.browsing.queries.effective_policy import exactness, policy_rows
from iamtui.content.nodes import Node
from iamtui.snapshot.model import Snapshot


class PolicyScreen(QueryScreen[EffectivePolicy]):
    """The statements of the policy, below what it leaves out."""

    HELP: ClassVar[str] = """\
# As one policy
One identity policy that gives just what all policies in force together give: boundary, organization policies and every
Deny are worked into it. It is then decided alone, action by action, against the real answers: *exact* means that none
differs. ≠ counts what no such policy can say, such as what the policy of a resource allows. A statement unfolds to its
elements. `ctrl+s` saves the document. Nothing is changed in AWS.
"""

    COUNTED: ClassVar[str] = KINDS_OF_ACTIONS

    def __init__(self, snapshot: Snapshot, principal: str) -> None:
        """Ask what `principal` can do, as a policy."""
        self._principal, self._name = principal, principal.rpartition("/")[2]
        super().__init__(
            f"What {self._name} can do, as one policy", snapshot, footer="→ unfolds, ctrl+s saves the policy as JSON"
        )

    def answer_of(self, snapshot: Snapshot, progress: Progress) -> EffectivePolicy:
        """Write the policy, and hold it against what is in force."""
        from iamtui.analysis.queries.one_principal import effective_policy  # noqa: PLC0415 - the first frame does not wait for it
        from iamtui.analysis.queries.one_principal.can import CanQuestion  # noqa: PLC0415

        return effective_policy.effective_policy(snapshot, CanQuestion(principal=self._principal), progress)

    def rows_of(self, answer: EffectivePolicy) -> tuple[Sequence[Node], Callable[[str], Sequence[Node]]]:
        """Exact or what is left out, then the statements."""
        return policy_rows(answer)

    def summary_of(self, answer: EffectivePolicy) -> str:
        """How many statements, and whether it is exact."""
        return exactness(answer)

    @property
    def formats(self) -> tuple[Format, ...]:
        """The document, the rows, or a picture."""
        return ("json", "txt", "svg") if self.answer is not None else ("txt", "svg")

    @property
    def stem(self) -> str:
        """Whose policy it is."""
        return f"{self._name}-policy"

    def exported(self, form: Format) -> Iterable[str]:
        """The document as `iamtui can --format policy` prints it (WC6); else the rows that are unfolded."""
        from iamtui.reports.effective_policy import policy_as_json  # noqa: PLC0415 - the first frame does not wait

        if form != "json":
            return super().exported(form)
        if self.answer is None:
            return ()
        return late(partial(policy_as_json, self.answer))

    def commands(self) -> Sequence[Copy]:
        """The command that prints the policy."""
        return command_copies("can", self.opened, self._principal, "--format", "policy")
