"""Mails and pages that are kept as a mail (MHTML): every part is looked at as a file of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

from occ_media_cli.media.readers.source_code import is_mail
from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.safety.active.contents import HEAD, is_program_name, program_in
from occ_media_cli.safety.active.inspection import Inspection

_HEADER = re.compile(rb"\s*(?:>?From |[!-9;-~]{1,80}[ \t]*:)")
_MIME = re.compile(rb"^Content-(?:Type|Transfer-Encoding)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")


def may_be_mail(source: FileSource) -> bool:
    """Whether a text has the headers of a mail with parts. One without any holds nothing but its words."""
    if _HEADER.match(source.head.removeprefix(b"\xef\xbb\xbf")) is None:
        return False
    data = source.data[: source.size].removeprefix(b"\xef\xbb\xbf").lstrip()
    if is_mail(data[:4096]):
        return _MIME.search(data) is not None
    end = _BLANK_LINE.search(data)
    return _MIME.search(data, 0, end.start() if end else len(data)) is not None


def inspect_mail(
    look: Inspection, source: FileSource, inspect_part: Callable[[Inspection, FileSource, str], None]
) -> None:
    """Every body and attachment. inspect_part: what looks at a file of which nothing is known."""
    from occ_media_cli.media.unpack.mails import read_parts
    from occ_media_cli.media.unpack.room import CAPS, Room, Unread

    for number, item in enumerate(read_parts(source, Room(CAPS, source.size))):
        if number >= CAPS.parts or not look.step(cost=50):
            look.pass_over("", "it has more parts than are looked at")
            return
        if isinstance(item, Unread):
            look.pass_over(item.where, item.reason)
            continue
        name, content = item
        if is_program_name(name):
            look.tell(
                "embedded-program", f"a program or script as an attachment (.{name.rpartition('.')[2][:12]})", name
            )
        elif (what := program_in(content[:HEAD])) is not None:
            look.tell("embedded-program", f"{what} as an attachment", name)
        elif look.afford(len(content), name):
            look.look_at_part(source_of(content), name, inspect_part)
