"""A text that is too long for its cells."""

from rich.cells import cell_len

from iamtui.widgets.text import fitted_within


def test_names_that_begin_alike_are_told_apart_by_their_ends() -> None:
    """In the matrix of an organization each begins with its account."""
    assert fitted_within("222200000000 role/service-00123", 30) == "222200000000 ro…/service-00123"
    assert fitted_within("role/short", 12) == "role/short  "


def test_it_takes_its_cells_whatever_the_letters_are() -> None:
    for text in ("日本語" * 9, "a日" * 9, "plain" * 9):
        assert [cell_len(fitted_within(text, width)) for width in range(20)] == list(range(20))
