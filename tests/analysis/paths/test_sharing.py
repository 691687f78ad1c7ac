"""What thousands of actors have in common is held once (EP58)."""

from __future__ import annotations

from iamtui.analysis.paths.alike.likeness import Likeness
from iamtui.analysis.paths.answer.question import PathQuestion
from iamtui.analysis.paths.ends.narrowing import Narrowing
from iamtui.analysis.paths.requests.holding import Words
from iamtui.analysis.paths.searching.picture import Picture
from iamtui.analysis.paths.walks.filters import Filters
from iamtui.analysis.paths.ways.catalogue import catalogue
from tests.analysis.paths.accounts import allow
from tests.analysis.paths.test_administrators import HOME, account, user


def picture() -> Picture:
    """Two users who may make keys of all others, each by words of its own."""
    others = [user(f"u{place}") for place in range(40)]
    named = allow("iam:CreateAccessKey", f"{HOME}:user/u*")
    snapshot = account(*others, user("ann", named), user("bob", allow("iam:*AccessKey", f"{HOME}:user/u*")))
    return Picture(snapshot, PathQuestion(), Words(), Filters(snapshot), Likeness)


def test_ep58_ends_on_which_several_are_allowed_alike_are_one_set() -> None:
    asked = picture()
    narrowing = Narrowing(asked.desk, asked.likeness)
    step = next(one for one in catalogue().by_id["iam-002"].steps if one.ask == "iam:CreateAccessKey")
    ends = asked.places.of(f"{HOME}:user/u{place}" for place in range(40))
    ann, bob = (asked.likeness.holding(f"{HOME}:user/{name}") for name in ("ann", "bob"))
    assert asked.likeness.stands(ann, step.ask) != asked.likeness.stands(bob, step.ask)
    found = [narrowing.answers(step, one, ends) for one in (ann, bob)]
    assert found[0].allowed == ends
    assert found[0].asked is found[1].asked
    assert found[0].allowed is found[1].allowed


def test_ep57_what_a_document_says_is_told_by_action() -> None:
    ann = picture().likeness.holding(f"{HOME}:user/ann")
    assert ann.takes("iam:CreateAccessKey")
    assert not ann.takes("iam:CreateUser")
    assert not ann.takes("no:SuchAction")
    assert [one.index for one in ann.saying("iam:CreateAccessKey")] == [0]
    assert ann.saying("no:SuchAction") == ()
