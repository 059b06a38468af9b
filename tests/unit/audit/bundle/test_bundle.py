"""An evidence bundle: whole, the same every time, and every single change of it is found and named."""

from __future__ import annotations

import io
import json
import re
import shutil
import struct
import subprocess
import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from occ_media_cli import times
from occ_media_cli.audit.bundle import archive as enclosed
from occ_media_cli.audit.bundle import bundle
from occ_media_cli.errors import MalformedInput, NotFound
from occ_media_cli.store import canonical
from tests.unit.audit.build import Ledger, Run
from tests.unit.audit.test_commands import filled
from tests.unit.copies import made_once
from tests.unit.store.test_signature import key_in, public

needs_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="apt-get install openssh-client")


@pytest.fixture
def made(run: Run, ledger: Ledger, tmp_path: Path) -> Path:
    file = tmp_path / "q.zip"

    def make() -> None:
        filled(ledger)
        assert run("audit", "--bundle", str(file))[0] == 1

    made_once("bundle", tmp_path, make)
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


def test_a_bundle_is_the_same_at_the_same_time(run: Run, made: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """Who made it and when is all that two bundles of one ledger differ in."""
    monkeypatch.setattr(times, "wall", lambda: 1_782_000_000_000)
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    assert run("audit", "--bundle", str(first))[0] == run("audit", "--bundle", str(second))[0] == 1
    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as one, ZipFile(made) as other:
        assert one.namelist() == other.namelist()
        differing = {name for name in one.namelist() if one.read(name) != other.read(name)}
    assert differing == {"report.html", "report.json", "checkpoint.json", "manifest.json"}


def test_a_bundle_is_intact(run: Run, made: Path) -> None:
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


def test_what_is_printed_of_a_bundle_is_what_its_manifest_says(run: Run, made: Path) -> None:
    """An auditor compares the head that is printed with a checkpoint that was kept elsewhere."""
    with ZipFile(made) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        entries = len(archive.read("entries.ndjson").splitlines())
    printed = run("audit", "verify", str(made))[1]
    assert re.search(rf"^Ledger head +{manifest['ledger_head']}$", printed, re.MULTILINE)
    assert re.search(rf"^Ledger entries +{entries}$", printed, re.MULTILINE)
    document = json.loads(run("audit", "verify", str(made), "--format", "json")[1])
    assert (document["ledger_head"], document["ledger_entries"]) == (manifest["ledger_head"], entries)
    assert (document["made"], document["program"]) == (manifest["made"], manifest["program"])


def test_every_change_of_one_file_is_found_and_named(made: Path) -> None:
    before = contents(made)
    assert len(before) > 30
    for name in before:
        for change in (lambda data: data[:-2] + b"x\n", lambda data: data + b" ", lambda data: data[1:]):
            if change(before[name]) == before[name]:
                continue  # a view without rows has no first byte
            found = bundle.verify_bundle(changed(made, name, change))
            assert name in [place for place, _ in found.problems], name
        if name != "manifest.json":
            assert (name, "is missing") in bundle.verify_bundle(changed(made, name, lambda data: None)).problems


def test_a_manifest_that_was_made_to_fit_a_change_still_shows_where_it_says_more(made: Path) -> None:
    def edit(data: bytes) -> bytes:
        body = json.loads(data)
        body["made"] = "2020-01-01T00:00:00.000Z"
        return json.dumps(body, indent=1).encode() + b"\n"

    assert bundle.verify_bundle(changed(made, "manifest.json", edit)).problems == [
        ("manifest.json", "is damaged or was changed")
    ]


def refitted(**facts: Any) -> Any:
    """An edit of a manifest that makes its digest fit, as anybody can where nobody signed."""

    def edit(data: bytes) -> bytes:
        body = {key: value for key, value in (json.loads(data) | facts).items() if value is not LEFT_OUT}
        del body["digest"]
        body["digest"] = sha256(canonical.encode(body)).hexdigest()
        return json.dumps(body, indent=1).encode() + b"\n"

    return edit


LEFT_OUT = object()
BY = {"at": "2020-01-01T00:00:00.000Z", "wall": "2020-01-01T00:00:00.000Z", "actor": "eve", "os_user": "e", "host": "h",
      "version": "0.1.0"}  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "value", "places"),
    [
        ("ledger_entries", -1, {"manifest.json", "report.json", "checkpoint.json"}),
        ("ledger_entries", 7_777, {"report.json", "checkpoint.json"}),
        ("ledger_head", "x", {"manifest.json", "report.json", "checkpoint.json"}),
        ("ledger_head", "0" * 64, {"report.json", "checkpoint.json"}),
        ("made", "x", {"manifest.json", "report.json", "checkpoint.json"}),
        ("made", "2020-01-01", {"manifest.json", "report.json", "checkpoint.json"}),
        ("made", "2020-01-01T00:00:00.000Z", {"report.json", "checkpoint.json"}),
        ("made_by", None, {"manifest.json", "report.json", "checkpoint.json"}),
        ("made_by", LEFT_OUT, {"report.json", "checkpoint.json"}),
        ("made_by", {}, {"manifest.json", "report.json", "checkpoint.json"}),
        ("made_by", BY, {"report.json", "checkpoint.json"}),
        ("made_by", {**BY, "actor": "\x1b[2J"}, {"manifest.json", "report.json", "checkpoint.json"}),
        ("since", "x", {"manifest.json", "report.json"}),
        ("since", "2020-01-01T00:00:00.000Z", {"report.json"}),
        ("since", LEFT_OUT, {"manifest.json", "report.json"}),
        ("until", 5, {"manifest.json", "report.json"}),
        ("inboxes", ["vip"], {"report.json"}),
        ("inboxes", [], {"manifest.json", "report.json"}),
        ("program", "occ-media \x1b[31m9", {"manifest.json"}),
        ("program", "occ-media 9.9.9", {"manifest.json"}),
        ("pseudonyms", "no", {"manifest.json"}),
        ("signed", 0, {"manifest.json"}),
    ],
)
def test_a_fact_of_the_manifest_that_is_none_or_not_that_of_its_files_is_named(
    run: Run, made: Path, fact: str, value: Any, places: set[str]
) -> None:
    file = changed(made, "manifest.json", refitted(**{fact: value}))
    found = bundle.verify_bundle(file).problems
    assert {place for place, _ in found} == places
    assert all(fact in what or fact == "made" for _, what in found), found
    assert run("audit", "verify", str(file))[0] == 1
    assert bundle.verify_bundle(changed(made, "manifest.json", refitted())).problems == []


