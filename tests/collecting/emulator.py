"""An emulator of AWS on loopback, the AWS CLI that talks to it, and the script run with that CLI."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.collecting import aws_cli

REGION = "eu-west-1"
_PATIENCE = 60  # seconds until the server must answer


@dataclass(frozen=True)
class Credentials:
    """Of an account of the emulator; it takes anything for its first account."""

    key_id: str = "any"
    secret: str = "any"  # noqa: S105
    token: str = "any"  # noqa: S105


@contextmanager
def running_emulator(folder: Path) -> Iterator[str]:
    """Moto as a server on a free port of loopback; yields its address and stops it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (folder / "emulator.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - fixed words
        try:
            _wait_for(f"http://127.0.0.1:{port}/moto-api/data.json", server)
            with aws_cli.hosts_below_loopback():
                yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()
            server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310 - loopback
                answer.read()
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(f"the emulator did not answer at {address}")


@contextmanager
def running_cli() -> Iterator[Path]:
    """The AWS CLI, loaded and waiting; yields where it listens and stops it at the end."""
    with tempfile.TemporaryDirectory(prefix="aws") as folder:  # the path of a socket must be short
        address = Path(folder) / "socket"
        command = [sys.executable, "-X", "utf8", "-W", "ignore", aws_cli.__file__, str(address)]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - fixed words
        try:
            until = time.monotonic() + _PATIENCE
            while not address.exists():
                if time.monotonic() > until or server.poll() is not None:
                    raise TimeoutError("the AWS CLI did not start")
                time.sleep(0.05)
            yield address
        finally:
            server.kill()
            server.wait()


def environment(cli: Path, endpoint: str, credentials: Credentials, folder: Path) -> dict[str, str]:
    """What the script runs with: the true AWS CLI, bound to the emulator, and nothing of this machine."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    aws_cli.write_program(programs / "aws", cli, "--endpoint-url", endpoint)
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "AWS_ACCESS_KEY_ID": credentials.key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret,
        "AWS_SESSION_TOKEN": credentials.token,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "REGIONS": REGION,
    }


def run_script(script: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a collecting script; its answers go to `folder`."""
    return subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", "-s", "--", str(folder)],
        input=script,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
