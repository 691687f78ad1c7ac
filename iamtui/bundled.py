"""Where the sample account lies that iamtui opens when it is given nothing to open."""

from __future__ import annotations

from pathlib import Path

_NAME = "acme-day1.json"


def sample_path() -> Path:
    """The bundled sample: inside the package where a wheel was installed, at the top level of a checkout."""
    package = Path(__file__).parent
    installed = package / "samples" / _NAME
    return installed if installed.is_file() else package.parent / "samples" / _NAME