def test_a_file_that_was_put_in_shows(made: Path) -> None:
    with ZipFile(made, "a") as archive:
        archive.writestr("extra.txt", "x")
    assert bundle.verify_bundle(made).problems == [("extra.txt", "is not in the manifest")]


def places(file: Path) -> set[str]:
    return {name for name, _ in bundle.verify_bundle(file).problems}


def test_every_renamed_file_is_missing_and_its_new_name_is_not_in_the_manifest(made: Path) -> None:
    with ZipFile(made) as archive:
        names = archive.namelist()
    for name in names:
        if name == "manifest.json":
            continue
        for other in (f"{name}x", name.upper(), f"../{name}", f"./{name}") if name in names[:3] else (f"{name}x",):
            target = made.with_name("renamed.zip")
            with ZipFile(made) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
                for member in old.infolist():
                    data = old.read(member)
                    if member.filename == name:
                        member.filename = other
                    new.writestr(member, data)
            problems = bundle.verify_bundle(target).problems
            assert (name, "is missing") in problems, other
            assert (other, "is not in the manifest") in problems, other


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("first", [True, False], ids=["true one first", "true one last"])
def test_a_second_file_of_the_same_name_is_named_whichever_is_the_true_one(made: Path, first: bool) -> None:
    with ZipFile(made) as archive:
        names = archive.namelist()
    for name in names:
        target = made.with_name("twice.zip")
        with ZipFile(made) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
            for member in old.infolist():
                data = old.read(member)
                copies = [data, b"another"] if first else [b"another", data]
                for copy in copies if member.filename == name else [data]:
                    new.writestr(ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0)), copy)
        assert (name, "is there twice") in bundle.verify_bundle(target).problems


