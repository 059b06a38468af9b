"""Folders and archives of bodies: what has bodies is read however logs are rotated, and what has none is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.sources import Options
from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.platform_payloads import PDF, update


def take(ledger: Ledger, folder: Path) -> Summary:
    return ingest(ledger.connection, "telegram", str(folder), options=Options(inbox="vip"))


def test_bodies_that_are_packed_in_an_unknown_way_are_refused(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text(json.dumps(update(document=PDF)))
    for name in ("hooks.ndjson.bz2", "hooks.json.1.zip", "photos.zip"):
        (tmp_path / "in" / name).write_bytes(b"packed")
    done = take(ledger, tmp_path / "in")
    assert (done.counts.new, done.counts.refused) == (1, 2)
    assert done.notes == ("files that were passed over: 1 of other names, such as 'photos.zip'",)


@pytest.mark.parametrize(
    "name",
    ["a.json", "A.JSON", "a.ndjson", "a.jsonl", "a.ndjson.1", "a.ndjson-20261130", "a.json.2026-11-30", "a.ndjson.3.gz",
     "hooks.jsonl.GZ"],
)  # fmt: skip
def test_bodies_are_read_under_the_names_that_rotated_logs_have(ledger: Ledger, tmp_path: Path, name: str) -> None:
    data = json.dumps(update(document=PDF)).encode()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(gzip.compress(data) if name.lower().endswith("gz") else data)
    assert take(ledger, tmp_path / "in").counts.new == 1


def test_files_of_other_names_are_counted_and_the_first_are_named(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(update(document=PDF)))
    for name in ("b.md", "c.yaml"):
        (folder / name).write_text(json.dumps(update(number=2, document=PDF)))
    done = take(ledger, folder)
    assert (done.counts.new, done.notes) == (
        1,
        ("files that were passed over: 2 of other names, such as 'b.md', 'c.yaml'",),
    )


@pytest.mark.parametrize("name", ["a.log", "a.TXT", "a.log.1", "a.log-20261130.gz", "webhooks"])
def test_a_log_is_read_where_every_line_is_json(ledger: Ledger, tmp_path: Path, name: str) -> None:
    lines = "\n".join([json.dumps(update(document=PDF)), json.dumps([update(number=2, document=PDF)]), ""]).encode()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(gzip.compress(lines) if name.endswith("gz") else lines)
    assert take(ledger, tmp_path / "in").counts.new == 2


def test_a_log_with_another_line_is_told_with_the_line(ledger: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(update(document=PDF)))
    (folder / "b.log").write_text(f"{json.dumps(update(number=2, document=PDF))}\n\n2026-11-30 started\n")
    (folder / "empty.txt").write_text("")
    done = take(ledger, folder)
    words = "files that were passed over: 2 in which a line is not JSON, such as 'b.log' (line 3), 'empty.txt' (line 1)"
    assert (done.counts.new, done.notes) == (1, (words,))


def test_a_folder_whose_files_all_have_other_names_is_no_empty_one(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "hooks.dump").write_text(json.dumps(update(document=PDF)))
    (tmp_path / "in" / "hooks.log").write_text("started")
    with pytest.raises(MalformedInput, match=r"no file in it ends in .json.*'hooks\.dump'.*'hooks\.log' \(line 1\)"):
        take(ledger, tmp_path / "in")
    (tmp_path / "in" / "hooks.dump").unlink()
    (tmp_path / "in" / "hooks.log").unlink()
    assert take(ledger, tmp_path / "in").counts.read == 0


def test_a_line_that_is_an_array_has_several_bodies(ledger: Ledger, tmp_path: Path) -> None:
    one, two, three, four = (update(number=number, document=PDF) for number in range(1, 5))
    lines = [json.dumps(each) for each in (one, [two, {"no": "update"}, three], [], four)]
    (tmp_path / "a.ndjson").write_text("\n".join([*lines, f'[{lines[0]}, {{"cut"']))
    done = take(ledger, tmp_path / "a.ndjson")
    assert (done.counts.new, done.counts.duplicate) == (4, 1)
    assert [(each.line, each.detail.partition(":")[0]) for each in done.examples] == [
        (2, "element 2 of the array in it"),
        (5, "element 2 of the array in it"),
    ]


def test_an_array_that_is_cut_off_is_told_though_all_that_is_left_of_it_is_whole(
    ledger: Ledger, tmp_path: Path
) -> None:
    (tmp_path / "cut.json").write_text(f"[{json.dumps(update(document=PDF))},")
    done = take(ledger, tmp_path / "cut.json")
    assert (done.counts.new, [each.group for each in done.examples]) == (1, ["not JSON"])


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ({"items": [{"file_id": "A", "file_name": "a.pdf"}, {"file_id": "B", "file_name": "b.pdf"}]}, ["a.pdf", "b.pdf"]),
        ([{"file_id": "A", "file_name": "a.pdf"}], ["a.pdf"]),
        ({"sizes": [{"file_id": "A", "width": 9, "height": 9}, {"file_id": "B", "width": 90, "height": 90}]}, ["1000:7"]),
    ],
)  # fmt: skip
def test_files_in_a_list_of_an_unknown_kind_of_telegram_are_kept(
    ledger: Ledger, tmp_path: Path, value: object, names: list[str]
) -> None:
    body = update(number=7)
    body["message"]["new_media"] = value
    (tmp_path / "a.json").write_text(json.dumps(body))
    assert take(ledger, tmp_path / "a.json").counts.new == len(names)
    found = ledger.all("SELECT name, reason FROM entry ORDER BY id")
    assert [reason for _, reason in found] == ["a file of the kind 'new_media' is not known"] * len(names)
    assert [name for name, _ in found][: len(names)] == names or names == ["1000:7"]
