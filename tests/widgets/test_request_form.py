"""The request form: completion, context keys in three states, and what it posts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamtui.content.requests import ContextField, ContextOffer, RequestFields, Suggestion
from iamtui.widgets.completing_input import CompletingInput, SuggestionList
from iamtui.widgets.context_fields import line_of, values_of
from iamtui.widgets.context_list import ContextList
from iamtui.widgets.request_form import RequestForm
from tests.widgets.host import HOSTILE, Stage, acts_on_a_terminal, staged

ACTIONS = ("s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "iam:PassRole")
OFFERS = (
    ContextOffer("aws:SourceIp", "IP", "ask"),
    ContextOffer("aws:TagKeys", "String[]", multivalued=True),
    ContextOffer("aws:UserAgent", "String", "ask", relevant=False),
)


def complete_action(prefix: str) -> Sequence[Suggestion]:
    names = ("s3:", "iam:") if ":" not in prefix else ACTIONS
    return [Suggestion(name, "Read") for name in names if name.startswith(prefix)]


def request_form() -> RequestForm:
    form = RequestForm()
    form.complete_action = complete_action
    form.complete_resource = lambda prefix: [Suggestion("arn:aws:s3:::ledger/*")]
    return form


def action_line(form: RequestForm) -> CompletingInput:
    return form.query_one("#request-action", CompletingInput)


async def at_action(form: RequestForm) -> None:
    action_line(form).line.focus()


async def type_text(stage: Stage, text: str) -> None:
    await stage.press(
        *({":": "colon", "/": "slash", ",": "comma", " ": "space", "=": "equals_sign"}.get(c, c) for c in text)
    )


def last(stage: Stage) -> RequestFields:
    return stage.posted(RequestForm.Changed)[-1].fields


async def at_context(stage: Stage, form: RequestForm) -> ContextList:
    keys = form.query_one(ContextList)
    keys.focus()
    await stage.settled()
    return keys


async def test_every_keystroke_posts_the_fields() -> None:
    form = request_form()
    async with staged(form) as stage:
        await type_text(stage, "bob")
        assert [event.fields.principal for event in stage.posted(RequestForm.Changed)] == ["b", "bo", "bob"]
        assert stage.posted(RequestForm.Changed)[0].control is form


async def test_filling_the_form_posts_nothing() -> None:
    form = request_form()
    fields = RequestFields("bob", "s3:GetObject", "*", (ContextField("aws:SourceIp", "absent"),), "session.json")
    async with staged(form) as stage:
        form.set_fields(fields)
        form.set_context_offers(OFFERS)
        await stage.settled()
        assert form.fields == fields
        assert not stage.posted(RequestForm.Changed)


# Completion


@pytest.mark.parametrize(
    ("keys", "action", "is_open"),
    [
        (["s"], "s", True),
        (["s", "enter"], "s", False),
        (["s", "tab"], "s", False),
        (["s", "down", "enter"], "s3:", True),
        (["s", "down", "tab", "down", "down", "tab"], "s3:GetObjectAcl", False),
        (["s", "down", "enter", "down", "down", "up", "up", "enter"], "s3:", False),
        (["down", "down", "down", "enter"], "iam:", True),
        (["s", "down", "escape"], "s", False),
        (["s", "down", "escape", "enter"], "s", False),
        (["z"], "z", False),
    ],
)
async def test_completion_takes_only_what_was_picked(keys: list[str], action: str, *, is_open: bool) -> None:
    form = request_form()
    async with staged(form) as stage:
        await at_action(form)
        await stage.press(*keys)
        assert form.fields.action == action
        assert action_line(form).query_one(SuggestionList).has_class("-open") == is_open


async def test_a_taken_completion_is_posted_and_enter_then_submits() -> None:
    form = request_form()
    async with staged(form) as stage:
        await at_action(form)
        await type_text(stage, "s3:G")
        await stage.press("down", "enter")
        assert last(stage).action == "s3:GetObject"
        assert not stage.posted(RequestForm.Submitted)
        await stage.press("enter")
        assert [event.fields.action for event in stage.posted(RequestForm.Submitted)] == ["s3:GetObject"]


async def test_a_click_takes_a_completion() -> None:
    form = request_form()
    async with staged(form) as stage:
        await at_action(form)
        await type_text(stage, "s3:G")
        await stage.pilot.click(action_line(form).query_one(SuggestionList), offset=(3, 1))
        await stage.settled()
        assert last(stage).action == "s3:GetObjectAcl"
        assert action_line(form).line.has_focus


async def test_leaving_the_field_closes_its_list() -> None:
    form = request_form()
    async with staged(form) as stage:
        await at_action(form)
        await stage.press("s", "tab")
        assert form.query_one("#request-resource", CompletingInput).line.has_focus
        assert not action_line(form).query_one(SuggestionList).has_class("-open")


async def test_the_list_is_drawn_under_its_field_without_moving_the_others() -> None:
    form = request_form()
    async with staged(form) as stage:
        await at_action(form)
        before = form.query_one("#request-resource").region
        await stage.press("s")
        shown = action_line(form).query_one(SuggestionList).region
        assert (shown.x, shown.y) == (action_line(form).region.x, action_line(form).region.y + 1)
        assert form.query_one("#request-resource").region == before


# Context keys


async def test_space_goes_through_the_states() -> None:
    form = request_form()
    async with staged(form) as stage:
        form.set_context_offers(OFFERS)
        keys = await at_context(stage, form)
        assert stage.lines(keys)[0].split() == ["▌·", "aws:SourceIp", "IP", "ask"]
        await stage.press("space")
        assert last(stage).context == (ContextField("aws:SourceIp", "absent"),)
        assert stage.lines(keys)[0].split() == ["▌∅", "aws:SourceIp", "IP", "absent"]
        await stage.press("space")
        assert last(stage).context == (ContextField("aws:SourceIp", "unknown"),)
        await stage.press("space")
        assert last(stage).context == ()


BOOL = (ContextOffer("aws:MultiFactorAuthPresent", "true/false", values=("true", "false")),)


async def test_space_goes_through_the_values_that_a_key_can_have() -> None:
    form = request_form()
    async with staged(form) as stage:
        form.set_context_offers(BOOL)
        await at_context(stage, form)
        seen = []
        for _ in range(5):
            await stage.press("space")
            seen.append([(field.state, *field.values) for field in last(stage).context])
        assert seen == [[("value", "true")], [("value", "false")], [("absent",)], [("unknown",)], []]


async def test_letters_on_a_key_begin_its_value_and_run_no_command() -> None:
    form = request_form()
    async with staged(form) as stage:
        form.set_context_offers(BOOL)
        await at_context(stage, form)
        await stage.press("t", "enter")
        assert last(stage).context == (ContextField("aws:MultiFactorAuthPresent", "value", ("true",)),)
        await stage.press("enter")
        await type_text(stage, "x")
        await stage.press("escape", "f", "r", "enter")
        assert last(stage).context == (ContextField("aws:MultiFactorAuthPresent", "value", ("fr",)),)


async def test_a_value_comes_back_after_absent_and_unknown() -> None:
    form = request_form()
    async with staged(form) as stage:
        form.set_context_offers(OFFERS)
        await at_context(stage, form)
        await stage.press("enter")
        await type_text(stage, "10.0.0.1")
        await stage.press("enter", "space", "space", "space")
        assert last(stage).context == (ContextField("aws:SourceIp", "value", ("10.0.0.1",)),)
        await stage.press("delete")
        assert last(stage).context == ()


async def test_letters_say_absent_and_unknown() -> None:
    form = request_form()
    async with staged(form) as stage:
        form.set_context_offers(OFFERS)
        await at_context(stage, form)
        await stage.press("a", "down", "u")
        assert last(stage).context == (ContextField("aws:SourceIp", "absent"), ContextField("aws:TagKeys", "unknown"))


async def test_only_a_multivalued_key_is_split_at_commas() -> None:
    form = request_form()
    async with staged(form) as stage:
        form.set_context_offers(OFFERS)
        await at_context(stage, form)
        await stage.press("enter")
        await type_text(stage, "a, b")
        await stage.press("enter", "down", "enter")
        await type_text(stage, "a, b")
        await stage.press("enter")
        assert last(stage).context == (
            ContextField("aws:SourceIp", "value", ("a, b",)),
            ContextField("aws:TagKeys", "value", ("a", "b")),
        )


async def test_escape_takes_an_edit_back() -> None:
    form = request_form()
    before = (ContextField("aws:SourceIp", "unknown"),)
    async with staged(form) as stage:
        form.set_fields(RequestFields(context=before))
        form.set_context_offers(OFFERS)
        keys = await at_context(stage, form)
        await stage.press("enter")
        await type_text(stage, "10")
        assert last(stage).context[0].values == ("10",)
        await stage.press("escape")
        assert last(stage).context == before
        assert keys.has_focus


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ("aws:PrincipalTag/team=blue", ContextField("aws:PrincipalTag/team", "value", ("blue",))),
        ("aws:x = ", ContextField("aws:x", "value", ("",))),
        ("aws:x", ContextField("aws:x", "absent")),
    ],
)
async def test_a_key_that_is_not_offered_can_be_stated(typed: str, field: ContextField) -> None:
    form = request_form()
    async with staged(form) as stage:
        keys = await at_context(stage, form)
        await stage.press("enter")
        await type_text(stage, typed)
        await stage.press("enter")
        assert last(stage).context == (field,)
        assert keys.cursor_offer is not None
        assert keys.cursor_offer.name == field.name


async def test_new_offers_keep_what_was_said_and_the_cursor() -> None:
    form = request_form()
    async with staged(form) as stage:
        form.set_context_offers(OFFERS)
        keys = await at_context(stage, form)
        await stage.press("down", "a")
        form.set_context_offers((ContextOffer("s3:prefix", "String"), ContextOffer("AWS:TAGKEYS", "String[]")))
        assert keys.cursor_offer == ContextOffer("AWS:TAGKEYS", "String[]")
        form.set_context_offers((ContextOffer("s3:prefix", "String"),))
        assert form.fields.context == (ContextField("aws:TagKeys", "absent"),)
        assert keys.cursor_offer is not None
        assert keys.cursor_offer.name == "aws:TagKeys"


async def test_a_click_on_the_sign_turns_the_state_and_a_second_on_the_row_edits() -> None:
    form = request_form()
    async with staged(form) as stage:
        form.set_context_offers(OFFERS)
        keys = form.query_one(ContextList)
        await stage.settled()
        await stage.pilot.click(keys, offset=(1, 1))
        assert last(stage).context == (ContextField("aws:TagKeys", "absent"),)
        await stage.pilot.click(keys, offset=(9, 1))
        await type_text(stage, "k")
        assert last(stage).context == (ContextField("aws:TagKeys", "value", ("k",)),)


@given(st.lists(st.text(alphabet='a\\,"', max_size=4).filter(lambda value: value != '""'), max_size=4))
def test_values_written_as_a_line_are_read_back(values: list[str]) -> None:
    assert values_of(line_of(tuple(values), multivalued=True), multivalued=True) == tuple(values)


# Hostile text


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_value_is_shown_as_text_and_still_means_itself(name: str) -> None:
    bad = HOSTILE[name]
    form = RequestForm()
    form.complete_principal = lambda prefix: [Suggestion(bad, bad), Suggestion("other", bad)]
    fields = RequestFields(bad, bad, bad, (ContextField(bad, "value", (bad, bad)),), bad)
    async with staged(form) as stage:
        form.set_fields(fields)
        form.set_context_offers((ContextOffer("x" + bad, bad, bad),))
        await stage.settled()
        assert form.fields == fields
        form.query_one("#request-principal", CompletingInput).line.focus()
        await stage.press("down", "down", "enter")
        assert form.fields.principal == bad
        screen = stage.pilot.app.export_screenshot()
        assert not acts_on_a_terminal(screen.replace("\n", "").replace("\xa0", ""))
        for widget in form.query("LineInput, ContextList, SuggestionList"):
            assert not any(acts_on_a_terminal(line) for line in stage.lines(widget))


async def test_a_pasted_escape_is_spelt_out() -> None:
    form = request_form()
    async with staged(form) as stage:
        form.query_one("#request-principal", CompletingInput).line.insert_text_at_cursor("a\x1b[31mb")
        await stage.settled()
        assert last(stage).principal == "a\\u{1b}[31mb"


@pytest.mark.parametrize("width", [1, 2, 3, 5, 8, 10])
async def test_a_narrow_form_takes_every_key(width: int) -> None:
    form = request_form()
    async with staged(form, size=(width, 6)) as stage:
        form.set_context_offers(OFFERS)
        await stage.press("a", "down", "tab", "s", "down", "enter", "tab", "tab", "tab", "space", "enter", "1", "enter")
        assert form.fields.action == "s3:"
        assert form.region.bottom <= 6