def test_a_comment_of_the_archive_or_of_a_file_shows(made: Path, run: Run) -> None:
    whole = made.read_bytes()
    with ZipFile(made, "a") as archive:
        archive.comment = b"nothing to see"
    assert bundle.verify_bundle(made).problems == [("the archive", "has a comment")]
    code, out, _ = run("audit", "verify", str(made))
    assert code == 1
    assert "has a comment" in out
    made.write_bytes(whole)
    with ZipFile(made, "a") as archive:
        archive.infolist()[3].comment = b"psst"
        archive.comment = b""
        name = archive.infolist()[3].filename
        archive._didModify = True
    assert bundle.verify_bundle(made).problems == [(name, "was packed by another program")]


def moved(data: bytes, by: int, at: int = 0) -> bytes:
    """An archive with bytes put in at a place, and every offset behind it moved along, so that readers see no change."""
    end = data.rindex(b"PK\x05\x06")
    count, start = struct.unpack("<H4xI", data[end + 10 : end + 20])
    directory, place = bytearray(data[start:end]), 0
    for _ in range(count):
        (offset,) = struct.unpack_from("<I", directory, place + 42)
        struct.pack_into("<I", directory, place + 42, offset + (by if offset >= at else 0))
        name, extra, comment = struct.unpack_from("<HHH", directory, place + 28)
        place += 46 + name + extra + comment
    tail = bytearray(data[end:])
    struct.pack_into("<I", tail, 16, start + by)
    return data[:at] + b"x" * by + data[at:start] + bytes(directory) + bytes(tail)


def test_bytes_that_belong_to_no_file_show_wherever_they_are(made: Path) -> None:
    data = made.read_bytes()
    with ZipFile(made) as archive:
        members = archive.infolist()
        start = archive.start_dir
    other = made.with_name("other.zip")
    for position in (0, 1, len(members) - 1):
        other.write_bytes(moved(data, 9, members[position].header_offset))
        assert contents(other) == contents(made)
        assert places(other) == {members[position].filename}
    other.write_bytes(moved(data, 9, start))
    assert places(other) == {"the archive"}
    end = data.rindex(b"PK\x05\x06")
    other.write_bytes(
        data[:end] + b"x" * 5 + data[end:]
    )  # between the directory and the end: readers count from the end
    with suppress(MalformedInput):
        assert places(other)
    other.write_bytes(b"#!/bin/sh\n" + data)  # a program in front of it, which readers of archives skip
    with suppress(MalformedInput):
        assert places(other)


def test_a_member_with_another_name_in_its_own_header_is_named(made: Path) -> None:
    data = bytearray(made.read_bytes())
    with ZipFile(made) as archive:
        member = archive.infolist()[2]
    place = member.header_offset + 30
    data[place : place + 1] = b"X"
    made.write_bytes(data)
    assert member.filename in places(made)


def test_a_bundle_with_large_files_is_intact(
    run: Run, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 3_000)  # as if they had more than two gigabytes
    monkeypatch.setattr(enclosed, "LARGE", 3_000)
    filled(ledger)
    file = tmp_path / "large.zip"
    run("audit", "--bundle", str(file))
    assert file.stat().st_size > 6_000
    assert bundle.verify_bundle(file).problems == []
    with ZipFile(file, "a") as archive:
        archive.comment = b"x"
    assert places(file) == {"the archive"}


def test_what_another_program_packed_again_is_told_as_such(made: Path) -> None:
    again = made.with_name("again.zip")
    with ZipFile(made) as old, ZipFile(again, "w", ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name, (2026, 1, 1, 0, 0, 0)), old.read(name))
    assert {what for _, what in bundle.verify_bundle(again).problems} == {
        "was packed by another program",
        "has two headers that differ",
    }


def contents(file: Path) -> dict[str, bytes]:
    with ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.no_cover
