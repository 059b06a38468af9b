"""The codes of sensitive text, and how bad each is at which confidence."""

from __future__ import annotations

from typing import Literal, get_args

from occ_media_cli.media.codes import Code
from occ_media_cli.vocabulary import Severity

Confidence = Literal["high", "medium", "low"]
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
"""How sure a find is. High: its form, its check digits and a word nearby say so. Medium: its form alone could hardly be
anything else. Low: it could be another kind of number."""

CODES: dict[str, Code] = {
    "card-number": Code(Severity.ERROR, "A payment card number in the text", "Black it out, or send it another way."),
    "iban": Code(Severity.WARNING, "A bank account number in the text", "Black it out if it is a customer's."),
    "secret-key": Code(Severity.ERROR, "A key or password of a service in the text", "Withdraw the key, then send."),
    "classification": Code(Severity.WARNING, "A document marked as not for everybody", "Ask its owner first."),
    "own-pattern": Code(Severity.WARNING, "Text that a pattern of yours describes", "Read it before it is sent."),
}

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

SEVERITIES: dict[str, dict[Confidence, Severity]] = {
    "card-number": {"high": _ERROR, "medium": _WARNING, "low": _NOTE},
    "iban": {"high": _WARNING, "medium": _WARNING, "low": _NOTE},
    "secret-key": {"high": _ERROR, "medium": _WARNING, "low": _NOTE},
    "classification": {"high": _WARNING, "medium": _NOTE, "low": _NOTE},
}
"""The severity of each code by confidence. An own pattern and a label have the severity that their owner gives them."""
