"""Where clamd answers, and whether that is a place that files may be handed to."""

from __future__ import annotations

import os
import re
import stat
from typing import NamedTuple

from occ_media_cli import environment
from occ_media_cli.errors import PartMissing, Refused, UsageError

SOCKETS = ("/run/clamav/clamd.ctl", "/var/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock")
"""Where Debian and Fedora put the socket of clamd; OCC_MEDIA_CLAMD names another."""

NAMED_BY = "OCC_MEDIA_CLAMD"
_LOCAL = ("localhost", "localhost.localdomain", "ip6-localhost")


class ClamdAddress(NamedTuple):
    """path of a socket of this machine, or host and port. shown: what people type for it."""

    path: str | None
    host: str
    port: int

    @property
    def shown(self) -> str:
        """What people type for it."""
        if self.path is not None:
            return self.path
        return f"tcp://[{self.host}]:{self.port}" if ":" in self.host else f"tcp://{self.host}:{self.port}"


def find_address(named: str | None = None, *, allow_remote: bool = False) -> ClamdAddress:
    """The address that was named, else that of OCC_MEDIA_CLAMD, else the first usual socket that is there.

    Raises UsageError for an address that is none, Refused for another machine, PartMissing where nothing is.
    """
    said = environment.option_or(named, "", NAMED_BY)
    if said.value is not None:
        address = _read_address(said.value, f"{said.by} " if said.variable else "")
        if address.path is None and not allow_remote and not _is_loopback(address.host):
            of = f", as {said.by} says," if said.variable else ""
            raise Refused(
                f"clamd at {address.shown}{of} is on another machine, to which files would go unencrypted",
                hint="name a socket of this machine, or let the scan reach another machine",
            )
        return address
    for path in SOCKETS:
        if os.path.exists(path):  # noqa: PTH110 - a text, not a Path
            return ClamdAddress(path, "", 0)
    raise PartMissing(
        f"no socket of clamd at {SOCKETS[0]}",
        hint=f"apt-get install clamav-daemon, or name its socket in {NAMED_BY}",
    )


def _read_address(named: str, of: str) -> ClamdAddress:
    text = named.removeprefix("unix:")
    if text.startswith("/"):
        return ClamdAddress(text, "", 0)
    if "://" in text and not text.startswith("tcp://"):
        raise UsageError(
            f"{of}'{named}' is no address of clamd", hint="such as /run/clamav/clamd.ctl or tcp://127.0.0.1:3310"
        )
    match = re.fullmatch(
        r"(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})", text.removeprefix("tcp://"), re.ASCII
    )
    if match is not None and 0 < int(match[3]) < 65_536:
        return ClamdAddress(None, match[1] or match[2], int(match[3]))
    if "/" in text and not text.startswith("tcp://"):
        return ClamdAddress(text, "", 0)
    raise UsageError(
        f"{of}'{named}' is no address of clamd", hint="such as /run/clamav/clamd.ctl or tcp://127.0.0.1:3310"
    )


def _is_loopback(host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() in _LOCAL


def socket_warnings(path: str) -> tuple[str, ...]:
    """What is to be said about a socket: who besides its owner may write to it, and whether that is somebody else."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a text, not a Path
    except OSError:
        return ()
    said = []
    if found.st_mode & stat.S_IWOTH:
        said.append("everybody on this host may write to its socket, and so have any file scanned or stop it")
    if found.st_uid not in (0, os.geteuid()) and found.st_uid != _uid_of_clamav():
        said.append(f"its socket belongs to user {found.st_uid}, who is neither root, clamav nor you")
    folder = os.stat(os.path.dirname(os.path.abspath(path)))  # noqa: PTH100, PTH116, PTH120 - as above
    if folder.st_mode & stat.S_IWOTH and not folder.st_mode & stat.S_ISVTX:
        said.append("everybody on this host may put another socket in its place")
    return tuple(said)


def _uid_of_clamav() -> int:
    import pwd

    for name in ("clamav", "clamscan", "clamupdate"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return -1
