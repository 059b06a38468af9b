"""The commands of the group, inside this process: what they print, and where they stop."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest

from occ_media_cli.__main__ import run
from occ_media_cli.errors import Incomplete, MalformedInput, UsageError
from occ_media_cli.ledger import dictionary
from occ_media_cli.ledger.ingest import ingest
from occ_media_cli.ledger.sources import Options
from occ_media_cli.ledger.verify import chain_check, checkpoint
from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import Ledger, row
from tests.unit.ledger.test_capture import PNG

Text = pytest.CaptureFixture[str]


def occ(ledger: Ledger, *arguments: str, code: int = 0) -> None:
    assert run(["--store", str(ledger.path), "--now", "2026-03-02T10:00:00Z", "ledger", *arguments]) == code


def test_capture_tells_what_it_could_not(ledger: Ledger, tmp_path: Path, capsys: Text) -> None:
    root = tmp_path / "media"
    root.mkdir()
    (root / "a.png").write_bytes(PNG)
    ledger.ingest(row(1, path="a.png", sha256=None, size=None), row(2, path="b.png"), row(3, path="c", inbox="lab"))
    occ(ledger, "capture", "--root", str(root), "--inbox", "vip", code=3)
    assert capsys.readouterr().out.splitlines() == [
        "not captured:", "  wamid.2: there is no such file", "2 files: 1 captured, 1 not",
    ]  # fmt: skip
    occ(ledger, "capture", "--root", str(root), "--format", "json", code=3)
    assert json.loads(capsys.readouterr().out)["not_captured"] == 2
    occ(ledger, "capture", "--root", str(root), "--inbox", "nobody", code=11)
    occ(ledger, "capture", "--root", str(tmp_path / "none"), code=3)


def test_export_of_parquet_and_its_mistakes(ledger: Ledger, tmp_path: Path, capsys: Text) -> None:
    pytest.importorskip("pyarrow")
    ledger.ingest(row(1), row(2, time="2026-01-01T00:00:00Z"))
    occ(ledger, "export", "--format", "parquet", "--output", str(tmp_path / "x"), "--since", "2026-02-01")
    assert capsys.readouterr().err == f"wrote {tmp_path / 'x'}\n1 entry\n"
    occ(ledger, "export", "--format", "parquet", code=2)
    occ(ledger, "export", "--format", "xml", code=2)
    occ(ledger, "export", "--format", "parquet", "--output", str(tmp_path / "none" / "x"), code=2)
    assert "its folder does not exist" in capsys.readouterr().err


def test_stats_say_what_changed_and_what_expires(ledger: Ledger, capsys: Text) -> None:
    ledger.ingest(row(1), row(2, sha256=f"{1:064x}"), {"id": "c", "corrects": "wamid.1", "time": 5, "size": 3})
    ledger.ingest({**row(3), "decision": "deny"})
    rows = [{"from": "1", "id": f"wamid.w{n}", "timestamp": stamp, "type": "image", "image": {"mime_type": "image/png"}}
            for n, stamp in enumerate(("1772400000", "1700000000"))]  # fmt: skip
    value = {"metadata": {"phone_number_id": "1"}, "messages": rows}
    (ledger.folder / "w").write_text(json.dumps({"entry": [{"changes": [{"value": value}]}]}))
    ingest(ledger.connection, "whatsapp", str(ledger.folder / "w"), options=Options(inbox="vip"))
    occ(ledger, "stats")
    out = capsys.readouterr().out
    for line in ("repeated  1 content in 2 places", "corrected 1", "decided   1", "expired   1 file never captured",
                 "expiring  1 file not captured yet, the first until 2026-03-08T21:20:00.000Z"):  # fmt: skip
        assert line in out


def test_list_newest_first_and_its_mistakes(ledger: Ledger, capsys: Text) -> None:
    occ(ledger, "list")
    assert capsys.readouterr().out == "No entries: occ-media ledger ingest takes them in\n"
    ledger.ingest(*[row(n) for n in range(5)])
    occ(ledger, "list", "--newest", "--limit", "2", "--name", "receipt-*", "--format", "csv")
    assert [line.split(",")[2] for line in capsys.readouterr().out.splitlines()] == ["id", "wamid.4", "wamid.3"]
    occ(ledger, "list", "--newest", "--limit", "2")
    assert "(more: add --limit 4, or --limit all)" in capsys.readouterr().out
    occ(ledger, "list", "--category", "letters", code=2)
    occ(ledger, "list", "--outcome", "lost", code=2)
    occ(ledger, "show", "nope", code=11)
    occ(ledger, "flag", "wamid.1", "--reason", " ", code=2)
    occ(ledger, "erase", "--customer", " ", "--reason", "x", code=2)


def test_columns_of_a_sheet_that_the_ledger_has_no_place_for_are_named(ledger: Ledger, capsys: Text) -> None:
    sheet = ledger.folder / "e.csv"
    sheet.write_text("id,time,inbox,direction,name,rating,seq\nw.1,2026-03-01T10:00:00Z,vip,receive,a.pdf,5,7\n")
    occ(ledger, "ingest", "csv", str(sheet))
    assert "columns that are not kept: rating\n" in "".join(capsys.readouterr())
    sheet.write_text("id,time,inbox,direction,name\nw.2,2026-03-01T10:00:00Z,vip,receive,a.pdf\n")
    occ(ledger, "ingest", "csv", str(sheet))
    assert "not kept" not in "".join(capsys.readouterr())


def test_a_flag_is_confirmed_in_the_words_that_were_kept(ledger: Ledger, capsys: Text) -> None:
    ledger.ingest(row(1))
    occ(ledger, "flag", "wamid.1", "--reason", "looks forged")
    assert capsys.readouterr().out.splitlines()[0] == "wamid.1, flagged: looks forged"
    occ(ledger, "show", "wamid.1")
    assert "looks forged" in capsys.readouterr().out


def test_a_reject_file_that_cannot_be_written(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="its folder does not exist; nothing was written"):
        ledger.ingest(row(1), rejects=tmp_path / "none" / "r")
    assert ledger.one("SELECT count(*) FROM entry") == 0
    with pytest.raises(Incomplete, match="no space left on device; what was read before is recorded"):
        _into_full(ledger, tmp_path)


def _into_full(ledger: Ledger, tmp_path: Path) -> None:
    """A reject file on a device that is always full."""
    from occ_media_cli.ledger.entry import RowRefusal
    from occ_media_cli.ledger.rejects import Rejects

    with Rejects(tmp_path / "r") as rejects:
        assert rejects._pending is not None
        rejects._pending.stream.close()
        rejects._pending.stream = open("/dev/full", "wb")  # noqa: PTH123, SIM115 - closed by Rejects
        rejects.add_refusals([RowRefusal(1, "x", "y" * 100_000)])


def test_a_dictionary_larger_than_memory_allows(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "CACHED", 40)
    monkeypatch.setattr(chain_check, "WORDS_CACHED", 40)
    rows = [row(n, reason=f"reason {n}", declared="x" * 300 + str(n % 7), agent=f"a{n % 50}") for n in range(600)]
    assert ledger.ingest(*rows).counts.new == 600
    assert ledger.ingest(*rows).counts.duplicate == 600
    assert ledger.one("SELECT count(DISTINCT reason) FROM entry") == 600
    assert verify_ledger(ledger.connection).intact


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "occ-media/checkpoint/1", "head": "zz"}', "[" * 100_000])
def test_what_is_no_checkpoint(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(MalformedInput, match="not a checkpoint"):
        checkpoint.load_checkpoint(tmp_path / "c.json")
    with pytest.raises(Incomplete, match="cannot be read"):
        checkpoint.load_checkpoint(tmp_path / "none.json")


def test_a_folder_deeper_than_files_may_be_open_is_read_to_its_end(ledger: Ledger, tmp_path: Path) -> None:
    root = tmp_path / "media"
    deep = root.joinpath(*["d"] * 80)
    deep.mkdir(parents=True)
    (deep / "deep.pdf").write_bytes(b"x")
    (root / "top.pdf").write_bytes(b"x")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 40, limits[1]))
    try:
        done = ingest(
            ledger.connection, "folder", str(root), options=Options(inbox="vip", direction="send", time="mtime")
        )
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert (done.counts.new, done.counts.refused) == (2, 0)
