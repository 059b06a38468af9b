from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.api import OccMedia
from occ_media_cli.errors import NotFound, Refused, UsageError
from occ_media_cli.settings.field_checks import FieldProblem

SAMPLES = Path(__file__).resolve().parent.parent.parent.parent / "sample_configs"
JANUARY = times.parse("2026-01-01")


@pytest.mark.parametrize("name", ["desk.db", "desk.toml"])
def test_the_main_job_from_python(tmp_path: Path, name: str) -> None:
    desk = OccMedia(tmp_path / name, actor="dana")
    for inbox in ("inbox",):
        desk.set(inbox, {"receive": False}, reason="quiet days", now=JANUARY)
    opened = desk.set("inbox", {"receive": True}, until=JANUARY + 2 * times.DAY, now=JANUARY + times.DAY)
    assert [version.number for version in opened.versions] == [3, 4]
    noon = JANUARY + times.DAY + times.DAY // 2
    assert desk.show(inbox="inbox", at=noon).inboxes[0].version.settings.receive is True
    assert desk.show(at=JANUARY + 3 * times.DAY).inboxes[0].version.settings.receive is False
    files = {file.shown.rsplit("/", 1)[-1]: file for file in desk.check([SAMPLES / "files"])}
    assert files["contract.docx"].problems[0].code == "macro-enabled"
    assert files["logo.png"].verdict == "accepted"
    refused = list(desk.check([SAMPLES / "files" / "logo.png"], inbox="inbox", direction="receive", now=JANUARY))
    assert [problem.code for problem in refused[0].problems] == ["media-off"]
    rows = tmp_path / "rows.ndjson"
    rows.write_text(
        '{"id":"1","time":"2026-01-01T12:00:00Z","inbox":"inbox","direction":"receive","name":"a.png"}\n'
        '{"id":"2","time":"2026-01-02T12:00:00Z","inbox":"inbox","direction":"receive","name":"b.png"}\n',
        encoding="utf-8",
    )
    assert desk.ledger.ingest("ndjson", str(rows)).counts.new == 2
    assert desk.ledger.ingest("ndjson", str(rows)).counts.duplicate == 2
    wrong = [found for found in desk.audit(now=JANUARY + 9 * times.DAY) if found.rule == "received-while-off"]
    assert [found.entry for found in wrong] == ["1"], "only the one before the box"
    assert not desk.ledger.verify().problems


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such store"):
        OccMedia(tmp_path / "none.db").show()
    desk = OccMedia(tmp_path / "desk.db")
    with pytest.raises(NotFound, match="did you mean 'inbox'"):
        desk.set("inbx", {"send": False})


def test_moments_are_said_in_three_ways(tmp_path: Path) -> None:
    desk = OccMedia(tmp_path / "desk.db", actor="dana")
    desk.set("inbox", {"receive": False}, now="2026-01-01T00:00:00Z")
    berlin = timezone(timedelta(hours=1))
    desk.set("inbox", {"receive": True}, now=datetime(2026, 1, 2, 1, tzinfo=berlin), until="2026-01-03")
    for at in (JANUARY + times.DAY, "2026-01-02T01:00:00+01:00", datetime(2026, 1, 2, tzinfo=UTC)):
        assert desk.show(inbox="inbox", at=at).inboxes[0].version.settings.receive is True
    assert desk.show(at="2026-01-03").inboxes[0].version.settings.receive is False


@pytest.mark.parametrize(
    "moment", [datetime(2026, 1, 1), "2026-01-01T00:00:00", "soon", True, 1.5, float("nan"), 10**30, b"2026-01-01"]
)
def test_a_moment_that_is_none_is_refused(tmp_path: Path, moment: Any) -> None:
    desk = OccMedia(tmp_path / "desk.db", actor="dana")
    desk.set("inbox", {"receive": False}, now=JANUARY)
    for call in (
        lambda: desk.show(at=moment),
        lambda: desk.set("inbox", {"send": False}, now=moment),
        lambda: desk.set("inbox", {"send": False}, until=moment, now=JANUARY),
    ):
        with pytest.raises(UsageError) as caught:
            call()
        assert caught.value.hint is not None
    assert desk.show().inboxes[0].version.number == 2


def test_what_may_not_be_kept_is_said_with_its_field(tmp_path: Path) -> None:
    desk = OccMedia(tmp_path / "desk.toml", actor="dana")
    wrong: Any = {"messages": {"de": "\x1b"}}
    with pytest.raises(FieldProblem) as caught:
        desk.set("inbox", wrong)
    assert (caught.value.path, caught.value.code) == (("messages", "de"), 2)
    assert not list(tmp_path.iterdir()), "a wrong value makes no store"
    with pytest.raises(FieldProblem, match="a change must be a table"):
        desk.set("inbox", "receive")  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="there is no channel profile 'telegrm', did you mean 'telegram'"):
        desk.set("inbox", {"channels": ("telegrm",)})
    desk.set("inbox", {"receive": False}, now=JANUARY + times.DAY)
    with pytest.raises(Refused):
        desk.set("inbox", {"send": False}, now=JANUARY)
    desk.set("inbox", {"send": False}, now=JANUARY, backdate="told late")


def test_a_store_is_looked_for_where_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that changes its working directory keeps its store."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    found = OccMedia("s.db")
    found.inboxes.add("vip")
    monkeypatch.chdir(tmp_path / "elsewhere")
    found.inboxes.add("lab")
    assert not list(Path().iterdir())
    assert sorted(each.version.inbox for each in found.show().inboxes) == ["lab", "vip"]
