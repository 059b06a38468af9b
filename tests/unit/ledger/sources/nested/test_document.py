"""A mistake in a mapping: which table and key, what is wrong, and what would be right."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger.sources import Options
from tests.unit.ledger.conftest import Ledger
from tests.unit.ledger.sources.nested.taking import take

BASE = '[map]\nid = "i"\ntime = "t"\n[fixed]\ndirection = "send"\n'

WRONG = [
    ('[red]\neach = "a[]"', "[red] is no table of a mapping, did you mean 'read'?", "the tables are [read], [map]"),
    ('[read]\neech = "a[]"', "[read] has no 'eech', did you mean 'each'?", "its keys are each, files"),
    ('[read]\neach = 5', "[read] each is neither a path nor a list", 'such as "entry[].messaging[]"'),
    ('[read]\neach = "a[x]"', "[read] each has '[x]'", "write [] for every element"),
    ('[read]\neach = "a..b[]"', "[read] each has a dot with no key before it", "mend that path"),
    ('[read]\neach = "^a[]"', "[read] each '^a[]' begins with ^", "begin with a key of the body"),
    ('[read]\nfiles = "a"', "[read] files 'a' is no list", "write it with [] behind"),
    ('[read]\nform = "yes"', "[read] form is neither true nor false", "form = true"),
    ('[read]\nwhen = ["type = image"]', "[read] when compares with image as it stands", "write a word in quotes: 'image'"),
    ('[read]\nwhen = ["type in [\'a\'"]', "[read] when has a list that does not end", "write ['a', 'b']"),
    ('[read]\nwhen = ["!type = \'a\'"]', "[read] when has ! and a comparison", "path != 'word'"),
    ('[read]\nwhen = ["type in @bots"]', "[read] when compares with '@bots'", "mend that path"),
    ('[read]\nwhen = [7]', "[read] when has something that is no condition", "in quotes"),
    ('[read]\nwhen = [[["a"]]]', "[read] when has something that is no condition", "in quotes"),
    ('[read]\nrepeat = 5', "[read] repeat is no text", 'write a path such as "message.id"'),
    ('[skip]\nunless = ["a"]', "[skip] has no 'unless'", "its keys are when"),
    ('[units]\ntime = "sec"', "[units] time 'sec' is no unit", "write one of s, ms, us, ns, s.micro, s-or-ms, iso, mail"),
    ('[units]\ntime_zone = "Mars"', "[units] time_zone 'Mars' is not known", ""),
    ('[values.agent]\nif = "a"', "[values.agent] has if and no then", 'write then = "path"'),
    ('[values.agent]\nx = "a"', "[values.agent] has words, and nothing says where they stand", 'write from = "…"'),
    ('[values.agent]\nif = "a"\nthen = "x | regex"', "[values.agent] then has 'regex' behind |", "filters are last-of-path"),
    ('[values.agent]\nfrom = "x | lowr"', "[values.agent] from has 'lowr' behind |, did you mean 'lower'?", "filters are"),
    ('[values.agent]\nfrom = "x | after:y"', "[values.agent] from has 'after:y' behind |", "after:'…'"),
    ('[[corrects]]\ncorrects = "a"', "[[corrects]] has no when", "it needs when"),
    ('[[corrects]]\nwhen = ["a"]\ncorrects = "a"', "[[corrects]] needs an id of its own", 'write suffix = "unsent"'),
    ('[[corrects]]\nwhen = ["a"]\ncorrects = "a"\nsuffix = "x"\noutcome = "lost"', "[[corrects]] outcome 'lost' is no outcome", "write delivered"),
    ('[[corrects]]\nwhen = ["a"]\nentries = true\ncorrects = "a"\nsuffix = "x"', "[[corrects]] has entries beside", "suffix"),
    ('[[corrects]]\nwhen = ["a"]\nentries = 1\nsuffix = "x"', "[[corrects]] has entries beside", "suffix"),
    ('[corrects]\nwhen = ["a"]', "[corrects] is no list of tables", "[[corrects]]"),
    ('[values]\nplace = {a = "b"}', "[values] has 'place', which is no field of an entry", "they are id, time"),
]  # fmt: skip

MAPPED = [
    ('customer = "..a"', "[map] customer '..a' goes above the body", "leave out .."),
    ('customer = "@key"', "[map] customer has @key, and no * is on the way", "write * in [read] each"),
    ('customer = "@who"', "[map] customer '@who' is none of @key, @agents", "mend that path"),
    ('customer = []', "[map] customer is neither a path, nor a list of paths", ""),
    ('customer = {joint = ["a"]}', "[map] customer is a table of another kind", ""),
    ('customer = {among = "a[]"}', "[map] customer needs among, where, is and give", "write { among ="),
    ('customer = {among = "a[]", where = "^b", is = "c", give = "d"}', "[map] customer has where or give that leaves", "a key"),
    ('customer = {among = [], where = "b", is = "c", give = "d"}', "[map] customer has 0 paths", "from 1 to 64"),
    ('customer = "\'a"', "[map] customer begins with a quote and does not end with one", "a word stands as 'word'"),
    ('customer = ""', "[map] customer is empty", "write the path of a value"),
    ('size = "a"', "[map] size is in a unit that nobody says", 'write [units] size = "bytes"'),
    ('custmer = "a"', "[map] has 'custmer', which is no field of an entry, did you mean 'customer'?", "they are id"),
    (f'customer = "{"a." * 1_500}b"', "[map] customer is longer than 2,000 characters", "a path has a few parts"),
    (f'customer = "{"a." * 10_000}b"', "[map] customer is longer than 2,000 characters", "a path has a few parts"),
    (f'customer = "{"a." * 100}b"', "[map] customer has more than 64 parts", ""),
    (f'customer = "{".." * 100}b"', "[map] customer has 100 parts, and 64 are the most", ""),
    (f'customer = {["a"] * 100}', "[map] customer has 100 paths, and 64 are the most", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [*((BASE + text, what, hint) for text, what, hint in WRONG),
     *((BASE.replace("[map]\n", f"[map]\n{text}\n"), what, hint) for text, what, hint in MAPPED)],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(ledger: Ledger, text: str, what: str, hint: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        take(ledger, text, {"i": 1})
    assert caught.value.what.startswith(what)
    assert hint in (caught.value.hint or "")
    assert caught.value.file == str(ledger.folder / "map.toml")
    assert caught.value.code == 20


@pytest.mark.parametrize(("missing", "what"), [("id", "[map] has no id"), ("time", "[map] has no time")])
def test_what_every_entry_needs_must_be_mapped(ledger: Ledger, missing: str, what: str) -> None:
    text = "\n".join(line for line in BASE.splitlines() if not line.startswith(f"{missing} "))
    with pytest.raises(MalformedInput, match=missing) as caught:
        take(ledger, text, {"i": 1})
    assert caught.value.what == what


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n" * 1_000_000,
        "\n" * 1_000_000 + "[nothing]\n",
        "".join(f"k{number} = 1\n" for number in range(10_000)),
        "a = " + "[" * 100_000,
        BASE + "[read]\nwhen = [" + '"a", ' * 20_000 + "]",
        BASE + "[read]\neach = [" + '"a[]", ' * 20_000 + "]",
        BASE + "[[corrects]]\n" * 10_000,
        BASE + '[values.agent]\nfrom = "a"\nif = "' + "a = " * 10_000 + '"',
    ],
    ids=str.__len__,
)
def test_a_hostile_mapping_ends_in_a_clear_refusal(ledger: Ledger, text: str) -> None:
    begin = time.process_time()
    with pytest.raises(MalformedInput):
        take(ledger, text, {"i": 1})
    assert time.process_time() - begin < 5


def test_every_map_that_comes_along_can_be_read(ledger: Ledger) -> None:
    maps = sorted((Path(__file__).parents[5] / "sample_configs" / "maps").glob("*.toml"))
    assert len(maps) >= 10
    for file in maps:
        assert take(ledger, file, {"nothing": "known"}).counts.refused == 1, file.name


def test_columns_have_no_use_for_tables_of_bodies(ledger: Ledger) -> None:
    mapping = ledger.folder / "map.toml"
    mapping.write_text('[read]\neach = "a[]"\n' + BASE)
    with pytest.raises(MalformedInput) as caught:
        ledger.ingest("i,t", kind="csv", options=Options(mapping=mapping))
    assert caught.value.what == "[read] is for nested bodies, and a row of columns is flat"
    assert caught.value.hint == "leave [read] out, or read the bodies themselves as ndjson"
