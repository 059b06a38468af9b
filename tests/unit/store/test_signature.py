"""SSH signatures name a key; a file of allowed signers says whose it is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from occ_media_cli.errors import Incomplete, MalformedInput
from occ_media_cli.store import signature
from occ_media_cli.store.signature import Signature, signer_of

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine")

DATA = b"a manifest\n"


def key_in(folder: Path, name: str = "key") -> Path:
    """A new SSH key without a passphrase."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name)], check=True)
    return folder / name


def public(key: Path) -> str:
    return Path(f"{key}.pub").read_text().strip()


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return key_in(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def signed(key: Path) -> Signature:
    return signature.sign(key, DATA)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("dana@example.com {}", "dana@example.com"),
        ('dana@example.com namespaces="occ-media" {}', "dana@example.com"),
        ("dana@example.com,kim@example.com {}", "dana@example.com"),
        ("# who may sign\n\nkim@example.com {}", "kim@example.com"),
        ('dana@example.com namespaces="git" {}', None),
        ('dana@example.com valid-before="20200101" {}', None),
    ],
)
def test_the_allowed_signers_say_whose_key_it_is(
    key: Path, signed: Signature, tmp_path: Path, line: str, name: str | None
) -> None:
    (tmp_path / "allowed").write_text(line.format(public(key)) + "\n")
    found = signer_of(signed, DATA, tmp_path / "allowed")
    assert (found.valid, found.allowed, found.name) == (True, name is not None, name)
    assert found.key == signature.fingerprint(signed.key)
    assert (found.problem() is None) is (name is not None)


def test_another_key_is_not_allowed_and_other_bytes_are_not_signed(signed: Signature, tmp_path: Path) -> None:
    (tmp_path / "allowed").write_text(f"kim@example.com {public(key_in(tmp_path))}\n")
    other = signer_of(signed, DATA, tmp_path / "allowed")
    assert (other.valid, other.allowed, other.name) == (True, False, None)
    assert "which the allowed signers do not name" in (other.problem() or "")
    changed = signer_of(signed, DATA + b"x", tmp_path / "allowed")
    assert (changed.valid, changed.allowed) == (False, None)
    assert "does not match it" in (changed.problem() or "")
    assert signer_of(signed, DATA).problem() is None


@pytest.mark.parametrize("data", [b"", b"# nobody\n", b"dana@example.com\n", b"\0\0\0", b"x" * 1_000_001])
def test_what_is_no_file_of_signers(signed: Signature, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "allowed").write_bytes(data)
    with pytest.raises(MalformedInput, match="no file of allowed signers"):
        signer_of(signed, DATA, tmp_path / "allowed")
    with pytest.raises(Incomplete, match="the allowed signers cannot be read: no such file"):
        signer_of(signed, DATA, tmp_path / "none")


def test_a_signature_of_another_shape_is_none(signed: Signature) -> None:
    right = dict(signed.as_json())
    assert Signature.of_json(right) == signed
    for wrong in (
        None, [], "x", {}, {**right, "more": 1}, {**right, "key": 5}, {**right, "key": "ssh-ed25519 AAAA"},
        {**right, "signature": None}, {**right, "signature": "-----é-----"}, {**right, "signature": "----------"},
        {**right, "signature": "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n"},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="not a signature"):
            Signature.of_json(wrong)
