"""A time-stamp authority on this machine, made by `openssl ts`: no test asks one over a network."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")

_SECTIONS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[code]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,codeSigning
[answers]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """A root certificate, and certificates that it signed: `tsa` for time stamps, `code` for something else."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Authority:
        """A new authority with keys of its own."""
        folder.mkdir()
        found = cls(folder)
        (folder / "conf").write_text(_SECTIONS.format(folder=folder))
        (folder / "serial").write_text("01\n")
        new = ("req", "-config", "conf", "-newkey", "rsa:2048", "-nodes")
        found.run(*new, "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Root", "-extensions", "ca")
        for name, subject in (("tsa", "/CN=Test TSA"), ("code", "/CN=Code")):
            found.run(*new, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
            found.run(
                "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", f"{name}.pem", "-days", "30", "-extfile", "conf", "-extensions", name,
            )  # fmt: skip
        return found

    @property
    def root(self) -> Path:
        """The certificate that readers trust."""
        return self.folder / "ca.pem"

    def run(self, *words: str) -> bytes:
        """What `openssl` printed."""
        done = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, check=False)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def answer(self, query: bytes) -> bytes:
        """The answer to a query."""
        (self.folder / "q").write_bytes(query)
        self.run("ts", "-reply", "-config", "conf", "-section", "answers", "-queryfile", "q", "-signer", "tsa.pem",
                 "-inkey", "tsa.key", "-out", "r")  # fmt: skip
        return (self.folder / "r").read_bytes()

    def refusal(self) -> bytes:
        """What an authority says that does not answer."""
        return self.answer(b"no query")

    def answer_by(self, name: str, query: bytes) -> bytes:
        """The answer to a query, signed with another of the certificates, which openssl itself would not do."""
        self.answer(query)
        self.run("ts", "-reply", "-config", "conf", "-in", "r", "-token_out", "-out", "token")
        self.run("cms", "-verify", "-noverify", "-inform", "DER", "-in", "token", "-out", "said")
        self.run("cms", "-sign", "-nodetach", "-binary", "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-in", "said",
                 "-signer", f"{name}.pem", "-inkey", f"{name}.key", "-outform", "DER", "-out", "token")  # fmt: skip
        # TimeStampResp ::= SEQUENCE { SEQUENCE { INTEGER 0 }, token }
        body = bytes.fromhex("3003020100") + (self.folder / "token").read_bytes()
        return b"\x30\x82" + len(body).to_bytes(2) + body
