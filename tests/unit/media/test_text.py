"""Text that is more than text: what is called markup or a program, and what is not. All samples are made up."""

from __future__ import annotations

import time

import pytest

from tests.unit.media.looks import codes, errors

PROGRAMS = {
    "powershell": """param([string]$Name = "world")
$files = Get-ChildItem -Path C:\\Temp -Recurse
foreach ($file in $files) {
    Write-Host "found $($file.FullName)"
}
""",
    "vbscript": """Option Explicit
Dim shell, answer
Set shell = CreateObject("WScript.Shell")
answer = InputBox("Which one?")
If answer = "1" Then
    shell.Run "notepad.exe", 1
End If
WScript.Echo "done"
""",
    "batch": "@echo off\r\nset TARGET=%~dp0out\r\nif not exist %TARGET% mkdir %TARGET%\r\ncopy /y *.log %TARGET%\r\n:end\r\n",
    "batch without echo": "cd C:\\Tools\nstart /wait setup.exe /quiet\ndel /q *.tmp\npause\n",
    "javascript": "const list = document.querySelectorAll('a');\nlist.forEach((item) => {\n  item.remove();\n});\n",
    "packed javascript": '!function(e,t){var n=e.document;n.title="x";t(n)}(window,function(d){alert(d)});',
    "go": 'package main\n\nimport "fmt"\n\nfunc main() {\n\tname := "you"\n\tfmt.Println("hello", name)\n}\n',
    "csharp": (
        "using System;\n\nnamespace Shop\n{\n    public class Basket\n    {\n"
        "        public int Count { get; set; }\n    }\n}\n"
    ),
    "java": (
        "package shop;\n\nimport java.util.List;\n\npublic class Basket {\n    private int count = 0;\n"
        '    @Override\n    public String toString() {\n        return "" + count;\n    }\n}\n'
    ),
    "lua": 'local count = 0\nfunction add(n)\n  count = count + n\n  if count > 10 then\n    print("many")\n  end\nend\n',
    "kotlin": (
        "package shop\n\ndata class Item(val name: String)\n\n"
        'fun main() {\n    val items = listOf(Item("a"))\n    println(items.size)\n}\n'
    ),
    "swift": (
        "import Foundation\n\nstruct Item {\n    let name: String\n}\n\n"
        "func show(_ item: Item) {\n    guard item.name.isEmpty == false else { return }\n    print(item.name)\n}\n"
    ),
    "registry": 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Shop]\r\n"On"=dword:00000001\r\n',
    "old registry": 'REGEDIT4\n\n[HKEY_CURRENT_USER\\Software\\Shop]\n"On"="1"\n',
    "php": "<?php\n$name = $_GET['name'];\necho $name;\n",
    "python": "import os\n\n\ndef main():\n    for name in os.listdir('.'):\n        print(name)\n\n\nmain()\n",
    "shell": "#!/bin/sh\nset -e\nrm -rf build\n",
}


@pytest.mark.parametrize("language", PROGRAMS)
def test_a_program_named_txt_passes_with_a_note_and_is_refused_when_strict(language: str) -> None:
    content = PROGRAMS[language].encode()
    assert codes(content, "a.txt") == ["text-is-code"]
    assert errors(content, "a.txt") == []


