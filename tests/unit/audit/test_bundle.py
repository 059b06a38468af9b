"""An evidence bundle: whole, the same every time, and every single change of it is found and named."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from occ_media_cli.audit import bundle
from occ_media_cli.errors import MalformedInput, NotFound
from tests.unit.audit.build import Ledger, Run
from tests.unit.audit.test_commands import filled

needs_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="apt-get install openssh-client")


@pytest.fixture
def made(run: Run, ledger: Ledger, tmp_path: Path) -> Path:
    filled(ledger)
    file = tmp_path / "q.zip"
    assert run("audit", "--bundle", str(file))[0] == 1
    return file


def changed(file: Path, name: str, change: Any) -> Path:
    """A copy of a bundle with one member changed; None leaves it out."""
    target = file.with_name("changed.zip")
    with ZipFile(file) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == name:
                data = change(data)
            if data is not None:
                new.writestr(member, data)
    return target


def test_a_bundle_is_intact_and_the_same_every_time(run: Run, made: Path, tmp_path: Path) -> None:
    assert run("audit", "--bundle", str(tmp_path / "2.zip"))[0] == 1
    assert made.read_bytes() == (tmp_path / "2.zip").read_bytes()
    assert made.stat().st_mode & 0o777 == 0o600
    code, out, _ = run("audit", "verify", str(made))
    assert code == 0
    assert "is intact: " in out.splitlines()[-1]
    with ZipFile(made) as archive:
        names = set(archive.namelist())
        report = json.loads(archive.read("report.json"))
        entries = [json.loads(line) for line in archive.read("entries.ndjson").splitlines()]
    assert {"report.html", "report.json", "findings.csv", "settings.ndjson", "changes.ndjson", "checkpoint.json",
            "manifest.json", "rules/over-limit.sql"} <= names  # fmt: skip
    assert {entry["id"] for entry in entries} == {row["entry"] for row in report["findings"] if row["entry"]}


def test_every_change_of_one_file_is_found_and_named(made: Path) -> None:
    with ZipFile(made) as archive:
        names = archive.namelist()
    assert len(names) > 30
    for name in names:
        for change in (lambda data: data[:-2] + b"x\n", lambda data: data + b" ", lambda data: data[1:]):
            found = bundle.verify(changed(made, name, change))
            assert name in [place for place, _ in found.problems], name
        if name != "manifest.json":
            assert (name, "is missing") in bundle.verify(changed(made, name, lambda data: None)).problems


def test_a_manifest_that_was_made_to_fit_a_change_still_shows_where_it_says_more(made: Path) -> None:
    def edit(data: bytes) -> bytes:
        body = json.loads(data)
        body["made"] = "2020-01-01T00:00:00.000Z"
        return json.dumps(body, indent=1).encode() + b"\n"

    assert bundle.verify(changed(made, "manifest.json", edit)).problems == [
        ("manifest.json", "is damaged or was changed")
    ]


def test_a_file_that_was_put_in_shows(made: Path) -> None:
    with ZipFile(made, "a") as archive:
        archive.writestr("extra.txt", "x")
    assert bundle.verify(made).problems == [("extra.txt", "is not in the manifest")]


def contents(file: Path) -> dict[str, bytes]:
    with ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_flipped_byte_is_found_unless_every_file_still_says_the_same(made: Path) -> None:
    data, whole = made.read_bytes(), contents(made)
    flipped = made.with_name("flipped.zip")
    for place in range(10, len(data), max(1, len(data) // 150)):
        flipped.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        try:
            intact = not bundle.verify(flipped).problems
        except MalformedInput:
            continue
        assert not intact or contents(flipped) == whole, place


@needs_keygen
def test_a_signature_is_checked_and_names_the_key(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    file = tmp_path / "s.zip"
    assert run("audit", "--bundle", str(file), "--sign", str(key))[0] == 1
    code, out, _ = run("audit", "verify", str(file))
    assert code == 0
    printed = subprocess.run(
        ["ssh-keygen", "-l", "-f", f"{key}.pub"], check=True, capture_output=True, text=True
    ).stdout
    assert printed.split()[1] in out
    for name in ("manifest.sig", "manifest.json"):
        broken = bundle.verify(changed(file, name, lambda data: data.replace(b"a", b"b", 1)))
        assert "manifest.sig" in [place for place, _ in broken.problems]
    gone = bundle.verify(changed(file, "manifest.sig", lambda data: None))
    assert gone.problems[-1][0] == "manifest.sig"
    assert run("audit", "--sign", str(key))[0] == 2


def test_what_is_no_bundle_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        bundle.verify(tmp_path / "none.zip")
    for data in (b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18)):
        (tmp_path / "x.zip").write_bytes(data)
        with pytest.raises(MalformedInput, match="not a bundle"):
            bundle.verify(tmp_path / "x.zip")


def test_an_archive_that_was_made_to_fill_disks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "LARGEST_TOTAL", 1_000_000)
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 2_000_000)
    (tmp_path / "x.zip").write_bytes(stream.getvalue())
    with pytest.raises(MalformedInput, match="too large"):
        bundle.verify(tmp_path / "x.zip")
    with ZipFile(tmp_path / "y.zip", "w", ZIP_STORED) as archive:
        for number in range(1_001):
            archive.writestr(ZipInfo(f"{number}"), b"")
    with pytest.raises(MalformedInput, match="too large"):
        bundle.verify(tmp_path / "y.zip")
