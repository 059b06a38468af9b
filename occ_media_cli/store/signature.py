"""SSH signatures: `ssh-keygen -Y sign`, namespace `occ-media`.

A signature is kept with the public key that made it. It proves that the holder of that key signed exactly these bytes;
whose key it is, the reader decides: by comparing its fingerprint, or with a file of allowed signers (ssh-keygen(1)).
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import Incomplete, MalformedInput, PartMissing, UsageError

if TYPE_CHECKING:
    from occ_media_cli.report.json_types import Json

NAMESPACE = "occ-media"
_SECONDS = 60

LARGEST_SIGNERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Signature:
    """An armoured signature and the public key that made it, as `type base64`."""

    text: str
    key: str

    def as_json(self) -> dict[str, Json]:
        """It as a member of a document."""
        return {"key": self.key, "signature": self.text}

    @classmethod
    def of_json(cls, value: Any) -> Signature:
        """One from a member of a document; ValueError where it has not its shape."""
        if not isinstance(value, dict) or value.keys() != {"key", "signature"}:
            raise ValueError("not a signature")
        text, key = value["signature"], value["key"]
        if not isinstance(text, str) or not isinstance(key, str) or public_key(text) != key:
            raise ValueError("not a signature")
        return cls(text, key)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed. key: the fingerprint. name: what the file of allowed signers calls the key, None without such a
    file. valid: whether the key made the signature over these bytes; allowed: whether the file allows it, None without
    one."""

    key: str
    valid: bool
    name: str | None = None
    allowed: bool | None = None

    def as_json(self) -> dict[str, Json]:
        """It as a member of a report."""
        return {"key": self.key, "valid": self.valid, "name": self.name, "allowed": self.allowed}

    def problem(self) -> str | None:
        """Why the signature proves nothing, in words."""
        if not self.valid:
            return f"its signature, by {self.key}, does not match it"
        if self.allowed is False:
            return f"it is signed by {self.key}, which the allowed signers do not name"
        return None

    def in_words(self) -> str:
        """Who signed, behind `signed by`."""
        if not self.valid:
            return f"nobody: the signature of {self.key} does not match"
        if self.allowed is None:
            return f"{self.key}, whose owner was not looked up"
        return f"{self.name} ({self.key})" if self.allowed else f"{self.key}, which is not allowed"


def _program() -> str:
    found = shutil.which("ssh-keygen")
    if found is None:
        raise PartMissing("ssh-keygen is not on this machine", hint="apt-get install openssh-client")
    return found


def _run(arguments: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603  # no shell; the arguments are ours and a path
            [_program(), *arguments], input=data, capture_output=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise UsageError(
            "ssh-keygen did not answer within a minute; nothing was signed",
            hint="unlock the key in ssh-agent first, and name its .pub file",
            topic=("sign-by-agent",),
        ) from None


def sign(key: Path, data: bytes) -> Signature:
    """Sign with a private key, or with a public one whose private half ssh-agent has. UsageError where that fails."""
    if not key.is_file():
        raise UsageError(
            f"the signing key '{key}' is no key file; nothing was signed", hint="ssh-keygen -t ed25519 makes one"
        )
    done = _run(["-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE], data)
    if done.returncode != 0 or b"BEGIN SSH SIGNATURE" not in done.stdout:
        words = done.stderr.decode(errors="backslashreplace").strip().splitlines() or ["it gave no signature"]
        raise UsageError(
            f"the signing key '{key}' was not used: {words[-1]}; nothing was signed",
            hint="check the key and its passphrase",
        )
    text = done.stdout.decode("ascii")
    public = public_key(text)
    if public is None or not verify_signature(Signature(text, public), data):
        raise UsageError(
            f"the signing key '{key}' was not used: the signature does not verify; nothing was signed",
            hint="check the key",
        )
    return Signature(text, public)


def public_key(text: str) -> str | None:
    """The public key inside an armoured signature (PROTOCOL.sshsig: magic, version, then the key); None without one."""
    import base64

    try:
        blob = base64.b64decode("".join(text.split("-----")[2].split()), validate=True)
    except (IndexError, ValueError):
        return None
    if blob[:6] != b"SSHSIG" or len(blob) < 14:
        return None
    size = int.from_bytes(blob[10:14], "big")
    key = blob[14 : 14 + size]
    kind = key[4 : 4 + int.from_bytes(key[:4], "big")]
    if not kind or not kind.isascii() or not kind.decode("ascii").isprintable() or b" " in kind:
        return None
    return f"{kind.decode('ascii')} {base64.b64encode(key).decode('ascii')}"


def fingerprint(key: str) -> str:
    """`SHA256:…`, as ssh-keygen -l prints it."""
    import base64
    from hashlib import sha256

    blob = base64.b64decode(key.split()[1])
    return "SHA256:" + base64.b64encode(sha256(blob).digest()).decode("ascii").rstrip("=")


def verify_signature(signature: Signature, data: bytes) -> bool:
    """Whether the key made the signature over exactly these bytes."""
    from tempfile import TemporaryDirectory

    if public_key(signature.text) != signature.key:
        return False
    with TemporaryDirectory(prefix="occ-media-") as name:
        signers, armoured = Path(name) / "signers", Path(name) / "signature"
        signers.write_text(f"approver {signature.key}\n")
        armoured.write_text(signature.text)
        done = _run(
            ["-Y", "verify", "-q", "-f", str(signers), "-I", "approver", "-n", NAMESPACE, "-s", str(armoured)], data
        )
    return done.returncode == 0


def signer_of(signature: Signature, data: bytes, signers: Path | None = None) -> Signer:
    """Who made a signature over these bytes. signers: a file of allowed signers, as ssh-keygen(1) describes it.

    Incomplete for one that cannot be read, MalformedInput for one that ssh-keygen does not understand, PartMissing
    without ssh-keygen.
    """
    allowed = _read_signers(signers) if signers is not None else None
    key = fingerprint(signature.key)
    if not verify_signature(signature, data):
        return Signer(key, valid=False)
    if allowed is None:
        return Signer(key, valid=True)
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="occ-media-") as name:
        known, armoured = Path(name) / "signers", Path(name) / "signature"
        known.write_bytes(allowed)
        armoured.write_text(signature.text)
        files = ["-f", str(known), "-n", NAMESPACE, "-s", str(armoured)]
        done = _run(["-Y", "find-principals", *files[:2], *files[4:]], b"")
        names = done.stdout.decode(errors="backslashreplace").splitlines() if done.returncode == 0 else []
        for each in names:
            if each and _run(["-Y", "verify", "-q", "-I", each, *files], data).returncode == 0:
                return Signer(key, valid=True, name=each, allowed=True)
    return Signer(key, valid=True, allowed=False)


def _read_signers(path: Path) -> bytes:
    """A file of allowed signers. One without any line of a key allows nobody, and that is a slip."""
    try:
        with path.open("rb") as stream:  # it may be a pipe or a device, which have no size to look at
            data = stream.read(LARGEST_SIGNERS + 1)
    except OSError as problem:
        words = (problem.strerror or "unknown problem").lower()
        raise Incomplete(
            f"the allowed signers cannot be read: {words}", file=str(path), hint="name a file that is there"
        ) from problem
    lines = [line for line in data.splitlines() if line.strip() and not line.lstrip().startswith(b"#")]
    if len(data) > LARGEST_SIGNERS or b"\0" in data or not lines or any(len(line.split()) < 3 for line in lines):
        raise MalformedInput(
            "no file of allowed signers", file=str(path), hint="a line for each: dana@example.com ssh-ed25519 AAAA…"
        )
    return data
