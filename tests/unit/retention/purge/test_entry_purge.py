from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from occ_media_cli import times
from occ_media_cli.errors import NotFound, OccMediaError, Refused, StoreBusy, StoreInvalid, UsageError
from occ_media_cli.ledger.erase import erase
from occ_media_cli.limits import RemovalLimit
from occ_media_cli.places.opened import open_place
from occ_media_cli.places.roots import QUARANTINE, danger, look_at_root
from occ_media_cli.retention import holds, retention_rows
from occ_media_cli.retention.plan import approval, saved
from occ_media_cli.retention.purge import entry_purge, guards, quarantine
from occ_media_cli.retention.purge import run as purge_run
from occ_media_cli.store import chain
from occ_media_cli.store.connect import connect, transaction
from occ_media_cli.store.lock import only_purge_of
from tests.unit.library import events
from tests.unit.retention.store import START, Store, interrupted_after_commit, stamp, tree

DAY = times.DAY
DUE = START + 30 * DAY
MONTH = {"remove_after": "30d"}


@pytest.fixture
def due(store: Store) -> Store:
    """Four files that are due, and four that are not."""
    store.rules(MONTH)
    for number in range(4):
        store.file(f"old-{number}")
    for number in range(4):
        store.file(f"new-{number}", DUE)
    return store


def codes(outcome: object) -> dict[str, str]:
    return {item.entry: item.code for item in outcome.refused}  # type: ignore[attr-defined]


def test_an_approved_plan_goes_into_quarantine_and_later_for_good(due: Store) -> None:
    plan = due.approved(DUE)
    outcome = due.purge(plan, DUE)
    assert (outcome.taken, outcome.bytes, outcome.refused) == (4, 20, [])
    assert len(due.waiting()) == 4
    assert sorted(path.name for path in (due.media / "2026").iterdir()) == [f"new-{n}" for n in range(4)]
    early = due.finish(DUE + 7 * DAY - 1)
    assert (early.removed, early.waiting, early.next_due) == (0, 4, DUE + 7 * DAY)
    assert due.connection.execute("SELECT count(*) FROM entry WHERE deleted_ms IS NOT NULL").fetchone()[0] == 0
    done = due.finish(DUE + 7 * DAY)
    assert (done.removed, done.bytes, done.refused, due.waiting()) == (4, 20, [], [])
    gone = due.connection.execute("SELECT id, deleted_ms FROM entry WHERE deleted_ms IS NOT NULL ORDER BY id")
    assert gone.fetchall() == [(f"old-{n}", DUE + 7 * DAY) for n in range(4)]
    assert (due.media / "2026").is_dir()
    stored = due.connection.execute("SELECT sum(files) FROM stored_by_day").fetchone()[0]
    assert stored == 4


def test_a_purge_that_is_repeated_changes_nothing(due: Store) -> None:
    plan = due.approved(DUE)
    due.purge(plan, DUE)
    before, head = tree(due.media), due.connection.execute("SELECT seq FROM head").fetchone()
    again = due.purge(plan, DUE + DAY)
    assert (again.taken, again.earlier, again.refused) == (0, 4, [])
    assert tree(due.media) == before
    assert due.connection.execute("SELECT seq FROM head").fetchone() == head
    due.finish(DUE + 8 * DAY)
    assert due.purge(plan, DUE + 8 * DAY).earlier == 4


def test_a_plan_needs_an_approval_by_somebody_else(due: Store) -> None:
    plan = due.plan(DUE).plan
    with pytest.raises(Refused, match="not approved"):
        due.purge(plan, DUE)
    for planner in ("dana", "Dana", " DANA ", "ｄａｎａ"):
        with pytest.raises(Refused, match="cannot approve it too"):
            approval.approve(due.connection, plan.plan, stamp(DUE, planner))
    approval.approve(due.connection, plan.plan, stamp(DUE, "sam"))
    with pytest.raises(Refused, match=r"approved .* before"):
        approval.approve(due.connection, plan.plan, stamp(DUE, "sam"))
    assert len(approval.approve(due.connection, plan.plan, stamp(DUE, "kim"))[1].digest) == 64
    assert due.purge(plan, DUE).taken == 4


def test_a_store_may_do_without_a_second_person_and_may_take_that_back(due: Store) -> None:
    def second_person(value: bool) -> None:
        with due.editing() as editor:
            editor.set_section("store", {"second_person": value})

    second_person(False)
    plan = due.plan(DUE).plan
    with pytest.raises(Refused, match="not approved"):
        due.purge(plan, DUE)
    approval.approve(due.connection, plan.plan, stamp(DUE, "dana"))
    second_person(True)
    with pytest.raises(Refused, match="not approved"):
        due.purge(plan, DUE)
    second_person(False)
    assert due.purge(plan, DUE).taken == 4


def test_an_altered_plan_is_neither_approved_nor_purged(due: Store) -> None:
    plan = due.approved(DUE)
    for trigger in ("plan_file_no_update", "plan_state_no_update"):
        due.connection.execute(f"DROP TRIGGER {trigger}")
    due.connection.execute("UPDATE plan_file SET action = 1 - action")
    with pytest.raises(StoreInvalid, match="altered"):
        due.purge(plan, DUE)
    due.connection.execute("UPDATE plan_file SET action = 1 - action")
    due.connection.execute("UPDATE plan_state SET content = replace(content, '\"remove\":4', '\"remove\":3')")
    with pytest.raises(StoreInvalid, match="altered"):
        due.purge(saved.find_plan(due.connection, plan.plan), DUE)


