from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.errors import NotFound, Refused, StoreInvalid
from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.verify.projections import Projection
from occ_media_cli.ledger.verify.recompute import verify_ledger as verify_ledger
from occ_media_cli.places.opened import open_place
from occ_media_cli.places.roots import QUARANTINE
from occ_media_cli.retention import (
    certificate,
    certificate_check,
    certificate_page,
    orphans,
    retention_rows,
    root_result,
    verify,
)
from occ_media_cli.retention.claims import Claims, loose
from occ_media_cli.retention.model import Hold, RetentionRule
from occ_media_cli.retention.plan import approval, orphan_plan, saved
from occ_media_cli.retention.plan.orphan_plan import Drafted
from tests.unit.library import events
from tests.unit.retention.store import START, Store, interrupted_after_commit, stamp, tree

DAY = times.DAY
DUE = START + 30 * DAY
MONTH = orphans.Age(30 * DAY, "30d")
NS = orphans.NANOSECONDS


@pytest.fixture
def lost(store: Store) -> Store:
    """Two files that entries name, and three that none does."""
    store.file("known-0")
    store.file("known-1", DUE)
    for name in ("lost/a", "lost/b", "c"):
        store.orphan(name)
    store.take_in()
    return store


def codes(outcome: Any) -> dict[str, str]:
    return {item.path: item.code for item in outcome.refused}


def planned(made: Drafted) -> dict[str, str]:
    """Each candidate, and why it stays; nothing where it may go."""
    found = {item.path: item.kept.code if item.kept is not None else "" for item in made.candidates()}
    made.close()
    return found


def looked(store: Store) -> dict[str, list[str]]:
    """What `retention verify` finds wrong."""
    with open_place(str(store.media), locked=False) as storage:
        result = verify.verify_removals(store.connection, storage)
    found: dict[str, list[str]] = {}
    for item in result.wrong:
        found.setdefault(item.code, []).append(item.path)
    return found


def intact(store: Store) -> bool:
    own = Projection(retention_rows.KINDS, retention_rows.TABLES, retention_rows.apply)
    return verify_ledger(store.connection, projections=[own]).intact


def states(store: Store, plan: saved.Plan) -> dict[str | None, str]:
    return {now.orphan.path: now.state for now in orphans.states(store.connection, plan.number)}


def test_orphans_are_planned_approved_purged_and_gone(lost: Store) -> None:
    before = tree(lost.media)
    made = lost.plan_orphans(DUE)
    assert tree(lost.media) == before
    assert (made.files, dict(made.summary)) == (5, {"keep": 0, "remove": 3, "held": 0, "bytes": 13})
    assert planned(made) == {"c": "", "lost/a": "", "lost/b": ""}
    assert (made.plan.content["files"], made.plan.content["population"]) == (3, 5)
    named = {item.path: item for item in orphans.listed(lost.connection, made.plan.number)}
    status = (lost.media / "lost" / "a").stat()
    assert (named["lost/a"].size, named["lost/a"].mtime) == (status.st_size, status.st_mtime_ns)
    with pytest.raises(Refused, match="not approved"):
        lost.purge(made.plan, DUE)
    with pytest.raises(Refused, match="cannot approve it too"):
        approval.approve(lost.connection, made.plan.plan, stamp(DUE, "Dana"))
    plan = approval.approve(lost.connection, made.plan.plan, stamp(DUE, "sam"))[0]
    outcome = lost.purge(plan, DUE)
    assert (outcome.taken, outcome.bytes, outcome.refused, len(lost.waiting())) == (3, 13, [], 3)
    assert looked(lost) == {}
    again = lost.purge(plan, DUE)
    assert (again.taken, again.earlier, again.restored) == (0, 3, 0)
    early = lost.finish(DUE + 7 * DAY - 1)
    assert (early.removed, early.waiting, early.next_due) == (0, 3, DUE + 7 * DAY)
    done = lost.finish(DUE + 7 * DAY)
    assert (done.removed, done.bytes, done.refused, lost.waiting()) == (3, 13, [], [])
    assert (lost.media / "lost").is_dir()
    assert {path.name for path in (lost.media / "2026").iterdir()} == {"known-0", "known-1"}
    assert looked(lost) == {}
    assert intact(lost)


