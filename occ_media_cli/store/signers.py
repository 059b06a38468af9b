"""Whom a reader expects to have signed: a file of allowed signers, as `ssh-keygen -Y verify -f` takes it.

A signature says that the holder of some key signed; whoever forges makes a key too. Only a list that the reader has
from elsewhere says whose key it is. Each line is `PRINCIPALS [OPTIONS] KEYTYPE BASE64`; ssh-keygen reads it, so that
its options (namespaces, valid-after, valid-before, cert-authority) mean here what they mean everywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete, MalformedInput, NotFound
from occ_media_cli.store import signature as signatures

if TYPE_CHECKING:
    from occ_media_cli.store.signature import Signature

LARGEST_FILE = 1_000_000


def load_signers(path: Path) -> bytes:
    """The text of a file of allowed signers. NotFound, Incomplete or MalformedInput where it is none."""
    try:
        if path.exists() and not path.is_file():
            raise MalformedInput("not a regular file", file=str(path), hint="name a file of allowed signers")
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise NotFound("no such file of signers", file=str(path), hint="check the path") from None
    except OSError as problem:
        words = (problem.strerror or "unknown problem").lower()
        raise Incomplete(f"cannot be read: {words}", file=str(path), hint="name a readable file") from None
    lines = [line.strip() for line in data.splitlines()]
    if len(data) > LARGEST_FILE or not any(_is_signer(line) for line in lines):
        raise MalformedInput(
            "names no signer",
            file=str(path),
            hint="write a line for each: dana@example.com ssh-ed25519 AAAA…, as ssh-keygen(1) says of ALLOWED SIGNERS",
        )
    return data


def _is_signer(line: bytes) -> bool:
    """Whether a line may name somebody: it has principals, a type of key and the key."""
    return bool(line) and not line.startswith(b"#") and len(line.split()) >= 3


def who_signed(signature: Signature, data: bytes, signers: bytes) -> str | None:
    """The principals by which a list of allowed signers knows whoever signed exactly these bytes; None for nobody.

    They count as they stand in the line of the key. The namespace is the program's own, and a key that is no longer
    valid, or not yet, is nobody's.
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="occ-media-") as name:
        allowed, armoured = Path(name) / "signers", Path(name) / "signature"
        allowed.write_bytes(signers)
        armoured.write_text(signature.text)
        found = signatures.run_keygen(["-Y", "find-principals", "-s", str(armoured), "-f", str(allowed)], b"")
        for principal in found.stdout.decode(errors="backslashreplace").splitlines() if found.returncode == 0 else ():
            done = signatures.run_keygen(
                ["-Y", "verify", "-q", "-f", str(allowed), "-I", principal.split(",")[0], "-n", signatures.NAMESPACE,
                 "-s", str(armoured)],
                data,
            )  # fmt: skip
            if done.returncode == 0:
                return principal
    return None
