"""Every problem code: how bad it is, what it means, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple

from occ_media_cli.vocabulary import Severity

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


class Code(NamedTuple):
    """A code as formats with rule lists show it."""

    severity: Severity
    title: str
    fix: str


CODES: dict[str, Code] = {
    "unsupported-type": Code(_ERROR, "A type that the product does not take", "Send a type of `occ-media types`."),
    "type-mismatch": Code(_ERROR, "A file that is not what its name says", "Name it what it is, or send the real one."),
    "over-limit": Code(_ERROR, "A file over the size limit", "Send a smaller one, or a link to it."),
    "empty-file": Code(_ERROR, "A file without bytes", "Send the original again."),
    "damaged": Code(_ERROR, "A file whose structure is broken", "Send the original again."),
    "macro-enabled": Code(
        _ERROR, "Office with macros, a template or a binary type under a plain name", "Save it plain."
    ),
    "media-off": Code(_ERROR, "Sending or receiving is off in the inbox", "Turn it on, or use another way."),
    "channel-unsupported": Code(_ERROR, "A file that the channel does not take", "Send a type that it takes."),
    "codec-unsupported": Code(_ERROR, "Sound or picture coded in a way that the channel does not take", "Convert it."),
    "not-approved": Code(_ERROR, "A file that is not in the approved library", "Send an approved file."),
    "sender-without-permission": Code(_ERROR, "An agent who may not send in the inbox", "Allow the agent to send."),
    "name-deceptive": Code(_ERROR, "A name that makes a file look like something else", "Rename it to what it is."),
    "infected-file": Code(_ERROR, "Malware, by the scanner", "Delete it."),
    "sensitive-content": Code(_ERROR, "Card numbers, keys or other sensitive text inside", "Take it out, then send."),
    "not-scanned": Code(_ERROR, "A file that the scanner could not clear", "Make the scanner reach it, then again."),
    "unreadable": Code(_ERROR, "A file that could not be looked at", "Make it a readable regular file."),
    "malformed": Code(
        _ERROR,
        "A line that is no entry, or states what its file is not",
        "Send one JSON object a line; state what is true.",
    ),
    "trailing-data": Code(_WARNING, "Bytes behind the end of a file", "Save it again with the program that made it."),
    "size-near-limit": Code(_WARNING, "A size that some read as over the limit", "Stay below the decimal reading."),
    "password-protected": Code(_WARNING, "A file that needs a password", "Remove the password."),
    "active-content": Code(_WARNING, "Macros or script inside", "Save it without them."),
    "cut-short": Code(_WARNING, "A file that is cut off, though it is what it says", "Send the original again."),
    "slow-download": Code(_WARNING, "A file that takes long to fetch", "Send a smaller one."),
    "text-is-markup": Code(_NOTE, "Text that is HTML, SVG or XML", "Send it as a PDF if it is meant to be read."),
    "text-is-code": Code(_NOTE, "Text that is a script or source", "Send it as a PDF if it is meant to be read."),
    "send-only": Code(_NOTE, "It passes when agents send it, not when customers do", ""),
    "receive-only": Code(_NOTE, "It passes when customers send it, not when agents do", ""),
    "audio-only-video": Code(_NOTE, "An MP4 that holds sound only", ""),
    "mp4-brand-3gp": Code(_NOTE, "An MP4 of the 3GP family", ""),
    "motion-photo": Code(_NOTE, "A photo with video or further images behind it", ""),
    "type-declared": Code(_NOTE, "A name without an extension, judged by its declared type", "Give it its extension."),
    "approval-ended": Code(
        _NOTE, "A file that was approved at the moment asked about, and is not any more", "Send the current one."
    ),
    "odd-structure": Code(_NOTE, "Built in a way that some programs do not read", ""),
    "partly-checked": Code(_NOTE, "A part of it was not looked into", ""),
    "location-metadata": Code(_NOTE, "A file that tells where it was made", "Send a copy without it."),
    "channel-advice": Code(_NOTE, "A channel takes it and advises something else", ""),
}
"""`trailing-data` is an error when what follows is an archive, program, script, markup or document."""
