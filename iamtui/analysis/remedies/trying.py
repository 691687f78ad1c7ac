"""Whether a finding is clear in the picture with its remedy: its rule, asked again there (section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from iamtui.analysis.findings.hygiene import review
from iamtui.analysis.findings.review.hygiene_results import HygieneReview
from iamtui.analysis.findings.thorough import THOROUGH
from iamtui.analysis.overlay.laying import laid_over
from iamtui.analysis.remedies.remedy import Finding, Remedy
from iamtui.snapshot.model import Snapshot


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule says of the picture with a remedy.

    Attributes:
        finding: what was to be mended.
        words: what is done.
        left: what the rule still finds of the subject, where that is no less than before.
        new: what it finds of others more than before, `SUBJECT: message`.
        is_asked: whether the rule was asked: those that are thorough take too long here.
    """

    finding: Finding
    words: str
    left: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    is_asked: bool = True

    @property
    def is_clear(self) -> bool:
        """Whether the finding is gone and nothing came in its place."""
        return self.is_asked and not self.left and not self.new

    @property
    def said(self) -> str:
        """What became of it, in a sentence."""
        name = f"{self.finding.rule} of {self.finding.subject.rpartition('/')[2]}"
        if not self.is_asked:
            return f"{name} is not asked again: it takes long"
        if self.left:
            return f"{name} is found all the same: {self.left[0]}"
        return f"{name} is clear, and found anew: {self.new[0]}" if self.new else f"{name} is clear"

    def to_dict(self) -> dict[str, object]:
        """As the JSON of `iamtui what-if` has it."""
        return {
            "rule": self.finding.rule,
            "subject": self.finding.subject,
            "remedy": self.words,
            "clear": self.is_clear if self.is_asked else None,
            "left": list(self.left),
            "new": list(self.new),
        }


def tried(snapshot: Snapshot, finding: Finding, remedy: Remedy, at: datetime | None = None) -> Tried:
    """Lay a remedy over a copy of the picture, and ask the rule of it again.

    Raises:
        MissingThingError: an edit is of something that the picture does not hold.
    """
    if finding.rule in THOROUGH:
        return Tried(finding, remedy.words, is_asked=False)
    before = _said(review(snapshot, at=at, rules=(finding.rule,)))
    after = _said(review(laid_over(snapshot, remedy.edits), at=at, rules=(finding.rule,)))
    left = after.pop(finding.subject, [])
    if len(left) < len(before.get(finding.subject, [])):
        left = []
    new = [f"{arn}: {said[-1]}" for arn, said in after.items() if len(said) > len(before.get(arn, []))]
    return Tried(finding, remedy.words, tuple(left), tuple(new))


def _said(found: HygieneReview) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for one in found.findings:
        said.setdefault(one.subject.arn, []).append(one.message)
    return said
