"""The AWS CLI, loaded once: a process that forks for each call, and the program `aws` that has it fork.

Of the half second that a call takes, most are imports; the round trip makes a hundred and fifty calls. What is called
is the true CLI, with the words, the environment and the streams of its caller.
"""

from __future__ import annotations

import gc
import marshal
import os
import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ForkingMixIn, StreamRequestHandler, UnixStreamServer
from typing import Any

_LOOPBACK = "127.0.0.1"

# As little as can be: Python starts anew for each call.
_PROGRAM = """import marshal, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    socket.send_fds(server, [b"."], [1, 2])
    server.sendall(marshal.dumps((sys.argv[2:], dict(os.environ))))
    server.shutdown(socket.SHUT_WR)
    sys.exit(ord(server.recv(1) or b"\\xff"))
"""


@contextmanager
def hosts_below_loopback() -> Iterator[None]:
    """Let this process find `ACCOUNT.127.0.0.1`: so S3 Control is called where the address is not AWS's own."""
    find = socket.getaddrinfo

    def found(host: Any, *more: Any, **options: Any) -> Any:
        is_below = isinstance(host, str) and host.endswith(f".{_LOOPBACK}")
        return find(_LOOPBACK if is_below else host, *more, **options)

    socket.getaddrinfo = found
    try:
        yield
    finally:
        socket.getaddrinfo = find


def write_program(aws: Path, address: Path, *words: str) -> None:
    """Write the program `aws`: it calls the CLI that listens at `address`, with `words` before its own."""
    source = aws.with_name("aws.py")
    source.write_text(_PROGRAM, "utf-8")
    command = shlex.join([sys.executable, "-ISs", str(source), str(address), *words])
    aws.write_text(f'#!/bin/sh\nexec {command} "$@"\n', "utf-8")
    aws.chmod(0o700)


def _loaded() -> Any:
    """The CLI with everything in memory that one call after the other needs."""
    import awscli.clidriver  # noqa: PLC0415 - may not be installed

    driver = awscli.clidriver.create_clidriver()
    for kind in ("service-2", "paginators-1", "waiters-2"):
        driver.session.get_component("data_loader").list_available_services(kind)
    anybody = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
    driver.session.create_client("sts", region_name="eu-west-1", **anybody)
    return driver


def serve(address: str) -> None:
    """Answer calls until killed."""
    driver = _loaded()

    class Call(StreamRequestHandler):
        def handle(self) -> None:
            """Make the call, in a process of its own."""
            _, streams, _, _ = socket.recv_fds(self.request, 1, 2)
            words, environment = marshal.loads(self.rfile.read())  # noqa: S302 - from our own program
            os.environ.clear()
            os.environ.update(environment)
            for number, stream in enumerate(streams, start=1):
                os.dup2(stream, number)
            status = driver.main(words)
            sys.stdout.flush()
            sys.stderr.flush()
            self.wfile.write(bytes([status]))

    class Server(ForkingMixIn, UnixStreamServer):
        request_queue_size = 20

    gc.freeze()
    with hosts_below_loopback(), Server(address, Call) as server:
        server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1])