def test_other_plans_leave_orphans_alone(lost: Store) -> None:
    lost.rules({"remove_after": "30d"})
    lost.purge(lost.approved(DUE), DUE)
    assert lost.finish(DUE + 7 * DAY).removed == 1
    assert (lost.media / "c").exists()


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ({"path": "lost/a", "data": b"other"}, "lost/a"),
        ({"path": "./lost//a", "data": b"other"}, "lost/a"),
        ({"path": "LOST/A", "data": b"other"}, "lost/a"),
        ({"path": "elsewhere", "data": b"lost/a"}, "lost/a"),
        ({"path": None, "data": b"lost/a"}, "lost/a"),
        ({"path": "lost/a", "data": b"other", "outcome": "failed"}, "lost/a"),
        ({"path": "Grüße", "data": b"other"}, "Gru\u0308ße"),
        ({"path": "x/photo.jpg", "data": b"other"}, "x/photo.jpg.json"),
    ],
)
def test_what_an_entry_may_claim_is_no_orphan(lost: Store, entry: dict[str, Any], path: str) -> None:
    lost.orphan(path)
    first = lost.approved_orphans(DUE)
    lost.file("claim", START, **entry)
    lost.take_in()
    found = planned(lost.plan_orphans(DUE))
    assert found.get(path) in (None, "claimed")
    assert found["lost/b"] == ""
    assert codes(lost.purge(first, DUE)) == {path: "claimed"}
    assert (lost.media / path).exists()


def test_a_correction_and_a_file_of_the_library_claim_too(lost: Store) -> None:
    import hashlib

    plan = lost.approved_orphans(DUE)
    lost.correct("known-0", sha256=hashlib.sha256(b"lost/a").hexdigest())
    lost.event("library-propose", events.proposed("n", "1", [hashlib.sha256(b"c").hexdigest()], document=1))
    assert planned(lost.plan_orphans(DUE)) == {"c": "claimed", "lost/a": "claimed", "lost/b": ""}
    assert codes(lost.purge(plan, DUE)) == {"c": "claimed", "lost/a": "claimed"}


def test_an_erased_entry_still_claims_by_its_content(lost: Store) -> None:
    lost.file("theirs", path="else/where", data=b"lost/a", customer="rosa-16505551234")
    lost.take_in()
    erase(lost.connection, "rosa-16505551234", stamp(DUE), "request 7", lost.path)
    assert planned(lost.plan_orphans(DUE)) == {"c": "", "lost/a": "claimed", "lost/b": "", "else/where": "claimed"}


def test_an_entry_that_comes_during_the_grace_keeps_its_file_in_quarantine(lost: Store) -> None:
    plan = lost.approved_orphans(DUE)
    lost.purge(plan, DUE)
    lost.file("late", DUE, path="lost/a", data=b"lost/a")
    (lost.media / "lost" / "a").unlink()
    lost.take_in()
    lost.file("same-name", DUE, path="LOST/b", data=b"other")
    lost.take_in()
    done = lost.finish(DUE + 7 * DAY)
    assert (done.removed, codes(done)) == (1, {"lost/a": "claimed", "lost/b": "claimed"})
    orphan = next(item for item in orphans.listed(lost.connection, plan.number) if item.path == "lost/a")
    lost.restore(orphan.label, DUE + 8 * DAY)
    assert (lost.media / "lost" / "a").read_bytes() == b"lost/a"


