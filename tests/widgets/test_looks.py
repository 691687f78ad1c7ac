"""How the tree and the request form look at 80x24. Look at a changed picture before committing it."""

from __future__ import annotations

from typing import Protocol

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from iamtui.content.nodes import Node
from iamtui.content.requests import ContextField, ContextOffer, RequestFields, Suggestion
from iamtui.widgets.request_form import RequestForm
from iamtui.widgets.tree_list import TreeList
from iamtui.widgets.verdict_bar import Verdict, VerdictBar
from tests.widgets.host import HOSTILE, Host


class SnapCompare(Protocol):
    """What pytest-textual-snapshot gives."""

    def __call__(self, app: App[None], *, terminal_size: tuple[int, int], run_before: object) -> bool: ...


PRINCIPALS = {
    "users": [
        Node("alice", "alice", "no MFA", tone="warn", glyph="⚠"),
        Node("bob", "bob", "last used 3 days ago", mark="●"),
        Node("eve", HOSTILE["markup"] + HOSTILE["clipboard escape"] + HOSTILE["right-to-left override"], "漢字"),
    ],
    "roles": [
        Node("reader", "finance-reader", "boundary DeveloperBoundary", has_children=True),
        Node("long", "a-role-with-a-long-name-" * 5, "never used"),
    ],
    "reader": [
        Node("allow", "allowed", "ledger-read #0", tone="good", glyph="✔"),
        Node("deny", "explicit deny", "SCP DenyOutsideEU #0", tone="bad", glyph="✖"),
        Node("same", "not applicable", tone="muted"),
        Node("link", "trust policy", tone="accent"),
    ],
}


def test_tree(snap_compare: SnapCompare) -> None:
    tree = TreeList(lambda key: PRINCIPALS.get(key, ()))

    async def arrange(pilot: Pilot[None]) -> None:
        tree.set_roots(
            [
                Node("users", "Users", "3", has_children=True),
                Node("roles", "Roles", "118", has_children=True),
                Node("groups", "Groups", "9", has_children=True),
            ],
            expanded=frozenset({"users", "roles", "reader"}),
        )
        tree.focus()
        tree.select_key("reader")
        tree.search("read")
        await pilot.pause()

    assert snap_compare(Host(tree), terminal_size=(80, 24), run_before=arrange)


def test_request_form(snap_compare: SnapCompare) -> None:
    form, bar = RequestForm(), VerdictBar()
    form.complete_action = lambda prefix: [
        Suggestion("s3:GetObject", "Read · retrieves objects from Amazon S3"),
        Suggestion("s3:GetObjectAcl", "Read · returns the access control list of an object"),
    ]

    async def arrange(pilot: Pilot[None]) -> None:
        for line in form.query(Input):
            line.cursor_blink = False
        said = (
            ContextField("aws:SourceIp", "value", ("10.0.0.1",)),
            ContextField("aws:MultiFactorAuthPresent", "absent"),
            ContextField("aws:SourceVpce", "unknown"),
        )
        form.set_fields(RequestFields("finance-reader", "", "arn:aws:s3:::ledger/2026/q3.csv", said))
        form.set_context_offers(
            (
                ContextOffer("aws:SourceIp", "IP", "ask"),
                ContextOffer("aws:MultiFactorAuthPresent", "Bool", "false: a role session"),
                ContextOffer("aws:PrincipalTag/team", "String", "from the principal: finance"),
                ContextOffer("aws:TagKeys", "String[]", "absent", multivalued=True),
                ContextOffer("aws:UserAgent", "String", "not known", relevant=False),
            )
        )
        bar.verdict = Verdict("explicitDeny", "SCP DenyOutsideEU #0 denies s3:*", "allowed")
        form.focus()
        await pilot.press("s", "3", "down", "down")

    assert snap_compare(Host(form, bar), terminal_size=(80, 24), run_before=arrange)
