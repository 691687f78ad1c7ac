"""Exports with hostile text planted into every string that may hold text, so that references still meet."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

from tests.samples.test_samples import SAMPLES

MARK = "owned"
"""Stands in every plant, so that it is known wherever it turns up."""
PLANTS = {
    "closing": f"[/]{MARK}",
    "markup": f"[@click=app.{MARK}][link=http://{MARK}.example][bold red]x[/][/",
    "escapes": f"\x1b]8;;http://{MARK}.example\x07\x1b]52;c;b3duZWQ=\x07\x1b]0;{MARK}\x1b\\\x1b[2J\x9b31m\r\n\x00",
    "unseen": f"\u3164\u034f\u2800\ufe0f\u202e{MARK}\u0430",
}
_FIXED = re.compile(
    r"Allow|Deny|\d{4}-\d{2}-\d{2}(?:T.*)?|v\d+|\d{12}|Active|Inactive|Policy|ROOT|ORGANIZATIONAL_UNIT|ACCOUNT|TARGET"
    r"|SERVICE_CONTROL_POLICY|RESOURCE_CONTROL_POLICY|ENABLED|ALL|ACTIVE|INVITED|CREATED|Interface|Gateway|available"
    r"|/|\*|[a-z-]+\.amazonaws\.com|(?:ou|r|o|p)-[\w-]+|AWS|Service|Federated|not_supported|<root_account>|true|false|N/A|no_information"
)


_NAME = re.compile("Name$|^GroupList$")
"""Members with names of principals, policies and groups: there a slash would make another path."""


def planted(value: Any, plant: str, depth: int = 0, *, is_name: bool = False) -> Any:
    """The same JSON with `plant` at the end of each text; what AWS picks from a list stays as it is.

    Names are texts too `depth` levels below: those of the condition keys.
    """
    if isinstance(value, dict):
        return {
            (key + plant if depth == 1 else key): (
                item
                if key == "Content"
                else planted(item, plant, 2 if key == "Condition" else depth - 1, is_name=_NAME.search(key) is not None)
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [planted(item, plant, is_name=is_name) for item in value]
    if not isinstance(value, str) or _FIXED.fullmatch(value):
        return value
    if value.startswith("{"):
        return json.dumps(planted(json.loads(value), plant))
    return value + (plant.replace("/", "_") if value.startswith("arn:") or is_name else plant)


_NAMED = ("iam-get-login-profile", "iam-list-access-keys", "iam-list-mfa-devices", "s3api-get-bucket-policy")
"""Folders whose files are named after what they are about."""


def plant_organization(folder: Path, plant: str) -> Path:
    """The sample organization, with `plant` in every string of every file, and in the names of files."""
    for source in sorted((SAMPLES / "acme-org").rglob("*.*")):
        below = source.relative_to(SAMPLES / "acme-org")
        in_name = re.sub(r"[\x00/]", "", plant)[:60]
        target = folder / below.with_name(f"{source.stem}{in_name if below.parts[-2] in _NAMED else ''}{source.suffix}")
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text("utf-8")
        target.write_text(
            _planted_table(text, plant) if source.suffix == ".csv" else json.dumps(planted(json.loads(text), plant)),
            "utf-8",
        )
    return folder


def _planted_table(text: str, plant: str) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    csv.writer(out).writerows(
        [rows[0], *([planted(cell, plant.replace("\x00", "")) for cell in row] for row in rows[1:])]
    )
    return out.getvalue()
