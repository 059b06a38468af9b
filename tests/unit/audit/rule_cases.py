"""What each rule finds in rows that stand on the edges of its conditions. Times are small numbers: 100 is when a file came."""

from __future__ import annotations

from typing import Any

from occ_media_cli.media.types import DECLARED_AS, DECLARES_NOTHING, type_of_declared
from tests.unit.audit.rows import FOREVER, NOW, Case, entry, setting

E = ("entry",)
V = ("inbox", "setting_version")
OFF = {"since_ms": 1_000, "until_ms": 2_000}


def fact(code: str, detail: str | None = None, entry_seq: int | None = None, sha256: str = "") -> dict[str, Any]:
    return {"scan_seq": 1, "entry_seq": entry_seq, "sha256": sha256, "code": code, "detail": detail}


def scanned(state: str, detail: str | None = None, entry_seq: int | None = None, sha256: str = "") -> dict[str, Any]:
    return {"seq": 1, "entry_seq": entry_seq, "sha256": sha256, "state": state, "detail": detail}


def facts_of(code: str, *, severity: bool) -> list[Case]:
    """The three rules over what a scan saw in a file."""
    columns = ("entry", "found", "severity") if severity else ("entry", "found")
    rows = {
        "entry": [
            entry(1), entry(2, sha256="aa"), entry(3, sha256="bb"), entry(4), entry(5, outcome="blocked"), entry(6),
            entry(7, sha256="cc"), entry(8, 300, sha256="aa"), entry(9, sha256="ee"),
        ],
        "scan_fact": [
            fact(code, "a", 1), fact(code, "b", 1), fact(code, "c", None, "aa"), fact(code, "d", None, "aa"),
            fact(code, None, 6), fact("other", "z", 4), fact(code, "x", 5), fact("other", "y", None, "bb"),
            fact(code, "entry", 7), fact(code, "content", None, "cc"), fact(code, "nothing", None, ""),
            fact(code, None, None, "ee"),
        ],
        "setting": [],
    }  # fmt: skip
    found: list[tuple[Any, ...]] = [("e1", "b"), ("e2", "d"), ("e6", code), ("e7", "entry"), ("e9", code), ("e8", "d")]
    if severity:
        found = [(*row, None) for row in found]
    cases = [Case(code, "by entry and by content, the last text of several", rows, columns, found)]
    if severity:
        edges = {
            "entry": [entry(1, 99), entry(2, 100), entry(3, 199), entry(4, 200), entry(5, 150, inbox_id=2)],
            "scan_fact": [fact(code, "m", seq) for seq in range(1, 6)],
            "setting": [setting(0, 100, scan="record"), setting(100, 200, scan="required"), setting(200, scan="off")],
        }
        levels = [("e1", None), ("e2", "error"), ("e5", None), ("e3", "error"), ("e4", None)]
        cases.append(Case(code, "an error where a scan was required then", edges, ("entry", "severity"), levels))
    return cases


def by_setting(rule: str, direction: str, switch: str) -> Case:
    """The two rules over a switch that was off."""
    other = "send" if direction == "receive" else "receive"
    rows = {
        "entry": [
            entry(1, 99, direction=direction), entry(2, 100, direction=direction), entry(3, 199, direction=direction),
            entry(4, 200, direction=direction), entry(5, 150, direction=other),
            entry(6, 150, direction=direction, outcome="blocked"), entry(7, 150, direction=direction, inbox_id=2),
        ],
        "setting": [setting(0, 100), setting(100, 200, 2, **{switch: 0}), setting(200, version=3)],
    }  # fmt: skip
    columns = ("entry", "setting_version", "setting_from_ms")
    return Case(rule, "while it was off, and not a millisecond longer", rows, columns, [("e2", 2, 100), ("e3", 2, 100)])


def versions(rule: str, found: dict[str, Any], *others: dict[str, Any], **more: Any) -> list[Case]:
    """Rules over setting versions: those in force in the period, and begun by now."""
    spans = [(0, 1_000), (0, 1_001), (1_999, FOREVER), (2_000, FOREVER), (NOW, FOREVER), (NOW + 1, FOREVER)]
    rows = {"setting": [setting(a, b, n, **found) for n, (a, b) in enumerate(spans, 1)], **more}
    plain = {
        "setting": [setting(version=1, **found), *(setting(version=n, **o) for n, o in enumerate(others, 2))],
        **more,
    }
    numbers = ("setting_version", "setting_from_ms")
    return [
        Case(rule, "only what was in force in the period", rows, numbers, [(2, 0), (3, 1_999)], OFF, by_time=False),
        Case(rule, "what has begun by now", rows, numbers, [(1, 0), (2, 0), (3, 1_999), (4, 2_000), (5, NOW)], by_time=False),
        Case(rule, "and nothing else", plain, numbers, [(1, 0)], by_time=False),
    ]  # fmt: skip


def verified(code: str) -> Case:
    """The two rules over what verifications of retention found."""

    def row(seq: int, root: str, what: str | None, entry_seq: int | None) -> dict[str, Any]:
        return {"seq": seq, "time_ms": seq * 10, "root": root, "code": what, "entry_seq": entry_seq}

    rows = {
        "entry": [entry(n) for n in range(1, 6)],
        "verified_file": [
            row(20, "r1", code, 1),  # an older look at the same root
            row(21, "r1", code, 2), row(21, "r1", "other", 3), row(22, "r2", code, 4), row(21, "r1", code, 4),
            row(23, "r3", code, 5), row(24, "r3", None, None),
        ],
    }  # fmt: skip
    found = [("e2", "r1", 210), ("e4", "r1", 220)]
    return Case(code, "by the newest look at each root", rows, ("entry", "root", "verified_ms"), found)


def suppression(position: int, rule: str, **more: Any) -> dict[str, Any]:
    return {
        "position": position,
        "rule": rule,
        "owner": "o",
        "reason": "r",
        "expires": "E",
        "expires_ms": NOW + 1,
        **more,
    }


def library(name: str, version: str, sha256: str, approved: int | None, **more: Any) -> dict[str, Any]:
    """A file of a version, alone in its proposal."""
    return {"name": name, "version": version, "sha256": sha256, "approved_ms": approved, "proposed_ms": approved or 0,
            "document": 1, "seq": 1, "place": 0, **more}  # fmt: skip


def allowed(name: str, version: str, sha256: str, start: int, end: int = FOREVER, **more: Any) -> dict[str, Any]:
    """When a content may be sent, by every inbox unless one is named."""
    return {"name": name, "version": version, "sha256": sha256, "from_ms": start, "to_ms": end, "seq": 1, "place": 0,
            "path": f"/{name}/{version}", **more}  # fmt: skip


SHARED_BYTES = {
    "entry": [entry(n, direction="send", sha256=content) for n, content in enumerate(("aa", "bb", "cc", "dd", "ee", "ff", "gg"), 1)],
    "library": [
        library(f"{whose}-{content}", "1", content, 10, seq=seq, document=seq, replaced_ms=20)
        for content in ("aa", "bb", "cc", "dd", "ee", "ff", "gg") for seq, whose in ((1, "old"), (2, "new"))
    ],
    "library_allowed": [
        allowed("old-aa", "2", "xx", 50), allowed("new-aa", "2", "yy", 50, inbox_id=2),
        allowed("old-bb", "1", "bb", 10, 20, inbox_id=1), allowed("new-bb", "1", "bb", 10, 20, inbox_id=2),
        allowed("old-cc", "1", "cc", 10, 20),
        allowed("old-dd", "2", "xx", 50), allowed("new-dd", "1", "dd", 10, 20),
        allowed("old-ee", "1", "ee", 100, 100), allowed("old-ff", "1", "ff", 101), allowed("old-gg", "1", "xx", 10, 20),
    ],
}  # fmt: skip
"""Two documents of each content, of which an inbox could send: the next version of one; once, one of them by its number
or as any; the next of one and once the other; one from that very moment on, from a later one, and with other bytes."""

OF_THE_INBOX = [("e1", "old-aa", "2"), ("e2", "old-bb", None), ("e3", "old-cc", None), ("e4", "old-dd", "2"),
                ("e5", "old-ee", None), ("e6", "new-ff", None), ("e7", "new-gg", None)]  # fmt: skip


def hold(name: str, **more: Any) -> dict[str, Any]:
    return {"hold": name, "placed_ms": 100, "by_customer": 0, "by_conversation": 0, **more}


def policy(remove: int | None = None, keep: int | None = None, **more: Any) -> dict[str, Any]:
    return {"remove_after_ms": remove, "keep_for_ms": keep, "remove_after": remove and f"{remove}ms", **more}


def kept(keep: int | None, start: int = 0, end: int = FOREVER, **more: Any) -> dict[str, Any]:
    """A retention rule over time and, unless it says otherwise, in the same places of the chain."""
    return {"keep_for_ms": keep, "valid_from_ms": start, "valid_to_ms": end, "from_seq": start, "to_seq": end, **more}


