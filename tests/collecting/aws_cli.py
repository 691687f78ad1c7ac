"""The AWS CLI, loaded once: a process that makes one call after the other, and the program `aws` that has it do so.

Of the half second that a call takes, most are imports; the round trip makes a hundred and fifty calls. What is called
is the true CLI, with the words, the environment and the streams of its caller.
"""

from __future__ import annotations

import marshal
import os
import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from socketserver import StreamRequestHandler, UnixStreamServer
from typing import Any

_LOOPBACK = "127.0.0.1"

# As little as can be: Python starts anew for each call, and the module `socket` takes as long as Python itself.
_PROGRAM = """import marshal, os, _socket, sys
server = _socket.socket(_socket.AF_UNIX)
server.connect(sys.argv[1])
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in (1, 2))
server.sendmsg([b"."], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
server.sendall(marshal.dumps((sys.argv[2:], dict(os.environ))))
server.shutdown(_socket.SHUT_WR)
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


@cache
def _driver(_environment: frozenset[tuple[str, str]]) -> Any:
    """The CLI for callers with the same environment: it keeps what it once read of that."""
    import awscli.clidriver  # noqa: PLC0415 - may not be installed

    return awscli.clidriver.create_clidriver()


def serve(address: str) -> None:
    """Answer calls until killed."""
    import awscli.clidriver  # noqa: F401, PLC0415 - loaded before the first call

    data = os.environ["AWS_DATA_PATH"]  # where it has its own, set when it was imported

    class Call(StreamRequestHandler):
        def handle(self) -> None:
            """Make the call on the streams of the caller."""
            _, streams, _, _ = socket.recv_fds(self.request, 1, 2)
            words, environment = marshal.loads(self.rfile.read())  # noqa: S302 - from our own program
            os.environ.clear()
            os.environ.update(environment, AWS_DATA_PATH=data)
            for number, stream in enumerate(streams, start=1):
                os.dup2(stream, number)
                os.close(stream)
            status = _driver(frozenset(environment.items())).main(words)
            sys.stdout.flush()
            sys.stderr.flush()
            for number in (1, 2):
                os.dup2(nowhere, number)
            self.wfile.write(bytes([status]))

    class Server(UnixStreamServer):
        request_queue_size = 20

    nowhere = os.open(os.devnull, os.O_WRONLY)
    with hosts_below_loopback(), Server(address, Call) as server:
        server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1])