def test_a_flipped_byte_is_found_wherever_it_is(made: Path) -> None:
    """Packed data has bits that no reader looks at; there every file still says the same."""
    data, whole = made.read_bytes(), contents(made)
    flipped = made.with_name("flipped.zip")
    with ZipFile(made) as archive:
        members, start = archive.infolist(), archive.start_dir
    headers = {m.header_offset + byte for m in members for byte in range(50 + len(m.filename))}
    heads = [member.header_offset for member in members[:3]]
    everywhere = [
        *range(0, len(data), max(1, len(data) // 100)),
        *range(start, start + 200, 2),
        *range(len(data) - 22, len(data)),
    ]
    for place in [*everywhere, *(head + byte for head in heads for byte in range(0, 80, 2))]:
        flipped.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        try:
            intact = not bundle.verify_bundle(flipped).problems
        except MalformedInput:
            continue
        assert not intact or (contents(flipped) == whole and place < start and place not in headers), place


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
        broken = bundle.verify_bundle(changed(file, name, lambda data: data.replace(b"a", b"b", 1)))
        assert "manifest.sig" in [place for place, _ in broken.problems]
    gone = bundle.verify_bundle(changed(file, "manifest.sig", lambda data: None))
    assert gone.problems[-1][0] == "manifest.sig"
    assert run("audit", "--sign", str(key))[0] == 2


@needs_keygen
def test_a_bundle_is_by_somebody_whom_the_reader_knows(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    keys = {name: key_in(tmp_path, name) for name in ("dana", "kim")}
    for name, key in keys.items():
        (tmp_path / f"allows-{name}").write_text(f"{name}@example.com {public(key)}\n")
    signed, plain = str(tmp_path / "s.zip"), str(tmp_path / "p.zip")
    run("audit", "--bundle", signed, "--sign", str(keys["dana"]))
    run("audit", "--bundle", plain)
    code, out, _ = run("audit", "verify", signed, "--signers", str(tmp_path / "allows-dana"))
    assert (code, "signed by dana@example.com (SHA256:" in out) == (0, True)
    code, out, _ = run("audit", "verify", signed, "--signers", str(tmp_path / "allows-kim"))
    assert (code, "which the allowed signers do not name" in out) == (1, True)
    code, out, _ = run("audit", "verify", plain, "--signers", str(tmp_path / "allows-dana"))
    assert (code, "manifest.sig  is missing: nobody signed the bundle" in out) == (1, True)
    (tmp_path / "none").write_text("")
    assert run("audit", "verify", signed, "--signers", str(tmp_path / "none"))[0] == 20


@needs_keygen
@pytest.mark.parametrize("data", [
    b"", b"[]", b'{"key": 5, "signature": 5}', b'{"key": "ssh-ed25519 AAAA", "signature": "x"}', b"[" * 990,
    b'{"key": "a", "key": "b", "signature": "x"}', b'{"key": "a", "signature": 1e999}',
])  # fmt: skip
def test_a_crafted_signature_is_a_problem_and_no_bug(run: Run, ledger: Ledger, tmp_path: Path, data: bytes) -> None:
    filled(ledger)
    file = tmp_path / "s.zip"
    run("audit", "--bundle", str(file), "--sign", str(key_in(tmp_path)))
    found = bundle.verify_bundle(changed(file, "manifest.sig", lambda _: data))
    assert ("manifest.sig", "does not match the manifest") in found.problems


def test_what_is_no_bundle_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        bundle.verify_bundle(tmp_path / "none.zip")
    for data in (b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18)):
        (tmp_path / "x.zip").write_bytes(data)
        with pytest.raises(MalformedInput, match="not a bundle"):
            bundle.verify_bundle(tmp_path / "x.zip")


def test_an_archive_that_was_made_to_fill_disks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "LARGEST_TOTAL", 1_000_000)
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 2_000_000)
    (tmp_path / "x.zip").write_bytes(stream.getvalue())
    with pytest.raises(MalformedInput, match="too large"):
        bundle.verify_bundle(tmp_path / "x.zip")
    with ZipFile(tmp_path / "y.zip", "w", ZIP_STORED) as archive:
        for number in range(1_001):
            archive.writestr(ZipInfo(f"{number}"), b"")
    with pytest.raises(MalformedInput, match="too large"):
        bundle.verify_bundle(tmp_path / "y.zip")


