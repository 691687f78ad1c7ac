"""What SDKs lay beside an answer of AWS costs nothing of it (I2)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from iamtui.snapshot.opening import open_snapshot
from tests.tables import every_row

SAMPLE = Path(__file__).parents[2] / "samples" / "acme-org"


@every_row("member", ["ResponseMetadata", "ResultMetadata", "$metadata", "@metadata"])
def test_i2_an_answer_of_an_sdk_is_read_as_that_of_the_cli(tmp_path: Path, member: str) -> None:
    saved = tmp_path / "saved"
    shutil.copytree(SAMPLE, saved)
    for path in saved.rglob("*.json"):
        text, stamp = path.read_text(), path.stat()
        if text.startswith("{"):
            path.write_text(f'{{"{member}": {{"RequestId": "x", "HTTPStatusCode": 200}},{text[1:]}')
            os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    ours, theirs = open_snapshot([SAMPLE]), open_snapshot([saved])
    formats = [
        [(file.path.relative_to(root), file.format, file.status, file.message) for file in found.files]
        for root, found in ((SAMPLE, ours), (saved, theirs))
    ]
    assert formats[1] == formats[0]
    assert theirs.accounts == ours.accounts
    assert theirs.organizations == ours.organizations
    assert theirs.resources == ours.resources
