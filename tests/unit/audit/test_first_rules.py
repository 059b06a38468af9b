from __future__ import annotations

from occ_media_cli.audit import rules
from tests.unit.audit.build import Ledger


def places(found: list[dict]) -> list[tuple]:
    return [(row["inbox"], row["entry"], row["setting_version"]) for row in found]


def test_an_entry_is_judged_by_the_setting_of_its_own_millisecond(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-02-01T00:00:00Z", receive=False, actor="sam")
    ledger.set("vip", "2026-03-01T00:00:00Z", receive=True)
    ledger.entry("vip", "2026-01-31T23:59:59.999Z", id="before")
    ledger.entry("vip", "2026-02-01T00:00:00.000Z", id="first")
    ledger.entry("vip", "2026-02-28T23:59:59.999Z", id="last")
    ledger.entry("vip", "2026-03-01T00:00:00.000Z", id="after")
    ledger.entry("vip", "2026-02-02", id="sent", direction="send")
    ledger.entry("vip", "2026-02-02", id="blocked", outcome="blocked")
    found = ledger.audit("received-while-off")
    assert places(found) == [("vip", "first", 2), ("vip", "last", 2)]
    assert found[0]["evidence"]["setting_by"] == "sam"
    assert found[0]["evidence"]["setting_from"] == "2026-02-01T00:00:00.000Z"
    assert found[0]["evidence"]["setting_reason"] == "because"


def test_a_late_setting_judges_what_it_touches_again(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.entry("vip", "2026-02-10", direction="send", id="one")
    assert ledger.audit("sent-while-off") == []
    ledger.set("vip", "2026-02-05", send=False, backdate="told late", until="2026-02-20")
    assert places(ledger.audit("sent-while-off")) == [("vip", "one", 2)]


def test_a_time_box_ends_by_itself(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-02-01T10:00:00Z", receive=False, until="2026-02-01T14:00:00Z")
    for hour in (9, 10, 13, 14):
        ledger.entry("vip", f"2026-02-01T{hour:02}:00:00Z", id=f"h{hour}")
    assert [row["entry"] for row in ledger.audit("received-while-off")] == ["h10", "h13"]


def test_the_window_is_half_open(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01", receive=False)
    for day in (1, 2, 3):
        ledger.entry("vip", f"2026-02-0{day}", id=f"d{day}")
    found = ledger.audit("received-while-off", since="2026-02-01", until="2026-02-03")
    assert [row["entry"] for row in found] == ["d1", "d2"]


def test_types_are_those_of_the_product_table(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.entry("vip", "2026-02-01", "a.PDF")
    ledger.entry("vip", "2026-02-01", "a.exe", id="exe")
    ledger.entry("vip", "2026-02-01", "a.pdf", detected="exe", id="hidden")
    ledger.entry("vip", "2026-02-01", "a.bin", detected="image/png", id="png")
    ledger.entry("vip", "2026-02-01", "noextension", id="none")
    ledger.entry("vip", "2026-02-01", "a.gif", id="gif-in")
    ledger.entry("vip", "2026-02-01", "a.gif", direction="send", id="gif-out")
    ledger.entry("vip", "2026-02-01", "a.webp", id="sticker")
    ledger.entry("vip", "2026-02-01", "b.exe", outcome="failed", id="failed")
    found = {row["entry"]: row["severity"] for row in ledger.audit("unsupported-type")}
    assert found == {"exe": "error", "hidden": "error", "none": "error", "gif-in": "error", "sticker": "note"}


def test_a_size_is_over_its_limit_above_binary_megabytes(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.entry("vip", "2026-02-01", "a.png", size=5 * 1048576, id="at")
    ledger.entry("vip", "2026-02-01", "b.png", size=5 * 1048576 + 1, id="over")
    ledger.entry("vip", "2026-02-01", "c.pdf", size=100 * 1048576, id="pdf")
    ledger.entry("vip", "2026-02-01", "d.mp4", size=None, id="unknown")
    (found,) = ledger.audit("over-limit")
    assert (found["entry"], found["evidence"]["limit_bytes"]) == ("over", 5242880)
    assert found["message"] == "b.png has 5,242,881 bytes, over the 5 MB limit for image"


def test_off_without_a_message_of_its_own(ledger: Ledger) -> None:
    ledger.inbox("lab", "2026-01-01", receive=False)
    ledger.inbox("vip", "2026-01-01", receive=False, message="Mail it to vip@example.com.")
    ledger.inbox("on", "2026-01-01")
    assert places(ledger.audit("receive-off-without-message")) == [("lab", None, 1)]


def test_an_inbox_without_a_retention_rule(ledger: Ledger) -> None:
    ledger.inbox("lab", "2026-01-01")
    ledger.inbox("vip", "2026-01-01")
    day = 86_400_000
    assert [row["evidence"]["uncovered"] for row in ledger.audit("no-retention-policy")] == [8, 8]
    words = rules.load_rule("no-retention-policy")
    for told in (words.title, words.heading(1), words.heading(2)):  # these inboxes have no file at all
        assert "files" not in told
    keep = {"keep_for": "9d", "keep_for_ms": 9 * day}
    rule = {"inbox": "vip", "category": "image", "remove_after": "90d", "remove_after_ms": 90 * day}
    ledger.section("retention", [rule, keep])
    assert [(r["inbox"], r["evidence"]["uncovered"]) for r in ledger.audit("no-retention-policy")] == [
        ("lab", 8), ("vip", 6)]  # fmt: skip
    ledger.section("retention", [rule, {"remove_after": "365d", "remove_after_ms": 365 * day}])
    assert ledger.audit("no-retention-policy") == []
