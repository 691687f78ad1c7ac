"""Which keys are one session, and what came of what (Y7)."""

from __future__ import annotations

from pathlib import Path

from iamtui.trail.reading import read_trail
from iamtui.trail.trail import Trail
from iamtui.trail.views.lineage import Lineage
from iamtui.trail.views.sessions import all_sessions, issued_session, issuing_rows
from tests.trail.events import Record, delivered, event, session, user

KEY = "AKIAQGH5DJSQ7XAMPLE2"
FIRST, SECOND, THIRD = (f"ASIAQGH5DJSQ7CONSOL{number}" for number in (2, 3, 4))
AT = "2026-11-23T10:00:00Z"


def read(folder: Path, *records: Record) -> tuple[Trail, Lineage]:
    delivered(folder / "a.json", records)
    trail = read_trail([folder])
    return trail, Lineage(trail)


def took(key: str) -> Record:
    answer = {"credentials": {"accessKeyId": key}}
    return event("AssumeRole", "sts", number=1, at=AT, response=answer)


def listing(number: int, key: str, name: str = "nightly", created: str = AT) -> Record:
    return event("ListUsers", "iam", number=number, at=AT, who=session("backup", name, key, created))


def test_keys_of_one_role_name_and_creation_are_one_session(tmp_path: Path) -> None:
    named = listing(5, "ASIAQGH5DJSQ7ANOTHER", "daily")
    younger = listing(6, "ASIAQGH5DJSQ7YOUNGER", created="2026-11-23T11:00:00Z")
    used = (listing(2, FIRST), listing(3, SECOND), listing(4, THIRD))
    trail, lineage = read(tmp_path, took(FIRST), *used, named, younger)
    rows = issuing_rows(trail, trail.order)
    issued = [issued_session(trail, row, trail.record(row), lineage) for row in rows]
    sessions = all_sessions(trail, trail.order, issued, lineage)
    assert (sessions[0].key, *sessions[0].more_keys) == (FIRST, SECOND, THIRD)
    assert len(sessions) == 3
    assert sessions[0].use is not None
    assert sessions[0].use.uses == 3
    assert lineage.chain(THIRD) == (KEY, THIRD)
    assert set(lineage.below((KEY,))) == {FIRST, SECOND, THIRD}


def test_two_sessions_of_one_moment_are_two(tmp_path: Path) -> None:
    answer = {"credentials": {"accessKeyId": SECOND}}
    again = event("AssumeRole", "sts", number=9, at=AT, who=user("frank", "AKIAQGH5DJSQ7FRANK22"), response=answer)
    _, lineage = read(tmp_path, took(FIRST), again, listing(2, FIRST), listing(3, SECOND), listing(4, THIRD))
    assert (lineage.keys_of_session(FIRST), lineage.keys_of_session(SECOND)) == ((FIRST, THIRD), (SECOND,))
    assert (lineage.chain(FIRST)[0], lineage.chain(SECOND)[0]) == (KEY, "AKIAQGH5DJSQ7FRANK22")


def test_keys_of_a_session_that_nobody_was_seen_to_make_are_one_session(tmp_path: Path) -> None:
    trail, lineage = read(tmp_path, listing(2, FIRST), listing(3, SECOND))
    (one,) = all_sessions(trail, trail.order, [], lineage)
    assert (one.key, one.more_keys, one.issued_by) == (FIRST, (SECOND,), None)


def test_a_web_identity_leads_back_to_the_key_that_fetched_its_token(tmp_path: Path) -> None:
    external = {"type": "WebIdentityUser", "principalId": "p", "userName": "w", "identityProvider": "i"}
    token = {"webIdentityTokenId": "token-1"}
    fetched = event("GetWebIdentityToken", "sts", number=1, at=AT, who=user(), response=token)
    assumed = event(
        "AssumeRoleWithWebIdentity",
        "sts",
        number=2,
        at=AT,
        who=external,
        response={"credentials": {"accessKeyId": FIRST}},
        additionalEventData=token,
    )
    _, lineage = read(tmp_path, fetched, assumed, listing(3, FIRST))
    assert lineage.chain(FIRST) == (KEY, FIRST)
    assert lineage.below((KEY,)) == (FIRST,)
    _, stranger = read(tmp_path / "other", {**fetched, "responseElements": {"webIdentityTokenId": "2"}}, assumed)
    assert stranger.chain(FIRST) == (FIRST,)
