"""CSV: no cell is computed by a spreadsheet, and none breaks its line."""

from iamtui.reports.csv_rows import csv_text


def test_a_formula_is_text_and_a_line_break_is_spelt_out() -> None:
    rows = [("user", "=HYPERLINK(1)"), ("+1", "-1"), ("@x", "a=b"), ("a\nb", "\t=1")]
    expected = "user,'=HYPERLINK(1)\n'+1,'-1\n'@x,a=b\na\\u{a}b,\\u{9}=1\n"
    assert csv_text(rows) == expected


def test_a_formula_in_full_width_or_behind_a_blank_is_text_too() -> None:
    assert csv_text([(" =1", "\uff1d\u0416", "\uff0d\u0416", " a")]) == "' =1,'\uff1d\u0416,'\uff0d\u0416, a\n"
