"""A real clamd with signatures of our own, and what it must find."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PROGRAM = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
FILES = Path("/usr/share/clamav-testfiles")
"""Debian's package clamav-testfiles: one harmless program in 44 containers."""

BODY = b"THIS-IS-NO-VIRUS-BUT-WHAT-OCC-MEDIA-LOOKS-FOR-IN-ITS-TESTS"
"""What one signature matches wherever it stands. A digest would match one exact object only."""

NAME = "Occ.Test.Body.UNOFFICIAL"
_PROGRAM_OF_TESTFILES = ("aa15bcf478d165efd2065190eb473bcb", 544)
_ALERTS = ("AlertExceedsMax", "AlertEncrypted", "AlertEncryptedArchive", "AlertEncryptedDoc")
_STARTING = 30.0


class Clamd:
    """One clamd in a folder of its own. alerts: with the settings that a scan needs. lines: further ones."""

    def __init__(self, *lines: str, alerts: bool = True, tcp: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clamd-"))  # short: the path of a socket has 107 bytes at most
        self.socket, self.signatures = self.folder / "ctl", self.folder / "signatures"
        self.signatures.mkdir()
        write_signatures(self.signatures)
        self.port = free_port() if tcp else 0
        wanted = [
            f"LocalSocket {self.socket}", "LocalSocketMode 600", f"DatabaseDirectory {self.signatures}", "Foreground yes",
            "SelfCheck 0", f"TemporaryDirectory {self.folder}", *(f"{name} {'yes' if alerts else 'no'}" for name in _ALERTS),
            *([f"TCPSocket {self.port}", "TCPAddr 127.0.0.1"] if tcp else []), *lines,
        ]  # fmt: skip
        self.config = self.folder / "clamd.conf"
        self.config.write_text("\n".join(wanted) + "\n")
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}" if self.port else str(self.socket)

    def start(self) -> None:
        assert PROGRAM is not None
        self.socket.unlink(missing_ok=True)
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen([PROGRAM, f"--config-file={self.config}"], stdout=log, stderr=log)
        end = time.monotonic() + _STARTING
        while not self.answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < end, "clamd does not answer"
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            return self.say(b"zPING\0") == b"PONG\0"
        except OSError:
            return False

    def say(self, command: bytes) -> bytes:
        family = socket.AF_INET if self.port else socket.AF_UNIX
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(5)
            connection.connect(("127.0.0.1", self.port) if self.port else str(self.socket))
            connection.sendall(command)
            return connection.recv(1024)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def write_signatures(folder: Path) -> None:
    digest, size = _PROGRAM_OF_TESTFILES
    (folder / "testfile.hdb").write_text(f"{digest}:{size}:Clamav.Test.File\n")
    (folder / "local.ndb").write_text(f"{NAME.removesuffix('.UNOFFICIAL')}:0:*:{BODY.hex()}\n")
    (folder / "local.hsb").write_text(f"{hashlib.sha256(b'only this').hexdigest()}:9:Occ.Test.Digest\n")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def in_memory(content: bytes) -> int:
    """A descriptor of these bytes, opened for reading."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return os.open(file.name, os.O_RDONLY)
