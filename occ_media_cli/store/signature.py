"""SSH signatures: `ssh-keygen -Y sign`, namespace `occ-media`.

A signature is kept with the public key that made it. It proves that the holder of that key signed exactly these bytes;
whose key it is, the reader decides, by comparing its fingerprint.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from occ_media_cli.errors import PartMissing, UsageError

NAMESPACE = "occ-media"
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Signature:
    """An armoured signature and the public key that made it, as `type base64`."""

    text: str
    key: str


def _program() -> str:
    found = shutil.which("ssh-keygen")
    if found is None:
        raise PartMissing("ssh-keygen is not on this machine", hint="apt-get install openssh-client")
    return found


def run_keygen(arguments: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    """What ssh-keygen answers about these bytes. PartMissing where it is not here, UsageError where it waits."""
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
    done = run_keygen(["-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE], data)
    if done.returncode != 0 or b"BEGIN SSH SIGNATURE" not in done.stdout:
        words = done.stderr.decode(errors="backslashreplace").strip().splitlines() or ["it gave no signature"]
        raise UsageError(
            f"the signing key '{key}' was not used: {words[-1]}; nothing was signed",
            hint="check the key and its passphrase",
        )
    text = done.stdout.decode("ascii")
    public = _public_key(text)
    if public is None or not verify_signature(Signature(text, public), data):
        raise UsageError(
            f"the signing key '{key}' was not used: the signature does not verify; nothing was signed",
            hint="check the key",
        )
    return Signature(text, public)


def _public_key(text: str) -> str | None:
    """The public key inside an armoured signature (PROTOCOL.sshsig: magic, version, then the key)."""
    import base64
    import binascii

    try:
        blob = base64.b64decode("".join(text.split("-----")[2].split()), validate=True)
    except (IndexError, binascii.Error):
        return None
    if blob[:6] != b"SSHSIG" or len(blob) < 14:
        return None
    size = int.from_bytes(blob[10:14], "big")
    key = blob[14 : 14 + size]
    kind = key[4 : 4 + int.from_bytes(key[:4], "big")]
    if not kind or not kind.isascii():
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

    if _public_key(signature.text) != signature.key:
        return False
    with TemporaryDirectory(prefix="occ-media-") as name:
        signers, armoured = Path(name) / "signers", Path(name) / "signature"
        signers.write_text(f"approver {signature.key}\n")
        armoured.write_text(signature.text)
        done = run_keygen(
            ["-Y", "verify", "-q", "-f", str(signers), "-I", "approver", "-n", NAMESPACE, "-s", str(armoured)], data
        )
    return done.returncode == 0
