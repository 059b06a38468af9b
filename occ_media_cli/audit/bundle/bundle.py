"""An evidence bundle: a report and everything it rests on, in one archive that can be checked without the ledger.

The manifest names every file with its size and sha256, and ends with a digest over itself. An optional SSH signature
over the manifest says who stands for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from errno import EINVAL
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any

from occ_media_cli.audit.bundle import archive as enclosed
from occ_media_cli.audit.bundle import manifest_facts
from occ_media_cli.decoding import decode
from occ_media_cli.errors import Incomplete, MalformedInput, NotFound
from occ_media_cli.store import canonical
from occ_media_cli.store.signature import Signature, signer_of

if TYPE_CHECKING:
    from pathlib import Path
    from zipfile import ZipFile, ZipInfo


SCHEMA = "occ-media/bundle/1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"

MOST_FILES = 1_000
LARGEST_MANIFEST = 1_000_000
LARGEST_LINE = 64_000_000
"""Bytes of a line: the page has one for each row, the first of a report holds everything but its findings."""

LARGEST_TOTAL = 20_000_000_000
"""Bytes of all files of a bundle when they are unpacked: more is taken for an archive that was made to fill disks."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member, so that the same report makes the same archive."""


class BundleWriter:
    """Writes a bundle file by file. Use inside `with`; `finish` writes the manifest."""

    def __init__(self, stream: IO[bytes]) -> None:
        from zipfile import ZIP_DEFLATED, ZipFile

        self._zip = ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=6)
        self._files: list[dict[str, object]] = []

    def __enter__(self) -> BundleWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add_file(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add a file from its bytes, one chunk at a time."""
        size, digest = self._write(name, chunks)
        self._files.append({"path": name, "size": size, "sha256": digest})

    def _write(self, name: str, chunks: Iterable[bytes]) -> tuple[int, str]:
        from zipfile import ZIP_DEFLATED, ZipInfo

        info = ZipInfo(name, _EPOCH)
        info.compress_type, info.external_attr, info.create_system = ZIP_DEFLATED, 0o600 << 16, 3
        digest, size = sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        return size, digest.hexdigest()

    def finish(self, facts: Mapping[str, object]) -> bytes:
        """Write the manifest and return its bytes, for a signature."""
        body = {"schema": SCHEMA, **facts, "files": self._files}
        body["digest"] = sha256(canonical.encode(body)).hexdigest()
        data = json.dumps(body, indent=1).encode("ascii") + b"\n"
        self._write(MANIFEST, [data])
        return data

    def sign(self, signature: Signature) -> None:
        """Add a signature over the manifest."""
        self._write(SIGNATURE, [canonical.encode(signature.as_json())])


@dataclass(slots=True)
class Checked:
    """The result of verifying a bundle. problems: file and what is wrong with it, in the order of the archive.

    made, wall: when it was made, by the time of the command and by the machine's clock. digest: over everything in it
    but the signature, for a comparison with one that was handed over another way. signer: the fingerprint of the key
    that signed it, None where it is not signed; name: what a file of allowed signers calls that key. judged_again: how
    many rules were judged again by what it encloses, and which were not, in words. not_shown: what it says that
    nothing in it shows.
    """

    files: int = 0
    bytes: int = 0
    head: str | None = None
    entries: int | None = None
    made: str | None = None
    wall: str | None = None
    program: str | None = None
    digest: str | None = None
    signer: str | None = None
    name: str | None = None
    judged_again: str | None = None
    not_shown: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def verify_bundle(path: Path, signers: Path | None = None) -> Checked:
    """Check a bundle against its manifest, and the manifest against its digest and signature. Nothing is unpacked.

    The archive itself may hold nothing else: no comment, no further fields, no bytes between its files. What it says is
    judged again by what it encloses. signers: a file of allowed signers, one of whom must have signed it.

    NotFound and MalformedInput for a file that is no bundle at all.
    """
    from zipfile import BadZipFile, ZipFile

    if path.exists() and not path.is_file():
        raise MalformedInput("not a regular file", file=str(path), hint="name a bundle")
    try:
        with path.open("rb") as stream, ZipFile(enclosed.BoundedFile(stream)) as archive:
            return _verify(archive, path, signers)
    except FileNotFoundError:
        raise NotFound("no such bundle", file=str(path), hint="check the path") from None
    except enclosed.ArchiveTooLarge as problem:
        raise MalformedInput(f"too large for a bundle: {problem}", file=str(path),
                             hint="ask for a bundle of a shorter period, from whom you know") from None  # fmt: skip
    except (BadZipFile, NotImplementedError, EOFError, ValueError) as problem:
        raise MalformedInput(
            f"not a bundle: {str(problem) or 'not a zip archive'}", file=str(path),
            hint="name the bundle of an audit", topic=("bundle",),
        ) from None  # fmt: skip
    except OSError as problem:
        if problem.errno == EINVAL:  # a place before the file's beginning
            raise MalformedInput("not a bundle: its directory points nowhere", file=str(path),
                                 hint="name the bundle of an audit", topic=("bundle",)) from None  # fmt: skip
        words = (problem.strerror or "unknown problem").lower()
        raise Incomplete(f"cannot be read: {words}", file=str(path), hint="name a readable file") from None


def _verify(archive: ZipFile, path: Path, signers: Path | None) -> Checked:
    members = archive.infolist()
    found = Checked()
    names = [member.filename for member in members]
    enclosed.refuse_bombs(archive, MOST_FILES, LARGEST_TOTAL)
    found.problems += [(name, "is there twice") for name in sorted({n for n in names if names.count(n) > 1})]
    by_name = {member.filename: member for member in members}
    if MANIFEST not in by_name:
        raise MalformedInput("not a bundle: it has no manifest.json", file=str(path),
                             hint="name the bundle of an audit", topic=("bundle",))  # fmt: skip
    raw = _read(archive, by_name[MANIFEST])
    manifest = _manifest(raw) if raw is not None else None
    if manifest is not None:
        found.digest = sha256(canonical.encode(manifest)).hexdigest()
    if manifest is None:
        found.problems.append((MANIFEST, "is damaged or was changed"))
        manifest = {"files": []}
    found.head, found.entries = manifest.get("ledger_head"), manifest.get("ledger_entries")
    found.made, found.program = manifest.get("made"), manifest.get("program")
    found.wall = _wall(manifest)
    listed = {str(row["path"]): row for row in manifest["files"]}
    found.problems += enclosed.misnamed(set(names), listed)
    for name, row in listed.items():
        if name not in by_name:
            found.problems.append((name, "is missing"))
            continue
        what = _compare(archive, by_name[name], row)
        if what is not None:
            found.problems.append((name, what))
        found.files += 1
        found.bytes += by_name[name].file_size
    if listed:
        extra = set(names) - set(listed) - {MANIFEST, SIGNATURE}
        found.problems += [(name, "is not in the manifest") for name in sorted(extra)]
        found.problems += _facts(archive, by_name, manifest)
        if not found.problems:  # else something of it is not what it was, and what comes of it says nothing more
            _judge(archive, by_name, manifest, found)
    if SIGNATURE in by_name:
        _signed(_read(archive, by_name[SIGNATURE]), raw or b"", found, signers)
    elif manifest.get("signed"):
        found.problems.append((SIGNATURE, "is missing, and the manifest says that the bundle was signed"))
    elif signers is not None:
        found.problems.append((SIGNATURE, "is missing: nobody signed the bundle"))
    told = {name for name, _ in found.problems}
    found.problems += [(name, what) for name, what in enclosed.problems(archive) if name not in told]
    return found


def _wall(manifest: Mapping[str, Any]) -> str | None:
    """The clock of the machine that made it; None where an older version did, which did not say it."""
    by = manifest.get("made_by")
    wall = by.get("wall") if isinstance(by, dict) else None
    return wall if isinstance(wall, str) else None


def _read(archive: ZipFile, member: ZipInfo) -> bytes | None:
    """A small member whole, None where it is damaged or too large."""
    import zlib

    if member.file_size > LARGEST_MANIFEST:
        return None
    try:
        return b"".join(enclosed.unpack(archive, member))
    except (enclosed.Damaged, zlib.error):
        return None


def _manifest(raw: bytes) -> dict[str, Any] | None:
    try:
        body = decode(raw, largest=LARGEST_MANIFEST)
        digest = body.pop("digest")
        rows = body["files"]
        right = bool(rows) and body["schema"] == SCHEMA and type(body["ledger_entries"]) is int
        right = right and all(isinstance(body[name], str) for name in ("made", "program", "ledger_head"))
        right = right and all({type(row["path"]), type(row["sha256"])} == {str} for row in rows)
        right = right and all(type(row["size"]) is int for row in rows)
        right = right and digest == sha256(canonical.encode(body)).hexdigest()
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return body if right and raw == json.dumps({**body, "digest": digest}, indent=1).encode("ascii") + b"\n" else None


def _compare(archive: ZipFile, member: ZipInfo, row: Mapping[str, Any]) -> str | None:
    import zlib

    digest, size = sha256(), 0
    try:
        for chunk in enclosed.unpack(archive, member):
            digest.update(chunk)
            size += len(chunk)
    except (enclosed.Damaged, zlib.error):
        return "is damaged"
    if size != row["size"] or digest.hexdigest() != row["sha256"]:
        return "was changed"
    return None


def _facts(archive: ZipFile, by_name: Mapping[str, ZipInfo], manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the manifest says of the bundle is possible, and the report and the checkpoint say the same."""
    from itertools import islice

    yield from ((MANIFEST, what) for what in manifest_facts.misshapen(manifest))
    for name in (manifest_facts.REPORT, manifest_facts.CHECKPOINT):
        if name not in by_name:
            if name not in {row["path"] for row in manifest["files"]}:  # else it was told above
                yield name, "is missing"
            continue
        try:
            start = b"".join(islice(enclosed.unpack(archive, by_name[name]), 1))
        except Exception:  # noqa: BLE001, S112  # damage was told above
            continue
        yield from ((name, what) for what in manifest_facts.contradicted(manifest, name, start))


def _judge(archive: ZipFile, by_name: Mapping[str, ZipInfo], manifest: Mapping[str, Any], found: Checked) -> None:
    """The report is what the entries, settings and rules beside it come to."""
    from occ_media_cli.audit.bundle.judged_again import judge_again

    def lines(name: str) -> Iterator[bytes]:
        rest = b""
        for chunk in enclosed.unpack(archive, by_name[name]) if name in by_name else ():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from (line + b"\n" for line in whole)
            if len(rest) > LARGEST_LINE:
                return  # no line of a bundle is as long, and what is cut off fits nothing
        if rest:
            yield rest

    again = judge_again(lines, [str(row["path"]) for row in manifest["files"]], manifest)
    found.judged_again = again.in_words()
    found.not_shown = again.unshown
    found.problems += again.problems


def _signed(raw: bytes | None, manifest: bytes, found: Checked, signers: Path | None) -> None:
    try:
        made = Signature.of_json(decode(raw or b"", largest=LARGEST_MANIFEST))
        right = raw == canonical.encode(made.as_json())
    except ValueError:
        right = False
    signer = signer_of(made, manifest, signers) if right else None
    if signer is None or not signer.valid:
        found.problems.append((SIGNATURE, "does not match the manifest"))
        return
    found.signer, found.name = signer.key, signer.name
    if signer.allowed is False:
        found.problems.append((SIGNATURE, f"is by {signer.key}, which the allowed signers do not name"))
