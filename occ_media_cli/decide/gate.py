"""What the gate answers about one entry: allow or deny, and the words for the customer and the agent. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from occ_media_cli.decide.check import problems_for
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.problems import Problem
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.types import BY_TYPE, extension_of, plain_media_type, type_of_declared, type_of_extension
from occ_media_cli.settings.messages import fill
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from occ_media_cli.decide.policy import Policy
    from occ_media_cli.library.standing import LibraryStanding
    from occ_media_cli.safety.scan_result import ScanResult

_MEDIA_TYPES = {known.media_type: name for name, known in reversed(DESCRIBED.items())}
_MEDIA_TYPES |= {row.media_type: row.type for row in BY_TYPE.values()} | {"application/ogg": "ogg"}

_A = {"audio": "an audio file", "document": "a document", "image": "an image", "video": "a video"}
_TELL = {
    "over-limit": "it is too large",
    "empty-file": "it is empty",
    "damaged": "it is damaged",
    "trailing-data": "it is damaged",
    "macro-enabled": "documents with macros are not accepted",
    "name-deceptive": "its name is not accepted",
    "infected-file": "it did not pass a safety check",
    "not-scanned": "it could not be checked",
    "unreadable": "it could not be checked",
    "password-protected": "files with a password are not accepted",
    "active-content": "files with active content are not accepted",
    "sensitive-content": "files with card numbers or other sensitive data are not accepted",
}
_OTHERWISE = "files of this type are not accepted"


class GateAnswer(NamedTuple):
    """The gate's answer. detected: the media type that was recognised in the bytes, or None without any."""

    allow: bool
    problems: tuple[Problem, ...]
    customer_message: str | None
    agent_notice: str | None
    detected: str | None


def answer_gate(
    known: Recognition,
    name: str,
    policy: Policy,
    *,
    standing: LibraryStanding | None,
    channel: str | None,
    seen: bool,
    declared: str | None = None,
    scan: ScanResult | None = None,
    path: str | None = None,
) -> GateAnswer:
    """Decide on an entry of an inbox. seen: `known` comes from the bytes, not from what the entry says of itself.
    standing: what they are to the library, for a policy that asks. scan: what a scan of these bytes found. path: where
    they lie, for help; None where that is not known."""
    judged, notes = by_its_declared_type(name, declared)
    problems = (*problems_for(known, path or judged, policy, standing, scan, judged.rpartition("/")[2]), *notes)
    return reply(problems, known, name, policy, channel=channel, seen=seen)


def reply(
    problems: tuple[Problem, ...], known: Recognition, name: str, policy: Policy, *, channel: str | None, seen: bool
) -> GateAnswer:
    """The answer to problems that were found, with its words."""
    detected = known.media_type if seen else None
    errors = [each for each in problems if each.severity is Severity.ERROR]
    if not errors:
        return GateAnswer(True, problems, None, None, detected)
    worst = next((each for each in errors if each.code == "media-off"), errors[0])
    if policy.direction == "send":
        return GateAnswer(False, problems, None, f"{name} was not sent: {worst.code}: {worst.message}", detected)
    tried = f"customer tried to send {_A.get(known.category or '', 'a file')}"
    inbox = policy.inbox
    if worst.code == "media-off" and inbox is not None:
        text = fill(inbox.message or "", inbox=inbox.name, channel=channel) or None
        return GateAnswer(False, problems, text, f"{tried}; receiving is off", detected)
    text = f"Sorry, this file cannot be received: {_TELL.get(worst.code, _OTHERWISE)}."
    return GateAnswer(
        False, problems, text, f"{tried} ({name}); it was refused: {worst.code}: {worst.message}", detected
    )


def by_its_word(name: str, declared: str | None, detected: str | None, size: int | None) -> Recognition:
    """What an entry without bytes says of itself: what was detected elsewhere, else the extension of its name.

    An unknown size is judged as one byte: not empty, and below every limit.
    """
    kind = _detected(detected or "") or type_of_extension(extension_of(name)) or _declared(declared or "")
    return of_type(kind, size)


def of_type(kind: str | None, size: int | None) -> Recognition:
    """An entry without bytes whose type is known, as that of a file of the approved library is."""
    words = DESCRIBED[kind].description if kind in DESCRIBED else "a file of an unknown type"
    return Recognition(kind, "", words, 1 if size is None else size)


def _detected(media_type: str) -> str | None:
    return _MEDIA_TYPES.get(plain_media_type(media_type)) or type_of_declared(media_type)


def _declared(media_type: str) -> str | None:
    return type_of_declared(media_type) or _MEDIA_TYPES.get(plain_media_type(media_type))


def by_its_declared_type(name: str, declared: str | None) -> tuple[str, tuple[Problem, ...]]:
    """The name by which a file is judged, and the note on it: one without an extension has that of its declared type.

    Phones and scanners send `Scan 2026` as application/pdf; what is declared is held to the bytes as a name would be.
    """
    kind = None if extension_of(name) else type_of_declared(declared or "")
    if kind is None:
        return name, ()
    message = f"its name has no extension; it is judged as the {kind} that its sender declares"
    return f"{name}.{kind}", (Problem("type-declared", Severity.NOTE, message, f"name it .{kind}"),)


ONE_ENTRY = "send one entry as a JSON object on one line"


def malformed(why: str, help_: str = ONE_ENTRY) -> Problem:
    """The problem of a line that is no entry."""
    return Problem("malformed", Severity.ERROR, why, help_)
