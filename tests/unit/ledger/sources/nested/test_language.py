"""What a mapping can say of nested bodies, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from occ_media_cli.errors import UsageError
from occ_media_cli.ledger.sources import Options
from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.nested.taking import entries, take

SHOP = """
[read]
each = "shops[].orders[]"
files = "papers[]"
when = ["kind != 'draft'", ["ready", "late"]]
when_file = ["type in ['scan', 'photo']"]
[map]
id = "number"
time = "at"
account = "^shops[].id"
conversation = "..name"
customer = { join = ["buyer.land", "buyer.number"], with = "-" }
name = ["title", "link | last-of-path"]
size = "bytes"
[units]
time = "s"
size = "bytes"
[fixed]
channel = "shop"
[values.direction]
from = "way"
in = "receive"
else = "send"
[values.agent]
if = "way != 'in'"
then = ["seller.mail", "'unnamed'"]
[[corrects]]
when = ["kind = 'gone'"]
corrects = "of"
suffix = "gone"
reason = "taken back"
[skip]
when = ["kind = 'ping'"]
[refuse]
unless = ["shops"]
"""


def order(number: Any = 1, **more: Any) -> dict[str, Any]:
    return {"number": number, "at": 1_767_225_600 + (number if isinstance(number, int) else 0), "ready": True, "way": "in",
            "buyer": {"land": "DE", "number": 7}, "papers": [paper()], **more}  # fmt: skip


def paper(**more: Any) -> dict[str, Any]:
    return {"type": "scan", "title": "a.pdf", "bytes": "12", **more}


def shop(*orders: Any, **more: Any) -> dict[str, Any]:
    return {"shops": [{"id": "s1", "name": "North", "orders": list(orders), **more}]}


def test_a_row_is_made_of_what_stands_around_it(ledger: Ledger) -> None:
    bodies = shop(order(1)), {"shops": [{"id": "x", "orders": []}, {"id": "s2", "name": "South", "orders": [order(2)]}]}
    take(ledger, SHOP, *bodies, accounts={"s1": "lab", "s2": "Grüße"})
    assert entries(ledger, "id", "time", "inbox", "channel", "direction", "agent", "customer", "conversation", "name",
                   "size") == [
        ("1", "2026-01-01T00:00:01.000Z", "lab", "shop", "receive", None, "DE-7", "North", "a.pdf", 12),
        ("2", "2026-01-01T00:00:02.000Z", "Grüße", "shop", "receive", None, "DE-7", "South", "a.pdf", 12),
    ]  # fmt: skip


def test_files_are_numbered_where_several_count(ledger: Ledger) -> None:
    take(ledger, SHOP, shop(order(1, papers=[paper(type="note"), paper(title="x.png"), paper(title=None, link="https://h/p/b%20c.jpg?t=secret")]),
                            order(2, papers=[paper(), paper(type="note")])))  # fmt: skip
    assert entries(ledger, "id", "name") == [("1#1", "x.png"), ("1#2", "b c.jpg"), ("2", "a.pdf")]


def test_conditions_leave_out_what_does_not_fit(ledger: Ledger) -> None:
    summary = take(ledger, SHOP, shop(order(1, kind="draft"), order(2, ready=False), order(3, ready=False, late="yes"),
                                      order(4, kind="ping", at="never"), order(5, papers=[])))  # fmt: skip
    assert entries(ledger, "id") == [("3",)]
    assert (summary.counts.skipped, summary.counts.refused) == (4, 0)


def test_kinds_that_come_to_nothing_are_in_the_notes(ledger: Ledger) -> None:
    mapping = SHOP.replace("[map]", 'kind = "kind"\n[map]', 1)
    summary = take(ledger, mapping, shop(*(order(n, kind="draft") for n in range(3)), order(9, kind="new", papers=[])))
    assert summary.notes == ("skipped, by kind: 3 'draft', 1 'new'",)


def test_a_correction_speaks_of_all_files_of_a_message(ledger: Ledger) -> None:
    gone = order(3, kind="gone", of=1, papers=None), order(4, kind="gone", of=2), order(5, kind="gone", of=77)
    bodies = shop(order(1, papers=[paper(), paper()])), shop(order(2)), shop(*gone)
    summary = take(ledger, SHOP.replace("[[corrects]]", "[[corrects]]", 1), *bodies)
    found = ledger.all("SELECT id, entry, reason FROM correction ORDER BY seq")
    assert found == [
        ("1:gone#1", "1#1", "taken back"),
        ("1:gone#2", "1#2", "taken back"),
        ("2:gone", "2", "taken back"),
    ]
    assert summary.counts.skipped == 1
    assert take(ledger, SHOP, *bodies).counts.new == 0


def test_one_bad_file_costs_itself(ledger: Ledger) -> None:
    summary = take(ledger, SHOP, shop(order(1, papers=[paper(bytes=-1), paper()]), order(2, at="soon"), 7, order(4)))
    assert entries(ledger, "id") == [("1#2",), ("4",)]
    assert summary.counts.groups == {"bad size": 1, "bad time": 1, "unknown message": 1}
    assert summary.counts.read == 5


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"other": 1}, "not a body that the mapping is for"),
        ({"shops": {"id": 1}}, "shops is not a list"),
        (shop(order(1, papers={"type": "scan"})), "shops[].orders[].papers is not a list"),
        (shop(order(None)), "id is missing: nothing at number"),
        (shop(order({"a": 1})), 'id {"a": 1} is not text'),
        (shop(order(1, at=True)), "time true is not a time"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(ledger: Ledger, body: Any, words: str) -> None:
    summary = take(ledger, SHOP, body, shop(order(9)))
    assert [(each.line, each.detail) for each in summary.examples] == [(1, words)]
    assert summary.counts.new == 1


@pytest.mark.parametrize(
    ("unit", "value", "time"),
    [
        ("s", 1_767_225_600, "2026-01-01T00:00:00.000Z"),
        ("s", "1767225600.25", "2026-01-01T00:00:00.250Z"),
        ("ms", 1_767_225_600_123, "2026-01-01T00:00:00.123Z"),
        ("us", 1_767_225_600_123_456, "2026-01-01T00:00:00.123Z"),
        ("ns", "1767225600123456789", "2026-01-01T00:00:00.123Z"),
        ("s.micro", "1767225600.000100", "2026-01-01T00:00:00.000Z"),
        ("iso", "2026-01-01T01:00:00+0100", "2026-01-01T00:00:00.000Z"),
        ("iso", "2026-01-01 00:00:00 UTC", "2026-01-01T00:00:00.000Z"),
        ("mail", "Thu, 01 Jan 2026 01:30:00 +0130", "2026-01-01T00:00:00.000Z"),
        ("ms", 1_767_225_600, None),
        ("iso", 1_767_225_600, None),
        ("s", 1_767_225_600_123, None),
        ("mail", "Thu, 99 Jan 2026 01:30:00 +0130", None),
    ],
)
def test_units_of_time(ledger: Ledger, unit: str, value: Any, time: str | None) -> None:
    """Seconds that are read as milliseconds would be a file of 1970, which is due for removal at once."""
    mapping = f'[map]\nid = "i"\ntime = "t"\n[units]\ntime = "{unit}"\n[fixed]\ndirection = "send"'
    assert take(ledger, mapping, {"i": "a", "t": value}).counts.refused == (time is None)
    assert entries(ledger, "time") == ([(time,)] if time else [])


def test_maps_of_maps_keys_with_dots_and_lists_of_lists(ledger: Ledger) -> None:
    mapping = """
    [read]
    each = "rooms.*.events[]"
    [map]
    id = 'content."m.id"'
    time = "t"
    conversation = "@key"
    name = "parts[-1]"
    reason = "#"
    customer = "people | sort | join:'+'"
    [fixed]
    direction = "receive"
    """
    event = {"content": {"m.id": "e1"}, "t": "2026-01-01", "parts": ["a.txt", "b.txt"], "people": ["zoe", "al"]}
    take(ledger, mapping, {"rooms": {"!r1": {"events": [[event], [[{**event, "content": {"m.id": "e2"}}]]]}}})
    assert entries(ledger, "id", "conversation", "name", "customer") == [
        ("e1", "!r1", "b.txt", "al+zoe"), ("e2", "!r1", "b.txt", "al+zoe")
    ]  # fmt: skip


def test_json_in_a_text_and_paths_that_go_on_behind_a_filter(ledger: Ledger) -> None:
    mapping = """
    [read]
    each = "payload | json | .items[]"
    [map]
    id = "id"
    time = "^t"
    name = "path | split:'/' | [-2]"
    [fixed]
    direction = "send"
    """
    summary = take(ledger, mapping, {"t": "2026-01-01", "payload": '{"items": [{"id": 1, "path": "a/b.pdf/c"}]}'},
                   {"t": "2026-01-01", "payload": "{"})  # fmt: skip
    assert entries(ledger, "id", "name") == [("1", "b.pdf")]
    assert [each.detail for each in summary.examples] == [
        "a text that should hold JSON is not JSON: expecting property name enclosed in double quotes"
    ]


def test_your_own_users_are_named_by_the_caller(ledger: Ledger) -> None:
    mapping = """
    [map]
    id = "i"
    time = ["t", "@received"]
    [values.direction]
    if = "by in @agents"
    then = "'send'"
    else = "'receive'"
    """
    bodies = {"i": "a", "by": "dana"}, {"i": "b", "by": "rosa", "t": "2026-02-02"}
    take(ledger, mapping, *bodies, agents=("dana",), received="2026-01-01T00:00:00Z")
    assert entries(ledger, "id", "direction", "time") == [
        ("a", "send", "2026-01-01T00:00:00.000Z"), ("b", "receive", "2026-02-02T00:00:00.000Z")
    ]  # fmt: skip


def test_form_encoded_bodies_and_repeats(ledger: Ledger) -> None:
    mapping = """
    [read]
    form = true
    repeat = "Num"
    [map]
    id = "Id"
    time = "@received"
    declared = "Type{n}"
    [fixed]
    direction = "receive"
    """
    lines = (
        "Id=a&Num=2&Type0=image%2Fpng&Type1=application/pdf",
        '{"Id": "b", "Num": "1", "Type0": "image/png"}',
        "Id=c&Num=0",
        "Id=d&Id=e",
        "nonsense",
        "Id=f&Num=-1",
    )
    summary = take(ledger, mapping, *lines, received="2026-01-01T00:00:00Z")
    assert entries(ledger, "id", "name", "declared") == [
        ("a#1", "a#1.png", "image/png"), ("a#2", "a#2.pdf", "application/pdf"), ("b", "b.png", "image/png")
    ]  # fmt: skip
    assert summary.counts.groups == {"key twice": 1, "no form": 1, "bad value": 1}
    assert summary.counts.skipped == 1


def test_a_flat_map_reads_as_columns_do(ledger: Ledger) -> None:
    """The same file serves a CSV export and its rows as NDJSON."""
    flat = """
    [map]
    id = "Message ID"
    time = "created"
    name = "file"
    direction = "way"
    size = "kb"
    [units]
    time = "s"
    size = "kB"
    [fixed]
    inbox = "lab"
    [values.direction]
    in = "receive"
    from = "send"
    [csv]
    delimiter = ";"
    """
    row = {"Message ID": 5, "created": 1_767_225_600, "file": "../x/a.pdf", "kb": 2}
    take(ledger, flat, {**row, "way": "in"}, {**row, "way": "from", "Message ID": 6})
    assert entries(ledger, "id", "inbox", "direction", "name", "size") == [
        ("5", "lab", "receive", "a.pdf", 2_000), ("6", "lab", "send", "a.pdf", 2_000)
    ]  # fmt: skip


def test_words_that_a_mapping_does_not_ask_for_are_refused(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="does not ask for @agents"):
        take(ledger, SHOP, shop(order()), agents=("dana",))
    with pytest.raises(UsageError, match="ndjson takes --received with --map alone"):
        Options(received="2026-01-01").must_fit("ndjson", before="--")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"shops": ' + "[" * 100_000 + "]" * 100_000 + "}", "the body is nested too deeply"),
        ('{"shops": ' + "[" * 60 + "]" * 60 + "}", None),
        ('{"shops": [], "shops": []}', "the body has the key 'shops' twice"),
        ('{"shops": [], "\\u0073hops": []}', "the body has the key 'shops' twice"),
        ('{"shops": [], "a": "\\u0022:", "a": 1}', "the body has the key 'a' twice"),
        (
            '{"shops": [], "a": 123456789012345678901234567890}',
            "the body has a number that is longer than 19 digits: 12345678901234567890…",
        ),
        ('{"shops": [], "a": "' + "x" * 9_000_000 + '"}', "no JSON object, or one longer than 8,388,608 bytes"),
    ],
)
def test_a_deep_or_huge_body_is_refused_and_the_rest_goes_on(ledger: Ledger, body: str, words: str | None) -> None:
    summary = take(ledger, SHOP, shop(order(1)), body, shop(order(2)))
    assert [each.detail for each in summary.examples] == ([words] if words else [])
    assert summary.counts.new == 2


def test_a_path_does_not_go_through_an_endless_list_for_each_row(ledger: Ledger) -> None:
    mapping = SHOP.replace("customer = {", 'reason = "^people[].name"\ncustomer = {', 1)
    summary = take(
        ledger, mapping, {**shop(order(1)), "people": [None] * 20_000}, {**shop(order(2)), "people": [{"name": "al"}]}
    )
    assert summary.counts.groups == {"too many": 1}
    assert entries(ledger, "id", "reason") == [("2", "al")]


PEOPLE = """
[read]
each = "said[]"
[map]
id = "id"
time = "at"
customer = [{ among = ["^people[]", "^guests[]"], where = "id", is = "by", give = ["mail", "phone"] }, "^owners | only | [].mail", "by"]
[units]
time = "s"
[fixed]
direction = "receive"
channel = "shop"
"""


@pytest.mark.parametrize(
    ("by", "owners", "customer"),
    [
        (1, ["a", "b"], "rosa@example.net"),
        ("1", ["a", "b"], "rosa@example.net"),
        (2, ["a", "b"], "+49"),
        (3, ["a", "b"], "guest@example.net"),
        (4, ["a", "b"], "4"),
        (4, ["a"], "a"),
        (None, ["a", "b"], None),
    ],
)
def test_a_person_is_found_among_others_by_its_number(
    ledger: Ledger, by: Any, owners: list[str], customer: str | None
) -> None:
    body = {"said": [{"id": "i", "at": 1_790_000_000, "by": by}], "owners": [{"mail": mail} for mail in owners],
            "people": [{"mail": "nobody@example.net"}, {"id": 2, "mail": "", "phone": "+49"},
                       {"id": 1, "mail": "rosa@example.net"}], "guests": [{"id": 3, "mail": "guest@example.net"}]}  # fmt: skip
    take(ledger, PEOPLE, body)
    assert entries(ledger, "customer") == [(customer,)]
