"""What is known of each form that resources can have: a form begins with account and Region, so do its resources."""

from __future__ import annotations

from collections.abc import Iterable

from iamtui.analysis.queries.known_resources import Known, KnownInForm, those_of
from iamtui.analysis.queries.resource_forms import Form
from iamtui.patterns import Part


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
            alike = self._by_beginning.get(form.parts[0], ())
            found = self._found[form.parts] = KnownInForm(those_of(form, alike))
        return found
