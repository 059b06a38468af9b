"""Why a file may not be sent: what it is to the library for one inbox, in words, and what to do about it. Pure."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.report import words
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.library.fingerprint import Difference, Pair
    from occ_media_cli.library.lookup import Answer, LibraryFile

_PAIRS_TOLD = 3
"""Places of a difference that are told beside a refusal; `library find` tells more."""


@value
class Standing:
    """What a file is to the library, for one inbox at one moment.

    answer: None where its sha256 is not known, so that nothing could be asked. inboxes: the names of those that may
    send it, of a file that this inbox may not. now: the moment, in milliseconds.
    """

    answer: Answer | None
    inboxes: tuple[str, ...] = ()
    now: int = 0

    @property
    def may_be_sent(self) -> bool:
        """Whether these very bytes are approved for the inbox; nothing else lets a file pass."""
        return self.answer is not None and self.answer.may_be_sent


def say_what_it_is(standing: Standing) -> str:
    """What a file that may not be sent is, to follow "this is"."""
    answer = standing.answer
    if answer is None:
        return "one without a known sha256"
    if answer.file is None:
        return "none"
    named = f"{answer.file.name} {answer.file.version}"
    if answer.how == "exact":
        text = f"{named}, which {_why(answer.file, standing)}"
    elif answer.how == "same-text":
        text = f"another save of {named}"
        if answer.file.state != "approved":
            text += f", which {_why(answer.file, standing)}"
    else:
        text = f"{_differs(answer.difference)} {named}"
    current = answer.current
    if current is not None and (current.name, current.version) != (answer.file.name, answer.file.version):
        text += f"; {current.version} is approved now"
    return text


def say_what_to_do(standing: Standing, inbox: str, path: str) -> str:
    """What to do with a file that may not be sent, with the command where there is one. path: the file."""
    answer = standing.answer
    if answer is None:
        return "name its bytes with path, or its sha256, so that it can be looked up"
    found, current = answer.file, answer.current
    propose = f"occ-media library propose {quote(path)}"
    if found is None:
        return f"send an approved one, or let it be approved: {propose} --name NAME --version V"
    if answer.how == "exact" and found.state == "proposed":
        return (
            f"{found.proposed_by} proposed it; another person: occ-media --actor NAME library approve"
            f" {quote(found.name)} --version {quote(found.version)}"
        )
    send = "" if current is None else f"send {current.version} instead: {current.path}"
    if answer.how == "exact" and found.state == "other-inbox" and current is None:
        scope = f"--name {quote(found.name)} --version {quote(found.version)} --inbox {quote(inbox)}"
        return f"let it be approved for {inbox}: {propose} {scope}"
    if answer.how == "same-text" and found.state == "approved":
        named = f"--name {quote(found.name)} --version {quote(_next_version(found.version, standing.now))}"
        return f"{send}; or let this one be approved: {propose} {named}"
    if send:
        return send
    named = f"--name {quote(found.name)} --version {quote(_next_version(found.version, standing.now))}"
    return f"no version of {found.name} may be sent here now; let this one be approved: {propose} {named}"


def _why(file: LibraryFile, standing: Standing) -> str:
    if file.state == "outdated":
        return "was replaced"
    if file.state == "retired":
        return f"was retired: {file.ended_why}" if file.ended_why else "was retired"
    if file.state == "expired":
        return "has expired" if file.expires is None else f"expired at {times.text(file.expires)}"
    if file.state == "proposed":
        return f"waits for approval (proposed by {file.proposed_by})"
    return f"is approved for {words.items(standing.inboxes)} only" if standing.inboxes else "is not approved for it"


def _differs(found: Difference | None) -> str:
    if found is None:
        return "nearly the text of"
    if found.moved:
        return "a text that has its words in another order than"
    about = "about " if found.about else ""
    told = ", ".join(_place(each) for each in found.pairs[:_PAIRS_TOLD])
    more = " …" if len(found.pairs) > _PAIRS_TOLD or found.left_out else ""
    shown = f" ({told}{more})" if told else ""
    return f"a text that differs in {about}{words.plural(found.words, 'word')}{shown} from"


def _place(pair: Pair) -> str:
    if not pair.old:
        return f"'{pair.new}' is new"
    return f"'{pair.new}' for '{pair.old}'" if pair.new else f"'{pair.old}' is missing"


def _next_version(version: str, now: int) -> str:
    """A version that is another one: the day, with a number where that is taken."""
    day = times.text(now)[:10]
    return f"{day}-2" if day == version else day
