"""Key cards as JSON and as lines: `iamtui key` (Y6, incident.md section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from iamtui.analysis.key_cards import KeyCard
from iamtui.content.numbers import number_of
from iamtui.reports.lines import Keys, Line
from iamtui.reports.serial import Data
from iamtui.reports.trail.data import session_data
from iamtui.reports.trail.event_data import events_data, masked
from iamtui.reports.trail.rows import short
from iamtui.snapshot.model import Snapshot
from iamtui.trail.masking import hidden
from iamtui.trail.times import written
from iamtui.trail.trail import Trail
from iamtui.visible import Tone

if TYPE_CHECKING:
    from iamtui.analysis.paths.answer.results import Path
    from iamtui.trail.views.sessions import Session

_MOST = 8
_MOST_ROWS = 50
_TONES: tuple[Tone, Tone] = ("warn", "muted")


def keys_data(cards: Sequence[KeyCard], trail: Trail | None, snapshot: Snapshot | None) -> dict[str, Data]:
    """`{"version", "keys"}`.

    Raises:
        GoneError: a file changed since it was read.
    """
    return masked({"version": 1, "keys": [_card(card, trail, snapshot) for card in cards]})


def _card(card: KeyCard, trail: Trail | None, snapshot: Snapshot | None) -> dict[str, Data]:
    owner = card.owner
    return {
        "id": hidden(card.id.text) if card.id.is_secret else card.id.text,
        "kind": card.id.kind,
        "valid": card.id.kind is not None
        and (card.id.account is not None or not card.id.text.startswith(("AK", "AS"))),
        "account": card.id.account,
        "why": card.id.why or _rewritten(card),
        "owner": None
        if owner is None
        else {
            "principal": owner.principal,
            "state": owner.state,
            "created": written(owner.created) if owner.created is not None else None,
            "how": owner.how,
        },
        "lineage": [
            {"key": key, "principal": principal, "event": _event(trail, row)} for key, principal, row in card.lineage
        ],
        "sessions": [_session(card, trail, session) for session in card.sessions] if trail is not None else [],
        "use": _use(card),
        "power": _power(card),
        "changes": _changes(card, trail, snapshot),
    }


def _session(card: KeyCard, trail: Trail, session: Session) -> dict[str, Data]:
    """A session, whether it is alive at the newest moment that is known, and what it did."""
    use = card.uses.get(session.key or "")
    alive = None if card.at is None or session.until is None else session.until > card.at
    services: Data = {} if use is None else use.services
    did: dict[str, Data] = {"alive": alive, "denied": 0 if use is None else use.denied, "services": services}
    return session_data(trail, session) | did


def _rewritten(card: KeyCard) -> str | None:
    """A key that another account issued than its records say: the log was rewritten (Y4)."""
    owner = card.owner.principal.split(":", 5)[4:5] if card.owner is not None else []
    if card.id.account is None or not owner or owner[0] == card.id.account:
        return None
    return f"account {card.id.account} issued it, and the records say {owner[0]}: a rewritten log"


def _event(trail: Trail | None, row: int | None) -> str | None:
    return trail.columns.event_id(row) if trail is not None and row is not None else None


def _use(card: KeyCard) -> Data:
    use = card.use
    if use is None:
        return None
    return {
        "events": use.events,
        "denied": use.denied,
        "first": written(use.first),
        "last": written(use.last),
        "ips": list(use.addresses),
        "agents": list(use.agents),
        "services": use.services,
    }


def _power(card: KeyCard) -> Data:
    power = card.power
    if power is None:
        return None
    data: dict[str, Data] = {
        "admin": power.is_admin,
        "actions": 0 if power.is_closed else len(power.allowed),
        "roles": list(card.roles),
    }
    data |= {"at": written(card.at) if card.at is not None else None, "missing": list(card.missing)}
    if card.paths is not None:
        data["paths"] = [_path(path) for path in card.paths.paths]
        data["paths_complete"] = card.paths.complete
    return data


def _path(path: Path) -> Data:
    """A path to an administrator: how sure it is, and each edge by its way."""
    edges: list[Data] = [{"way": edge.way.id, "from": edge.start, "to": edge.end} for edge in path.edges]
    return {"to": path.end, "verdict": path.verdict, "edges": edges}


def _changes(card: KeyCard, trail: Trail | None, snapshot: Snapshot | None) -> list[Data]:
    if trail is None:
        return []
    by_row = {change.row: change for change in card.changes}
    return list(events_data(trail, by_row, snapshot, by_row))


def key_lines(data: Mapping[str, Data]) -> list[Line]:
    """A tree for each key of `keys_data`."""
    keys = Keys("key")
    cards = data["keys"]
    return [_lines(card, keys) for card in cards if isinstance(card, Mapping)] if isinstance(cards, list) else []


def _lines(card: Mapping[str, Data], keys: Keys) -> Line:
    name = str(card["id"])
    facts = [f"of account {card['account']}"] if card["account"] else []
    facts += [str(card["why"])] if card["why"] else []
    below = [
        Line(keys.of(name, label), label, text)
        for label, text in (
            ("owner", _owner(card["owner"])),
            ("used", _used(card["use"])),
            ("from", _from(card["use"])),
            ("can", _can(card["power"])),
            ("came from", " → ".join(str(one["key"]) for one in _items(card["lineage"]))),
        )
        if text
    ]
    lists = (
        ("paths to administrators", _ways(card, keys), 0),
        ("sessions", _sessions(card, keys), len(_items(card["sessions"]))),
        ("changes", _changed(card, keys), 0),
    )
    below += [_list(keys, name, label, rows, count or len(rows)) for label, rows, count in lists if rows]
    kind = f"{card['kind']}  " if card["kind"] else ""
    children = tuple(below)
    grow = (lambda: children) if children else None
    return Line(keys.of(name), name, kind + " · ".join(facts), "accent", "●", grow=grow, open=True)


def _list(keys: Keys, name: str, label: str, rows: tuple[Line, ...], count: int) -> Line:
    """At most fifty rows, and how many there are (B4)."""
    kept = rows[:_MOST_ROWS]
    if len(kept) < len(rows):
        kept += (Line(keys.of(name, label, "more"), f"{len(rows) - len(kept):,} more", "in the JSON", "muted"),)
    return Line(keys.of(name, label), label, f"{count:,}", grow=lambda: kept, open=True)


def _items(value: Data) -> list[Mapping[str, Data]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, (list, tuple)) else []


def _owner(owner: Data) -> str:
    if not isinstance(owner, Mapping):
        return ""
    state = f" · {owner['state']}" if owner["state"] else ""
    made = f" · made {short(owner['created'])}" if owner["created"] else ""
    return f"{owner['principal']}{state}{made} · known by {owner['how']}"


def _used(use: Data) -> str:
    if not isinstance(use, Mapping):
        return ""
    span = f"{short(use['first'])} to {short(use['last'])}"
    return f"{_events(use['events'])}, {use['denied']:,} refused · {span} · {_services(use['services'])}"


def _events(count: Data) -> str:
    return number_of(count, "event") if isinstance(count, int) else ""


def _services(services: Data) -> str:
    """The services that were called most, with how often."""
    counts = list(services.items()) if isinstance(services, Mapping) else []
    return ", ".join(f"{name.removesuffix('.amazonaws.com')} {count}" for name, count in counts[:_MOST])


def _from(use: Data) -> str:
    if not isinstance(use, Mapping) or not isinstance(use["ips"], list):
        return ""
    more = f" and {len(use['ips']) - _MOST} more" if len(use["ips"]) > _MOST else ""
    return ", ".join(map(str, use["ips"][:_MOST])) + more


def _can(power: Data) -> str:
    if not isinstance(power, Mapping) or not isinstance(power["roles"], list):
        return ""
    roles = f", may assume {number_of(len(power['roles']), 'role')}" if power["roles"] else ""
    actions = power["actions"]
    what = "everything" if power["admin"] else f"{actions:,} action{'' if actions == 1 else 's'} on every resource"
    what = what if actions else "nothing: everything is denied"
    listed = power["missing"] if isinstance(power["missing"], list) else []
    missing = f" · as far as is known: {'; '.join(map(str, listed))}" if listed else ""
    at = f" · at {short(power['at'])}" if power["at"] is not None else ""
    return f"{what}{roles}{at}{missing}"


def _ways(card: Mapping[str, Data], keys: Keys) -> tuple[Line, ...]:
    """A line a path; one that says there is none, where paths were asked for."""
    power = card["power"]
    if not isinstance(power, Mapping) or "paths" not in power:
        return ()
    found = tuple(_way(path, keys) for path in _items(power["paths"]))
    if not power["paths_complete"]:
        found += (Line(keys.of("path", "more"), "there may be more: a limit was met", "", "warn", "⚠"),)
    return found or (Line(keys.of("path", "none"), "none found", "", "muted"),)


def _way(path: Mapping[str, Data], keys: Keys) -> Line:
    edges = " · ".join(f"{edge['way']} to {edge['to']}" for edge in _items(path["edges"]))
    return Line(keys.of("path", edges), str(path["verdict"]), edges, "bad", "✖")


def _sessions(card: Mapping[str, Data], keys: Keys) -> tuple[Line, ...]:
    """The sessions below those that asked for them."""
    sessions = {str(one["key"]): one for one in _items(card["sessions"])}
    below: dict[str | None, list[str]] = {}
    for key, one in sessions.items():
        above = one["from_key"] if isinstance(one["from_key"], str) else None
        below.setdefault(above if above in sessions else None, []).append(key)

    def lines(above: str | None) -> tuple[Line, ...]:
        return tuple(_session_line(sessions[key], keys, lines(key)) for key in below.get(above, ()))

    return lines(None)


def _session_line(one: Mapping[str, Data], keys: Keys, below: tuple[Line, ...]) -> Line:
    ends = f"until {short(one['until'])}" if one["until"] is not None else "no end known"
    state = {True: f"alive {ends}", False: f"ended {short(one['until'])}", None: ends}[_truth(one["alive"])]
    did = f"{_events(one['uses'])}, {one['denied']:,} refused"
    facts = [state, str(one["principal"]), did, *([_services(one["services"])] if one["services"] else [])]
    is_over = one["alive"] is False
    grow = (lambda: below) if below else None
    key, glyph, tone = str(one["key"]), "·" if is_over else "●", _TONES[is_over]
    return Line(keys.of("session", key), key, " · ".join(facts), tone, glyph, grow=grow, open=True)


def _truth(value: Data) -> bool | None:
    return value if isinstance(value, bool) else None


def _changed(card: Mapping[str, Data], keys: Keys) -> tuple[Line, ...]:
    found = []
    for one in _items(card["changes"]):
        change = one["change"] if isinstance(one["change"], Mapping) else {}
        came = "done" if one["error"] is None else "failed"
        facts = (change.get("target"), came, f"snapshot: {change.get('snapshot')}")
        said = " · ".join(str(fact) for fact in facts if fact)
        found.append(Line(keys.of("change", str(one["id"])), f"{short(one['time'])}  {one['name']}", said))
    return tuple(found)
