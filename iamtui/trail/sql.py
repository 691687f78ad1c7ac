"""The filters of a question as one SELECT, for trails that outgrow a machine (B6, R22).

It selects whole records, as JSON where the engine has them so, and what it prints opens here again. Nothing is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from iamtui.patterns import glob
from iamtui.trail.refusals.codes import denial_codes
from iamtui.trail.requests.actions import table
from iamtui.trail.selecting import Filter, FilterError, split_addresses
from iamtui.trail.times import written


class Dialect(StrEnum):
    """Where the statement is run."""

    ATHENA = "athena"
    LAKE = "lake"
    DUCKDB = "duckdb"


_PATHS = (
    ("eventTime", "eventtime"),
    ("eventSource", "eventsource"),
    ("eventName", "eventname"),
    ("awsRegion", "awsregion"),
    ("recipientAccountId", "recipientaccountid"),
    ("sourceIPAddress", "sourceipaddress"),
    ("userAgent", "useragent"),
    ("errorCode", "errorcode"),
    ("userIdentity.arn", "useridentity.arn"),
    ("userIdentity.principalId", "useridentity.principalid"),
    ("userIdentity.accessKeyId", "useridentity.accesskeyid"),
    ("userIdentity.accountId", "useridentity.accountid"),
    ("userIdentity.userName", "useridentity.username"),
    ("userIdentity.invokedBy", "useridentity.invokedby"),
    ("userIdentity.sessionContext.sessionIssuer.arn", "useridentity.sessioncontext.sessionissuer.arn"),
    ("userIdentity.sessionContext.sessionIssuer.userName", "useridentity.sessioncontext.sessionissuer.username"),
)
_ATHENA = dict(_PATHS)
_STORE_ID = re.compile(r"\w+(-\w+)*", re.ASCII)
_SERVICES_WITH_DATES = ("lambda", "cloudfront")


@dataclass(frozen=True, slots=True)
class _Words:
    """How a dialect says things: the columns, the whole record, the text of it, and an address in a network."""

    select: str
    column: Callable[[str], str]
    record: str
    network: Callable[[str, str], str]


def select_statement(dialect: Dialect, table_name: str | None, asked: Filter) -> str:
    """One SELECT with the filters; times count in UTC.

    Raises:
        FilterError: a table that cannot be one.
    """
    name = table_name or _DEFAULT[dialect]
    words = _WORDS[dialect]
    conditions = list(_conditions(words, asked))
    where = "\n  AND ".join(conditions)
    lines = [words.select.format(table=_table(dialect, name))]
    lines += [f"WHERE {where}"] if where else []
    return "\n".join([*lines, f"ORDER BY {words.column('eventTime')};", ""])


_DEFAULT = {
    Dialect.ATHENA: "cloudtrail_logs",
    Dialect.LAKE: "EVENT_DATA_STORE_ID",
    Dialect.DUCKDB: "AWSLogs/**/*.json.gz",
}


def _table(dialect: Dialect, name: str) -> str:
    if dialect is Dialect.DUCKDB:
        return _text(name)
    if dialect is Dialect.LAKE:
        if _STORE_ID.fullmatch(name) is None:
            raise FilterError(f"--table {name}: expected the id of an event data store")
        return name
    return ".".join(f'"{part.replace(chr(34), chr(34) * 2)}"' for part in name.split("."))


def _text(value: str) -> str:
    """A string of SQL: whatever it holds, it ends nowhere else."""
    return "'" + value.replace("'", "''") + "'"


def _like(pattern: str) -> str:
    """A pattern with `*` and `?` as LIKE has it."""
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{_text(escaped.replace('*', '%').replace('?', '_'))} ESCAPE '\\'"


def _conditions(words: _Words, asked: Filter) -> Iterator[str]:
    column = words.column
    if asked.start is not None:
        yield f"{column('eventTime')} >= {_text(written(asked.start))}"
    if asked.end is not None:
        yield f"{column('eventTime')} <= {_text(written(asked.end))}"
    if asked.who:
        yield _any(_who(words, asked.who))
    if asked.actions:
        yield _any(_action(words, pattern) for pattern in asked.actions)
    if asked.resources:
        yield _any(f"{words.record} LIKE {_like(f'*{pattern}*')}" for pattern in asked.resources)
    if asked.networks:
        yield _any(words.network(column("sourceIPAddress"), network) for network in asked.networks)
    if asked.agents:
        yield _any(f"lower({column('userAgent')}) LIKE {_like(f'*{text.lower()}*')}" for text in asked.agents)
    for values, member in ((asked.regions, "awsRegion"), (asked.accounts, "recipientAccountId")):
        if values:
            yield f"{column(member)} IN ({', '.join(map(_text, values))})"
    if asked.errors:
        yield _any(_error(column("errorCode"), code) for code in asked.errors)


def _any(conditions: Iterator[str]) -> str:
    found = list(dict.fromkeys(conditions))
    return found[0] if len(found) == 1 else "(" + "\n    OR ".join(found) + ")"


def _who(words: _Words, who: Sequence[str]) -> Iterator[str]:
    addresses, others = split_addresses(who)
    for address in addresses:
        yield words.network(words.column("sourceIPAddress"), address)
    for text in others:
        for member in ("arn", "accessKeyId", "accountId", "userName", "invokedBy"):
            yield f"{words.column(f'userIdentity.{member}')} = {_text(text)}"
        for member in ("arn", "userName"):
            yield f"{words.column(f'userIdentity.sessionContext.sessionIssuer.{member}')} = {_text(text)}"
        yield f"{words.column('userIdentity.principalId')} LIKE {_like(f'{text}*')}"


def _action(words: _Words, pattern: str) -> str:
    """Calls by their name, and those whose action the table names (A2)."""
    service, colon, name = pattern.partition(":")
    if not colon:
        return f"{words.column('eventName')} LIKE {_like(pattern)}"
    source = f"{words.column('eventSource')} LIKE {_like(f'{service}.amazonaws.com')}"
    named = [f"{words.column('eventName')} LIKE {_like(name)}"]
    if service in _SERVICES_WITH_DATES and not name.endswith("*"):
        named.append(f"{words.column('eventName')} LIKE {_like(f'{name}20*')}")
    matches = glob(pattern.lower())
    called = sorted(
        call
        for (prefix, call), actions in table().calls.items()
        if prefix == service and any(matches(action.lower()) for action in actions)
    )
    if called:
        named.append(f"{words.column('eventName')} IN ({', '.join(map(_text, called))})")
    return f"({source} AND {_any(iter(named))})"


def _error(column: str, code: str) -> str:
    match code:
        case "any":
            return f"{column} IS NOT NULL"
        case "none":
            return f"{column} IS NULL"
        case "denied":
            codes = ", ".join(_text(one) for name in denial_codes() for one in (name, f"Client.{name}"))
            return f"({column} IN ({codes}) OR {column} LIKE 'Forbidden%')"
    return f"{column} = {_text(code)}"


def _trino_network(column: str, network: str) -> str:
    return f"contains({_text(network)}, TRY_CAST({column} AS IPADDRESS))"


_WORDS = {
    Dialect.ATHENA: _Words(
        "SELECT * FROM {table}",
        lambda member: _ATHENA[member],
        "concat(coalesce(requestparameters, ''), ' ', coalesce(CAST(resources AS VARCHAR), ''))",
        _trino_network,
    ),
    Dialect.LAKE: _Words("SELECT eventJson FROM {table}", lambda member: member, "eventJson", _trino_network),
    Dialect.DUCKDB: _Words(
        'SELECT detail FROM (SELECT unnest("Records") AS detail FROM read_json({table},\n'
        "  columns = {{'Records': 'JSON[]'}}, maximum_object_size = 1073741824))",
        lambda member: f"(detail->>'$.{member}')",
        "CAST(detail AS VARCHAR)",
        lambda column, network: f"TRY_CAST({column} AS INET) <<= {_text(network)}::INET",
    ),
}
