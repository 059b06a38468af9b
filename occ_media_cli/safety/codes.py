"""Every code of a scan: those of each check, and the family under which a gate and an audit know them.

A family is a code of `media.codes`: somebody who decides about a file asks whether it holds active content, and reads
in the message which kind.
"""

from __future__ import annotations

from collections.abc import Mapping

from occ_media_cli.media import codes as of_media
from occ_media_cli.media.codes import Code
from occ_media_cli.safety.checks import CHECKS
from occ_media_cli.vocabulary import Severity

FAMILIES = tuple(dict.fromkeys(check.family for check in CHECKS.values()))
"""What a scan can see in a file besides malware, as views and rules of an audit call it."""

UNSEEN = ("not-scanned", "unreadable")
"""The codes of what nobody looked at: no finding, and never clean."""

NOT_STRIPPED = "not-stripped"
"""The code of a file of which a copy was wanted and not made."""

CODES: Mapping[str, Code] = {
    **{code: of_media.CODES[code] for code in ("infected-file", *UNSEEN)},
    **{code: about for check in CHECKS.values() for code, about in check.codes.items()},
    NOT_STRIPPED: Code(Severity.WARNING, "No copy without metadata was made", "Do not send it as it is."),
}

_FAMILY_OF: Mapping[str, str] = {code: check.family for check in CHECKS.values() for code in check.codes}


def family_of(code: str) -> str:
    """The code under which a gate and an audit know a code of a scan."""
    return _FAMILY_OF.get(code, code)