def config(seq: int, time: int, wall: int, **more: Any) -> dict[str, Any]:
    """A change of the retention rules, with its two clocks."""
    return {"seq": seq, "kind": "config", "time_ms": time, "wall_ms": wall, "section": "retention", **more}


def too_early(says: str, rules: list[dict[str, Any]], found: list[tuple[Any, ...]], **more: Any) -> Case:
    """deleted-too-early: images that came at 100, as sources say that they deleted them, or as `purged` says."""
    rows = {"policy_version": rules, "purged": [], "change": [], **more}
    return Case("deleted-too-early", says, rows, ("entry", "gone_ms", "kept_until_ms"), found)


def agreed(
    event: int, asked: tuple[str, str], approved: tuple[str, str], time: int = 150, wall: int = 150, **more: Any
) -> dict[str, Any]:
    """Who asked for something and who approved it: names and OS users."""
    return {
        "event": event, "what": f"plan {event}", "requested_by": asked[0], "requested_user": asked[1],
        "approved_by": approved[0], "approved_user": approved[1], "approved_ms": time, "wall_ms": wall, **more,
    }  # fmt: skip


INBOXES = [{"id": 1, "name": "vip"}, {"id": 2, "name": "lab"}]


def retained(says: str, policies: list[dict[str, Any]], found: list[tuple[Any, ...]], **more: Any) -> Case:
    """past-retention: an image that was received in vip at each of some times."""
    rows = {"entry": [entry(1, NOW - 100, category="image")], "inbox": INBOXES, "policy": policies, "hold": [], **more}
    return Case("past-retention", says, rows, ("entry", "remove_after", "due_ms"), found)


def held(says: str, **more: Any) -> list[Case]:
    """past-retention: the file is kept by a hold, or nearly."""
    apart, conditions = more.pop("apart"), more
    cases = []
    for kept, row in ((True, conditions), (False, {**conditions, **apart})):
        found = [] if kept else [("e7", "100ms", NOW)]
        rows = {"entry": [entry(7, NOW - 100, category="image", customer="c", conversation="k")],
                "hold": [{"hold": "h", "released_ms": None, **row}]}  # fmt: skip
        cases.append(retained(f"{says}, {'kept' if kept else 'not kept'}", [policy(100)], found, **rows))
    return cases


DUE = ("e1", "100ms", NOW)


def beats(says: str, first: dict[str, Any], second: dict[str, Any]) -> list[Case]:
    """past-retention: of two rules the first counts, whether the other is shorter or longer, and whatever their order."""
    return [
        retained(f"{says}, {'longer' if other > 100 else 'shorter'}, {'first' if turned else 'last'}", rules[::-1] if turned else rules, [DUE])
        for other in (1, 101) for turned in (False, True)
        for rules in ([policy(100, **first), policy(other, **second)],)
    ]  # fmt: skip


