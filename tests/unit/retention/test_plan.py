from __future__ import annotations

import json
from hashlib import sha256

import pytest

from occ_media_cli import times
from occ_media_cli.errors import NotFound, UsageError
from occ_media_cli.places.roots import danger, look_at_root, parts
from occ_media_cli.retention import stored_entries
from occ_media_cli.retention.plan import saved
from occ_media_cli.store import canonical, chain
from tests.unit.retention.store import START, Store, tree

DAY = times.DAY
YEAR = {"remove_after": "365d"}
MONTH = {"remove_after": "30d"}


def test_a_plan_lists_what_goes_and_what_is_held_and_counts_the_rest(store: Store) -> None:
    store.rules(MONTH)
    for number in range(4):
        store.file(f"old-{number}")
    store.file("new", START + 50 * DAY)
    store.file("bare", sha256=None)
    store.file("blocked", outcome="blocked")
    store.file("nowhere", path=None)
    store.take_in()
    store.event("hold", {"hold": 1, "name": "claim", "inbox": None, "entry": None, "since": None, "until": START + 1,
                         "by_customer": True, "by_conversation": False}, personal={"customer": "c-2"})  # fmt: skip
    store.file("held", customer="c-2")
    made = store.plan(START + 30 * DAY)
    assert store.removed(made) == ["old-0", "old-1", "old-2", "old-3"]
    assert made.plan.content["summary"] == {"keep": 3, "remove": 4, "held": 1, "bytes": 20}
    assert made.draft.population == 7
    listed = {item.entry: item for item in saved.files(store.connection, made.plan)}
    assert set(listed) == {"old-0", "old-1", "old-2", "old-3", "held"}
    assert [reason[0] for reason in listed["held"].reasons] == ["held"]
    assert made.draft.next_due == START + 80 * DAY
    assert made.draft.next_files == 1


def test_the_id_is_the_digest_of_the_content_and_binds_the_files(store: Store) -> None:
    store.rules(MONTH)
    store.file("a")
    store.take_in()
    seq, state = chain.head(store.connection)
    made = store.plan(START + 30 * DAY)
    plan = saved.find_plan(store.connection, made.plan.plan)
    assert plan == made.plan
    assert plan.digest.startswith(plan.plan)
    assert len(plan.plan) == 16
    assert (plan.content["ledger_seq"], plan.content["ledger_head"]) == (seq, state.hex())
    rows = store.connection.execute(
        "SELECT seq, action, expires, basis, reasons, lower(hex(sha256)), size FROM plan_file ORDER BY seq"
    )
    assert sha256(b"".join(canonical.encode(list(row)) for row in rows)).hexdigest() == plan.content["files_sha256"]


def test_bytes_go_only_when_every_entry_that_names_them_may_go(store: Store) -> None:
    store.rules(MONTH)
    for number, path in enumerate(("2026/a", "./2026/a", "2026//a", "2026/./a")):
        store.file(f"same-{number}", START + (number == 2) * 20 * DAY, path=path, data=b"x")
    store.file("alone")
    assert store.removed(store.plan(START + 30 * DAY)) == ["alone"]
    made = store.plan(START + 50 * DAY)
    assert store.removed(made) == ["same-0", "same-1", "same-2", "same-3", "alone"]
    assert made.plan.content["summary"]["bytes"] == 1 + 5


def test_a_shared_path_outside_the_scope_of_a_plan_keeps_the_file(store: Store) -> None:
    store.rules(MONTH)
    store.file("vip-1", path="a")
    store.file("lab-1", path="a", inbox="lab")
    store.file("vip-2")
    inbox = store.connection.execute("SELECT id FROM inbox_state WHERE name = 'vip'").fetchone()[0]
    made = store.plan(START + 30 * DAY, inbox=inbox)
    assert store.removed(made) == ["vip-2"]
    assert made.plan.content["summary"]["keep"] == 1
    assert made.draft.population == 3


def test_everything_of_a_customer_is_due_at_once_and_holds_and_keeps_still_win(store: Store) -> None:
    store.rules({"keep_for": "10d", "category": "image"}, YEAR)
    store.file("a")
    store.file("kept", category="image")
    store.file("other", customer="c-9")
    made = store.plan(START + 5 * DAY, customer="c-1")
    assert store.removed(made) == ["a"]
    assert made.plan.content["summary"] == {"keep": 1, "remove": 1, "held": 0, "bytes": 1}
    assert "c-1" not in canonical.text(made.plan.content)
    assert store.removed(store.plan(START + 10 * DAY, customer="c-1")) == ["a", "kept"]


@pytest.mark.parametrize("path", ["/etc/passwd", "a/../b", "..", "", ".", "a/", ".occ-media-quarantine/x", "a\0b"])
def test_a_path_that_names_no_file_under_the_root_has_no_place(path: str) -> None:
    assert parts(path) is None


def test_a_path_into_the_quarantine_is_kept(store: Store) -> None:
    store.rules(MONTH)
    store.file("a", path=".occ-media-quarantine/x")
    made = store.plan(START + 30 * DAY)
    assert store.removed(made) == []
    assert next(iter(made.draft.keep))[0] == "unsafe-path"


