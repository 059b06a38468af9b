"""What a check found inside a file, and whether it could look at all of it.

A check is a function `(FileSource, type) -> Looked`, and `checks.py` lists them. It runs in a sandbox, so everything in
a `Looked` is plain: a worker hands it back by `marshal`, as nested tuples.
"""

from __future__ import annotations

from typing import NamedTuple


class Found(NamedTuple):
    """One thing inside a file.

    code: of `safety.codes`. severity: `error`, `warning` or `note`. message: what it is, without the fix; it never
    holds a value of sensitive text, only its masked form. where: the part, page or cell, such as `word/settings.xml`,
    `page 3`, `Sheet1!B7`; empty for the file itself. help: what to type or do.
    """

    code: str
    severity: str
    message: str
    where: str = ""
    help: str = ""

    @property
    def placed(self) -> str:
        """The message with its place, for people."""
        if not self.where:
            return self.message
        return f"{self.message}, {'' if self.where.startswith(_BEHIND) else 'in '}{self.where}"


class Looked(NamedTuple):
    """What one check says of one file.

    found: in the order of the file's parts. unread: (part, reason) for each part that the check had to pass over; a
    file with one of them is never called clean. facts: what else is known, by name, such as `author` or
    `earlier_versions`; `scan_result.py` takes those of the look at metadata, and the labels of that at sensitive text.
    """

    found: tuple[Found, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, bool | int | str], ...] = ()


_BEHIND = ("behind ", "between ", "before ")
"""Places that are said as they are."""