CASES: tuple[Case, ...] = (
    *facts_of("active-content", severity=True),
    *facts_of("location-metadata", severity=False),
    *facts_of("sensitive-content", severity=False),
    Case("backdated-change", "over five minutes apart, either way",
         {"change": [{"seq": n, "kind": "setting", "time_ms": 1_000_000, "wall_ms": 1_000_000 + apart, "inbox": "vip"}
                     for n, apart in enumerate((0, 300_000, 300_001, -300_000, -300_001), 1)]},
         ("subject", "made_ms"), [(3, 1_300_001), (5, 699_999)], by_time=False),
    Case("backdated-change", "in the period of what it is valid from, and in that in which it was made",
         {"change": [{"seq": n, "kind": "setting", "time_ms": time, "wall_ms": wall} for n, (time, wall) in enumerate(
             ((100, 900_000), (900_000, 100), (99, 900_000), (900_000, 99), (199, 900_000), (900_000, 199), (200, 900_000), (900_000, 200)), 1)]},
         ("subject",), [(1,), (5,), (2,), (6,)], {"since_ms": 100, "until_ms": 200}, by_time=False),
    Case("backdated-change", "minutes can be set",
         {"change": [{"seq": n, "kind": "setting", "time_ms": 100, "wall_ms": 100 + apart} for n, apart in ((1, 60_000), (2, 60_001))]},
         ("subject",), [(2,)], {"minutes": 1}, by_time=False),
    Case("backdated-change", "nobody is known of a document that was edited by hand",
         {"change": [{"seq": n, "kind": "setting", "time_ms": 0, "wall_ms": 9_000_000, "actor": who} for n, who in ((1, ""), (2, "dana"))]},
         ("subject", "changed_by"), [(1, None), (2, "dana")], by_time=False),
    Case("clock-ran-backwards", "in the period of either time",
         {"clock_step": [{"seq": n, "kind": "setting", "wall_ms": wall, "before_seq": 1, "before_ms": before}
                         for n, (wall, before) in enumerate(
                             ((99, 900_000), (100, 900_000), (199, 900_000), (200, 900_000), (1, 99), (1, 100), (1, 199), (1, 200)), 1)]},
         ("subject", "time_ms", "before_ms"), [(6, 1, 100), (7, 1, 199), (2, 100, 900_000), (3, 199, 900_000)],
         {"since_ms": 100, "until_ms": 200}, by_time=False),
    Case("interrupted-change", "finished and refused, in the period of either time",
         {"change": [{"seq": n, "kind": kind, "time_ms": time, "wall_ms": wall, "actor": "dana"} for n, (kind, time, wall) in enumerate(
                         (("change-finish", 100, 0), ("change-refuse", 0, 199), ("change-finish", 99, 200), ("change-finish", 200, 99),
                          ("setting", 150, 150), ("change-refuse", 150, 150), ("change-finish", 199, 0), ("change-finish", 0, 100)), 1)],
          "interrupted_change": []},
         ("subject", "changed_by", "requested_by"), [(2, "dana", None), (8, "dana", None), (1, "dana", None), (6, "dana", None), (7, "dana", None)],
         {"since_ms": 100, "until_ms": 200}, by_time=False),
    Case("interrupted-change", "each inbox that it changed, also where only what it says of itself lies in the period",
         {"change": [*({"seq": n, "kind": "setting", "time_ms": time, "wall_ms": wall, "actor": by, "inbox_id": inbox, "inbox": name}
                       for n, time, wall, by, inbox, name in ((1, 150, 0, "", 1, "a"), (2, 160, 0, "mona", 1, "a"), (3, 0, 199, "mona", 2, "b"), (4, 99, 200, "mona", 3, "c"),
                                                              (5, 200, 99, "mona", 4, "d"), (6, 199, 300, "mona", 5, "e"), (7, 0, 100, "mona", 6, "f"),
                                                              (22, 150, 150, "zoe", 7, "g"))),
                     *({"seq": n, "kind": "change-finish", "time_ms": 900, "wall_ms": 900, "actor": "dana"} for n in (20, 24)),
                     {"seq": 23, "kind": "config", "time_ms": 100, "wall_ms": 0, "actor": "kim"}],
          "interrupted_change": [*({"seq": n, "ended_seq": 20} for n in range(1, 8)), {"seq": 23, "ended_seq": 24}]},
         ("subject", "inbox", "time_ms", "requested_by"),
         [(24, None, 100, "kim"), (20, "a", 150, "mona"), (20, "b", 0, "mona"), (20, "e", 199, "mona"), (20, "f", 0, "mona")],
         {"since_ms": 100, "until_ms": 200}, by_time=False),
    Case("channel-not-linked", "by channel, by profile, by a profile that is linked as a whole",
         {"entry": [entry(1, channel="wa"), entry(2, channel="wa:11"), entry(3, channel="wa:12"), entry(4, channel="web"),
                    entry(5, channel="web:x"), entry(6, channel="tg"), entry(7), entry(8, channel="tg", inbox_id=2),
                    entry(9, 99, channel="tg"), entry(10, 200, channel="tg"), entry(11, 199, channel="tg"),
                    entry(12, channel=":odd"), entry(13, channel="x", inbox_id=3), entry(14, 250, channel="web"),
                    entry(15, channel="tg", outcome="blocked")],
          "setting": [setting(100, 200, 2), setting(200, 300, 3), setting(0, 100, 1), setting(inbox_id=2, version=2),
                      setting(inbox_id=3, version=9)],
          "setting_channel": [{"inbox_id": 1, "version": 2, "channel": "wa:11", "profile": "wa", "account": "11"},
                              {"inbox_id": 1, "version": 2, "channel": "web", "profile": "web", "account": None},
                              {"inbox_id": 1, "version": 3, "channel": "tg", "profile": "tg", "account": None},
                              {"inbox_id": 2, "version": 7, "channel": "tg", "profile": "tg", "account": None},
                              {"inbox_id": 3, "version": 2, "channel": "x", "profile": "x", "account": None}]},
         ("entry", "setting_version", "setting_from_ms"),
         [("e12", 2, 100), ("e15", 2, 100), ("e3", 2, 100), ("e6", 2, 100), ("e11", 2, 100), ("e14", 3, 200)]),
    too_early("until the longest keep_for is over, to the millisecond", [kept(50), kept(80), kept(None), kept(10)],
              [("e1", 179, 180), ("e4", 100, 180)],
              entry=[entry(1, deleted_ms=179), entry(2, deleted_ms=180), entry(3), entry(4, deleted_ms=100),
                     entry(5, deleted_ms=120, outcome="failed")]),
    too_early("by the rules of that moment, half-open", [kept(900, 200, 300)], [("e2", 200, 1_000), ("e3", 299, 1_000)],
              entry=[entry(n, deleted_ms=t) for n, t in ((1, 199), (2, 200), (3, 299), (4, 300))]),
    too_early("by what was on record then, whatever time a later change is dated",
              [kept(4_900, 100, 200, from_seq=10, to_seq=20), kept(1, 200, from_seq=20)],
              [("e1", 199, 5_000), ("e2", 300, 5_000), ("e3", 1_200, 5_000)],
              entry=[entry(n, deleted_ms=t) for n, t in ((1, 199), (2, 300), (3, 1_200), (4, 1_201))],
              change=[config(10, 100, 300), config(20, 200, 1_201), config(30, 1_300, 400), config(40, 150, 160, section="agents"),
                      config(5, 150, 160), {"seq": 41, "kind": "hold", "time_ms": 150, "wall_ms": 160, "section": "retention"}]),
    too_early("not by what was on record for later, nor by what was put on record later", [kept(4_900, 400, 450, from_seq=10, to_seq=20)],
              [("e2", 400, 5_000), ("e3", 1_499, 5_000)],
              entry=[entry(n, deleted_ms=t) for n, t in ((1, 399), (2, 400), (3, 1_499), (4, 1_500))],
              change=[config(10, 400, 100), config(20, 450, 1_500)]),
    too_early("but one command reads its two clocks within a second", [kept(4_900, 100, 200, from_seq=10, to_seq=20)],
              [("e1", 199, 5_000)], entry=[entry(1, deleted_ms=199), entry(2, deleted_ms=200)],
              change=[config(10, 100, 100), config(20, 200, 1_200)]),
    too_early("not by a rule that came on record after it", [kept(900, 100, 200, from_seq=10, to_seq=20)], [("e2", 300, 1_000)],
              entry=[entry(1, deleted_ms=299), entry(2, deleted_ms=300)], change=[config(10, 100, 300)]),
    too_early("by the rules for its inbox, category and direction",
              [kept(1_000, inbox_id=1, category="image", direction="receive"), kept(2_000, inbox_id=2), kept(3_000, category="video"),
               kept(4_000, direction="send")],
              [("e2", 150, 2_100), ("e1", 150, 1_100), ("e3", 150, 3_100), ("e4", 150, 4_100)],
              entry=[entry(1, deleted_ms=150, category="image"), entry(2, deleted_ms=150, category="image", inbox_id=2, inbox="lab"),
                     entry(3, deleted_ms=150, category="video"), entry(4, deleted_ms=150, category="image", direction="send"),
                     entry(5, deleted_ms=150), entry(6, deleted_ms=150, category="audio", direction="receive")]),
    too_early("a purge by the clock of its machine, and by the rules at its place in the chain",
              [kept(900, 0, 500, from_seq=50, to_seq=60)],
              [("e2", 400, 1_000), ("e3", 999, 1_000), ("e7", 300, 1_000), ("e8", 400, 1_000)],
              entry=[entry(1, deleted_ms=9_000), entry(2, deleted_ms=9_000), entry(3, deleted_ms=9_000), entry(4, deleted_ms=9_000),
                     entry(5, deleted_ms=9_000), entry(6), entry(7, deleted_ms=300), entry(8, deleted_ms=400)],
              purged=[*({"seq": n, "plan": "p", "state": "removed", "event": event} for n, event in
                        ((1, 49), (2, 50), (3, 59), (4, 60), (5, 55))),
                      {"seq": 6, "plan": "p", "state": "quarantined", "event": 50}, {"seq": 7, "plan": "p", "state": "restored", "event": 50},
                      {"seq": 8, "plan": "p", "state": "removed", "event": 99}],
              change=[{"seq": seq, "kind": "purge-finish", "time_ms": 9_000, "wall_ms": wall} for seq, wall in
                      ((49, 400), (50, 400), (59, 999), (60, 400), (55, 1_000))]),
    Case("deleted-while-held", "from the moment of the hold until its release",
         {"entry": [entry(1, deleted_ms=199), entry(2, deleted_ms=200), entry(3, deleted_ms=299), entry(4, deleted_ms=300),
                    entry(5)],
          "hold": [hold("b", placed_ms=200, released_ms=300), hold("a", placed_ms=200, released_ms=300)]},
         ("entry", "hold", "deleted_ms"), [("e2", "a", 200), ("e3", "a", 299)]),
    Case("deleted-while-held", "within the scope of the hold, and of all of its conditions",
         {"entry": [entry(1, 100, deleted_ms=500, customer="c", conversation="k"),
                    entry(2, 99, deleted_ms=500, customer="c", conversation="k"),
                    entry(3, 200, deleted_ms=500, customer="c", conversation="k"),
                    entry(4, 199, deleted_ms=500, customer="c", conversation="k"),
                    entry(5, deleted_ms=500, customer="d", conversation="k"), entry(6, deleted_ms=500, customer="c", conversation="l"),
                    entry(7, deleted_ms=500, customer="c", conversation="k", inbox_id=2)],
          "hold": [hold("h", inbox_id=1, since_ms=100, until_ms=200, by_customer=1, customer="c", by_conversation=1,
                        conversation="k")]},
         E, [("e1",), ("e4",)]),
    Case("deleted-while-held", "a hold of one entry, and released ones that were erased, which cover nobody any more",
         {"entry": [entry(1, deleted_ms=500, customer="c"), entry(2, deleted_ms=500, customer="c")],
          "hold": [hold("h", entry_seq=2), hold("i", by_customer=1, released_ms=600),
                   hold("j", by_conversation=1, released_ms=600)]},
         ("entry", "hold"), [("e2", "h")]),
    Case("deleted-while-held", "an erased entry, which may have been of anybody, and one number in two spellings",
         {"entry": [entry(1, deleted_ms=500) | {"id": None}, entry(2, deleted_ms=500, customer="+49 151 2345678"),
                    entry(3, deleted_ms=500, customer="49 151 2345679")],
          "hold": [hold("h", by_customer=1, customer="491512345678")]},
         ("seq", "hold"), [(1, "h"), (2, "h")]),
    Case("evidence-expiring", "received in WhatsApp, not captured, and not yet seven days old",
         {"entry": [entry(1, 2_000_000_000 - 604_800_000, source="whatsapp"),
                    entry(2, 2_000_000_000 - 604_799_999, source="whatsapp"), entry(3, 2_000_000_000, source="whatsapp"),
                    entry(4, 2_000_000_001, source="whatsapp"), entry(5, 1_999_999_999),
                    *(entry(n, 1_999_999_999, source="whatsapp", **more) for n, more in
                      ((6, {"outcome": "failed"}), (7, {"direction": "send"}), (8, {"path": "p"}), (9, {"deleted_ms": 5})))]},
         ("entry", "expires_ms"), [("e2", 2_000_000_001), ("e3", 2_604_800_000)], {"now_ms": 2_000_000_000}),
    Case("evidence-expiring", "the days can be set",
         {"entry": [entry(1, 100_000_000, source="whatsapp"), entry(2, 100_000_001, source="whatsapp")]},
         ("entry", "expires_ms"), [("e2", 186_400_001)], {"now_ms": 186_400_000, "days": 1}),
    Case("flagged-file", "the newest flag of each entry",
         {"entry": [entry(1), entry(2), entry(3)],
          "flag": [{"seq": 8, "entry_seq": 1, "actor": "a", "reason": "old", "time_ms": 1},
                   {"seq": 9, "entry_seq": 1, "actor": "b", "reason": "new", "time_ms": 2},
                   {"seq": 7, "entry_seq": 3, "actor": "c", "reason": "only", "time_ms": 3}]},
         ("entry", "flagged_by", "flag_reason", "flagged_ms"), [("e1", "b", "new", 2), ("e3", "c", "only", 3)]),
    Case("infected-file", "by entry and by content",
         {"entry": [entry(1), entry(2, sha256="aa"), entry(3), entry(4, outcome="blocked"), entry(5), entry(6, sha256="bb"),
                    entry(7, 300, sha256="aa"), entry(8, sha256="cc"), entry(9, sha256="dd")],
          "scan": [scanned("infected", "A", 1), scanned("infected", "B", 1), scanned("infected", "C", None, "aa"),
                   scanned("infected", "D", None, "aa"), scanned("clean", "x", 3), scanned("infected", "E", 4),
                   scanned("infected", None, 5), scanned("clean", "y", None, "bb"), scanned("infected", "none", None, ""),
                   scanned("infected", None, None, "cc"), scanned("infected", "entry", 9), scanned("infected", "content", None, "dd")]},
         ("entry", "signature"), [("e1", "B"), ("e2", "D"), ("e5", "malware"), ("e8", "malware"), ("e9", "entry"), ("e7", "D")]),
    Case("ledger-altered", "verifications of the ledger that failed",
         {"verification": [{"seq": 1, "subject": "ledger", "ok": 0, "time_ms": 100}, {"seq": 2, "subject": "ledger", "ok": 1, "time_ms": 100},
                           {"seq": 3, "subject": "retention", "ok": 0, "time_ms": 100}],
          "audit_run": [{"seq": n, "time_ms": 100, "actor": "ann", "differences": differences}
                        for n, differences in ((4, 1), (5, 0), (6, None), (7, 2), (7, 2))]},
         ("subject", "time_ms", "differences"), [(1, 100, None), (4, 100, 1), (7, 100, 2), (7, 100, 2)], {"since_ms": 101}, by_time=False),
    Case("store-rolled-back", "restores that lost records, by what they are valid from or by when they were made",
         {"change": [{"seq": n, "kind": kind, "time_ms": time, "wall_ms": wall, "reason": reason, "actor": "ann"}
                     for n, kind, time, wall, reason in (
                         (1, "store-restore", 100, 0, "r1"), (2, "store-restore", 0, 100, "r2"), (3, "store-restore", 99, 99, "r3"),
                         (4, "store-restore", 200, 200, "r4"), (5, "store-restore", 199, 300, "r5"), (6, "store-restore", 300, 199, "r6"),
                         (7, "store-restore", 150, 150, None), (8, "setting", 150, 150, "r8"), (9, "store-restore", 300, 0, "r9"),
                         (10, "store-restore", 0, 300, "r10"))]},
         ("subject", "time_ms", "made_ms", "actor", "reason"),
         [(2, 0, 100, "ann", "r2"), (1, 100, 0, "ann", "r1"), (5, 199, 300, "ann", "r5"), (6, 300, 199, "ann", "r6")],
         {"since_ms": 100, "until_ms": 200}, by_time=False),
    *versions("message-without-alternative", {"receive": 0, "message_source": "own"},
              {"receive": 1, "message_source": "own"}, {"receive": 0, "message_source": "standard"}),
    *versions("receive-off-without-message", {"receive": 0, "message_source": "standard"},
              {"receive": 1, "message_source": "standard"}, {"receive": 0, "message_source": "own"}),
    *versions("sensitive-inbox-media-on", {"send": 0, "receive": 1}, {"send": 0, "receive": 0},
              setting_tag=[{"inbox_id": 1, "version": n, "tag": "sensitive"} for n in range(1, 7)]),
    Case("sensitive-inbox-media-on", "what is on, in a version with the tag",
         {"setting": [setting(version=1), setting(version=2, receive=0), setting(version=3, send=0), setting(version=4),
                      setting(version=5, inbox_id=2)],
          "setting_tag": [*({"inbox_id": 1, "version": n, "tag": "pci"} for n in (1, 2, 3)),
                          {"inbox_id": 1, "version": 4, "tag": "sensitive"}, {"inbox_id": 2, "version": 4, "tag": "pci"}]},
         ("setting_version", "what", "tag"),
         [(1, "send and receive on", "pci"), (2, "send on", "pci"), (3, "receive on", "pci")], {"tag": "pci"}, by_time=False),
    verified("missing-bytes"),
    verified("surviving-bytes"),
    Case("no-retention-policy", "kinds of file that no rule removes, in inboxes that are there",
         {"inbox": [*INBOXES, {"id": 3, "name": "old", "removed_ms": 5}, {"id": 4, "name": "all"}],
          "policy": [policy(5, inbox="vip", category="image"), policy(5, direction="send", category="video"),
                     policy(keep=5), policy(5, inbox="all"), policy(5, inbox="lab", category="audio", direction="receive")]},
         ("inbox", "uncovered", "kinds"), [("lab", 6, 8), ("vip", 5, 8)], by_time=False),
    Case("not-approved", "only approved files, at the time of each",
         {"entry": [entry(1, 99, direction="send", sha256="aa"), entry(2, 100, direction="send", sha256="bb"),
                    entry(3, 199, direction="send", sha256="bb"), entry(4, 200, direction="send", sha256="bb"),
                    entry(5, 149, direction="send", sha256="aa"), entry(6, 150, direction="send", sha256="aa"),
                    entry(7, 179, direction="send", sha256="aa"), entry(8, 180, direction="send", sha256="aa"),
                    entry(9, 150, direction="receive", sha256="bb"), entry(10, 150, direction="send", outcome="failed"),
                    entry(11, 150, direction="send"), entry(12, 150, direction="send", inbox_id=2),
                    entry(13, 150, direction="send", sha256="cc"), entry(14, 150, direction="send", sha256="dd"),
                    entry(15, 150, direction="send", sha256=None), entry(16, 150, direction="send", sha256="")],
          "setting": [setting(0, 100), setting(100, 200, 2, send_approved_only=1), setting(200, version=3)],
          "library_allowed": [allowed("a", "1", "aa", 150, 180), allowed("c", "1", "cc", 100)]},
         ("entry", "setting_version", "setting_from_ms", "library_state", "library_words"),
         [(f"e{n}", 2, 100, "unknown", "its sha256 is not known") if n in (11, 15, 16) else
          (f"e{n}", 2, 100, "none", "is not in the approved library") for n in (2, 5, 11, 14, 15, 16, 8, 3)]),
    Case("not-approved", "for the inboxes that it is approved for, and no longer than it is",
         {"entry": [entry(1, direction="send", sha256="aa"), entry(2, direction="send", sha256="bb")],
          "setting": [setting(send_approved_only=1)],
          "library_allowed": [allowed("a", "1", "aa", 0, inbox_id=1), allowed("b", "1", "bb", 0, inbox_id=2)]},
         ("entry",), [("e2",)]),
    Case("not-approved", "what the file was to the library then, and which version could be sent there",
         {"entry": [*(entry(n, 100, direction="send", sha256=content) for n, content in enumerate(
             ("aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh"), 1)),
                    entry(10, direction="send", sha256="jj"), entry(11, direction="send", sha256="kk"),
                    entry(12, direction="send", sha256="ll"), entry(9, 99, direction="send", sha256="aa")],
          "setting": [setting(send_approved_only=1)],
          "library": [library("a", "1", "aa", 50, retired_ms=100, replaced_ms=100),
                      library("b", "1", "bb", 50, replaced_ms=100, expires_ms=100, retired_ms=101),
                      library("c", "1", "cc", 50, replaced_ms=101, expires_ms=100),
                      library("d", "1", "dd", 101, proposed_ms=100), library("e", "1", "ee", 100, expires_ms=101),
                      library("f", "1", "ff", None, proposed_ms=101), library("g", "1", "gg", None, proposed_ms=0),
                      library("h", "3", "hh", None, seq=3), library("h", "1", "hh", 50, seq=1),
                      library("h", "2", "hh", 60, seq=2, place=1), library("i", "2", "hh", 60, seq=2, place=2),
                      library("j", "1", "jj", 100), library("j", "2", "jj", 101, seq=2, proposed_ms=100),
                      library("k", "1", "kk", 150, proposed_ms=50, retired_ms=150),
                      library("l", "1", "ll", 150, proposed_ms=50, retired_ms=151)],
          "library_allowed": [
              allowed("a", "4", "xx", 100, 101, inbox_id=1), allowed("a", "5", "xx", 0, 100), allowed("a", "6", "xx", 101),
              allowed("a", "7", "xx", 0, inbox_id=2), allowed("h", "8", "xx", 0, seq=8),
              *(allowed("h", f"9.{n}", "xx", 0, seq=9, place=n) for n in (0, 1, 2)),
              allowed("i", "10", "xx", 0, seq=10),
              *(allowed("b", f"3.{n}", "xx", 0, seq=3, place=n) for n in (2, 1))]},
         ("entry", "library_name", "library_version", "library_state", "current_version", "current_path", "library_words"),
         [("e9", "a", "1", "other-inbox", "5", "/a/5", "is version 1 of a, which is not for this inbox; version 5 lies at /a/5"),
          ("e1", "a", "1", "retired", "4", "/a/4", "is version 1 of a, which was retired; version 4 lies at /a/4"),
          ("e10", "j", "1", "other-inbox", None, None, "is version 1 of j, which is not for this inbox"),
          ("e11", "k", "1", "retired", None, None, "is version 1 of k, which was retired"),
          ("e12", "l", "1", "proposed", None, None, "is version 1 of l, which waited for approval"),
          ("e2", "b", "1", "replaced", "3.1", "/b/3.1", "is version 1 of b, which was replaced; version 3.1 lies at /b/3.1"),
          ("e3", "c", "1", "expired", None, None, "is version 1 of c, which had expired"),
          ("e4", "d", "1", "proposed", None, None, "is version 1 of d, which waited for approval"),
          ("e5", "e", "1", "other-inbox", None, None, "is version 1 of e, which is not for this inbox"),
          ("e6", None, None, "none", None, None, "is not in the approved library"),
          ("e7", "g", "1", "proposed", None, None, "is version 1 of g, which waited for approval"),
          ("e8", "h", "2", "other-inbox", "9.1", "/h/9.1", "is version 2 of h, which is not for this inbox; version 9.1 lies at /h/9.1")]),
    Case("not-approved", "of documents with the same bytes that of the inbox, however old",
         {**SHARED_BYTES, "setting": [setting(send_approved_only=1)]},
         ("entry", "library_name", "current_version"), OF_THE_INBOX),
    Case("not-approved", "the first end of an approval, one for a later time, and what lost its place while it waited",
         {"entry": [entry(n, direction="send", sha256=f"{n:02}") for n in range(1, 12)],
          "setting": [setting(send_approved_only=1)],
          "library": [library("a", "1", "01", 50, retired_ms=90, expires_ms=90), library("b", "1", "02", 50, replaced_ms=60),
                      library("c", "1", "03", 150, proposed_ms=9, replaced_ms=150, agreed_ms=50),
                      library("d", "1", "04", None, retired_ms=100, expires_ms=90), library("e", "1", "05", None, retired_ms=101),
                      library("f", "1", "06", 150, proposed_ms=9, agreed_ms=100),
                      library("g", "1", "07", 150, proposed_ms=9, agreed_ms=101),
                      library("h", "1", "08", None, lost_ms=100), library("i", "1", "09", None, lost_ms=101),
                      library("j", "1", "10", 50, retired_ms=80, replaced_ms=70, expires_ms=60),
                      library("k", "1", "11", 50, retired_ms=80, replaced_ms=70)]},
         ("library_name", "library_state", "library_words"),
         [("a", "retired", "is version 1 of a, which was retired"), ("j", "expired", "is version 1 of j, which had expired"),
          ("k", "replaced", "is version 1 of k, which was replaced"), ("b", "replaced", "is version 1 of b, which was replaced"),
          ("c", "replaced", "is version 1 of c, which was replaced"), ("d", "retired", "is version 1 of d, which was retired"),
          ("e", "proposed", "is version 1 of e, which waited for approval"),
          ("f", "approved-later", "is version 1 of f, which was approved for a later time"),
          ("g", "proposed", "is version 1 of g, which waited for approval"),
          ("h", "replaced", "is version 1 of h, which was replaced"),
          ("i", "proposed", "is version 1 of i, which waited for approval")]),
    Case("not-scanned", "where a scan was wanted, and none gave an answer",
         {"entry": [entry(1), entry(2), entry(3), entry(4, sha256="aa"), entry(5, sha256="bb"), entry(6, sha256="cc"), entry(7),
                    entry(8, outcome="failed"), entry(9, 99), entry(10, 200), entry(11, 199), entry(12, 250), entry(13, inbox_id=2),
                    entry(14, sha256="dd"), entry(15), entry(16, sha256="ee"), entry(17, sha256="ff")],
          "setting": [setting(0, 100, 1), setting(100, 200, 2, scan="required"), setting(200, 300, 3, scan="record")],
          "scan": [scanned("clean", None, 1), scanned("infected", "x", 2), scanned("error", "late", 3), scanned("error", "early", 3),
                   scanned("clean", None, None, "aa"), scanned("infected", "x", None, "bb"), scanned("not-scanned", "big", None, "cc"),
                   scanned("not-scanned", "alpha", None, "cc"), scanned("error", None, 7), scanned("clean", None, None, ""),
                   scanned("error", None, None, "dd"), scanned("error", "none", None, ""), scanned("error", "entry", 16),
                   scanned("error", "content", None, "ee"), scanned("clean", "c", 17)]},
         ("entry", "setting_version", "setting_from_ms", "why_not", "severity"),
         [("e14", 2, 100, "error", "error"), ("e15", 2, 100, "no scan is on record", "error"), ("e16", 2, 100, "entry", "error"),
          ("e3", 2, 100, "late", "error"), ("e6", 2, 100, "big", "error"), ("e7", 2, 100, "error", "error"),
          ("e11", 2, 100, "no scan is on record", "error"), ("e10", 3, 200, "no scan is on record", None),
          ("e12", 3, 200, "no scan is on record", None)]),
    Case("not-scanned", "a file elsewhere is no scan of an entry whose own was missing or had other bytes, when last looked for",
         {"entry": [entry(n, sha256="aa") for n in range(1, 6)], "setting": [setting(scan="record")],
          "scan": [{**scanned("clean", None, None, "aa"), "seq": 1}, {**scanned("not-scanned", "gone", 1), "seq": 2},
                   {**scanned("error", "gone", 2), "seq": 3}, {**scanned("not-scanned", "part", 2, "aa"), "seq": 4},
                   {**scanned("not-scanned", "part", 3, "aa"), "seq": 5}, {**scanned("not-scanned", "went", 3), "seq": 6},
                   {**scanned("not-scanned", "gone", 4), "seq": 7}, {**scanned("not-scanned", "gone", 4), "seq": 8},
                   {**scanned("clean", None, 5), "seq": 9}, {**scanned("not-scanned", "gone", 5), "seq": 10}]},
         ("entry", "why_not"), [("e1", "gone"), ("e3", "went"), ("e4", "gone")]),
    Case("one-user-two-names", "two names and one OS user, once for each approval",
         {"agreement": [agreed(1, ("dana", "root"), ("sam", "root")), agreed(2, ("dana", "root"), ("dana", "root")),
                        agreed(3, ("dana", "root"), ("kim", "kim")), agreed(1, ("ann", "root"), ("sam", "root"))]},
         ("subject", "requested_by", "approved_by", "shared_user", "what"), [(1, "dana", "sam", "root", "plan 1")], by_time=False),
    Case("one-user-two-names", "by what the approval is valid from, or by when it was made",
         {"agreement": [agreed(n, ("dana", "root"), ("sam", "root"), time, wall) for n, (time, wall) in enumerate(
             ((100, 0), (0, 100), (99, 99), (200, 200), (199, 300), (300, 199), (300, 0), (0, 300)), 1)]},
         ("subject", "time_ms", "made_ms"), [(2, 0, 100), (1, 100, 0), (5, 199, 300), (6, 300, 199)],
         {"since_ms": 100, "until_ms": 200}, by_time=False),
    Case("self-approval", "one person, whoever switched the second person off, once for each approval",
         {"agreement": [agreed(n, ("dana", "root"), (by, "kim"), one_person=one, switched_seq=seq, switched_by=off)
                        for n, by, one, seq, off in ((1, "dana", 1, 7, "zoe"), (2, "dana", 1, 7, ""), (3, "DANA", 1, None, None),
                                                     (4, "sam", 0, 7, ""))] + [agreed(1, ("Dana", "root"), ("dana", "kim"), one_person=1, switched_seq=7, switched_by="zoe")],
          "interrupted_change": []},
         ("subject", "requested_by", "approved_by", "approved_user", "what", "switched_by", "severity", "switch_words"),
         [(1, "dana", "dana", "kim", "plan 1", "zoe", None, "the second person was switched off on record"),
          (2, "dana", "dana", "kim", "plan 2", None, "error", "nobody knows who had edited the second person out of the document"),
          (3, "dana", "DANA", "kim", "plan 3", None, "error", "the store asked for a second person")], by_time=False),
    Case("self-approval", "switched off by a change that was interrupted, which proves nothing",
         {"agreement": [agreed(n, ("dana", "root"), ("dana", "kim"), one_person=1, switched_seq=seq, switched_by="boss") for n, seq in ((1, 7), (2, 8))],
          "interrupted_change": [{"seq": 7, "ended_seq": 9}]},
         ("subject", "severity", "switch_words"),
         [(1, "error", "the second person was switched off by an interrupted change, and nobody proved whose"),
          (2, None, "the second person was switched off on record")], by_time=False),
    Case("self-approval", "by what the approval is valid from, or by when it was made",
         {"agreement": [agreed(n, ("dana", "root"), ("dana", "root"), time, wall, one_person=1) for n, (time, wall) in enumerate(
             ((100, 0), (0, 100), (99, 99), (200, 200), (199, 300), (300, 199), (300, 0), (0, 300)), 1)], "interrupted_change": []},
         ("subject", "time_ms", "made_ms"), [(2, 0, 100), (1, 100, 0), (5, 199, 300), (6, 300, 199)],
         {"since_ms": 100, "until_ms": 200}, by_time=False),
    Case("outdated-approved-file", "a newer version was approved by then, and no other approval of the file holds",
         {"entry": [*(entry(n, t, direction="send", sha256="aa") for n, t in ((1, 149), (2, 150), (3, 151))),
                    entry(4, 200, sha256="aa"), entry(5, 200, direction="send", sha256="aa", outcome="failed"),
                    entry(6, 200, direction="send"), entry(7, 200, direction="send", sha256="bb"),
                    *(entry(n, t, direction="send", sha256="cc") for n, t in ((8, 159), (9, 160), (10, 169), (11, 170))),
                    entry(12, 200, direction="send", sha256="dd"),
                    *(entry(n, t, direction="send", sha256="ee") for n, t in ((13, 139), (14, 140)))],
          "library": [library("prices", "1", "aa", 100, replaced_ms=150), library("empty", "1", "", 100, replaced_ms=120),
                      library("terms", "1", "bb", 100), library("one", "1", "cc", 100, replaced_ms=110),
                      library("draft", "1", "dd", None, replaced_ms=150), library("x", "1", "ee", 140, replaced_ms=130)],
          "library_allowed": [allowed("prices", "2", "xx", 150), allowed("two", "2", "cc", 160, 170),
                              allowed("x", "2", "ee", 0, inbox_id=2)]},
         ("entry", "library_name", "library_version", "current_version", "current_path", "library_words"),
         [("e14", "x", "1", None, None, ""), ("e2", "prices", "1", "2", "/prices/2", "; version 2 lies at /prices/2"),
          ("e3", "prices", "1", "2", "/prices/2", "; version 2 lies at /prices/2"), ("e8", "one", "1", None, None, ""),
          ("e11", "one", "1", None, None, "")]),
    Case("outdated-approved-file", "the same bytes that were approved again are not outdated, and the newest version is named",
         {"entry": [entry(n, direction="send", sha256=content) for n, content in enumerate(("aa", "bb", "cc", "dd", "ee", "ff", "gg"), 1)],
          "library": [library("a", "1", "aa", 10, replaced_ms=20), library("a", "1", "aa", 100, seq=2),
                      library("b", "1", "bb", 10, replaced_ms=20), library("b", "1", "bb", 20, seq=2, replaced_ms=100),
                      library("c", "1", "cc", 10, replaced_ms=20), library("c", "1", "cc", 20, seq=2, replaced_ms=101),
                      library("d", "1", "dd", 10, replaced_ms=20), library("d", "1", "dd", 101, seq=2),
                      library("e", "1", "ee", 10, replaced_ms=20), library("o", "1", "ee", 20, seq=2, document=2),
                      library("f", "1", "ff", 10, replaced_ms=20), library("f", "2", "xx", 20, seq=2),
                      library("g", "1", "gg", 10, replaced_ms=20), library("g", "2", "gg", 20, seq=2, place=1, replaced_ms=30),
                      library("p", "2", "gg", 20, seq=2, place=2, replaced_ms=30)],
          "library_allowed": [
              allowed("b", "4", "xx", 100, 101, inbox_id=1), allowed("b", "5", "xx", 0, 100), allowed("b", "6", "xx", 101),
              allowed("b", "7", "xx", 0, inbox_id=2), allowed("d", "3", "xx", 0, seq=3), allowed("d", "4", "xx", 0, seq=4),
              *(allowed("f", f"3.{n}", "xx", 0, seq=3, place=n) for n in (2, 1)),
              *(allowed("g", f"9.{n}", "xx", 0, seq=9, place=n) for n in (0, 1, 2)), allowed("p", "9", "xx", 0, seq=10)]},
         ("entry", "library_name", "library_version", "current_version"),
         [("e2", "b", "1", "4"), ("e4", "d", "1", "4"), ("e5", "e", "1", None), ("e6", "f", "1", "3.1"), ("e7", "g", "2", "9.1")]),
    Case("outdated-approved-file", "of documents with the same bytes that of the inbox, however old", SHARED_BYTES,
         ("entry", "library_name", "current_version"), OF_THE_INBOX),
    Case("over-limit", "above N times 1,048,576 bytes",
         {"entry": [entry(1, size=5_242_880, limit_mb=5), entry(2, size=5_242_881, limit_mb=5), entry(3, size=9**9),
                    entry(4, size=None, limit_mb=5), entry(5, size=9**9, limit_mb=5, outcome="failed"),
                    entry(6, size=1_048_577, limit_mb=1)]},
         ("entry", "limit_bytes"), [("e2", 5_242_880), ("e6", 1_048_576)]),
    *(Case("over-quota", f"what is stored, against the quota in force now: {stored} bytes",
           {"entry": [entry(1, size=60), entry(2, size=stored - 60), entry(3, size=500, outcome="failed"), entry(4, size=500, deleted_ms=1),
                      entry(5, size=500, inbox="lab", inbox_id=2), entry(6, size=None)],
            "setting": [setting(0, NOW, 1, quota=1), setting(NOW, NOW + 1, 2, quota=100), setting(NOW + 1, FOREVER, 3, quota=1),
                        setting(inbox="lab", inbox_id=2, version=4)]},
           ("inbox", "subject", "setting_version", "quota", "stored", "without_size"), found, by_time=False)
      for stored, found in ((100, []), (101, [("vip", "quota", 2, 100, 101, 1)]))),
    Case("over-quota", "every size is known",
         {"entry": [entry(1, size=101)], "setting": [setting(0, FOREVER, 2, quota=100)]},
         ("quota", "stored", "without_size"), [(100, 101, None)], by_time=False),
    *(Case("over-quota", f"the tuned text over the totals: {stored} bytes",
           {"stored_by_day": [{"inbox": "vip", "inbox_id": 1, "bytes": 60}, {"inbox": "vip", "inbox_id": 1, "bytes": stored - 60},
                              {"inbox": "lab", "inbox_id": 2, "bytes": 500}],
            "setting": [setting(0, NOW, 1, quota=1), setting(NOW, NOW + 1, 2, quota=100), setting(NOW + 1, FOREVER, 3, quota=1),
                        setting(inbox="lab", inbox_id=2, version=4)]},
           ("inbox", "subject", "setting_version", "quota", "stored", "without_size"), found, by_time=False, tuned=True)
      for stored, found in ((100, []), (101, [("vip", "quota", 2, 100, 101, None)]))),
    *(Case("over-quota", f"the tuned text: {without} files without a size or a hash",
           {"stored_by_day": [{"inbox": "vip", "inbox_id": 1, "bytes": 101}],
            "entry": [*(entry(number, size=None) for number in range(unsized)), entry(3, size=101),
                      entry(4, size=None, outcome="failed"), entry(5, size=None, deleted_ms=1),
                      entry(6, size=None, inbox="lab", inbox_id=2)],
            "block_total": [{"without_hash": without}], "setting": [setting(0, FOREVER, 2, quota=100)]},
           ("inbox", "stored", "without_size"), [("vip", 101, told)], by_time=False, tuned=True)
      for unsized, without, told in ((2, 1, 2), (0, 1, None), (2, 0, None))),
    retained("due to the millisecond", [policy(100)], [("e1", "100ms", NOW), ("e2", "100ms", NOW)],
             entry=[entry(1, NOW - 100, category="image"), entry(2, NOW - 100), entry(3, NOW - 99, category="image"),
                    entry(4, 1, category="image", outcome="failed"), entry(5, 1, category="image", deleted_ms=9)]),
    retained("the longest keep_for of all that match keeps it", [policy(10), policy(keep=101), policy(keep=50, inbox="vip")], []),
    retained("the longest of them, even where another is shorter than remove_after",
             [policy(60), policy(keep=101), policy(keep=50, inbox="vip")], []),
    retained("until that is over too", [policy(10), policy(keep=100), policy(keep=50, inbox="vip")], [("e1", "10ms", NOW)]),
    retained("a keep_for that is shorter than remove_after does nothing", [policy(100), policy(keep=99)], [DUE]),
    retained("keep_for alone removes nothing", [policy(keep=1)], []),
    retained("no rule for its inbox", [policy(1, inbox="lab")], []),
    retained("a rule is of the inbox that has its name now", [policy(1, inbox="vip"), policy(100)], [DUE],
             inbox=[{"id": 1, "name": "vip", "removed_ms": 5}, {"id": 2, "name": "vip"}]),
    retained("no rule for its category", [policy(1, category="video")], []),
    retained("no rule for its direction", [policy(1, direction="send")], []),
    retained("keep_for elsewhere does not count",
             [policy(100), policy(keep=999, inbox="lab"), policy(keep=999, category="video"), policy(keep=999, direction="send")], [DUE]),
    *beats("inbox beats category and direction", {"inbox": "vip"}, {"category": "image", "direction": "receive"}),
    *beats("category beats direction", {"category": "image"}, {"direction": "receive"}),
    *beats("direction beats none", {"direction": "receive"}, {}),
    *beats("category beats none", {"category": "image"}, {}),
    *beats("inbox and direction beat inbox", {"inbox": "vip", "direction": "receive"}, {"inbox": "vip"}),
    *beats("inbox and category beat inbox and direction", {"inbox": "vip", "category": "image"},
           {"inbox": "vip", "direction": "receive"}),
    *beats("all three beat two", {"inbox": "vip", "category": "image", "direction": "receive"}, {"inbox": "vip", "category": "image"}),
    retained("a rule without remove_after is no rule to remove by", [policy(100), policy(keep=5, inbox="vip", category="image")], [DUE]),
    retained("of two that match alike the longer one counts", [policy(1), policy(100)], [DUE]),
    retained("a longer wait of a less specific rule does not count", [policy(101), policy(100, inbox="vip")], [DUE]),
    retained("a file of no category has the rules that name none", [policy(100), policy(1, category="image")], [DUE],
             entry=[entry(1, NOW - 100)]),
    retained("what was sent has the rules of its direction",
             [policy(100, direction="send"), policy(101, direction="receive")], [DUE],
             entry=[entry(1, NOW - 100, category="image", direction="send"), entry(2, NOW - 100, category="image")]),
    *held("of everything", apart={"released_ms": 5}),
    *held("of this entry", entry_seq=7, apart={"entry_seq": 8}),
    *held("of its inbox", inbox_id=1, apart={"inbox_id": 2}),
    *held("since its time", since_ms=NOW - 100, apart={"since_ms": NOW - 99}),
    *held("until after its time", until_ms=NOW - 99, apart={"until_ms": NOW - 100}),
    *held("of its customer", customer="c", apart={"customer": "d"}),
    *held("of its conversation", conversation="k", apart={"conversation": "l"}),
    *held("of its customer and its conversation", customer="c", conversation="k", apart={"conversation": "l"}),
    *held("of its entry, its inbox and its customer", entry_seq=7, inbox_id=1, customer="c", apart={"inbox_id": 2}),
    retained("a hold of another entry keeps that one only", [policy(100)], [DUE],
             entry=[entry(number, NOW - 100, category="image") for number in (1, 2)], hold=[{"hold": "h", "entry_seq": 2}]),
    retained("an erased entry is kept by every hold that could be about it", [policy(100)], [],
             entry=[entry(1, NOW - 100, category="image") | {"id": None}], hold=[{"hold": "h", "customer": "c", "conversation": "k"}]),
    by_setting("received-while-off", "receive", "receive"),
    by_setting("sent-while-off", "send", "send"),
    Case("refused-attempts", "whatever was not delivered, with what the customer read",
         {"entry": [entry(1, 99, outcome="blocked"), entry(2, 100, outcome="failed", reason="media-off"), entry(3, 199, outcome="blocked"),
                    entry(4, 200, outcome="blocked"), entry(5), entry(6, 150, outcome="blocked", direction="send"),
                    entry(7, 150, outcome="blocked", message="own"), entry(8, 150, outcome="blocked", inbox_id=2)],
          "setting": [setting(0, 100, 1, message="unread"), setting(100, 200, 2, receive=0, message="no files"),
                      setting(200, version=3, receive=1, message="unread")]},
         ("entry", "outcome", "why_refused", "customers_read", "setting_version"),
         [("e1", "blocked", "no reason given", "-", 1), ("e2", "failed", "media-off", "no files", 2),
          ("e6", "blocked", "no reason given", "-", 2), ("e7", "blocked", "no reason given", "own", 2),
          ("e8", "blocked", "no reason given", "-", None), ("e3", "blocked", "no reason given", "no files", 2),
          ("e4", "blocked", "no reason given", "-", 3)]),
    Case("same-file-many-times", "the same content in the same inbox, so many times in the period",
         {"entry": [*(entry(n, 1_000 + n, sha256="aa", name=f"n{9 - n}", size=n) for n in range(3)), entry(4, 999, sha256="aa"),
                    entry(5, 2_000, sha256="aa"), entry(6, 1_999, sha256="bb"), entry(7, 1_999, sha256="bb"),
                    entry(8, 1_000, sha256="bb", inbox_id=2), entry(9, 1_000, sha256="bb", outcome="failed"),
                    *(entry(n, 1_000) for n in (10, 11, 12)), *(entry(n, 1_999, sha256="dd", size=None) for n in (13, 14, 15))]},
         ("inbox", "subject", "name", "times", "bytes", "time_ms", "last_ms"),
         [("vip", "aa", "n7", 3, 3, 1_000, 1_002), ("vip", "dd", "n13", 3, 0, 1_999, 1_999)], {**OFF, "minimum": 3}, by_time=False),
    Case("same-file-many-times", "the tuned text over records and what corrected them",
         {"inbox": INBOXES,
          "record": [{"seq": n, "key": n, "kind": kind, "source": 0, "ms": ms, "inbox": inbox, "direction": 0, "outcome": outcome, "size": size,
                      "sha256": content, "name": f"n{n}", "link": b""}
                     for n, kind, ms, inbox, outcome, size, content in (
                         (1, 0, 1_000, 1, 0, 1, b"\xaa"), (2, 0, 1_999, 1, 0, 2, b"\xaa"), (3, 0, 1_500, 1, 1, 4, b"\xbb"),
                         (4, 0, 999, 1, 0, 5, b"\xaa"), (5, 0, 2_000, 1, 0, 6, b"\xaa"), (6, 1, 1_500, 1, 0, 7, b"\xaa"),
                         (7, 0, 1_500, 2, 0, 8, b"\xaa"), (8, 0, 1_500, 1, 0, 9, b"\xaa"), (9, 0, 1_500, 1, 0, 9, None),
                         (10, 0, 1_500, 1, 0, 9, None), (11, 0, 1_500, 1, 0, 9, None), (12, 0, 1_600, 2, 0, None, b"\xaa"),
                         (13, 0, 1_700, 2, 0, None, b"\xaa"), *((n, 0, 1_600, 1, 0, None, b"\xdd") for n in (14, 15, 16)))],
          "amendment": [{"seq": 3, "last": 3, "outcome": 0, "sha256": b"\xaa", "size": 40}, {"seq": 8, "last": 8, "outcome": 2}]},
         ("inbox", "subject", "sha256", "name", "times", "bytes", "time_ms", "last_ms"),
         [("lab", "aa", "aa", "n12", 3, 8, 1_500, 1_700), ("vip", "aa", "aa", "n1", 3, 43, 1_000, 1_999),
          ("vip", "dd", "dd", "n14", 3, 0, 1_600, 1_600)],
         {**OFF, "minimum": 3}, by_time=False, tuned=True),
    Case("sender-without-permission", "roles and permissions as they were then",
         {"entry": [*(entry(n, t, direction="send", agent="kim") for n, t in ((1, 99), (2, 100), (3, 199), (4, 200))),
                    entry(5, direction="send", agent="own"), entry(6, direction="send", agent="den"), entry(7, direction="send", agent="all"),
                    entry(8, direction="send", agent="ass"), entry(9, direction="send"), entry(10, agent="kim"),
                    entry(11, direction="send", agent="kim", outcome="failed"), entry(12, direction="send", agent="ghost"),
                    entry(13, 49, direction="send", agent="ghost"), entry(14, 50, direction="send", agent="ghost"),
                    entry(15, 299, direction="send", agent="ghost"), entry(16, 300, direction="send", agent="ghost"),
                    entry(17, direction="send", agent="ghost", inbox_id=3), entry(18, direction="send", agent="two"),
                    entry(19, 399, direction="send", agent="late"), entry(20, 400, direction="send", agent="late"),
                    entry(21, 449, direction="send", agent="late"), entry(22, 450, direction="send", agent="late"),
                    entry(23, direction="send", agent="ass", inbox_id=2), entry(24, direction="send", agent="nul"),
                    entry(25, direction="send", agent="")],
          "agent_version": [{"agent": "kim", "role": "owner", "valid_from_ms": 0, "valid_to_ms": 100},
                            {"agent": "kim", "role": "agent", "valid_from_ms": 100, "valid_to_ms": 200},
                            {"agent": "kim", "role": "owner", "valid_from_ms": 200, "valid_to_ms": FOREVER},
                            *({"agent": name, "role": role, "valid_from_ms": 0, "valid_to_ms": FOREVER} for name, role in
                              (("own", "owner"), ("den", "admin"), ("all", "agent"), ("ass", "agent"), ("two", "agent"), ("late", "admin"),
                               ("nul", "agent")))],
          "agent_rule": [{"agent": name, "inbox_id": box, "valid_from_ms": a, "valid_to_ms": b, "assigned": ass, "allow_send": allow,
                          "deny_send": deny} for name, box, a, b, ass, allow, deny in (
                              ("den", 1, 0, FOREVER, 0, 0, 1), ("all", 1, 0, FOREVER, 0, 1, 0), ("ass", 1, 50, 300, 1, 0, 0),
                              ("two", 2, 0, FOREVER, 1, 1, 0), ("late", 1, 400, 450, 0, 0, 1), ("nul", 1, 0, FOREVER, 0, 0, 0))]},
         ("entry", "standing"),
         [("e14", "unknown"), ("e12", "unknown"), ("e18", "agent"), ("e2", "agent"), ("e23", "agent"), ("e24", "agent"), ("e6", "admin"),
          ("e3", "agent"), ("e15", "unknown"), ("e20", "admin"), ("e21", "admin")]),
    Case("suppression-expired", "from its end on",
         {"suppression": [suppression(n, "r", expires_ms=t, entry=e) for n, t, e in
                          ((1, NOW - 1, None), (2, NOW, "e"), (3, NOW + 1, None), (4, None, None))] + [suppression(5, "s", expires_ms=1, expires=None)]},
         ("position", "subject"), [(1, "r//E"), (2, "r/e/E"), (5, "s//")], by_time=False),
    Case("suppression-incomplete", "one of the three is missing",
         {"suppression": [suppression(1, "a", owner=None), suppression(2, "b", reason=None, entry="e"), suppression(3, "c", expires_ms=None),
                          suppression(4, "d"), suppression(5, "e", owner=""), suppression(6, "f", reason=""),
                          suppression(7, "g", owner=None, reason=None, expires_ms=None)]},
         ("position", "subject", "missing"),
         [(1, "a/", "owner"), (2, "b/e", "reason"), (3, "c/", "expires"), (5, "e/", "owner"), (6, "f/", "reason"), (7, "g/", "owner")],
         by_time=False),
    Case("suppression-unused", "those in force are asked about",
         {"suppression": [suppression(1, "a"), suppression(2, "b", expires_ms=NOW), suppression(3, "c", owner=None), suppression(4, "d", reason=None),
                          suppression(5, "e", entry="x"), suppression(6, "f", owner=""), suppression(7, "g", reason="")]},
         ("position", "subject"), [(1, "a/"), (5, "e/x")], by_time=False),
    Case("time-in-future", "after the moment of the audit", {"entry": [entry(1, NOW), entry(2, NOW + 1), entry(3, NOW + 2)]}, E, [("e2",), ("e3",)]),
    Case("type-mismatch", "the detected type against the name, then the declared one against what it is",
         {"entry": [entry(1, detected="pdf", extension="pdf"), entry(2, detected="pdf", extension="png"), entry(3, detected="jpg", extension="jpeg"),
                    entry(4, declared="image/png", extension="jpg"), entry(5, declared="image/jpeg", extension="jpeg"),
                    entry(6, declared=" Image/PNG ; x=y;z", extension="jpg"), entry(7, declared="application/octet-stream", extension="jpg"),
                    entry(8, declared="binary/octet-stream", extension="jpg"), entry(9, declared="application/x-download", extension="jpg"),
                    entry(10, declared="", extension="jpg"), entry(11, declared="; x", extension="jpg"), entry(12, extension="jpg"),
                    entry(13, detected="pdf", extension="png", outcome="failed"), entry(14, detected="exe", extension="exe"),
                    entry(15, detected="exe"), entry(16, declared="text/odd", detected="exe", extension="exe"), entry(17, declared="image/png"),
                    entry(18, detected="pdf", extension="png", declared="image/png"), entry(19, declared="image/png;", extension="png"),
                    entry(20, detected="odd", extension="odder")]},
         ("entry", "says", "is_type", "witness", "severity"),
         [("e16", "text/odd", "exe", "the sender", "warning"), ("e18", "png", "pdf", "the name", "error"), ("e2", "png", "pdf", "the name", "error"),
          ("e20", "odder", "odd", "the name", "error"), ("e4", "png", "jpg", "the sender", "warning"), ("e6", "png", "jpg", "the sender", "warning")]),
    Case("unsupported-type", "by what was detected, else by the name; some may only be sent",
         {"entry": [entry(1, extension="exe"), entry(2, extension="pdf"), entry(3, extension="pdf", detected="exe"), entry(4, extension="exe", detected="pdf"),
                    entry(5), entry(6, extension="gif"), entry(7, extension="gif", direction="send"), entry(8, extension="webp"),
                    entry(9, extension="webp", direction="send"), entry(10, extension="exe", outcome="failed"), entry(11, extension="exe", direction="send")],
          "file_type": [{"key": "pdf", "type": "pdf", "send": 1, "receive": 1}, {"key": "gif", "type": "gif", "send": 1, "receive": 0},
                        {"key": "webp", "type": "webp", "send": 1, "receive": 0}]},
         ("entry", "direction_word", "severity"),
         [("e1", "received", None), ("e11", "sent", None), ("e3", "received", None), ("e5", "received", None), ("e6", "received", None),
          ("e8", "received", "note")]),
    Case("type-mismatch", "another usual name of a type is none of another type; a container is that of what may be in it",
         {"entry": [entry(1, declared="application/x-pdf", extension="pdf"), entry(2, declared="image/x-png", extension="png"),
                    entry(3, declared="IMAGE/PJPEG", extension="jpg"), entry(4, declared="application/msexcel", extension="xls"),
                    entry(5, declared="application/zip", extension="docx"), entry(6, declared="application/x-zip-compressed", extension="xlsx"),
                    entry(7, declared="application/zip", extension="pdf"), entry(8, declared="audio/amr-nb", detected="amr"),
                    entry(9, declared="audio/x-m4a; x=1", extension="m4a"), entry(10, declared=" audio/OPUS ;codecs=opus", extension="ogg"),
                    entry(11, declared="video/x-m4v", extension="mp4"), entry(12, declared="application/x-pdf", extension="png"),
                    entry(13, declared="application/force-download", extension="pdf"), entry(14, declared="*/*", extension="pdf"),
                    entry(15, declared="application/x-pdf", extension="pdf", detected="exe"), entry(16, declared="x-pdf", extension="pdf")]},
         ("entry", "says", "is_type", "witness"),
         [("e12", "application/x-pdf", "png", "the sender"), ("e15", "pdf", "exe", "the name"), ("e16", "x-pdf", "pdf", "the sender"),
          ("e7", "application/zip", "pdf", "the sender")]),
    Case("type-mismatch", "no name that the table of media types has for a type is one of another",
         {"entry": [entry(number, declared=said, extension=kind) for number, (said, kind) in enumerate(
             [*((said, kind) for kind, others in DECLARED_AS.items() for said in others), *((said, "pdf") for said in DECLARES_NOTHING)])],
          "file_type": [{"key": kind, "type": kind, "send": 1, "receive": 1} for kind in DECLARED_AS]},
         ("entry",), []),
    Case("unsupported-type", "without an extension every name that stands for one type is that type",
         {"entry": [*(entry(number, declared=f" {said.upper()} ; x") for number, said in enumerate(
             said for kind, others in DECLARED_AS.items() for said in others if type_of_declared(said) == kind)),
             entry(900, declared=""), entry(901, declared=";")],
          "file_type": [{"key": kind, "type": kind, "send": 1, "receive": 1} for kind in DECLARED_AS]},
         ("entry", "type"), [("e900", ""), ("e901", "")]),
    Case("unsupported-type", "without an extension by what the sender declares",
         {"entry": [entry(1, declared="application/pdf"), entry(2, declared="Application/X-PDF; a=b"), entry(3, declared="application/x-msdownload"),
                    entry(4, declared="image/gif"), entry(5, declared="image/gif", direction="send"), entry(6, declared="application/zip"),
                    entry(7, declared="application/octet-stream"), entry(8, declared="application/pdf", extension="exe"),
                    entry(9, declared="application/pdf", detected="exe")],
          "file_type": [{"key": "pdf", "type": "pdf", "send": 1, "receive": 1}, {"key": "application/pdf", "type": "pdf", "send": 1, "receive": 1},
                        {"key": "image/gif", "type": "gif", "send": 1, "receive": 0}]},
         ("entry", "type"),
         [("e3", "application/x-msdownload"), ("e4", "gif"), ("e6", "application/zip"), ("e7", "application/octet-stream"), ("e8", "exe"),
          ("e9", "exe")]),
    Case("unsupported-type", "a type that may only be received",
         {"entry": [entry(1, extension="x", direction="send"), entry(2, extension="x"), entry(3, extension="webp", direction="send")],
          "file_type": [{"key": "x", "type": "x", "send": 0, "receive": 1}, {"key": "webp", "type": "webp", "send": 0, "receive": 1}]},
         ("entry", "direction_word", "severity"), [("e1", "sent", None), ("e3", "sent", None)]),
)  # fmt: skip