def test_a_removed_inbox_follows_the_default_and_not_the_inbox_that_took_its_name(store: Store) -> None:
    from occ_media_cli.settings.editing import editing
    from occ_media_cli.store.locate import at
    from tests.unit.retention.store import stamp

    store.file("a", inbox="lab")
    store.take_in()
    with editing(at(store.path, explicit=True), stamp(START + 1)) as editor:
        editor.remove_inbox("lab")
    with editing(at(store.path, explicit=True), stamp(START + 2)) as editor:
        editor.add_inbox("lab")
    store.rules({"inbox": "lab", **MONTH})
    assert store.removed(store.plan(START + 30 * DAY)) == []
    store.rules(MONTH)
    assert store.removed(store.plan(START + 30 * DAY)) == ["a"]


def test_a_plan_leaves_the_files_alone(store: Store) -> None:
    store.rules(MONTH)
    store.file("a")
    before = tree(store.media)
    store.plan(START + 30 * DAY)
    assert tree(store.media) == before


def test_rows_can_be_made_again_from_the_events(store: Store) -> None:
    from occ_media_cli.retention import retention_rows

    store.rules(MONTH)
    store.file("a")
    made = store.plan(START + 30 * DAY)
    store.event("approval", {"number": 1, "plan": made.plan.plan, "digest": made.plan.digest, "signature": None})
    before = {name: store.connection.execute(f"SELECT * FROM {name}").fetchall() for name in retention_rows.TABLES}
    assert before["plan_file"]
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in store.connection.execute(triggers).fetchall():
        store.connection.execute(f"DROP TRIGGER {name}")
    for name in retention_rows.TABLES:
        store.connection.execute(f"DELETE FROM {name}")
    for seq, kind, body in store.connection.execute("SELECT seq, kind, body FROM event ORDER BY seq").fetchall():
        retention_rows.apply(store.connection, kind, json.loads(body), seq)
    assert before == {
        name: store.connection.execute(f"SELECT * FROM {name}").fetchall() for name in retention_rows.TABLES
    }


def test_an_unknown_plan_names_the_nearest(store: Store) -> None:
    made = store.plan(START)
    wrong = ("0" if made.plan.plan[0] != "0" else "1") + made.plan.plan[1:]
    with pytest.raises(NotFound, match=f"did you mean '{made.plan.plan}'"):
        saved.find_plan(store.connection, wrong)


def test_what_stays_and_goes_is_counted_with_its_bytes_by_reason(store: Store) -> None:
    """By kind of file too: what is no candidate is counted by SQL, which numbers kinds as Python does."""
    store.rules({**MONTH, "category": "image"}, {"category": "video", "direction": "send", "remove_after": "99d"})
    for category in ("audio", "document", "image", "video"):
        for direction in ("send", "receive"):
            for inbox in ("vip", "lab"):
                store.file(f"{category}-{direction}-{inbox}", START, category=category, direction=direction,
                           inbox=inbox, data=b"x" * 10)  # fmt: skip
    store.file("new", START + DAY, category="image", data=b"y" * 7)
    store.file("bare", START, category="image", sha256=None, data=b"z" * 5)
    made = store.plan(START + 30 * DAY)
    assert {code: (group.files, group.bytes) for (code, _), group in made.draft.remove.items()} == {"due": (4, 40)}
    assert {code: (group.files, group.bytes) for (code, _), group in made.draft.keep.items()} == {
        "no-policy": (10, 100), "not-due": (3, 27), "no-hash": (1, 5),
    }  # fmt: skip
    assert (made.draft.kept, made.draft.removed, made.draft.population) == (14, 4, 18)
    assert made.draft.population_of_scope == 18
    assert made.draft.bytes == made.plan.content["summary"]["bytes"] == 40


def test_the_next_due_are_those_of_that_day_in_utc(store: Store) -> None:
    store.rules(MONTH)
    noon = START + DAY // 2
    for name, time in (("a", noon), ("b", START), ("c", START + DAY - 1), ("d", START + DAY), ("e", noon)):
        store.file(name, time)
    made = store.plan(START + 30 * DAY + 1)
    assert store.removed(made) == ["b"]
    assert (made.draft.next_due, made.draft.next_files) == (noon + 30 * DAY, 3)
    nothing = store.plan(START + 99 * DAY)
    assert (nothing.draft.next_due, nothing.draft.next_files) == (None, 0)


def test_a_plan_of_many_files_is_saved_in_parts_and_read_back_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.rules(MONTH)
    for number in range(5):
        store.file(f"f-{number}")
    monkeypatch.setattr(saved, "PART", 2)
    made = store.plan(START + 30 * DAY)
    assert len(store.removed(made)) == 5
    sizes = store.connection.execute("SELECT json_array_length(body, '$.files') FROM event WHERE kind = 'plan-part'")
    assert sizes.fetchall() == [(2,), (2,), (1,)]


