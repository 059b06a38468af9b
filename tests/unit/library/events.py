"""Library events as the program writes them, made by hand: for tests that need rows, and no command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from occ_media_cli.library.proposals import digest_of_proposal


def proposed(
    name: str,
    version: str,
    contents: Sequence[str],
    *,
    document: int,
    inboxes: Sequence[int] = (),
    tags: Sequence[str] = (),
    expires: int | None = None,
    number: int = 0,
    instead_of: Sequence[int] = (),
) -> dict[str, Any]:
    """The body of a proposal of one document. contents: sha256 of its files. number: tells it from its like.
    instead_of: the events of those whose place it takes."""  # fmt: skip
    body = {
        "name": name, "version": version, "several": False, "inboxes": list(inboxes), "tags": list(tags),
        "expires": expires, "created": number, "actor": "dana", "after": f"{name} {version}",
        "files": [
            {"document": document, "name": name, "sha256": content, "size": 9, "type": "pdf",
             "path": f"/library/{name}-{place}.pdf", "text": None, "text_missing": None}
            for place, content in enumerate(contents)
        ],
    }  # fmt: skip
    digest = digest_of_proposal(body)
    return {
        **body,
        "digest": digest,
        "proposal": digest[:16],
        **({"instead_of": list(instead_of)} if instead_of else {}),
    }


def approved(seq: int, body: dict[str, Any]) -> dict[str, Any]:
    """The body of an approval of a proposal. seq: its event."""
    return {"proposed": seq, "proposal": body["proposal"], "digest": body["digest"], "name": body["name"]}


def retired(name: str, ends: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """The body of a retirement. ends: proposals, each with the document that ends in it."""
    return {"name": name, "version": None, "ends": [list(each) for each in ends]}
