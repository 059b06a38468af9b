"""Commands that the pages of an audit name for their reader, in the words of the caller: the pages know no command."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReaderCommands:
    """Commands for a reader of a page; empty ones are left out, for a caller that has no command line.

    hint: a line below a table. audit: this audit again. rest: this audit with every finding listed. one_rule: what goes
    before the id of a rule to ask for that rule alone. rule_text: a line that says how the text of a rule is printed.
    verify: what checks the ledger.
    """

    hint: str = ""
    audit: str = ""
    rest: str = ""
    one_rule: str = ""
    rule_text: str = ""
    verify: str = ""