HOLDS: list[tuple[dict[str, Any], bool]] = [
    ({"inbox": 1}, True), ({"since": DUE}, True), ({"until": START}, True), ({"since": START, "until": DUE}, True),
    ({"customer": "c-1"}, False), ({"conversation": "t-1"}, False), ({"entry": 0}, False),
    ({"inbox": 1, "customer": "c-1"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("scope", "held"), HOLDS)
def test_a_hold_that_may_be_about_any_file_holds_orphans_at_every_step(
    lost: Store, scope: dict[str, Any], held: bool
) -> None:
    if "entry" in scope:
        scope = {"entry": lost.seq("known-0")}
    plan = lost.approved_orphans(DUE)
    lost.hold("early", **scope)
    made = lost.plan_orphans(DUE)
    assert made.summary["held"] == (3 if held else 0)
    assert made.holds == ([] if held else ["early"])
    assert set(planned(made).values()) == ({"held"} if held else {""})
    outcome = lost.purge(plan, DUE)
    assert (outcome.taken, set(codes(outcome).values())) == ((0, {"held"}) if held else (3, set()))
    lost.release("early")
    lost.purge(plan, DUE)
    lost.hold("late", **scope)
    done = lost.finish(DUE + 7 * DAY)
    assert (done.removed, set(codes(done).values())) == ((0, {"held"}) if held else (3, set()))
    lost.release("late")
    assert len(lost.waiting()) == (3 if held else 0)
    assert lost.finish(DUE + 8 * DAY).removed == (3 if held else 0)


def test_a_hold_whose_customer_was_erased_may_be_about_any_file(lost: Store) -> None:
    lost.hold("h", customer="c-1")
    lost.connection.execute("UPDATE event SET personal = NULL, salt = NULL WHERE kind = 'hold'")
    assert set(planned(lost.plan_orphans(DUE)).values()) == {"held"}


def test_the_longest_keep_for_of_all_rules_keeps_orphans(lost: Store) -> None:
    plan = lost.approved_orphans(DUE)
    lost.rules({"remove_after": "1d"}, {"inbox": "vip", "keep_for": "31d"}, {"category": "image", "keep_for": "40d"})
    assert set(planned(lost.plan_orphans(START + 40 * DAY - 1)).values()) == {"kept-for"}
    assert set(planned(lost.plan_orphans(START + 40 * DAY)).values()) == {""}
    assert set(codes(lost.purge(plan, START + 40 * DAY - 1)).values()) == {"kept-for"}
    assert lost.purge(plan, START + 40 * DAY).taken == 3
    lost.rules({"inbox": "vip", "keep_for": "400d"})
    assert set(codes(lost.finish(START + 60 * DAY)).values()) == {"kept-for"}


def test_the_decision_is_by_age_hold_and_rule() -> None:
    def code(mtime: int, now: int, holds: tuple[Hold, ...] = (), rules: tuple[RetentionRule, ...] = ()) -> str | None:
        kept = orphans.find_reason_to_keep(mtime, rules, holds, now, MONTH)
        return kept.code if kept is not None else None

    assert code(START * NS, DUE) is None
    assert code(START * NS, DUE - 1) == "not-due"
    assert code(START * NS, START - 1) == "unknown-age"
    assert code(START * NS, START) == "not-due"
    assert code(0, DUE) == "unknown-age"
    assert code(-5 * NS, DUE) == "unknown-age"
    assert code(NS, DUE) is None
    assert code(START * NS, DUE, (Hold(1, "h", inbox=1),)) == "held"
    assert code(START * NS, DUE, (Hold(1, "h", inbox=1, entry=3), Hold(2, "i"))) == "held"
    longest = RetentionRule(keep_for=31 * DAY, keep_words="31d")
    rules = (RetentionRule(keep_for=30 * DAY + 1, keep_words="30d"), longest, RetentionRule(remove_after=99 * DAY))
    assert code(START * NS, DUE, rules=rules) == "kept-for"
    kept = orphans.find_reason_to_keep(START * NS, rules, (), DUE, MONTH)
    assert kept is not None
    assert kept.words == "kept for at least 31d (default), which may be about any file"
    assert code(START * NS, START + 31 * DAY, rules=(RetentionRule(keep_for=DAY), longest)) is None


def change_bytes(path: Path) -> None:
    status = path.stat()
    path.write_bytes(path.read_bytes().upper())
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def change_time(path: Path) -> None:
    os.utime(path, ns=(1, START * NS + 1))


def grow(path: Path) -> None:
    status = path.stat()
    path.write_bytes(b"longer than it was")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


CHANGES = [
    (change_bytes, "other-hash"), (change_time, "other-time"), (grow, "other-size"), (link, "link"),
    (Path.unlink, "vanished"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_only_the_very_file_that_was_planned_goes(lost: Store, change: Callable[[Path], None], code: str) -> None:
    plan = lost.approved_orphans(DUE)
    change(lost.media / "lost" / "a")
    outcome = lost.purge(plan, DUE)
    assert (outcome.taken, codes(outcome)) == (2, {"lost/a": code})
    head = lost.connection.execute("SELECT count(*) FROM event WHERE kind = 'orphan-refused'").fetchone()
    lost.purge(plan, DUE)
    assert lost.connection.execute("SELECT count(*) FROM event WHERE kind = 'orphan-refused'").fetchone() == head


def test_what_is_young_undated_unreadable_or_no_file_is_not_planned(
    lost: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost.orphan("young", DUE - 30 * DAY + 1)
    lost.orphan("future", DUE + DAY)
    lost.orphan("undated", 0)
    (lost.media / "link").symlink_to(lost.media / "c")
    os.mkfifo(lost.media / "pipe")
    (lost.media / os.fsdecode(b"\xff")).touch()
    far = lost.orphan("far")
    os.utime(far, (0, 14_000_000_000))  # the year 2413: more nanoseconds than SQLite can count
    found = planned(lost.plan_orphans(DUE))
    assert found == {
        "c": "", "lost/a": "", "lost/b": "", "young": "not-due", "future": "unknown-age", "undated": "unknown-age",
        "\\xff": "unsafe-path", "far": "unknown-age",
    }  # fmt: skip
    from occ_media_cli.places import descend
    from occ_media_cli.places.safe_open import Kept

    monkeypatch.setattr(descend, "content_of", lambda descriptor: Kept("unreadable", "input/output error"))
    assert set(planned(lost.plan_orphans(DUE)).values()) == {"unreadable", "unsafe-path"}


def test_a_file_that_is_written_while_it_is_read_is_not_planned(lost: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.places import descend

    real = descend.content_of

    def writing(descriptor: int) -> Any:
        found = real(descriptor)
        (lost.media / "c").write_bytes(b"more than it had")
        return found

    monkeypatch.setattr(descend, "content_of", writing)
    found = planned(lost.plan_orphans(DUE))
    assert found["c"] == "changed"
    assert found["lost/a"] == ""


def test_an_orphan_comes_back_during_its_grace(lost: Store) -> None:
    before = tree(lost.media)
    plan = lost.approved_orphans(DUE)
    lost.purge(plan, DUE)
    labels = {item.path: item.label for item in orphans.listed(lost.connection, plan.number)}
    lost.restore(labels["lost/a"], DUE)
    assert tree(lost.media)["lost/a"] == before["lost/a"]
    assert states(lost, plan) == {"c": "quarantined", "lost/a": "restored", "lost/b": "quarantined"}
    again = lost.purge(plan, DUE)
    assert (again.taken, again.earlier, again.restored) == (0, 2, 1)
    with pytest.raises(NotFound, match=f"orphan {labels['lost/a']} was brought back"):
        lost.restore(labels["lost/a"], DUE)
    lost.finish(DUE + 7 * DAY)
    for label in (labels["c"], labels["lost/b"]):
        with pytest.raises(NotFound, match=f"orphan {label} was removed for good at 2026-02-07T00:00:00.000Z"):
            lost.restore(label, DUE)
    with pytest.raises(NotFound, match=f"orphan {labels['lost/a']} was brought back at 2026-01-31"):
        lost.restore(labels["lost/a"], DUE)
    assert lost.purge(lost.approved_orphans(DUE + 9 * DAY), DUE + 9 * DAY).taken == 1
    for name in ("#", "#x", "#٣", "#99999999", f"#{'9' * 19}", f"#{'9' * 40}", "#1", "c", labels["c"][1:]):
        with pytest.raises(NotFound, match="no entry"):
            lost.restore(name, DUE)
    young = lost.plan_orphans(DUE).plan
    assert list(orphans.listed(lost.connection, young.number)) == []


def test_an_orphan_that_no_run_took_is_not_waiting(lost: Store) -> None:
    plan = lost.approved_orphans(DUE)
    label = next(orphans.listed(lost.connection, plan.number)).label
    with pytest.raises(NotFound, match=f"orphan {label} is not in the quarantine of this root"):
        lost.restore(label, DUE)
    lost.purge(plan, DUE)
    lost.media.rename(lost.folder / "unmounted")
    lost.media.mkdir()
    with pytest.raises(NotFound, match=f"orphan {label} is not in the quarantine of this root"):
        lost.restore(label, DUE)


def test_an_erased_path_keeps_the_file_and_the_plan_stays_what_it_was(lost: Store) -> None:
    lost.orphan("rosa-16505551234/x")
    plan = lost.approved_orphans(DUE)
    erase(lost.connection, "rosa-16505551234", stamp(DUE), "request 7", lost.path)
    assert b"rosa-16505551234" not in lost.path.read_bytes()
    assert intact(lost)
    outcome = lost.purge(plan, DUE)
    assert (outcome.taken, codes(outcome)) == (3, {None: "erased"})
    assert (lost.media / "rosa-16505551234" / "x").exists()


def test_an_orphan_whose_path_is_erased_during_its_grace_goes_and_does_not_come_back(lost: Store) -> None:
    lost.orphan("rosa-16505551234/x")
    plan = lost.approved_orphans(DUE)
    label = next(i.label for i in orphans.listed(lost.connection, plan.number) if "rosa" in str(i.path))
    lost.purge(plan, DUE)
    erase(lost.connection, "rosa-16505551234", stamp(DUE), "request 7", lost.path)
    with pytest.raises(Refused, match=f"orphan {label} has no path any more"):
        lost.restore(label, DUE)
    assert lost.finish(DUE + 7 * DAY).removed == 4


def test_an_altered_plan_of_orphans_is_neither_approved_nor_purged(lost: Store) -> None:
    plan = lost.approved_orphans(DUE)
    lost.connection.execute("DROP TRIGGER IF EXISTS event_no_update")
    for change in (
        "personal = replace(personal, 'lost', 'last')",
        "body = replace(body, '\"size\":1', '\"size\":2')",
        "body = replace(body, '\"mtime\":', '\"mtime\":1')",
    ):
        before = lost.connection.execute("SELECT seq, body, personal FROM event WHERE kind = 'orphan'").fetchall()
        lost.connection.execute(f"UPDATE event SET {change} WHERE kind = 'orphan'")
        with pytest.raises(StoreInvalid, match="altered"):
            lost.purge(plan, DUE)
        with pytest.raises(StoreInvalid, match="altered"):
            approval.approve(lost.connection, plan.plan, stamp(DUE, "kim"))
        for seq, body, personal in before:
            lost.connection.execute("UPDATE event SET body = ?, personal = ? WHERE seq = ?", (body, personal, seq))
    assert lost.purge(plan, DUE).taken == 3


def test_the_guards_of_every_purge_guard_this_one(lost: Store) -> None:
    plan = lost.approved_orphans(DUE)
    with pytest.raises(Refused, match=r"removes 3 of 5 files \(60%\), over the limit 50%"):
        lost.purge(plan, DUE, limit="50%")
    lost.media.rename(lost.folder / "aside")
    lost.media.mkdir()
    (lost.media / "x").touch()
    with pytest.raises(Refused, match="another device or inode"):
        lost.purge(plan, DUE)


def test_an_interrupted_run_is_put_right(lost: Store) -> None:
    plan = lost.approved_orphans(DUE)
    names = {item.path: f"{plan.plan}-{item.seq}" for item in orphans.listed(lost.connection, plan.number)}
    room = lost.media / QUARANTINE
    room.mkdir(mode=0o700)
    (lost.media / "c").rename(room / names["c"])  # killed between the rename and the commit
    (room / f"{plan.plan}-{lost.seq('known-0')}").write_bytes(b"?")  # no purge of this plan gave these names
    other = lost.plan_orphans(DUE).plan
    strange = f"{plan.plan}-{next(orphans.listed(lost.connection, other.number)).seq}"
    (room / strange).write_bytes(b"?")
    assert "orphan" in looked(lost)
    assert lost.finish(DUE).put_back == 1
    assert (lost.media / "c").read_bytes() == b"c"
    assert lost.purge(plan, DUE).taken == 3
    (room / names["c"]).rename(lost.media / "c")  # killed while it was restored
    assert lost.finish(DUE).refused == []
    assert states(lost, plan)["c"] == "restored"
    assert strange in lost.waiting()


def test_an_interrupted_run_leaves_an_orphan_where_it_waits_whose_path_was_erased_since(lost: Store) -> None:
    lost.orphan("rosa-16505551234/x")
    plan = lost.approved_orphans(DUE)
    orphan = next(item for item in orphans.listed(lost.connection, plan.number) if "rosa" in str(item.path))
    room = lost.media / QUARANTINE
    room.mkdir(mode=0o700)
    (lost.media / "rosa-16505551234" / "x").rename(room / f"{plan.plan}-{orphan.seq}")
    erase(lost.connection, "rosa-16505551234", stamp(DUE), "request 7", lost.path)
    assert lost.finish(DUE).put_back == 0
    assert lost.waiting() == [f"{plan.plan}-{orphan.seq}"]


def test_orphans_on_another_volume_of_the_same_name_wait(lost: Store) -> None:
    lost.purge(lost.approved_orphans(DUE), DUE)
    lost.media.rename(lost.folder / "unmounted")
    lost.media.mkdir()
    with pytest.raises(Refused, match="3 files were taken from"):
        lost.finish(DUE + 30 * DAY)


def test_what_changed_or_survived_in_quarantine_is_told(lost: Store) -> None:
    plan = lost.approved_orphans(DUE)
    lost.purge(plan, DUE)
    first, second, third = (lost.media / QUARANTINE / name for name in lost.waiting())
    copy = third.read_bytes()
    first.write_bytes(b"?" * first.stat().st_size)
    second.unlink()
    assert looked(lost) == {
        "changed-bytes": [f"(quarantine) {first.name}"], "missing-bytes": [f"(quarantine) {second.name}"],
    }  # fmt: skip
    done = lost.finish(DUE + 7 * DAY)
    assert (done.removed, sorted(item.code for item in done.refused)) == (1, ["other-hash", "vanished"])
    third.write_bytes(copy)
    assert looked(lost)["surviving-bytes"] == [f"(quarantine) {third.name}"]
    assert lost.finish(DUE + 8 * DAY).removed == 1
    assert not third.exists()


def test_the_certificate_says_that_they_were_orphans_and_names_no_path(lost: Store) -> None:
    plan = lost.approved_orphans(DUE)
    lost.orphan("lost/b", data=b"another")
    lost.purge(plan, DUE)
    label = next(item for item in orphans.listed(lost.connection, plan.number) if item.path == "c").label
    lost.restore(label, DUE)
    lost.finish(DUE + 7 * DAY)
    document: dict[str, Any] = certificate.make_certificate(lost.connection, plan.plan)
    data = json.dumps(document)
    assert document["orphans"] is True
    assert document["summary"] == {"quarantined": 0, "removed": 1, "restored": 1, "refused": 1}
    assert certificate_check.check_certificate(data.encode(), "c.json") == []
    assert "lost" not in data
    assert dict(certificate_page.facts(document))["files"].startswith("ORPHANS")
    rows = list(certificate_page.rows(document))
    assert [(row[0], row[2]) for row in rows if row[5]] == [
        ("quarantined", 1), ("quarantined", 6), ("restored", 1), ("removed", 6),
    ]  # fmt: skip
    for wrong in ({**document, "orphans": False}, {key: value for key, value in document.items() if key != "orphans"}):
        assert certificate_check.check_certificate(json.dumps(wrong).encode(), "c.json")
    ordinary: dict[str, Any] = certificate.make_certificate(lost.connection, lost.approved(DUE).plan)
    assert "orphans" not in ordinary
    assert certificate_check.check_certificate(json.dumps(ordinary).encode(), "c.json") == []


def test_a_verification_on_record_speaks_of_entries_only(lost: Store) -> None:
    lost.purge(lost.approved_orphans(DUE), DUE)
    (lost.media / QUARANTINE / lost.waiting()[0]).unlink()
    with open_place(str(lost.media), locked=False) as storage:
        result = verify.verify_removals(lost.connection, storage)
        root_result.record_verification(lost.connection, result, storage, stamp(DUE))
    assert result.counts["missing-bytes"] == 1
    assert lost.connection.execute("SELECT entry_seq FROM verified_file WHERE code IS NOT NULL").fetchall() == []


def test_claims_are_looked_for_once_and_then_in_what_is_new(lost: Store) -> None:
    claims = Claims(lost.connection)
    claims.places([(1, ("2026", "known-0")), (2, ("lost", "a")), (3, None)])
    claims.catch_up()
    assert claims.find_claim(1) is not None
    assert claims.find_claim(2) is None
    lost.file("late", path="lost/a", data=b"other")
    lost.take_in()
    assert claims.find_claim(2) is None
    claims.catch_up()
    found = claims.find_claim(2)
    assert found is not None
    assert found.words == f"entry #{lost.seq('late')} names it"
    claims.close()
    assert loose("./Ä//B") == loose("a\u0308/b") == "ä/b"


def test_orphans_and_files_of_entries_wait_side_by_side(lost: Store) -> None:
    lost.rules({"remove_after": "30d"})
    lost.purge(lost.approved(DUE), DUE)
    plan = lost.approved_orphans(DUE)
    lost.purge(plan, DUE)
    assert len(lost.waiting()) == 4
    label = next(item for item in orphans.listed(lost.connection, plan.number) if item.path == "c").label
    with pytest.raises(NotFound, match="'ndjson:known-1' is not in the quarantine"):
        lost.restore("known-1", DUE)
    lost.restore(label, DUE)
    lost.restore("known-0", DUE)
    assert (lost.media / "c").read_bytes() == b"c"
    assert (lost.media / "2026" / "known-0").read_bytes() == b"known-0"
    done = lost.finish(DUE + 7 * DAY)
    assert (done.removed, done.refused, looked(lost)) == (2, [], {"orphan": ["c"]})


def test_what_waits_under_another_root_is_no_reason_to_refuse_this_one(lost: Store) -> None:
    lost.purge(lost.approved_orphans(DUE), DUE)
    lost.rules({"remove_after": "30d"})
    lost.purge(lost.approved(DUE), DUE)
    lost.media = lost.folder / "second"
    lost.media.mkdir()
    done = lost.finish(DUE + 30 * DAY)
    assert (done.removed, done.waiting, done.elsewhere) == (0, 0, 0)


def test_a_plan_says_what_it_is_about_and_how_far_it_is(lost: Store) -> None:
    calls: list[tuple[int, int]] = []
    with open_place(str(lost.media), locked=False) as storage:
        made = orphan_plan.make_orphan_plan(
            lost.connection, storage, stamp(DUE), MONTH, lambda *values: calls.append(values)
        )
    assert calls == [(1, 3), (2, 3), (3, 3)]
    content = made.plan.content
    assert (content["kind"], content["scope"]) == ("orphans", {"inbox": None, "customer": False})
    assert (content["older_than"], content["older_than_ms"]) == ("30d", 30 * DAY)


def test_older_versions_of_a_bucket_are_no_orphans(lost: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from occ_media_cli.places.folder import Folder
    from occ_media_cli.places.storage import Stored

    real = Folder.walk

    def walk(folder: Folder) -> Any:
        yield from real(folder)
        yield Stored(None, "c (version 1)", 1, older=True)

    monkeypatch.setattr(Folder, "walk", walk)
    made = lost.plan_orphans(DUE)
    assert (made.files, set(planned(made))) == (5, {"c", "lost/a", "lost/b"})


def test_a_purge_that_is_repeated_changes_nothing(lost: Store) -> None:
    plan = lost.approved_orphans(DUE)
    lost.purge(plan, DUE)
    frames = (
        "SELECT kind, json_extract(body, '$.files'), json_extract(body, '$.taken') FROM event WHERE kind GLOB 'purge-*'"
    )
    assert lost.connection.execute(frames).fetchall() == [("purge-begin", 3, None), ("purge-end", None, 3)]
    head = lost.connection.execute("SELECT seq FROM head").fetchone()
    lost.purge(plan, DUE)
    assert lost.connection.execute("SELECT seq FROM head").fetchone() == head


def test_an_orphan_that_cannot_be_recorded_is_put_back(lost: Store) -> None:
    plan = lost.approved_orphans(DUE)
    the_second = "NEW.kind = 'orphan-purge' AND (SELECT count(*) FROM main.event WHERE kind = 'orphan-purge') = 1"
    with lost.no_room("event", the_second), pytest.raises(StoreInvalid, match="no room"):
        lost.purge(plan, DUE)
    assert len(lost.waiting()) == 1
    assert sorted(states(lost, plan).values()) == ["quarantined"]
    assert looked(lost) == {"orphan": ["lost/a", "lost/b"]}
    assert lost.purge(plan, DUE).taken == 2


def test_an_orphan_that_is_recorded_stays_in_quarantine_whatever_comes_then(
    lost: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from occ_media_cli.retention.purge import run as purge_run

    plan = lost.approved_orphans(DUE)
    real = purge_run.transaction
    calls = iter([real, interrupted_after_commit])  # the begin of the run is on record; then the first file
    monkeypatch.setattr(purge_run, "transaction", lambda connection: next(calls, real)(connection))
    with pytest.raises(KeyboardInterrupt):
        lost.purge(plan, DUE)
    monkeypatch.undo()
    assert len(lost.waiting()) == 1
    assert looked(lost) == {"orphan": ["lost/a", "lost/b"]}
    assert lost.purge(plan, DUE).taken == 2


def test_paths_that_have_no_place_claim_nothing_and_stop_nothing(lost: Store) -> None:
    lost.file("a", path="x//", data=b"1")
    lost.file("b", path="./", data=b"2")
    assert planned(lost.plan_orphans(DUE)) == {"c": "", "lost/a": "", "lost/b": "", "x": "claimed"}  # by its sha256
    assert loose("x//") == "x//"


def test_what_stops_a_purge_before_it_takes_a_file_is_what_is_told(lost: Store) -> None:
    from occ_media_cli.retention.purge import guards, start

    plan = lost.approved_orphans(DUE)
    (lost.media / "lost" / "a").unlink()
    with lost.no_room("event", "NEW.kind = 'orphan-refused'"), pytest.raises(StoreInvalid, match="no room"):
        lost.purge(plan, DUE)
    calls: list[int] = []
    with open_place(str(lost.media), locked=True) as storage:
        run = start.start_purge(lost.connection, storage, plan, stamp(DUE), grace=DAY)
        run.run(lost.path, guards.parse_limit("100%"), calls.append)
    assert calls == [1, 2]  # the third was taken before
