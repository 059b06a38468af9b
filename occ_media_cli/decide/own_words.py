"""What a store adds to a scan: words that mark documents, names of sensitivity labels, and patterns of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.own_patterns import OwnPattern, PatternRefused

if TYPE_CHECKING:
    from occ_media_cli.safety.scan_request import ScanRequest
    from occ_media_cli.store.locate import Location


def with_own_words(request: ScanRequest, location: Location, now: int) -> ScanRequest:
    """The request with what the store says at a moment; as it is where there is no store, or no text is looked at.

    Raises StoreInvalid for a pattern that cannot run.
    """
    if "sensitive" not in request.checks or not location.exists:
        return request
    from occ_media_cli.settings.editing import current
    from occ_media_cli.store.open import reading

    with reading(location) as store:
        said = current(store, now).sections["store"]
    return _added(request, said if isinstance(said, dict) else {}, str(location.document or location.path))


def _added(request: ScanRequest, said: dict[str, Any], file: str) -> ScanRequest:
    if not said.keys() & {"classification", "labels", "patterns"}:
        return request
    from occ_media_cli.safety.sensitive.look import OwnLabel
    from occ_media_cli.safety.sensitive.own import check_runs

    patterns = [OwnPattern(name, **row) for name, row in said.get("patterns", {}).items()]
    for pattern in patterns:
        try:
            check_runs(pattern)
        except PatternRefused as problem:
            raise StoreInvalid(str(problem), file=file, hint="mend the pattern under store.patterns") from None
    words = said.get("classification")
    labels = {
        guid: OwnLabel(row["name"], row.get("severity", "warning")) for guid, row in said.get("labels", {}).items()
    }
    return request._replace(words=None if words is None else tuple(words), patterns=tuple(patterns), labels=labels)
