"""What commands about the approved library print."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.screens import Step, Story


def files(folder: Path) -> None:
    """Texts under `guides`, with a link and a program among them, and two price lists."""
    (folder / "guides" / "deep").mkdir(parents=True)
    for name, text in (("guides/faq.txt", "Questions and answers"), ("guides/deep/returns.txt", "How to return"),
                       ("prices.txt", "Prices of March"), ("prices-april.txt", "Prices of April")):  # fmt: skip
        (folder / name).write_text(f"{text}\n", encoding="utf-8")
    (folder / "guides" / "tool.exe").write_bytes(b"MZ")
    (folder / "guides" / "again.txt").symlink_to("faq.txt")


def changed(folder: Path) -> None:
    (folder / "guides" / "faq.txt").write_text("More questions and answers\n", encoding="utf-8")
    (folder / "guides" / "deep" / "returns.txt").unlink()


def shelf(folder: Path) -> None:
    """A price list of a hundred words, another save of it, one with another price, and a text of its own."""
    lines = [
        f"article {number} of series {chr(97 + number)}{number} costs EUR {number}.99 each" for number in range(20)
    ]
    (folder / "shelf").mkdir()
    (folder / "empty").mkdir()
    for name, text in (
        ("shelf/march.txt", "\n".join(lines)), ("again.txt", "  ".join(lines)), ("other.txt", "Dear customer"),
        ("april.txt", "\n".join(lines).replace("7.99", "8.49")),
    ):  # fmt: skip
        (folder / name).write_text(f"{text}\n", encoding="utf-8")


def gone(folder: Path) -> None:
    (folder / "april.txt").unlink()


PRICES, GUIDES, NEWER, MORE = ((name, r"proposal ([0-9a-f]{16})") for name in ("prices", "guides", "newer", "more"))
MARCH, APRIL = "2026-03-20T09:00:00Z", "2026-04-01T09:00:00Z"

LIBRARY = (
    Story(
        "library",
        (
            files,
            Step("library list", now=MARCH, code=11),
            Step("inbox add vip --tag retail", now="2026-01-01T00:00:00Z"),
            Step("library list", now=MARCH),
            Step("library propose prices.txt --name price-list --version 2026-03 --expires 2026-05-01 -n", now=MARCH),
            Step(
                "library propose prices.txt --name price-list --version 2026-03 --expires 2026-05-01",
                now=MARCH,
                keep=PRICES,
            ),
            Step("library approve price-list", now=MARCH, code=13),
            Step("library approve price-lits", now=MARCH, code=11, actor="sam"),
            Step("library approve price-list -n", now=MARCH, actor="sam"),
            Step("library approve price-list", now=MARCH, actor="sam"),
            Step("library approve price-list", now=MARCH, actor="sam", code=13),
            Step("library propose guides --name guides --version 1", now=MARCH, code=2),
            Step("library add guides --tag retail", now=MARCH, code=1, keep=GUIDES),
            Step("library approve guides/faq.txt", now=MARCH, actor="sam", code=2),
            Step("library approve guides", now=MARCH, actor="sam"),
            Step("library list", now=MARCH),
            Step("library list --expires-within 60d --format csv", now=MARCH),
            Step("library propose prices-april.txt --name price-list --version 2026-03", now=APRIL, code=13),
            Step(
                "library propose prices-april.txt --name price-list --version 2026-04 --inbox vpi", now=APRIL, code=11
            ),
            Step(
                "library propose prices-april.txt --name price-list --version 2026-04 --inbox vip",
                now=APRIL,
                keep=NEWER,
            ),
            Step("library approve price-list", now=MARCH, actor="sam", code=13),
            Step("library approve price-list", now=APRIL, actor="sam"),
            changed,
            Step("library add guides --tag retail", now=APRIL, code=1, keep=MORE),
            Step("library retire guides/deep/returns.txt --reason 'it is gone' -n", now=APRIL),
            Step("library retire guides/deep/returns.txt --reason 'it is gone'", now=APRIL),
            Step("library retire guides/deep/returns.txt --reason 'it is gone'", now=APRIL),
            Step("library retire guide --reason x", now=APRIL, code=11),
            Step("library list --state replaced --state retired", now=APRIL),
            Step("library list --state aproved", now=APRIL, code=2),
            Step("ledger verify", now=APRIL),
        ),
    ),
    Story(
        "library-find",
        (
            shelf,
            Step("library find shelf/march.txt", now=MARCH, code=11),
            Step("inbox add vip", now="2026-01-01T00:00:00Z"),
            Step("library find", now=MARCH, code=2),
            Step("library find shelf/march.txt", now=MARCH, code=1),
            Step("library propose shelf/march.txt --name prices --version march", now=MARCH, keep=PRICES),
            Step("library find shelf/march.txt", now=MARCH, code=1),
            Step("library approve prices", now=MARCH, actor="sam"),
            Step("library find shelf/march.txt again.txt april.txt other.txt absent.txt", now=MARCH, code=1),
            Step("library find shelf/march.txt --inbox vip", now=MARCH),
            Step("library find shelf/march.txt --inbox vpi", now=MARCH, code=11),
            Step("library propose april.txt --name prices --version april --inbox vip", now=APRIL, keep=NEWER),
            Step("library approve prices", now=APRIL, actor="sam"),
            Step("library find shelf/march.txt april.txt", now=APRIL, code=1),
            Step("library find april.txt --format json", now=APRIL),
            Step("library verify shelf", now=APRIL, code=1),
            Step("library verify shelf/march.txt", now=APRIL, code=2),
            gone,
            Step("library verify . --include '*.txt'", now=APRIL, code=1),
            Step("library verify . --include '*.txt' --format csv", now=APRIL, code=1),
            Step("library verify empty", now=APRIL, code=3),
            Step("library verify shlef", now=APRIL, code=3),
        ),
    ),
)
