"""What is known of a case that is to be diagnosed: settings, the file or its entry, and what the ledger says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli.decide.diagnose import QUESTIONS, DiagnosisCase, Line, diagnose
from occ_media_cli.decide.gate import by_its_declared_type, by_its_word
from occ_media_cli.decide.settings_now import settings_of
from occ_media_cli.decide.standings import Standings
from occ_media_cli.errors import Incomplete, NotFound, UsageError
from occ_media_cli.places.safe_open import open_named
from occ_media_cli.report.meant import refuse_other_words

if TYPE_CHECKING:
    from occ_media_cli.store.open import Store

_DAY = 86_400_000
_LATELY = 100_000
"""So many of the newest records are searched for failures, so that a large ledger costs no more than a small one."""


def diagnose_question(
    store: Store,
    now: int,
    question: str,
    inbox: str,
    *,
    agent: str | None = None,
    file: str | None = None,
    entry: str | None = None,
    rate: float = 1.0,
    slow_after: int = 60,
) -> list[Line]:
    """The checks of a question, in the order in which to mend what they find.

    question: one of `QUESTIONS`. file, entry: the file it is about, at most one of them. rate: megabits a second to
    judge a download by. slow_after: seconds above which it is slow. Raises UsageError for a question that cannot be
    asked so, NotFound for an unknown inbox or entry, Incomplete for a file that cannot be read.
    """
    refuse_other_words(question, "question", QUESTIONS)
    if file is not None and entry is not None:
        raise UsageError("a file and an entry name one file twice", hint="leave one of them out")
    if not 0 < rate < 1_000_000 or slow_after < 1:
        what = "the rate must be above 0 and below 1,000,000, and the seconds of a slow download at least 1"
        raise UsageError(what, hint="a rate of 1 and 60 seconds are usual")
    direction = "send" if question == "cannot-send" else "receive"
    case = case_of(store, now, inbox, direction, agent=agent, file=file, entry=entry)
    return diagnose(question, case._replace(rate=int(rate * 1_000_000), slow_after=slow_after))


def case_of(
    store: Store, now: int, inbox: str, direction: str, *, agent: str | None, file: str | None, entry: str | None
) -> DiagnosisCase:
    """Read everything. Raises NotFound for an unknown inbox or entry, or a mistyped agent, Incomplete for a file that
    cannot be read."""
    settings = settings_of(store, now)
    version = settings.version(inbox)
    settings.refuse_mistyped_agent(agent)
    policy = settings.policy(inbox, agent=agent, direction=direction)
    case = DiagnosisCase(policy, None, "", "", failures=_failures(store, version.inbox, direction, now))
    if file is not None:
        return _with_file(case, file, Standings(store, now))
    if entry is not None:
        return _with_entry(case, store, entry, version.inbox, Standings(store, now))
    return case


def _with_file(case: DiagnosisCase, file: str, standings: Standings) -> DiagnosisCase:
    from occ_media_cli.media.look import Look
    from occ_media_cli.media.travel import recognise_and_hash_work, unpack

    for seen in Look(recognise_and_hash_work, workers=1).at([os.fsencode(file)]):
        if seen.unreadable is not None:
            raise Incomplete(seen.unreadable, file=file, hint="name a readable regular file")
        known, sha256 = unpack(seen.result[0]), seen.result[1]
        standing = standings.look_up(case.policy, sha256, lambda: open_named(os.fsencode(file)))
        return case._replace(known=known, name=file.rpartition("/")[2], path=file, standing=standing)
    raise Incomplete("it is a folder without files", file=file, hint="name a file")


def _with_entry(case: DiagnosisCase, store: Store, entry: str, inbox: str, standings: Standings) -> DiagnosisCase:
    from occ_media_cli.ledger.find import find_entry
    from occ_media_cli.ledger.query import COLUMNS, shaped

    seq = find_entry(store.ledger, entry)
    row = store.ledger.execute(f"SELECT {COLUMNS} FROM entry WHERE seq = ?", (seq,))  # noqa: S608 - our columns
    found = shaped(row.fetchone())
    if found["inbox"] != inbox:
        raise NotFound(f"entry '{entry}' is one of inbox '{found['inbox']}'", hint="name its inbox",
                       topic=("entry-inbox", str(found["inbox"])))  # fmt: skip
    size = found["size"]
    known = by_its_word(
        str(found["name"]), _text(found["declared"]), _text(found["detected"]), size if isinstance(size, int) else None
    )
    return case._replace(
        known=known,
        name=by_its_declared_type(str(found["name"]), _text(found["declared"]))[0],
        path=str(found["path"] or found["name"]),
        standing=standings.find_standing(case.policy, _text(found["sha256"])),
        outcome=_text(found["outcome"]),
        reason=_text(found["reason"]),
        deleted=_text(found["deleted"]),
    )


def _text(value: object) -> str | None:
    return str(value) if value is not None else None


def _failures(store: Store, inbox: str, direction: str, now: int) -> int | None:
    if store.connection is None:
        return None
    row = store.connection.execute(
        "SELECT count(*) FROM entry WHERE inbox = ? AND direction = ? AND outcome = 'failed' AND time_ms > ?"
        " AND seq > (SELECT max(seq) FROM record) - ?",
        (inbox, direction, now - _DAY, _LATELY),
    ).fetchone()
    return int(row[0])
