"""The closed sets of words of this program, each written once: everything else imports them.

A set is a tuple in the order in which people read it, with its type beside it. Where the ledger stores a number for a
word, the number is the word's place, from 0 unless it is said otherwise, so the order of these sets never changes: a
new word comes last. Lists elsewhere would agree on the day they are written and then drift apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, get_args

Direction = Literal["send", "receive"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
"""Which way a file went: an agent sends, a customer's file is received. Stored as 0 and 1."""

SWITCHES: tuple[Direction, ...] = DIRECTIONS[::-1]
"""The directions in the order in which people read the switches of an inbox: what customers send comes first."""

Outcome = Literal["delivered", "blocked", "failed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""What became of a file. Stored as 0, 1 and 2."""

RecordKind = Literal["file", "correction", "decision"]
RECORD_KINDS: tuple[RecordKind, ...] = get_args(RecordKind)
FILE, CORRECTION, DECISION = range(3)
"""What a record of the ledger is, and the numbers it is stored as."""

ALIAS_EVENTS = ("customer-alias", "customer-alias-remove")
"""The events that say which ids are one person's; the newest ones alone say who is who."""

ERASURE = "erasure"
"""The event that says which values were erased."""

NAMING_EVENTS = ("hold", *ALIAS_EVENTS)
"""The events that name people whom views look up."""

GateDecisionWord = Literal["allow", "deny"]
GATE_DECISIONS: tuple[GateDecisionWord, ...] = get_args(GateDecisionWord)
"""What the gate answers. Stored as 0 and 1, in the column of the outcome."""

Category = Literal["audio", "document", "image", "video"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
"""What a type of file belongs to. In sums the categories are 1 to 4, and 0 is a file of none."""

MEDIA_CATEGORIES: tuple[Category, ...] = ("audio", "image", "video")
"""The categories that can be coded again, and made smaller by it."""

Verdict = Literal["accepted", "rejected", "not-checked"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""What a check says of a file."""


class Severity(StrEnum):
    """How bad a finding is: the three levels of SARIF, mildest first."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a note, 1 for a warning, 2 for an error."""
        return SEVERITIES.index(self.value)


SEVERITIES: tuple[str, ...] = tuple(each.value for each in Severity)

LibraryAnswer = Literal["exact", "same-text", "near", "none"]
LIBRARY_ANSWERS: tuple[LibraryAnswer, ...] = get_args(LibraryAnswer)
"""How a file is known to the library: by its bytes, by its words in another save, by most of its words, or not."""

Role = Literal["owner", "admin", "supervisor", "agent"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Who somebody is in the contact centre. The first three reach every inbox; an agent reaches those that are given."""

AgentAction = Literal["send", "view"]
AGENT_ACTIONS: tuple[AgentAction, ...] = get_args(AgentAction)
"""What an agent may be allowed or denied in an inbox."""

ScanMode = Literal["off", "record", "required"]
SCAN_MODES: tuple[ScanMode, ...] = get_args(ScanMode)
"""Whether files of an inbox are scanned: not, on the record only, or before anything passes."""

Section = Literal["retention", "agents", "rules", "suppressions", "channels", "store"]
SECTIONS: tuple[Section, ...] = get_args(Section)
"""The parts of a configuration beside the inboxes, each versioned as a whole."""

ConfigAction = Literal["add", "change", "remove"]
CONFIG_ACTIONS: tuple[ConfigAction, ...] = get_args(ConfigAction)
"""What happens to one item of a configuration."""

PlanAction = Literal["keep", "remove"]
PLAN_ACTIONS: tuple[PlanAction, ...] = get_args(PlanAction)
"""What a plan does with a file. Stored as 0 and 1."""

RemovalState = Literal["quarantined", "removed", "restored"]
REMOVAL_STATES: tuple[RemovalState, ...] = get_args(RemovalState)
"""Where the bytes of a file that a purge took are now."""

AWAY: tuple[RemovalState, ...] = REMOVAL_STATES[:2]
"""The states in which the bytes are not in their place."""

ENTRY_STEPS = ("purge", "purge-finish", "restore")
ORPHAN_STEPS = ("orphan-purge", "orphan-finish", "orphan-restore")
"""The events that bring a file into each of `REMOVAL_STATES`, in their order: files of entries, and those of none."""

REFUSAL_EVENTS = ("purge-refused", "orphan-refused")
"""The events that say that a purge left a file alone."""

LedgerFileTime = Literal["sidecar", "mtime"]
FILE_TIMES: tuple[LedgerFileTime, ...] = get_args(LedgerFileTime)
"""Where the time of a file in a folder comes from."""

HealthState = Literal["ok", "missing", "problem"]
HEALTH_STATES: tuple[HealthState, ...] = get_args(HealthState)
"""What a look at the machine says of one thing: well, something works less, something is wrong."""

AntivirusWish = Literal["auto", "required", "off"]
ANTIVIRUS_WISHES: tuple[AntivirusWish, ...] = get_args(AntivirusWish)
"""Whether a scan asks the antivirus: where it runs, always, or never."""

ScanCheck = Literal["active", "sensitive", "metadata"]
SCAN_CHECKS: tuple[ScanCheck, ...] = get_args(ScanCheck)
"""What a scan looks for in a file besides malware."""

ScanVerdict = Literal["clean", "flagged", "infected", "not-scanned"]
SCAN_VERDICTS: tuple[ScanVerdict, ...] = get_args(ScanVerdict)
"""What a scan says of a file: nothing to say, something found, malware, or not all of it was looked at."""

AntivirusState = Literal["clean", "infected", "not-scanned"]
ANTIVIRUS_STATES: tuple[AntivirusState, ...] = get_args(AntivirusState)
"""What an engine of signatures says of a file and all of its parts. Only the first lets it pass."""

SCAN_STATES = ("clean", "infected")
"""What a scanner that finished says of a file."""


def state_of(steps: Sequence[str]) -> dict[str, RemovalState]:
    """The state that each event of `ENTRY_STEPS` or `ORPHAN_STEPS` brings a file into."""
    return dict(zip(steps, REMOVAL_STATES, strict=True))


def word_sql(code: str, words: Sequence[str], first: int = 0) -> str:
    """SQL for the word of a number; NULL for a number without one. code: an expression; first: number of word one."""
    cases = " ".join(f"WHEN {number} THEN '{word}'" for number, word in enumerate(words, start=first))
    return f"CASE {code} {cases} END"


def code_sql(word: str, words: Sequence[str], first: int = 0) -> str:
    """SQL for the number of a word; 0 for a word that is none of them. word: an expression."""
    cases = " ".join(f"WHEN '{each}' THEN {number}" for number, each in enumerate(words, start=first))
    return f"CASE {word} {cases} ELSE 0 END"