def test_a_held_file_without_a_hash_is_listed_without_one(store: Store) -> None:
    store.rules(MONTH)
    store.file("bare", sha256=None)
    store.file("goes", customer="c-2")
    store.take_in()
    store.hold("claim", customer="c-1")
    plan = store.approved(START + 30 * DAY)
    listed = {item.entry: (item.remove, item.sha256) for item in saved.files(store.connection, plan)}
    assert listed == {"bare": (False, None), "goes": (True, sha256(b"goes").digest())}
    assert store.purge(plan, START + 30 * DAY).taken == 1


def test_only_a_plan_about_a_customer_names_one_where_an_erasure_reaches_it(store: Store) -> None:
    store.rules(MONTH)
    store.file("a")
    store.plan(START + 30 * DAY)
    store.plan(START + 30 * DAY, customer="c-1")
    assert store.connection.execute("SELECT json_extract(body, '$.number'), personal FROM event WHERE kind = 'plan'"
                                    " ORDER BY seq").fetchall() == [(1, None), (2, '{"customer":"c-1"}')]  # fmt: skip


def test_a_plan_that_is_not_there_has_a_next_step(store: Store) -> None:
    with pytest.raises(NotFound) as stopped:
        saved.find_plan(store.connection, "0" * 16)
    assert stopped.value.topic == ("first-plan",)
    made = store.plan(START)
    with pytest.raises(NotFound) as stopped:
        saved.find_plan(store.connection, "0" * 16)
    assert stopped.value.hint == f"the newest is {made.plan.plan}"


@pytest.mark.parametrize("root", ["", "  ", "nowhere", "s.db", "nul\0"])
def test_a_root_that_is_no_folder_is_refused(store: Store, root: str) -> None:
    with pytest.raises(UsageError) as stopped:
        look_at_root(str(store.folder / root) if root.strip() else root)
    words = {"": "is empty", "  ": "is empty", "nowhere": "no such file", "s.db": "is no folder"}
    assert words.get(root, "no folder's name") in stopped.value.what
    assert look_at_root(str(store.media)).path == str(store.media.resolve())


def test_homes_of_people_and_of_root_are_no_roots(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import pwd
    from types import SimpleNamespace

    monkeypatch.delenv("HOME")
    for uid, refused in ((0, True), (1, False), (999, False), (1000, True), (1001, True)):
        users = [SimpleNamespace(pw_uid=uid, pw_dir=str(store.media))]
        monkeypatch.setattr(pwd, "getpwall", lambda users=users: users)
        assert (danger(look_at_root(str(store.media)), store.path) is not None) is refused, uid


def test_entries_are_named_by_id_or_number(store: Store) -> None:
    store.file("12")
    store.file("a")
    store.take_in()
    seq = store.seq("a")
    assert stored_entries.find_stored_entry(store.connection, f"#{seq}").id == "a"
    assert stored_entries.find_stored_entry(store.connection, "12").id == "12"
    assert stored_entries.find_stored_entry(store.connection, "ndjson:a").seq == seq
    arabic = str(seq).translate(dict(zip(map(ord, "0123456789"), "٠١٢٣٤٥٦٧٨٩", strict=True)))
    for name in ("#1", "#", "#a", "#a5", f"#{arabic}", f"#{arabic}5", f"#{'9' * 18}", f"#{'9' * 40}", str(seq)):
        with pytest.raises(NotFound, match="no entry"):
            stored_entries.find_stored_entry(store.connection, name)


def test_a_path_that_has_no_place_does_not_stop_a_plan(store: Store) -> None:
    store.rules(MONTH)
    store.file("a", path="x//")
    store.file("b", path="./")
    store.file("c")
    assert store.removed(store.plan(START + 30 * DAY)) == ["c"]


@pytest.mark.parametrize("category", ["audio", "document", "image", "video"])
@pytest.mark.parametrize("direction", ["send", "receive"])
@pytest.mark.parametrize("inbox", ["vip", "lab"])
def test_every_kind_of_file_waits_for_its_own_rule(store: Store, category: str, direction: str, inbox: str) -> None:
    mine = {"category": category, "direction": direction, "inbox": inbox}
    store.rules({"remove_after": "90d"}, {**mine, "remove_after": "40d"})
    store.file("mine", START, **mine)
    store.file("other", START + DAY, category="image" if category != "image" else "video", direction=direction)
    made = store.plan(START + DAY)
    assert (made.draft.next_due, made.draft.next_files) == (START + 40 * DAY, 1)


def test_who_keeps_a_shared_file_is_said(store: Store) -> None:
    store.rules({**MONTH, "inbox": "vip"}, {**MONTH, "inbox": "lab"})
    store.file("vip-1", path="a", data=b"x")
    store.file("lab-1", path="a", data=b"x", inbox="lab")
    store.file("vip-2", path="b", data=b"y")
    store.file("lab-2", START + DAY, path="b", data=b"y", inbox="lab")
    store.take_in()
    (inbox,) = store.connection.execute("SELECT id FROM inbox_state WHERE name = 'vip'").fetchone()
    made = store.plan(START + 30 * DAY, inbox=inbox)
    assert sorted(reason.words.partition("stays: ")[2] for reasons in made.draft.reasons for reason in reasons
                  if reason.code == "shared-path") == ["not due yet", "outside this plan"]  # fmt: skip
