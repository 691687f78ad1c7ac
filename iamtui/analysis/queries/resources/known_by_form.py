"""What is known of each form that resources can have: a form begins with account and Region, so do its resources."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from iamtui.analysis.queries.resources.known import Known
from iamtui.analysis.queries.resources.known_in_form import KnownInForm
from iamtui.analysis.queries.resources.resource_forms import Form
from iamtui.patterns import Part, matcher_of


class KnownByForm:
    """Divides what is known by form; each is found when it is first asked for, and kept."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_beginning: dict[Part, list[Known]] = {}
        for one in known:
            beginning = f"{':'.join(one.arn.split(':', 5)[:5])}:"
            self._by_beginning.setdefault(beginning, []).append(one)
        self._found: dict[tuple[Part, ...], KnownInForm] = {}

    def of(self, form: Form) -> KnownInForm:
        """All that has a form."""
        found = self._found.get(form.parts)
        if found is None:
            found = self._found[form.parts] = KnownInForm(self.members(form))
        return found

    def members(self, form: Form) -> list[Known]:
        """All that has a form, or in which something has it."""
        return _those_of(form, self._by_beginning.get(form.parts[0], ()))


def _those_of(form: Form, known: Iterable[Known]) -> list[Known]:
    """Those that have a form, or in which something has it."""
    matches = matcher_of(form.parts)
    beginning = "".join(map(str, takewhile(lambda part: isinstance(part, str), form.parts)))
    texts = ((one, one.arn if len(one.parts) == 1 else one.example) for one in known)
    return [one for one, text in texts if text.startswith(beginning) and matches(text)]