@needs_keygen
def test_a_line_of_the_signers_means_what_it_means_to_ssh(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    ours, theirs = key_in(tmp_path, "ours"), key_in(tmp_path, "theirs")
    file, signers = tmp_path / "s.zip", tmp_path / "signers"
    run("audit", "--bundle", str(file), "--sign", str(ours))
    lines = {
        "namespace of another use": f'dana@example.com namespaces="file" {public(ours)}\n',
        "no longer valid": f'dana@example.com valid-before="20200101" {public(ours)}\n',
        "two in one line": f"dana@example.com {public(theirs)} {public(ours)}\n",
        "commented out": f"dana@example.com {public(theirs)}\n#dana@example.com {public(ours)}\n",
    }
    for what, text in lines.items():
        signers.write_text(text)
        assert run("audit", "verify", str(file), "--signers", str(signers))[0] == 1, what
    signers.write_text(f'kim,dana@example.com namespaces="git,occ-media" {public(ours)} a comment\n')
    assert run("audit", "verify", str(file), "--signers", str(signers))[0] == 0


def test_the_digest_that_is_printed_is_of_everything_in_it(run: Run, made: Path) -> None:
    with ZipFile(made) as archive:
        digest = json.loads(archive.read("manifest.json"))["digest"]
    assert re.search(rf"^Digest +{digest}$", run("audit", "verify", str(made))[1], re.MULTILINE)
    assert json.loads(run("audit", "verify", str(made), "--format", "json")[1])["digest"] == digest


def test_bytes_behind_a_file_in_its_own_place_show(made: Path) -> None:
    """A reader of archives stops where the packed data end; what stands behind them is in nobody's sight."""
    data = made.read_bytes()
    with ZipFile(made) as archive:
        member, start = archive.infolist()[1], archive.start_dir
    place = member.header_offset + 30 + len(member.filename) + 20 + member.compress_size
    body = bytearray(moved(data, 7, place))
    assert body[member.header_offset : member.header_offset + 4] == b"PK\3\4"
    entry = body.index(b"PK\1\2", start)
    while body[entry + 46 : entry + 46 + len(member.filename)] != member.filename.encode():
        entry = body.index(b"PK\1\2", entry + 4)
    struct.pack_into("<I", body, entry + 20, member.compress_size + 7)
    struct.pack_into("<Q", body, member.header_offset + 30 + len(member.filename) + 12, member.compress_size + 7)
    struct.pack_into("<I", body, member.header_offset + 18, member.compress_size + 7)
    hidden = made.with_name("hidden.zip")
    hidden.write_bytes(bytes(body))
    assert contents(hidden) == contents(made)
    assert member.filename in places(hidden)


def test_a_directory_of_a_million_members_is_refused_before_it_is_read(tmp_path: Path) -> None:
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", *(0,) * 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    count = 1_000_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65_535, 65_535, count * len(entry), 0, 0)
    large = tmp_path / "m.zip"
    large.write_bytes(entry * count + end)
    with pytest.raises(MalformedInput, match="too large for a bundle"):
        bundle.verify_bundle(large)


def test_files_that_share_bytes_are_refused_before_they_are_unpacked(made: Path) -> None:
    body = bytearray(made.read_bytes())
    with ZipFile(made) as archive:
        first, start = archive.infolist()[0], archive.start_dir
    entry = body.index(b"PK\1\2", start + 1)
    struct.pack_into("<I", body, entry + 42, first.header_offset + 1)
    shared = made.with_name("shared.zip")
    shared.write_bytes(bytes(body))
    with pytest.raises(MalformedInput, match="share bytes"):
        bundle.verify_bundle(shared)


@pytest.mark.parametrize(
    "name", ["report.htmI", "rерort.html", "rules/a.sql/", "report.html ", "con\x07.json", "a/b.csv"]
)
def test_a_name_that_no_file_of_a_bundle_has_is_a_problem_though_the_manifest_lists_it(made: Path, name: str) -> None:
    body = b"<p>No findings.</p>"
    row = {"path": name, "size": len(body), "sha256": sha256(body).hexdigest()}
    with ZipFile(made) as archive:
        files = json.loads(archive.read("manifest.json"))["files"]
    target = changed(made, "manifest.json", refitted(files=[*files, row]))
    with ZipFile(target, "a") as archive:
        archive.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), body)
    assert name in places(target)


def test_an_altered_ledger_makes_no_bundle(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    import sqlite3

    filled(ledger)
    connection = sqlite3.connect(ledger.location.path)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE record SET size = 1 WHERE seq = (SELECT max(seq) FROM record)")
    for _, text in triggers:
        connection.execute(text)
    connection.commit()
    connection.close()
    file = tmp_path / "q.zip"
    for more, wanted in ((), 1), (("--fail-on", "never"), 3), (("--quiet",), 1):
        code, out, err = run("audit", "--bundle", str(file), *more)
        assert (code, "ledger-altered" in out, "no bundle was made" in err) == (wanted, True, True)
        assert not file.exists()
