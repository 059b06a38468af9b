"""Time stamps by RFC 3161: a query over a digest, and the answer of a time-stamp authority, verified offline.

An authority that others trust signs a digest together with its own clock, so that a document which is older than the
stamp cannot be made later. The query is written here; how it reaches an authority is the user's business (curl), since
this program opens no connection for it. The answer is verified by the extra `timestamp`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.errors import Incomplete, MalformedInput, PartMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate

    from occ_media_cli.report.json_types import Json

LARGEST_ANSWER = 65_536
LARGEST_CERTIFICATES = 1_000_000

_SHA256 = "2.16.840.1.101.3.4.2.1"
_VERSION = bytes.fromhex("020101")
_IMPRINT = bytes.fromhex("3031300d060960864801650304020105000420")
"""SEQUENCE { SEQUENCE { OID sha256, NULL }, OCTET STRING of 32 bytes }, whose bytes follow."""

_WITH_CERTIFICATE = bytes.fromhex("0101ff")
_GRANTED = 0


@dataclass(frozen=True, slots=True)
class Stamped:
    """A time stamp that was verified. time: the authority's clock, in milliseconds. by: the name in its certificate."""

    time: int
    by: str

    def as_json(self) -> dict[str, Json]:
        """It as a member of a report."""
        return {"time": times.text(self.time), "by": self.by}


class BadStamp(ValueError):
    """Why a time stamp proves nothing, in words. broken: whether it is none at all."""

    def __init__(self, words: str, *, broken: bool = False) -> None:
        super().__init__(words)
        self.words, self.broken = words, broken


def query(digest: bytes, nonce: int) -> bytes:
    """A time-stamp query over a sha256 digest (DER). It asks for the authority's certificate in the answer."""
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1)
    body = _VERSION + _IMPRINT + digest + b"\x02" + bytes([len(number)]) + number + _WITH_CERTIFICATE
    return b"\x30" + bytes([len(body)]) + body


def as_text(answer: bytes) -> str:
    """An answer as it stands in a JSON document."""
    return b64encode(answer).decode("ascii")


def of_text(text: Any) -> bytes:
    """An answer from a JSON document; ValueError for what is none."""
    if not isinstance(text, str):
        raise ValueError("not a time stamp")  # noqa: TRY004  # whoever reads a file asks for one kind of error
    try:
        found = b64decode(text, validate=True)
    except ValueError:
        raise ValueError("not a time stamp") from None
    if not 0 < len(found) <= LARGEST_ANSWER or not _is_sequence(found):
        raise ValueError("not a time stamp")
    return found


def _is_sequence(data: bytes) -> bool:
    """Whether bytes are one DER sequence, as every answer is, and nothing behind it."""
    if len(data) < 2 or data[0] != 0x30:
        return False
    more = data[1] & 0x7F if data[1] & 0x80 else 0
    length = int.from_bytes(data[2 : 2 + more]) if more else data[1]
    return len(data) == 2 + more + length and data[1] != 0x80  # 0x80: an open length


def load_answer(path: Path) -> bytes:
    """The answer of an authority from its file. MalformedInput for one that is empty or too long."""
    data = _read(path, LARGEST_ANSWER, "the time stamp")
    if not data or len(data) > LARGEST_ANSWER:
        raise MalformedInput("no answer to a time-stamp query", file=str(path), hint="name what the authority sent")
    return data


def load_certificates(path: Path) -> Sequence[Certificate]:
    """The certificates that are trusted: PEM, one or several, or one in DER.

    MalformedInput for a file that has none, PartMissing without the extra.
    """
    _client()
    from cryptography import x509

    data = _read(path, LARGEST_CERTIFICATES, "the certificate")
    try:
        with _untrusted("no certificate"):
            if b"-----BEGIN" in data:
                return x509.load_pem_x509_certificates(data)
            return (x509.load_der_x509_certificate(data),)
    except BadStamp:
        raise MalformedInput(
            "no certificate", file=str(path), hint="name the PEM file of the authority's root certificate"
        ) from None


def verify_answer(answer: bytes, digest: bytes, nonce: int | None, trusted: Sequence[Certificate]) -> Stamped:
    """Verify an answer offline: that it is over this digest and this query, and that its signature leads to a trusted
    certificate which is made for time stamps. Certificates must have been valid at the moment of the stamp.

    nonce: the query's, None where it is not known. BadStamp says what is wrong, PartMissing that the extra is.
    """
    client = _client()
    with _untrusted("it is no answer of a time-stamp authority"):
        found = client.decode_timestamp_response(answer)
        status = found.status
    if status != _GRANTED:
        raise BadStamp(f"the authority did not grant it: its status is {status}")
    with _untrusted("it is no answer of a time-stamp authority"):
        said = found.tst_info
        imprint, number, moment = said.message_imprint, said.nonce, said.gen_time
        covers, hashed = imprint.message, imprint.hash_algorithm.dotted_string
        time = times.moment(moment, "its time")
    if hashed != _SHA256 or covers != digest:
        raise BadStamp("it covers another digest")
    if nonce is not None and number != nonce:
        raise BadStamp("it answers another query: its nonce is another")
    with _untrusted("its signature cannot be verified"):
        try:
            client.VerifierBuilder(roots=list(trusted)).build().verify(found, digest)
        except client.VerificationError as problem:
            raise BadStamp(_explained(str(problem))) from None
        signer = _signer(found)
    return Stamped(time, signer)


def _explained(words: str) -> str:
    """What the library says, for people."""
    if "EKU" in words or "certificate purpose" in words:
        return "its certificate is not made for time stamps"
    _, found, reason = words.partition("Verify error: ")
    if found:
        return f"its certificate is not trusted: {reason.split(chr(34))[0].strip()}"
    return "its signature does not hold"


def _signer(found: Any) -> str:
    from cryptography import x509

    (info,) = found.signed_data.signer_infos
    for each in found.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(each)
        if certificate.serial_number == info.serial_number and certificate.issuer == info.issuer:
            return certificate.subject.rfc4514_string()
    return f"serial number {info.serial_number} of {info.issuer.rfc4514_string()}"


@contextmanager
def _untrusted(words: str) -> Iterator[None]:
    """What a parser makes of bytes that anybody may have written: an error of it is BadStamp, never a bug of ours."""
    try:
        yield
    except BadStamp:
        raise
    except Exception as problem:  # whatever it raises is about the bytes
        raise BadStamp(words, broken=True) from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":  # how a parser in Rust gives up
            raise
        raise BadStamp(words, broken=True) from None


def _client() -> Any:
    try:
        import rfc3161_client
    except ImportError as problem:
        raise PartMissing(
            "time stamps need the extra 'timestamp', which is not installed; nothing was verified",
            hint="pip install 'occ-media[timestamp]'",
        ) from problem
    return rfc3161_client


def _read(path: Path, largest: int, what: str) -> bytes:
    """A file that a user named, one byte longer than may be where it is too long; it may be a pipe without an end."""
    try:
        with path.open("rb") as stream:
            return stream.read(largest + 1)
    except OSError as problem:
        words = (problem.strerror or "unknown problem").lower()
        raise Incomplete(f"{what} cannot be read: {words}", file=str(path), hint="name a readable file") from problem
