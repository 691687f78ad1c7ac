"""The invented organization as the script left it, once and for all, and the scenarios on it.

`python -m tests.collecting.collected` makes both anew after a change to the organization or the script.
"""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from iamtui.collecting.calls import RESOURCES, chosen_parts
from iamtui.collecting.script import script
from iamtui.snapshot.model import Snapshot
from iamtui.snapshot.opening import open_snapshot
from tests.collecting.emulated import Orion
from tests.collecting.emulator import Credentials, environment, run_script, running_cli, running_emulator

HERE = Path(__file__).parent
COLLECTED = HERE / "orion"
SCENARIOS = HERE / "orion.json"


def collect(orion: Orion, folder: Path, work: Path) -> str:
    """Run the script in each account; returns what it said."""

    def collect_account(account: str) -> str:
        home = work / f"home-{account}"
        home.mkdir()
        resources = RESOURCES if account == orion.prod else ()
        parts = chosen_parts(organization=account == orion.management, resources=resources)
        credentials = orion.credentials.get(account, Credentials())
        ran = run_script(script(parts), folder, environment(cli, orion.endpoint, credentials, home))
        assert ran.returncode == 0, ran.stderr
        return ran.stderr

    with running_cli() as cli, ThreadPoolExecutor(2) as pool:
        return "".join(pool.map(collect_account, (orion.prod, orion.management, orion.lab)))


def ids(snapshot: Snapshot) -> list[str]:
    """What the emulator invents anew each time, in a fixed order."""
    (organization,) = snapshot.organizations.values()
    accounts = {target.name: target.target_id for target in organization.targets.values()}
    resources = snapshot.resources.values()
    keys = {item.aliases[0]: item.arn.rpartition("/")[2] for item in resources if item.kind == "kms:key"}
    (secret,) = (item.arn[-6:] for item in resources if item.kind == "secretsmanager:secret")
    (endpoint,) = snapshot.endpoints
    found = [organization.organization_id, accounts["prod"], accounts["lab"], secret, endpoint]
    return [*found, *(keys[alias] for alias in sorted(keys))]


def with_ids_of(snapshot: Snapshot) -> str:
    """The scenarios with the ids of another making."""
    text = SCENARIOS.read_text("utf-8")
    for old, new in zip(ids(open_snapshot([COLLECTED])), ids(snapshot), strict=True):
        text = text.replace(old, new)
    return text


def make_anew() -> None:
    """Make the organization, collect it, and put the folder and the scenarios in place of what is there."""
    from tests.collecting.orion import make_orion  # noqa: PLC0415 - needs what may not be installed

    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        with running_emulator(work) as endpoint:
            collect(make_orion(endpoint), work / "orion", work)
        for kept in (work / "orion").glob("*/.collected"):
            kept.unlink()
        text = with_ids_of(open_snapshot([work / "orion"]))
        shutil.rmtree(COLLECTED)
        shutil.copytree(work / "orion", COLLECTED)
    SCENARIOS.write_text(text, "utf-8")


if __name__ == "__main__":
    make_anew()
