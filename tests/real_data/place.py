"""Where the developers' data lies, which is too large or not ours to give away."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "shared" / "data"
EXPORTS = DATA / "exports"
MERIDIAN = EXPORTS / "emulator-meridian"
TRAILS = DATA / "cloudtrail"
MANAGED_POLICIES = DATA / "aws-managed-policies.json.gz"


def require(path: Path) -> None:
    """Skip the module that calls this where the data is not there."""
    if not path.exists():
        pytest.skip("the developers' data is not beside this checkout", allow_module_level=True)
