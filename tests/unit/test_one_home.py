"""Eight ideas have one home each, and no file writes one of them a second time.

How an entry stands after its corrections, what a hold covers, who a customer is, and the category of a file were once
written in up to twenty files, and the copies disagreed: two rules of one audit said different things about one entry.
Texts ask `ledger.entries_sql`, the views `entry`, `entry_now` and `entry_hold`, and `ledger.customers`. What the files beside a
store are called stood in five lists: it is asked of `store.locate` and `store.lock`, so that no copy of a store is
overlooked. What looks like a copy and is none is in `ALLOWED`, with the reason.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import occ_media_cli

pytestmark = pytest.mark.no_cover

PACKAGE = Path(occ_media_cli.__file__).parent

COPIES = {
    "an entry as it stands": re.compile(r"coalesce\(\s*a\.(outcome|reason|detected|size|sha256|md5|deleted)\b|JOIN\s+(main\.)?amendment\b"),
    "what a hold covers": re.compile(
        r"\bh\.(since_ms|until_ms|since|until|inbox_id|inbox|entry_seq|customer|conversation)\s*(<|>|IS NULL OR)|"
        r"\bh\.(inbox_id|inbox|customer|canonical_customer|conversation)\s*=|\bhold\.(since|until|inbox|customer|conversation|entry)\s*(==|!=|<|>|(not )?in)|"
        r"\bentry\.\w+\s+(not )?in each\(hold\.(inbox|customer|conversation|entry)\)"
    ),
    "who a customer is": re.compile(r"\b(?<!canonical_)customer\s*(=|IN|==|!=)\s*([:?]|\(SELECT|[ehr]\.)|\.customer\s*(==|!=)"),
    "the category of a file": re.compile(r"file_type\s+(AS\s+)?(\w+)\s+ON\s+\2\.key\s*="),
    "what was meant": re.compile(r"did you mean ?['{]|difflib|get_close_matches"),
    "where a report comes from": re.compile(r"report\.window\.in_words|made_words\(|report\.made\[|f.Made \{"),
    "a file beside a store": re.compile(r"""["'}.\w]-(wal|shm|journal)\b["'{]|\.ledger\.db["'{]|\.lock["'{]"""),
    "what an OLE package holds": re.compile(r"(?i)x01ole10native"),
}  # fmt: skip

HOMES = {
    "ledger/entries_sql.py": {"an entry as it stands", "what a hold covers", "the category of a file"},
    "ledger/customers.py": {"who a customer is"},
    "store/migrations/": {"an entry as it stands", "what a hold covers", "who a customer is", "the category of a file"},
    "media/readers/ole_package.py": {"what an OLE package holds"},
    "report/words.py": {"what was meant"},
    "report/formats/cell_text.py": {"where a report comes from"},
    "store/locate.py": {"a file beside a store"},
    "store/lock.py": {"a file beside a store"},
}
"""By file or folder, the ideas that live there."""

ALLOWED = {
    ("what a hold covers", "retention/evaluate.py"): "the oracle that a test holds the view to",
    ("what a hold covers", "audit/reports/retention_totals/apart.sql"): "compares holds with days, not with entries",
    (
        "what a hold covers",
        "audit/reports/retention_totals/named.sql",
    ): "the days that it looks at; then it asks the home",
    ("what was meant", "cli/app.py"): "an option and its value stand without quotation marks",
    ("the category of a file", "audit/rules/type-mismatch.sql"): "compares what three witnesses say, each by itself",
    ("the category of a file", "audit/rules/unsupported-type.sql"): "directions, which the view does not give",
    ("the category of a file", "audit/engines/candidates.py"): "the same for each word, once",
}


def copies(place: str, text: str) -> list[str]:
    """The ideas of which a file holds a copy that it may not hold."""
    own = {idea for home, ideas in HOMES.items() if place.startswith(home) for idea in ideas}
    return [
        idea for idea, copy in COPIES.items() if idea not in own and copy.search(text) and (idea, place) not in ALLOWED
    ]


FILES = sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".sql"))


def test_no_file_writes_a_second_time_what_has_a_home() -> None:
    assert len(FILES) > 300
    found = {str(path.relative_to(PACKAGE)): copies(str(path.relative_to(PACKAGE)), path.read_text()) for path in FILES}
    assert {place: ideas for place, ideas in found.items() if ideas} == {}


def test_what_is_allowed_is_still_there() -> None:
    for idea, place in ALLOWED:
        assert COPIES[idea].search((PACKAGE / place).read_text()), (idea, place)


@pytest.mark.parametrize(
    ("idea", "copy"),
    [
        ("an entry as it stands", "SELECT coalesce(a.size, r.size, 0) FROM record r"),
        ("an entry as it stands", "FROM record r\nLEFT JOIN amendment a ON a.seq = r.seq"),
        ("what a hold covers", "WHERE (h.since_ms IS NULL OR h.since_ms <= e.time_ms)"),
        ("what a hold covers", "if hold.inbox != entry.inbox: return False"),
        ("what a hold covers", "if entry.inbox not in each(hold.inbox): return False"),
        ("who a customer is", "SELECT seq FROM record WHERE customer = :customer"),
        ("who a customer is", "h.customer = e.customer"),
        ("who a customer is", "if hold.customer == entry.customer:"),
        ("the category of a file", "LEFT JOIN file_type f ON f.key = e.extension"),
        ("what was meant", """f", did you mean '{near}'?" """),
        ("what an OLE package holds", 'if entry.name.upper() == "\\x01OLE10NATIVE":'),
        ("what was meant", "from difflib import get_close_matches"),
        ("where a report comes from", "yield safe.markdown(report.window.in_words())"),
        ("where a report comes from", "text = made_words(report.made)"),
        ("a file beside a store", '_JOURNALS = ("-wal", "-journal")'),
        ("a file beside a store", "path.with_name(f'{path.name}-shm')"),
        ("a file beside a store", 'path.with_suffix(".ledger.db")'),
        ("a file beside a store", 'path.with_name(f".{path.name}.lock")'),
    ],
)
def test_a_planted_copy_is_found(idea: str, copy: str) -> None:
    assert idea in copies("audit/reports/new.py", copy)