@pytest.mark.parametrize("language", PROGRAMS)
def test_a_line_of_prose_before_it_hides_no_program(language: str) -> None:
    assert codes(b"Hello Anna, this is what you asked for.\n\n" + PROGRAMS[language].encode(), "a.txt") == [
        "text-is-code"
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_program_is_one_in_every_encoding(encoding: str) -> None:
    assert codes(PROGRAMS["registry"].encode(encoding), "a.txt") == ["text-is-code"]
    assert codes(PROGRAMS["powershell"].encode(encoding), "a.txt") == ["text-is-code"]


def test_a_script_copied_out_of_a_web_page_has_its_spaces() -> None:
    copied = PROGRAMS["vbscript"].replace("    ", "\u2002\u2002").replace(" = ", "\u00a0=\u00a0")
    assert codes(copied.encode(), "a.txt") == ["text-is-code"]


def test_a_script_behind_a_line_of_json_is_seen() -> None:
    assert codes(b'{"a": 1}\n' + PROGRAMS["javascript"].encode(), "a.txt") == ["text-is-code"]


PROSE = {
    "letter": "Dear Anna,\n\nif you can, call me at six; the set is on the table.\n\nReturn it (please) by Monday;\nBob\n",
    "chat": "<Anna> hi\n<Bob> hello, how are you?\n<Anna> fine\n<Bob> try `ls -la` or <?php there;\n",
    "chat with markup names": "<b> hi\n<p> hello\n<b> bye\n",
    "chat with times": "[12:01] <Anna> import os\n[12:02] <Bob> function f() { }\n[12:03] <Anna> let x = 1;\n",
    "chat of a phone": "12/03/2026, 10:01 - Anna: hi\n12/03/2026, 10:02 - Bob: for (;;) { }\n",
    "mail": (
        "Received: from a.example (b [192.0.2.1])\n\tby c.example (Postfix);\n\tMon, 1 Jan 2026 10:00:00 +0000\n"
        "DKIM-Signature: v=1; a=rsa-sha256;\n\td=example.com; s=key;\n\tbh=abc=;\nSubject: lunch\n\nAt one?\n"
    ),
    "log": "2026-01-01 10:00:01 INFO start (pid=12)\n2026-01-01 10:00:02 WARN retry;\n" * 20,
    "json": '{\n  "name": "a",\n  "list": [\n    {\n      "x": 1\n    }\n  ]\n}\n',
    "csv": "name,size\na,1\nb,2\n",
    "settings": "[main]\nname = a\nsize = 2\ncolour = red\n",
    "minutes": "Agenda\n======\n\n1. Welcome\n2. Set the date\n3. For each team: a report\n\nNext\n",
    "how-to": (
        "How to install it\n\nFirst open the folder. Then type this:\n\n```\nimport os\nos.remove('a')\nprint('b')\n```\n\n"
        "That is all. If it fails, write to us.\n"
    ),
    "poem": "The sun was low;\nthe sea was deep;\nand all the birds\nhad gone to sleep;\n",
    "advice with some lines of code": (
        "Hello Anna,\n\nI looked at it and there are two ways to do it.\n"
        + "Then we talked about it.\n" * 16
        + "\n    var x = list[0];\n    x.show();\n    return x;\n\nTell me if it works.\nBob\n"
    ),
    "mail in parts": (
        'From: a@example.com\nMime-Version: 1.0\nContent-Type: multipart/mixed;\n\tboundary="b"\n\n--b\n'
        "Content-Type: text/plain;\n\tcharset=US-ASCII;\n\tdelsp=yes;\n\tformat=flowed\n\nLunch at one?\n\n--b\n"
        "Content-Type: image/png;\n\tx-unix-mode=0666;\n\tname=a.png\nContent-Disposition: inline;\n\tfilename=a.png\n\n"
        "iVBORw0KGgo=\n--b--\n"
    ),
    "arabic": "مرحبا، كيف حالك؟\nأنا بخير.\n",
    "chinese": "你好（早上好）\n今天见。\n",
}


@pytest.mark.parametrize("kind", PROSE)
def test_what_people_write_to_each_other_is_neither(kind: str) -> None:
    assert codes(PROSE[kind].encode(), "a.txt") == []


MARKUP = [
    b"<html><body>hello",
    b"<p>one\n<p>two\n",
    b"<ul><li>a</ul>",
    b"<note>\n  <to>Anna</to>\n</note>\n",
    b'<a href="x">here</a>',
    b"<empty/>",
    b'<?xml version="1.0"?>\n<a/>',
    b"<!DOCTYPE html>\n<title>x</title>",
    b"<!-- by hand -->\n<svg xmlns='http://www.w3.org/2000/svg'></svg>",
    b"Hello\n<script>alert(1)</script>\n",
    b"See this:\n\n<html>\n<body>x</body>\n</html>\n",
    b"<long>\n" + b"  word\n" * 5000 + b"</long>\n",
]


@pytest.mark.parametrize("content", MARKUP)
def test_markup_is_told_by_its_tags_not_by_one_angle_bracket(content: bytes) -> None:
    assert codes(content, "a.txt") == ["text-is-markup"]


@pytest.mark.parametrize("content", [b"<!-- scan 13 -->\n\nOnce upon a time.\n", b"<headache> hi\n<script_kid> lol\n"])
def test_what_only_begins_like_markup_is_text(content: bytes) -> None:
    assert codes(content, "a.txt") == []


@pytest.mark.parametrize("filler", [b"a = ", b"((((", b"$a.", b"func ", b"if x.y ", b"public a<", b"<a ", b"\\{"])
def test_no_text_makes_the_question_slow(filler: bytes) -> None:
    line = filler * 2000
    begun = time.process_time()
    codes(line, "a.txt")
    codes((line[:158] + b"\n") * 200, "a.txt")
    assert time.process_time() - begun < 1