@pytest.mark.parametrize(
    ("rules", "refused"),
    [
        ([{"remove_after": "31d"}], True),
        ([{"remove_after": "30d", "keep_for": "40d"}], True),
        ([{"remove_after": "30d"}, {"inbox": "vip", "remove_after": "30d"}], True),
        ([], True),
        ([{"remove_after": "30d"}, {"inbox": "lab", "remove_after": "1d"}], False),
        ([{"remove_after": "30d"}, {"category": "image", "keep_for": "400d"}], False),
        ([{"remove_after": "30d"}, {"direction": "send", "remove_after": "90d"}], False),
    ],
)
def test_only_a_change_to_a_policy_that_decided_stops_the_whole(
    due: Store, rules: list[dict[str, str]], refused: bool
) -> None:
    plan = due.approved(DUE)
    due.rules(*rules, now=DUE)
    if refused:
        before = tree(due.media)
        with pytest.raises(Refused, match="policy that decided"):
            due.purge(plan, DUE)
        assert tree(due.media) == before
    else:
        assert due.purge(plan, DUE).taken == 4


def test_later_entries_do_not_spoil_a_plan(due: Store) -> None:
    plan = due.approved(DUE)
    due.file("late", DUE)
    due.take_in()
    assert due.purge(plan, DUE).taken == 4


def test_a_later_entry_that_names_the_same_file_keeps_it(due: Store) -> None:
    plan = due.approved(DUE)
    due.file("late", DUE, path="2026//old-1", data=b"old-1")
    due.take_in()
    outcome = due.purge(plan, DUE)
    assert (outcome.taken, codes(outcome)) == (3, {"old-1": "shared-path"})


def test_a_hold_since_the_plan_keeps_its_file_and_is_on_record(due: Store) -> None:
    plan = due.approved(DUE)
    due.hold("claim", entry=due.seq("old-2"))
    outcome = due.purge(plan, DUE)
    assert (outcome.taken, codes(outcome)) == (3, {"old-2": "held"})
    due.purge(plan, DUE)
    rows = due.connection.execute("SELECT seq, code, reason FROM purge_refused").fetchall()
    assert rows == [(due.seq("old-2"), "held", "held: claim")]
    due.release("claim")
    assert len(due.waiting()) == 3
    assert due.purge(plan, DUE).taken == 1


def test_a_hold_during_the_grace_keeps_the_file_in_quarantine(due: Store) -> None:
    plan = due.approved(DUE)
    due.purge(plan, DUE)
    covered = due.hold("claim", entry=due.seq("old-2"))
    assert covered.waiting == 1
    done = due.finish(DUE + 30 * DAY)
    assert (done.removed, codes(done)) == (3, {"old-2": "held"})
    assert len(due.waiting()) == 1
    due.restore("old-2", DUE + 31 * DAY)
    assert (due.media / "2026" / "old-2").read_bytes() == b"old-2"


