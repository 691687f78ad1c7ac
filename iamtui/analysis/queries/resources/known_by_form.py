"""What is known of each form that resources can have: a form begins with account and Region, so do its resources."""

from __future__ import annotations

from collections.abc import Iterable

from iamtui.analysis.queries.resources.known import Known
from iamtui.analysis.queries.resources.known_in_form import KnownInForm
from iamtui.analysis.queries.resources.resource_forms import Form
from iamtui.patterns import Part, matcher_of
from iamtui.policy.beginnings import literal_beginning


class KnownByForm:
    """Divides what is known by form; each is found when it is first asked for, and kept."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_beginning: dict[Part, list[Known]] = {}
        self._by_kind: dict[str | None, list[Known]] = {}
        for one in known:
            beginning = f"{':'.join(one.arn.split(':', 5)[:5])}:"
            self._by_beginning.setdefault(beginning, []).append(one)
            self._by_kind.setdefault(_kind_of(_text_of(one), beginning), []).append(one)
        self._found: dict[tuple[Part, ...], KnownInForm] = {}
        self._members: dict[tuple[Part, ...], tuple[Known, ...]] = {}

    def of(self, form: Form) -> KnownInForm:
        """All that has a form."""
        found = self._found.get(form.parts)
        if found is None:
            found = self._found[form.parts] = KnownInForm(self.members(form))
        return found

    def members(self, form: Form) -> tuple[Known, ...]:
        """All that has a form, or in which something has it."""
        if form.parts not in self._members:
            self._members[form.parts] = tuple(self._found_anew(form))
        return self._members[form.parts]

    def _found_anew(self, form: Form) -> list[Known]:
        head = str(form.parts[0])
        kind = _kind_of(literal_beginning(form.parts), head)
        return _those_of(form, self._by_beginning.get(head, ()) if kind is None else self._by_kind.get(kind, ()))


def _kind_of(text: str, beginning: str) -> str | None:
    """How an ARN begins, up to the first slash or colon of what names the resource; None where there is none."""
    ends = [place for place in (text.find(end, len(beginning)) for end in "/:") if place >= 0]
    return text[: min(ends) + 1] if ends else None


def _text_of(known: Known) -> str:
    """It, or something that lies in it."""
    return known.arn if known.is_single else known.example


def _those_of(form: Form, known: Iterable[Known]) -> list[Known]:
    """Those that have a form, or in which something has it."""
    matches, beginning = matcher_of(form.parts), literal_beginning(form.parts)
    texts = ((one, _text_of(one)) for one in known)
    return [one for one, text in texts if text.startswith(beginning) and matches(text)]
