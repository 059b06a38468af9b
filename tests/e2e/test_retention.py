from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.e2e.program import occ_media
from tests.unit.retention.store import tree

NEW_YEAR = ("--now", "2026-01-01")


@pytest.fixture(params=["s.db", "s.toml"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    name = str(request.param)
    occ_media("set", "vip", "--create", "--send", "off", "--store", name, *NEW_YEAR, cwd=tmp_path)
    return tmp_path, name


def entries(folder: Path, count: int = 4) -> None:
    """Files under `media` and the rows that speak of them: e0 the oldest, a month between each."""
    rows = []
    for number in range(count):
        data = b"x" * (number + 1)
        path = folder / "media" / f"{number}.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        rows.append(
            {
                "id": f"e{number}", "time": f"2026-0{number + 1}-01T00:00:00Z", "inbox": "vip", "direction": "receive",
                "name": path.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "path": path.name,
                "customer": f"c-{number}",
            }
        )  # fmt: skip
    (folder / "rows.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))


BAD = ("", "0", "0d", "-5d", "90", "90days", "1.5d", "101000w", "99999999999d", "٣d", "1 d")


def test_a_mistyped_duration_is_refused_with_the_fix_and_changes_nothing(tmp_path: Path) -> None:
    occ_media("set", "inbox", "--send", "off", "--store", "s.db", cwd=tmp_path)
    before = (tmp_path / "s.db").read_bytes()
    for number, value in enumerate(BAD):
        option = ("--remove-after", "--keep-for")[number % 2]
        done = occ_media("retention", "set", "default", f"{option}={value}", "--store", "s.db", cwd=tmp_path, code=2)
        assert done.err.startswith(f"error: {option} '{value}' ")
        assert "help: write " in done.err
    assert (tmp_path / "s.db").read_bytes() == before


def test_a_refused_rule_makes_no_store(tmp_path: Path) -> None:
    occ_media("retention", "set", "default", "--remove-after", "0d", "--store", "s.db", cwd=tmp_path, code=2)
    occ_media("retention", "set", "default", "--category", "images", "--remove-after", "1d", "--store", "s.db",
              cwd=tmp_path, code=2)  # fmt: skip
    occ_media("retention", "set", "default", "--store", "s.db", cwd=tmp_path, code=2)
    occ_media("retention", "plan", "--root", ".", "--store", "s.db", cwd=tmp_path, code=11)
    assert list(tmp_path.iterdir()) == []


def test_rules_are_set_shown_and_taken_away(place: tuple[Path, str]) -> None:
    folder, name = place

    def run(*arguments: str, code: int = 0) -> str:
        return occ_media("retention", *arguments, "--store", name, cwd=folder, code=code).out

    run("set", "default", "--remove-after", "365d", "--keep-for", "90d")
    out = run("set", "vip", "--category", "image", "--remove-after", "90d")
    assert out == "retention, version 2, vip, image\n  remove after  - -> 90d\n"
    assert "keep for      90d" in run("set", "default", "--remove-after", "52w")
    assert run("set", "default", "--remove-after", "52w") == "retention, version 3, default, nothing changed\n"
    assert json.loads(run("show", "--format", "json"))["rules"][0] == {
        "inbox": None, "category": None, "direction": None, "remove_after": "52w", "keep_for": "90d",
    }  # fmt: skip
    run("unset", "default", "--remove-after")
    run("unset", "vip", code=2)
    run("unset", "vip", "--category", "image")
    document = json.loads(run("show", "--format", "json"))
    assert document["version"] == 5
    assert [rule["keep_for"] for rule in document["rules"]] == ["90d"]
    run("unset", "default")
    assert run("show") == "No retention rules: every file is kept\n"
    assert "did you mean 'vip'" in occ_media(
        "retention", "set", "vpi", "--remove-after", "1d", "--store", name, cwd=folder, code=11
    ).err  # fmt: skip


def test_a_plan_is_saved_printed_and_touches_no_file(place: tuple[Path, str]) -> None:
    folder, name = place
    entries(folder)
    occ_media("ledger", "ingest", "ndjson", "rows.ndjson", "--store", name, cwd=folder)
    occ_media("retention", "set", "default", "--remove-after", "30d", "--store", name, cwd=folder)
    before = tree(folder / "media")
    plan = ("retention", "plan", "--root", "media", "--store", name, "--now", "2026-03-20")
    document = json.loads(occ_media(*plan, "--format", "json", cwd=folder).out)
    assert {key: document[key] for key in ("schema", "created", "actor", "summary")} == {
        "schema": "occ-media/plan/1", "created": "2026-03-20T00:00:00.000Z", "actor": "dana",
        "summary": {"keep": 2, "remove": 2, "held": 0, "bytes": 3},
    }  # fmt: skip
    assert document["files"][0] == {
        "entry": "e0", "source": "ndjson", "path": "0.pdf", "sha256": hashlib.sha256(b"x").hexdigest(), "size": 1,
        "decision": "remove", "reasons": [{"code": "due", "message": "older than 30d (default)"}],
        "expires": "2026-01-31T00:00:00.000Z",
    }  # fmt: skip
    lines = occ_media(*plan, cwd=folder).out.splitlines()
    assert lines[0].split() == ["remove", "2", "files", "3", "bytes"]
    assert "not due yet; the next 1 on 2026-03-31T00:00:00.000Z" in lines[3]
    assert lines[-1].endswith(", for media; nothing has been removed")
    assert "Nothing is due; the next 1 file on 2026-01-31" in occ_media(*plan[:-1], "2026-01-30", cwd=folder).out
    occ_media(*plan, "--format", "csv", "--output", "plan.csv", cwd=folder)
    assert (folder / "plan.csv").read_text().count("\n") == 3
    occ_media(*plan, "--read-only", cwd=folder, code=13)
    occ_media("retention", "plan", "--root", "", "--store", name, cwd=folder, code=2)
    occ_media("retention", "plan", "--root", "missing", "--store", name, cwd=folder, code=2)
    assert tree(folder / "media") == before


def test_a_rule_that_was_written_by_hand_counts_in_the_next_plan(tmp_path: Path) -> None:
    occ_media("set", "vip", "--create", "--send", "off", "--store", "s.toml", *NEW_YEAR, cwd=tmp_path)
    entries(tmp_path)
    occ_media("ledger", "ingest", "ndjson", "rows.ndjson", "--store", "s.toml", cwd=tmp_path)
    with (tmp_path / "s.toml").open("a") as document:
        document.write('\n[[retention.rule]]\ninbox = "vip"\nremove_after = "30d"\n')
    plan = ("retention", "plan", "--root", "media", "--store", "s.toml", "--now", "2026-12-20", "--format", "json")
    assert json.loads(occ_media(*plan, cwd=tmp_path).out)["summary"]["remove"] == 4


def test_a_plan_warns_of_a_root_that_no_purge_would_touch(place: tuple[Path, str]) -> None:
    folder, name = place
    for root, why in ((".", "contains a home"), ("/", "root of the file system")):
        assert why in occ_media("retention", "plan", "--root", root, "--store", name, cwd=folder).err
