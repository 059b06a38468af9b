"""Telegram's Bot API: the updates that a bot receives, from its webhook or from `getUpdates`.

Every message with a file is an entry, under the number of its chat and its own, because messages are numbered in each
chat anew. Nothing in an update names the bot: one run reads what one bot received, and its inbox is an option.
An edit may put another file into a message, so an edited message with a file is an entry of its own. Files can be
fetched through the Bot API up to 20 MB. Source: core.telegram.org/bots/api (facts as of November 2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from occ_media_cli.ledger.entry import Batch
from occ_media_cli.ledger.sources import Context, Options
from occ_media_cli.ledger.sources.body_files import Piece, nothing, read_bodies, refusing
from occ_media_cli.ledger.sources.telegram_entries import deletion_of, entries_of

MESSAGES = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "business_message", "edited_business_message",
    "guest_message",
})  # fmt: skip
"""Updates that bring a message."""

FILELESS = frozenset({
    "business_connection", "callback_query", "chat_boost", "chat_join_request", "chat_member", "chosen_inline_result",
    "inline_query", "managed_bot", "message_reaction", "message_reaction_count", "my_chat_member", "poll",
    "poll_answer", "pre_checkout_query", "purchased_paid_media", "removed_chat_boost", "shipping_query",
})  # fmt: skip
"""Updates in which nobody shares a file; a message in one of them was shared before."""


def read(name: str, options: Options, context: Context) -> Iterator[Batch]:
    """The files of all updates."""

    def pieces(body: dict[str, Any]) -> Iterator[Piece]:
        if "update_id" in body:
            yield from _update(body, options, context)
        elif isinstance(body.get("result"), list):
            for update in body["result"]:
                if isinstance(update, dict) and "update_id" in update:
                    yield from _update(update, options, context)
                else:
                    yield Piece({"result": [update]}, refusing("no update", "a result is not an update of a bot"))
            if not body["result"]:
                yield Piece(body, nothing)
        else:
            yield Piece(body, refusing("no update", _what_else(body)))

    return read_bodies(name, context, pieces)


def _update(update: dict[str, Any], options: Options, context: Context) -> Iterator[Piece]:
    kinds = [kind for kind, value in update.items() if isinstance(value, dict)]
    messages = [kind for kind in kinds if kind in MESSAGES or (kind not in FILELESS and "message_id" in update[kind])]
    if messages:
        for kind in messages:
            yield Piece(
                {kind: update[kind]}, partial(entries_of, update[kind], kind.startswith("edited_"), options, context)
            )
    elif "deleted_business_messages" in kinds:
        yield Piece(update, partial(deletion_of, update["deleted_business_messages"]))
    elif any(kind in FILELESS for kind in kinds):
        yield Piece(update, nothing)
    else:
        named = ", ".join(sorted(set(update) - {"update_id"})) or "nothing"
        yield Piece(update, refusing("unknown update", f"an update with {named:.80} is not known"))


def _what_else(body: dict[str, Any]) -> str:
    if isinstance(body.get("messages"), list) or "chats" in body:
        return (
            "an export of Telegram Desktop, whose messages have other ids than those that a bot receives:"
            " give updates of the webhook, or answers of getUpdates"
        )
    if body.get("ok") is False:
        return f"an answer of getUpdates without updates: {body.get('description')!s:.80}"
    return "has no update_id: not an update of a bot"
