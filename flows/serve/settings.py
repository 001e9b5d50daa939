"""What a serve is asked for, and what can be refused before anything starts."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ssd_iter.exceptions import ConfigError

SERVER_PORT = 4200
REPORTS_PORT = 4201
_TRIES = 50


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line said. A port that is None may be any; `auth` is `USER:PASSWORD`."""

    runs: Path
    host: str = "127.0.0.1"
    port: int | None = None
    reports_port: int | None = None
    auth: str | None = None
    gpu_slots: int = 1


def check(settings: Settings) -> None:
    """ConfigError for an address that others reach without a password, and for a password that cannot be one."""
    if settings.auth is not None and not all(settings.auth.partition(":")):
        raise ConfigError("--auth is USER:PASSWORD, such as me:correct-horse")
    if settings.auth is None and not is_loopback(settings.host):
        raise ConfigError(
            f"--host {settings.host} lets other machines in, and whoever gets in can run programs here: "
            "add --auth USER:PASSWORD (or SSD_ITER_AUTH), or stay on 127.0.0.1 and come through an ssh tunnel"
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, asked: int | None, usual: int, not_these: Collection[int] = ()) -> socket.socket:
    """A listening socket: on the port asked for, or else on the usual one or the next that is free.

    Raises ConfigError where the port asked for is taken, or `host` is none of this machine's addresses.
    """
    ports = range(usual, usual + _TRIES) if asked is None else [asked]
    for port in ports:
        listening = None if port in not_these else _try_to_listen(host, port)
        if listening is not None:
            return listening
    option = "--port or --reports-port"
    if asked is None:
        raise ConfigError(f"ports {ports[0]} to {ports[-1]} of {host} are all taken: name a free one with {option}")
    raise ConfigError(f"port {asked} of {host} is taken: name another with {option}, or none, and a free one is found")


def free_port(host: str, asked: int | None, usual: int, not_these: Collection[int] = ()) -> int:
    """The port that `listen` would take, for another process to listen on."""
    with listen(host, asked, usual, not_these) as listening:
        port: int = listening.getsockname()[1]
        return port


def url_of(host: str, port: int) -> str:
    """The address that a browser is told; where we listen on every address, by the machine's name."""
    if host in ("0.0.0.0", "::"):
        host = socket.getfqdn()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _try_to_listen(host: str, port: int) -> socket.socket | None:
    """None where the port is taken."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            return None
        raise ConfigError(f"cannot listen on {host}: {error}") from None
