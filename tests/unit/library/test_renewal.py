"""The command that proposes a document again takes nothing from anybody."""

from occ_media_cli.library.renewal import EVERYWHERE, Renewal, propose_line, retire_line

SCOPED = Renewal(("lab", "vip"), ("gold",), 1_893_456_000_000, ("/l/a.pdf", "/l/a.xlsx"))


def test_a_command_names_who_has_it_its_end_and_its_other_files() -> None:
    assert propose_line("a.txt", "price list", "2", EVERYWHERE) == (
        "occ-media library propose a.txt --name 'price list' --version 2"
    )
    assert propose_line("/l/a.pdf", "a", "2", SCOPED) == (
        "occ-media library propose /l/a.pdf /l/a.xlsx --name a --version 2 --inbox lab --inbox vip --tag gold"
        " --expires 2030-01-01T00:00:00.000Z"
    )


def test_a_file_that_is_not_where_it_lay_is_brought_back_first() -> None:
    away = Renewal(beside=("/l/b.pdf",), away=("/l/b.pdf",))
    assert propose_line("a.pdf", "a", "2", away) == (
        "bring back /l/b.pdf, then: occ-media library propose a.pdf /l/b.pdf --name a --version 2"
    )


def test_a_document_that_begins_like_an_option_is_none() -> None:
    assert retire_line("a b") == "occ-media library retire 'a b' --reason TEXT"
    assert retire_line("-x") == "occ-media library retire --reason TEXT -- -x"