def test_a_longer_policy_during_the_grace_keeps_the_file_in_quarantine(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    due.rules({"remove_after": "365d"}, now=DUE)
    done = due.finish(DUE + 30 * DAY)
    assert (done.removed, set(codes(done).values()), len(due.waiting())) == (0, {"not-due"}, 4)


def replace_by_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replace_folder_by_link(path: Path) -> None:
    folder = path.parent
    other = folder.parent.parent / "outside"
    shutil.move(folder, other)
    folder.symlink_to(other)


def untouched(path: Path) -> tuple[int, ...] | None:
    """What must stay as it is of something that is there. Not its atime: hashing reads a file, and `lstat` says
    whole seconds, so that it would differ whenever a second ends meanwhile."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return (
        found.st_dev,
        found.st_ino,
        found.st_mode,
        found.st_nlink,
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
    )


CHANGES = [
    (replace_by_link, "link"), (replace_by_folder, "not-regular"), (replace_by_pipe, "not-regular"),
    (Path.unlink, "vanished"), (lambda path: path.write_bytes(b"longer than before"), "other-size"),
    (lambda path: path.write_bytes(b"OLD-1"), "other-hash"), (lambda path: path.write_bytes(b""), "other-size"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_a_problem_with_one_file_keeps_that_file_and_the_rest_goes_on(due: Store, change: object, code: str) -> None:
    plan = due.approved(DUE)
    path = due.media / "2026" / "old-1"
    change(path)  # type: ignore[operator]
    there = untouched(path)
    outcome = due.purge(plan, DUE)
    assert (outcome.taken, codes(outcome)) == (3, {"old-1": code})
    assert untouched(path) == there
    assert Path("/etc/passwd").exists()


def test_a_linked_folder_is_not_followed(due: Store) -> None:
    plan = due.approved(DUE)
    replace_folder_by_link(due.media / "2026" / "old-1")
    outside = tree(due.folder / "outside")
    outcome = due.purge(plan, DUE)
    assert (outcome.taken, set(codes(outcome).values())) == (0, {"link"})
    assert tree(due.folder / "outside") == outside


def test_a_corrected_entry_is_kept(due: Store) -> None:
    plan = due.approved(DUE)
    due.correct("old-1", size=6)
    due.correct("old-2", outcome="failed")
    due.correct("old-3", detected="png")
    outcome = due.purge(plan, DUE)
    assert (outcome.taken, codes(outcome)) == (
        1, {"old-1": "changed-entry", "old-2": "no-bytes", "old-3": "changed-entry"},
    )  # fmt: skip


def test_a_clock_before_the_plan_keeps_everything(due: Store) -> None:
    plan = due.approved(DUE)
    outcome = due.purge(plan, DUE - 1)
    assert (outcome.taken, set(codes(outcome).values())) == (0, {"not-due"})


def test_a_share_over_the_limit_stops_the_whole(due: Store) -> None:
    plan = due.approved(DUE)
    for text in ("49%", "3"):
        with pytest.raises(Refused, match=r"removes 4 of 8 files \(50%\), over the limit") as stopped:
            due.purge(plan, DUE, limit=text)
        assert stopped.value.hint == "read the plan again; if it is right, a limit of 50%"
    assert due.waiting() == []
    assert due.purge(plan, DUE, limit="50%").taken == 4


@pytest.mark.parametrize("text", ["", "0", "0%", "-1", "101%", "50 %", "half", "1.5%", "%", "٥٠%", "1e3"])
def test_a_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="nothing was removed"):
        guards.parse_limit(text)


def test_another_root_is_refused_as_a_whole(due: Store) -> None:
    plan = due.approved(DUE)
    shutil.copytree(due.media, due.folder / "copy")
    due.media.rename(due.folder / "aside")
    for root in ("copy", "empty"):
        (due.folder / root).mkdir(exist_ok=True)
        (due.folder / root).rename(due.media)
        before = tree(due.media)
        with pytest.raises(Refused, match="another device or inode"):
            due.purge(plan, DUE)
        assert tree(due.media) == before
        shutil.rmtree(due.media)


def test_an_empty_root_is_refused(due: Store) -> None:
    plan = due.approved(DUE)
    shutil.rmtree(due.media / "2026")
    with pytest.raises(Refused, match="empty: is its volume mounted"):
        due.purge(plan, DUE)


def test_roots_that_hold_more_than_media_are_dangerous(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "root of the file system" in str(danger(look_at_root("/"), store.path))
    assert "contains the store" in str(danger(look_at_root(str(store.folder)), store.path))
    monkeypatch.setenv("HOME", str(store.media))
    assert "home" in str(danger(look_at_root(str(store.media)), store.path))
    monkeypatch.setenv("HOME", str(store.media / "dana"))
    (store.media / "dana").mkdir()
    assert "home" in str(danger(look_at_root(str(store.media)), store.path))
    monkeypatch.setenv("HOME", "/nonexistent")
    (store.folder / "alias").symlink_to(store.media)
    assert danger(look_at_root(str(store.folder / "alias")), store.path) is None
    assert danger(look_at_root(str(store.media)), store.path) is None


def test_an_unsafe_quarantine_is_refused(due: Store) -> None:
    plan = due.approved(DUE)
    (due.media / QUARANTINE).symlink_to(due.folder)
    with pytest.raises(Refused, match=r"quarantine .* is not safe"):
        due.purge(plan, DUE)
    (due.media / QUARANTINE).unlink()
    (due.media / QUARANTINE).mkdir(mode=0o777)
    (due.media / QUARANTINE).chmod(0o777)
    with pytest.raises(Refused, match=r"quarantine .* is not safe"):
        due.purge(plan, DUE)


def test_two_runs_keep_out_of_each_others_way(due: Store) -> None:
    plan = due.approved(DUE)
    with open_place(str(due.media), locked=True), pytest.raises(StoreBusy):
        due.purge(plan, DUE)
    with only_purge_of(due.path), pytest.raises(StoreBusy), only_purge_of(due.path):
        pass
    assert due.purge(plan, DUE).taken == 4


def test_a_restored_file_is_back_and_its_plan_leaves_it_alone(due: Store) -> None:
    plan = due.approved(DUE)
    before = tree(due.media)
    due.purge(plan, DUE)
    due.restore("old-1", DUE)
    (recovered,) = due.connection.execute("SELECT json_extract(body, '$.recovered') FROM event WHERE kind = 'restore'")
    assert recovered == (0,)
    assert (due.media / "2026" / "old-1").read_bytes() == b"old-1"
    again = due.purge(plan, DUE)
    assert (again.taken, again.earlier, again.restored) == (0, 3, 1)
    for name in ("old-0", "old-2", "ndjson:old-3"):
        due.restore(name, DUE)
    assert {k: v for k, v in tree(due.media).items() if QUARANTINE not in k and k != "2026"} == {
        k: v for k, v in before.items() if k != "2026"
    }  # fmt: skip
    assert due.removed(due.plan(DUE)) == [f"old-{n}" for n in range(4)]
    with pytest.raises(NotFound, match="was brought back"):
        due.restore("old-1", DUE)


def test_a_file_cannot_come_back_over_another_or_after_its_end(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    (due.media / "2026" / "old-1").write_bytes(b"another")
    with pytest.raises(OccMediaError, match="another file is in its place"):
        due.restore("old-1", DUE)
    assert (due.media / "2026" / "old-1").read_bytes() == b"another"
    due.finish(DUE + 7 * DAY)
    with pytest.raises(NotFound, match="removed for good"):
        due.restore("old-2", DUE + 8 * DAY)
    with pytest.raises(NotFound):
        due.restore("new-1", DUE)


def test_a_file_comes_back_even_where_its_folder_went(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    shutil.rmtree(due.media / "2026")
    due.restore("old-1", DUE)
    assert (due.media / "2026" / "old-1").read_bytes() == b"old-1"


def test_what_was_changed_or_lost_in_quarantine_is_no_success(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    first, second, *_ = (due.media / QUARANTINE / name for name in due.waiting())
    first.write_bytes(b"zzzzz")
    second.unlink()
    done = due.finish(DUE + 7 * DAY)
    assert (done.removed, codes(done)) == (2, {"old-0": "other-hash", "old-1": "vanished"})
    assert first.exists()
    assert due.connection.execute("SELECT count(*) FROM purged WHERE state = 'removed'").fetchone()[0] == 2


def test_a_lost_volume_is_no_reason_to_forget(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    due.media.rename(due.folder / "unmounted")
    due.media.mkdir()
    with pytest.raises(Refused, match="another device or inode"):
        due.finish(DUE + 30 * DAY)
    due.media.rmdir()
    (due.folder / "unmounted").rename(due.media)
    assert due.finish(DUE + 30 * DAY).removed == 4


def test_what_an_interrupted_run_left_is_put_right(due: Store) -> None:
    plan = due.approved(DUE)
    room = due.media / QUARANTINE
    room.mkdir(mode=0o700)
    name = f"{plan.plan}-{due.seq('old-1')}"
    (due.media / "2026" / "old-1").rename(room / name)  # killed between the rename and the commit
    (room / "somebody-elses").write_bytes(b"?")
    assert due.purge(plan, DUE).taken == 4
    due.hold("claim", entry=due.seq("old-2"))
    (room / f"{plan.plan}-{due.seq('old-2')}").rename(due.media / "2026" / "old-2")  # killed while it was restored
    done = due.finish(DUE + 7 * DAY)
    assert (done.removed, done.refused) == (3, [])
    assert due.waiting() == ["somebody-elses"]
    state = due.connection.execute("SELECT state FROM removal WHERE seq = ?", (due.seq("old-2"),)).fetchone()
    assert state == ("restored",)


def test_what_came_back_into_quarantine_goes_again_unless_held(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    held, free = due.waiting()[:2]
    copies = {name: (due.media / QUARANTINE / name).read_bytes() for name in (held, free)}
    due.finish(DUE + 7 * DAY)
    for name, data in copies.items():
        (due.media / QUARANTINE / name).write_bytes(data)
    due.hold("claim", entry=int(held.partition("-")[2]))
    done = due.finish(DUE + 8 * DAY)
    assert (done.removed, list(codes(done).values())) == (1, ["held"])
    assert due.waiting() == [held]
    with pytest.raises(Refused, match="its bytes came back into the quarantine"):
        due.restore(f"#{held.partition('-')[2]}", DUE + 9 * DAY)


def test_an_erased_entry_is_kept(due: Store) -> None:
    due.file("theirs", customer="c-9")
    due.take_in()
    plan = due.approved(DUE)
    gone = ", ".join(f"{name} = NULL" for name in ("id", "customer", "conversation", "name", "path", "message", "salt"))
    due.connection.execute(f"UPDATE record SET {gone} WHERE customer = 'c-9'")
    outcome = due.purge(plan, DUE)
    assert outcome.taken == 4
    assert [item.code for item in outcome.refused] == ["erased"]


@pytest.mark.skipif(os.geteuid() != 0, reason="changes the user, which only root may")
def test_a_root_that_may_not_be_written_is_told_apart(due: Store) -> None:
    plan = due.approved(DUE)
    nobody = 65534
    for folder in (due.folder, *due.folder.parents):
        if folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o755)
    os.chown(due.path, nobody, nobody)
    os.chown(due.folder, nobody, nobody)
    with open_place(str(due.media), locked=False):
        pass  # so that all is loaded: that user may not be able to read this Python
    before = tree(due.media)
    os.seteuid(nobody)
    try:
        with pytest.raises(OccMediaError, match="the quarantine cannot be made: permission denied"):
            due.purge(plan, DUE)
        with only_purge_of(due.path):
            pass
    finally:
        os.seteuid(0)
    assert tree(due.media) == before
    (due.media / "2026").chmod(0o700)
    (due.media).chmod(0o777)
    os.seteuid(nobody)
    try:
        outcome = due.purge(plan, DUE)
        assert (outcome.taken, set(codes(outcome).values())) == (0, {"unreadable"})
    finally:
        os.seteuid(0)


def test_the_lock_of_purges_is_shared_like_the_store(due: Store) -> None:
    due.path.chmod(0o660)
    with only_purge_of(due.path):
        pass
    assert (due.folder / ".s.db.purge.lock").stat().st_mode & 0o777 == 0o660


def test_a_limit_is_a_number_or_a_share() -> None:
    assert guards.parse_limit("1000") == RemovalLimit(1000, share=False)
    assert guards.parse_limit("100%") == RemovalLimit(100, share=True)
    assert (str(guards.parse_limit("1000")), str(guards.parse_limit("7%"))) == ("1,000", "7%")
    assert not RemovalLimit(50, share=True).over(1, 2)
    assert RemovalLimit(50, share=True).over(2, 3)
    assert RemovalLimit(2, share=False).over(3, 1000)
    assert not RemovalLimit(3, share=False).over(3, 1)


def test_files_on_another_volume_of_the_same_name_wait_while_others_go(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    due.media.rename(due.folder / "lost")
    due.media.mkdir()
    for name in ("x", "y"):
        due.file(name)
    done_waiting = due.purge(due.approved(DUE), DUE)
    assert done_waiting.taken == 2
    early = due.finish(DUE + DAY)
    assert (early.removed, early.waiting, early.elsewhere) == (0, 2, 4)
    done = due.finish(DUE + 7 * DAY)
    assert (done.removed, done.waiting, done.elsewhere) == (2, 0, 4)
    with pytest.raises(Refused, match="4 files were taken from"):
        due.finish(DUE + 8 * DAY)


def test_a_run_tells_what_it_put_back(due: Store) -> None:
    plan = due.approved(DUE)
    room = due.media / QUARANTINE
    room.mkdir(mode=0o700)
    (due.media / "2026" / "old-1").rename(room / f"{plan.plan}-{due.seq('old-1')}")
    assert due.finish(DUE).put_back == 1
    assert due.finish(DUE).put_back == 0
    (due.media / "2026" / "old-1").rename(room / f"{plan.plan}-{due.seq('old-1')}")
    (due.media / "2026" / "old-1").write_bytes(b"another")
    outcome = due.finish(DUE)
    assert (outcome.put_back, codes(outcome)) == (0, {"old-1": "stranded"})
    assert (room / f"{plan.plan}-{due.seq('old-1')}").read_bytes() == b"old-1"


def test_a_plan_takes_a_file_once_whatever_other_plans_did_since(due: Store) -> None:
    first = due.approved(DUE)
    due.purge(first, DUE)
    due.restore("old-1", DUE)
    second = due.approved(DUE)
    assert due.purge(second, DUE).taken == 1
    assert (due.purge(first, DUE).taken, due.purge(first, DUE).refused) == (0, [])
    due.restore("old-1", DUE)
    for plan in (first, second):
        outcome = due.purge(plan, DUE)
        assert (outcome.taken, outcome.refused, outcome.restored) == (0, [], 1)
    assert (due.media / "2026" / "old-1").exists()


def run_with(due: Store, plan: saved.Plan, after_first: Callable[[], object]) -> entry_purge.Purge:
    """A purge in which something happens when the first file is taken."""
    with open_place(str(due.media), locked=True) as storage:
        run = entry_purge.Purge(due.connection, storage, plan, stamp(DUE), grace=7 * DAY)
        with pytest.raises(Refused, match="policy that decided"):
            run.run(due.path, guards.parse_limit("100%"), lambda number: after_first() if number == 1 else None)
    return run


@pytest.mark.parametrize("rules", [[{"remove_after": "90d"}], [{**MONTH, "keep_for": "90d"}], []])
def test_a_policy_that_changes_during_a_purge_stops_it(due: Store, rules: list[dict[str, str]]) -> None:
    plan = due.approved(DUE)
    run = run_with(due, plan, lambda: due.rules(*rules, now=DUE))
    assert run.outcome.taken == 1
    assert len(due.waiting()) == 1
    assert [(due.media / "2026" / f"old-{n}").exists() for n in range(4)] == [False, True, True, True]


def test_a_policy_of_others_that_changes_during_a_purge_does_not(due: Store) -> None:
    plan = due.approved(DUE)
    with open_place(str(due.media), locked=True) as storage:
        run = entry_purge.Purge(due.connection, storage, plan, stamp(DUE), grace=7 * DAY)

        def change(number: int) -> None:
            due.rules(MONTH, {"inbox": "lab", "remove_after": f"{number}d"}, now=DUE)

        assert run.run(due.path, guards.parse_limit("100%"), change).taken == 4


def test_a_request_needs_no_rule_that_removes(due: Store) -> None:
    plan = due.approved(START + DAY, customer="c-1")
    due.rules({"remove_after": "365d"})
    assert due.purge(plan, START + DAY).taken == 8


def test_the_end_of_the_grace_looks_at_the_root_again(due: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    due.purge(due.approved(DUE), DUE)
    copies = {name: (due.media / QUARANTINE / name).read_bytes() for name in due.waiting()}
    monkeypatch.setenv("HOME", str(due.media))
    with pytest.raises(Refused, match="the root is refused: it is or contains a home"):
        due.finish(DUE + 7 * DAY)
    assert len(due.waiting()) == 4
    monkeypatch.setenv("HOME", "/nonexistent")
    assert due.finish(DUE + 7 * DAY).removed == 4
    for name, data in copies.items():
        (due.media / QUARANTINE / name).write_bytes(data)
    monkeypatch.setenv("HOME", str(due.media))
    with pytest.raises(Refused, match="the root is refused"):
        due.finish(DUE + 8 * DAY)
    assert len(due.waiting()) == 4


def test_names_that_no_purge_gave_are_left_in_quarantine(due: Store) -> None:
    plan = due.approved(DUE)
    room = due.media / QUARANTINE
    room.mkdir(mode=0o700)
    (known,) = due.connection.execute("SELECT seq FROM record WHERE id = 'new-1'").fetchone()
    names = [
        plan.plan,
        f"{plan.plan}-",
        f"{plan.plan}-x",
        f"{plan.plan}-{str(known).translate(dict(zip(map(ord, '0123456789'), '٠١٢٣٤٥٦٧٨٩', strict=True)))}",
        f"{'0' * 16}-{known}",
        f"{plan.plan}{known}",
        "-1",
    ]
    for name in names:
        (room / name).write_bytes(b"?")
    (due.media / "2026" / "new-1").unlink()
    done = due.finish(DUE)
    assert (done.put_back, done.refused, due.waiting()) == (0, [], sorted(names))


def test_a_file_that_cannot_be_recorded_is_put_back(due: Store) -> None:
    import sqlite3

    plan = due.approved(DUE)
    its_row = f"NEW.seq = {due.seq('old-2')}"
    with due.no_room("removal", its_row), pytest.raises(sqlite3.IntegrityError, match="no room"):
        due.purge(plan, DUE)
    assert len(due.waiting()) == 2
    assert (due.media / "2026" / "old-2").read_bytes() == b"old-2"
    assert due.purge(plan, DUE).taken == 2


def test_an_approval_of_another_digest_is_none(due: Store) -> None:
    plan = due.plan(DUE).plan
    body = {"number": plan.number, "plan": plan.plan, "digest": "0" * 64, "signature": None, "key": None}
    with transaction(due.connection):
        retention_rows.record(due.connection, chain.Event("approval", body, DUE), stamp(DUE, "sam"))
    with pytest.raises(Refused, match="is not approved") as stopped:
        due.purge(plan, DUE)
    assert stopped.value.topic == ("approve-by-another", "someone other than dana", plan.plan)
    with due.editing() as editor:
        editor.set_section("store", {"second_person": False})
    with pytest.raises(Refused, match="is not approved") as stopped:
        due.purge(plan, DUE)
    assert stopped.value.topic == ("approve", plan.plan)


def test_a_plan_with_a_file_more_or_less_is_altered(due: Store) -> None:
    plan = due.approved(DUE)
    due.connection.execute("DROP TRIGGER plan_file_no_delete")
    due.connection.execute("DELETE FROM plan_file WHERE seq = (SELECT max(seq) FROM plan_file)")
    with pytest.raises(StoreInvalid, match="altered"):
        due.purge(plan, DUE)


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def link_to_a_folder(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent)


@pytest.mark.parametrize("change", [dangling, link_to_a_folder])
def test_a_link_is_called_a_link_wherever_it_leads(due: Store, change: Callable[[Path], None]) -> None:
    plan = due.approved(DUE)
    change(due.media / "2026" / "old-1")
    assert codes(due.purge(plan, DUE)) == {"old-1": "link"}


def test_a_file_in_place_of_a_folder_is_told_apart(due: Store) -> None:
    plan = due.approved(DUE)
    shutil.rmtree(due.media / "2026")
    (due.media / "2026").write_bytes(b"no folder")
    outcome = due.purge(plan, DUE)
    assert {(item.code, item.words) for item in outcome.refused} == {
        ("link", "a link or a file stands where a folder should be")
    }


@pytest.mark.parametrize("swap", ["another file", "a pipe", "a link"])
def test_what_is_replaced_between_a_look_and_opening_it_stays(
    due: Store, monkeypatch: pytest.MonkeyPatch, swap: str
) -> None:
    """Whoever swaps a file in that moment has the same bytes in it, so that only its identity tells."""
    plan = due.approved(DUE)
    path = due.media / "2026" / "old-1"
    real = os.open

    def open_after_swap(name: str, flags: int, *args: int, dir_fd: int | None = None) -> int:
        if name == "old-1" and dir_fd is not None:
            path.rename(path.with_name("aside"))
            if swap == "another file":
                path.write_bytes(b"old-1")
            elif swap == "a pipe":
                os.mkfifo(path)
            else:
                path.symlink_to("aside")
        return real(name, flags, *args, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", open_after_swap)
    outcome = due.purge(plan, DUE)
    assert (outcome.taken, codes(outcome)) == (3, {"old-1": "link" if swap == "a link" else "changed"})
    assert path.is_symlink() or path.exists()


def test_files_are_moved_without_the_newest_system_call_too(due: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that cannot rename without replacing: linked, then unlinked, and nothing is replaced."""
    from occ_media_cli.places import descend

    plan = due.approved(DUE)
    room = due.media / QUARANTINE
    room.mkdir(mode=0o700)
    (room / f"{plan.plan}-{due.seq('old-1')}").write_bytes(b"somebody else's")
    monkeypatch.setattr(descend, "_renameat2", lambda: None)
    with open_place(str(due.media), locked=True) as storage:
        run = entry_purge.Purge(due.connection, storage, plan, stamp(DUE), grace=DAY)
        outcome = run.run(due.path, guards.parse_limit("100%"))
    assert (outcome.taken, codes(outcome)) == (3, {"old-1": "in-quarantine"})
    assert (due.media / "2026" / "old-1").read_bytes() == b"old-1"
    assert (room / f"{plan.plan}-{due.seq('old-1')}").read_bytes() == b"somebody else's"
    assert sorted(path.name for path in (due.media / "2026").glob("old-*")) == ["old-1"]


def test_what_the_system_says_to_a_rename_is_raised_unless_it_lacks_it(
    due: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ctypes
    import errno

    from occ_media_cli.places import descend

    folder = os.open(due.media / "2026", os.O_RDONLY)
    monkeypatch.setattr(descend, "_renameat2", lambda: lambda *_: -1)
    try:
        for number, moved in ((errno.EIO, False), (errno.ENOSYS, True), (errno.EINVAL, True)):
            monkeypatch.setattr(ctypes, "get_errno", lambda number=number: number)
            name = f"moved-{number}"
            source = sorted(path.name for path in (due.media / "2026").glob("old-*"))[0]
            if moved:
                descend.rename(source, name, old_folder=folder, new_folder=folder)
            else:
                with pytest.raises(OSError, match=os.strerror(number)) as stopped:
                    descend.rename(source, name, old_folder=folder, new_folder=folder)
                assert stopped.value.errno == number
            assert (due.media / "2026" / name).exists() is moved
            assert (due.media / "2026" / source).exists() is not moved
    finally:
        os.close(folder)


def test_the_next_end_of_a_grace_is_the_soonest(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    due.file("later", START + 1)
    due.purge(due.approved(DUE + DAY), DUE + DAY)
    early = due.finish(DUE + 2 * DAY)
    assert (early.waiting, early.next_due) == (5, DUE + 7 * DAY)


def test_what_came_back_goes_although_others_wait_on_another_volume(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    due.media.rename(due.folder / "unmounted")
    due.media.mkdir()
    due.file("x")
    due.purge(due.approved(DUE), DUE)
    (name,) = due.waiting()
    assert due.finish(DUE + 7 * DAY).removed == 1
    (due.media / QUARANTINE / name).write_bytes(b"x")
    done = due.finish(DUE + 8 * DAY)
    assert (done.removed, done.elsewhere, due.waiting()) == (1, 4, [])


def unlinking(store: Store, act: Callable[[], object]) -> quarantine.GraceOutcome:
    """Run the end of the grace, and do something when files are on record as about to go, before they go."""
    armed = False

    def statement(sql: str) -> None:
        nonlocal armed
        if "purge-unlink" in sql and sql.lstrip().startswith("INSERT"):
            armed = True
        elif armed and sql.startswith("BEGIN"):
            armed = False
            act()

    store.connection.set_trace_callback(statement)
    try:
        return store.finish(DUE + 7 * DAY)
    finally:
        store.connection.set_trace_callback(None)


def test_a_hold_that_comes_when_a_file_is_about_to_go_takes_that_back(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    other = connect(due.path, writable=True)
    scope = holds.HoldScope(customer="c-1")
    done = unlinking(due, lambda: holds.place_hold(other, "late", scope, "a reason", stamp(DUE)))
    assert (done.removed, set(codes(done).values()), len(due.waiting())) == (0, {"held"}, 4)
    said = "SELECT kind FROM event WHERE kind IN ('purge-unlink', 'purge-spared', 'purge-finish') ORDER BY seq"
    assert due.connection.execute(said).fetchall() == [("purge-unlink",), ("purge-spared",)]
    due.release("late")
    (due.media / QUARANTINE / due.waiting()[0]).unlink()  # by hand: nobody was about to
    done = due.finish(DUE + 8 * DAY)
    assert (done.removed, codes(done)) == (3, {"old-0": "vanished"})


def test_what_was_about_to_go_when_a_run_died_is_recorded_or_taken_back(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    gone, back, *rest = due.waiting()
    with pytest.raises(KeyboardInterrupt):
        unlinking_dies(due)
    (due.media / QUARANTINE / gone).unlink()
    (due.media / QUARANTINE / back).rename(due.media / "2026" / "old-1")
    due.hold("late", customer="c-1")
    done = due.finish(DUE + 9 * DAY)
    assert (done.removed, done.bytes, set(codes(done).values())) == (1, 5, {"held"})
    assert due.waiting() == rest
    states = due.connection.execute(
        "SELECT e.id, p.state, e.deleted_ms FROM purged p JOIN entry e USING (seq) ORDER BY 1"
    )
    assert states.fetchall() == [
        ("old-0", "removed", DUE + 7 * DAY), ("old-1", "restored", None), ("old-2", "quarantined", None),
        ("old-3", "quarantined", None),
    ]  # fmt: skip
    bodies = "SELECT kind, json_extract(body, '$.recovered') FROM event WHERE kind IN ('purge-finish', 'restore')"
    assert sorted(due.connection.execute(bodies)) == [("purge-finish", 1), ("restore", 1)]
    spared = "SELECT json_extract(f.value, '$.name') FROM event e, json_each(e.body, '$.files') f WHERE kind = ?"
    assert due.connection.execute(spared, ("purge-spared",)).fetchall() == [(name,) for name in rest]
    (due.media / QUARANTINE / rest[0]).unlink()  # by hand, while it is held and nobody was about to
    done = due.finish(DUE + 10 * DAY)
    assert (done.removed, set(codes(done).values())) == (0, {"held"})
    assert due.connection.execute("SELECT count(*) FROM purged WHERE state = 'removed'").fetchone() == (1,)


def unlinking_dies(store: Store) -> None:
    """Run the end of the grace until files are on record as about to go, and no further."""
    from occ_media_cli.retention.purge import finish

    real = finish.quarantine.record_going

    def going(*values: Any) -> None:
        real(*values)
        store.connection.execute("COMMIT")
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finish.quarantine, "record_going", going)
        store.finish(DUE + 7 * DAY)


def test_an_erased_path_does_not_stop_the_end_of_a_grace(due: Store) -> None:
    due.file("theirs", customer="rosa-16505551234")
    due.take_in()
    due.purge(due.approved(DUE), DUE)
    erase(due.connection, "rosa-16505551234", stamp(DUE), "request 7", due.path)
    name = next(n for n in due.waiting() if (due.media / QUARANTINE / n).read_bytes() == b"theirs")
    (due.media / QUARANTINE / name).unlink()
    done = due.finish(DUE + 7 * DAY)
    assert (done.removed, [item.code for item in done.refused]) == (4, ["vanished"])


def test_what_waits_on_another_volume_is_not_brought_back_here(due: Store) -> None:
    due.purge(due.approved(DUE), DUE)
    due.media.rename(due.folder / "unmounted")
    due.media.mkdir()
    (due.media / QUARANTINE).mkdir(mode=0o700)
    for name in (due.folder / "unmounted" / QUARANTINE).iterdir():
        (due.media / QUARANTINE / name.name).write_bytes(b"?")  # whatever has the same name is not what was taken
    with pytest.raises(NotFound, match="'ndjson:old-1' is not in the quarantine of this root"):
        due.restore("old-1", DUE)
    with pytest.raises(NotFound, match="'ndjson:new-1' is not in the quarantine of this root"):
        due.restore("new-1", DUE)


def test_a_folder_is_known_by_its_inode_and_a_bucket_by_its_address(due: Store) -> None:
    plan = due.plan(DUE).plan

    def same(planned: dict[str, object], here: dict[str, object]) -> bool:
        return quarantine.same_root(replace(plan, content={"root": planned}), SimpleNamespace(value=lambda: here))  # type: ignore[arg-type]  # all that is asked of a place here

    folder: dict[str, object] = {"kind": "folder", "path": "/a", "device": 1, "inode": 2}
    bucket: dict[str, object] = {"kind": "bucket", "path": "s3://a/", "endpoint": None}
    assert same(folder, folder)
    assert same(folder, {**folder, "path": "/moved"})
    assert not same(folder, {**folder, "inode": 3})
    assert not same(folder, {**folder, "device": 3})
    assert same(bucket, bucket)
    assert not same(bucket, {**bucket, "path": "s3://b/"})
    assert not same(bucket, {**bucket, "endpoint": "http://localhost"})
    assert not same(bucket, folder)


def test_a_file_that_is_recorded_stays_in_quarantine_whatever_comes_then(
    due: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = due.approved(DUE)
    real = purge_run.transaction
    calls = iter([real, interrupted_after_commit])
    monkeypatch.setattr(purge_run, "transaction", lambda connection: next(calls, real)(connection))
    with pytest.raises(KeyboardInterrupt):
        due.purge(plan, DUE)
    assert len(due.waiting()) == 1
    assert not (due.media / "2026" / "old-0").exists()
    outcome = due.purge(plan, DUE)
    assert (outcome.taken, outcome.earlier) == (3, 1)


def test_what_stops_a_purge_before_it_takes_a_file_is_what_is_told(due: Store) -> None:
    plan = due.approved(DUE)
    (due.media / "2026" / "old-1").unlink()
    with due.no_room("event", "NEW.kind = 'purge-refused'"), pytest.raises(StoreInvalid, match="no room"):
        due.purge(plan, DUE)
    assert len(due.waiting()) == 1


def approved_original(due: Store, when: int | None = None, path: str | None = None) -> tuple[Path, int]:
    """A file that is due and of which `old-1` is a copy, approved in the library from there or from another path; and
    its proposal."""
    approved = due.media / "2026" / "old-0"
    shutil.copy(approved, due.media / "2026" / "old-1")
    content = hashlib.sha256(approved.read_bytes()).hexdigest()
    due.take_in()
    due.correct("old-1", sha256=content)
    body = events.proposed("prices", "1", [content], document=1)
    body["files"][0]["path"] = str(approved) if path is None else path
    due.event("library-propose", body)
    (seq,) = due.connection.execute("SELECT event FROM library_proposal").fetchone()
    due.event("library-approve", events.approved(seq, body), *([] if when is None else [when]))
    return approved, seq


@pytest.mark.parametrize("later", [0, 10_000])
def test_a_file_that_the_library_has_from_there_stays_while_it_may_be_sent(due: Store, later: int) -> None:
    """Agents take it from where it lies; a copy of it elsewhere is another matter."""
    approved, seq = approved_original(due, DUE + later if later else None)
    plan = due.approved(DUE)
    assert codes(due.purge(plan, DUE)) == {"old-0": "approved-file"}
    assert approved.exists()
    due.event("library-retire", events.retired("prices", [(seq, 1)]), DUE)
    due.purge(due.approved(DUE + 1), DUE + 1)
    assert not approved.exists()


def test_every_copy_of_an_approved_file_stays_whose_place_was_erased(due: Store) -> None:
    """Nobody knows any more which of them agents take."""
    approved, seq = approved_original(due, path="(erased)")
    assert codes(due.purge(due.approved(DUE), DUE)) == {"old-0": "approved-file", "old-1": "approved-file"}
    due.event("library-retire", events.retired("prices", [(seq, 1)]), DUE)
    assert not codes(due.purge(due.approved(DUE + 1), DUE + 1))
    assert not approved.exists()
