"""Scenario files as a clerk gets them wrong: each is refused with the line and what to do, and never a traceback.

Each file of `tests/wrong` is one of `tests/wrong/right` with a slip or two. Its first lines say what must be said of it:

    # expect line 22: 'bassis' is not something an amount takes. Did you mean 'basis'?

Nothing may be said of any line that no such note names. Files that cannot be kept as text are made here.
"""

from __future__ import annotations

import difflib
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

import devomodel as dm
from devomodel.cli.app import app

FOLDER = Path(__file__).parent / "wrong"
WRONG = sorted(FOLDER.glob("*.yaml"))
RIGHT = sorted((FOLDER / "right").glob("*.yaml"))
EXPECTED = re.compile(r"# expect line (?P<line>[0-9]+): (?P<words>.+)")
BASE = re.compile(r"# Otherwise (?P<base>right/[a-z_]+\.yaml)\.")
JARGON = re.compile(
    r"\b(mappings?|scalars?|sequences?|nodes?|tokens?|None|dict|float|int|str|NoneType|True|False|regex|tuple|Traceback|Error)\b|\{'\w+':|\['\w"
)
FIX = re.compile(r"\b(Did you mean|[Ww]rite|Add|Give|Name|Say|Take|Put|Keep)\b")
SENTENCE_ENDS = (".", "?", "!")


def expected(path: Path) -> list[tuple[int, str]]:
    """What the notes at the top of a file say must be said of it."""
    return [(int(found["line"]), found["words"]) for found in EXPECTED.finditer(path.read_text(encoding="utf-8"))]


def problems_of(path: Path) -> list[dm.problems.Problem]:
    """All that is said of a file: when it is read, and when each of its options is worked."""
    found: dict[str, dm.problems.Problem] = {}
    try:
        case = dm.load(path)
        for option in case.options:
            try:
                dm.project(case, option)
            except dm.InputError as refused:
                found |= {str(problem): problem for problem in refused.problems}
    except dm.InputError as refused:
        found |= {str(problem): problem for problem in refused.problems}
    return list(found.values())


def refused(*arguments: object):
    """What a command says of a file that cannot be used."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Something went wrong inside" not in result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


def named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", WRONG, ids=named)
class TestEachWrongFile:
    def test_every_slip_is_told_with_its_line_and_the_fix_and_nothing_else_is(self, path):
        wanted, problems = expected(path), problems_of(path)
        told = "\n".join(map(str, problems))
        assert wanted, "The file does not say what must be said of it"
        for line, words in wanted:
            assert any(problem.line == line and words in str(problem) for problem in problems), f"line {line}: {words}\n\n{told}"
        assert {problem.line for problem in problems} == {line for line, _ in wanted}, told

    def test_the_command_ends_with_2_and_says_it_on_standard_error_alone(self, path):
        said = refused("check", path)
        for line, words in expected(path):
            assert f"{path.name}, line {line}" in said
            assert words in said

    def test_each_message_is_in_plain_words_and_whole_sentences(self, path):
        for problem in problems_of(path):
            assert not JARGON.search(str(problem)), str(problem)
            assert str(problem).endswith(SENTENCE_ENDS)
            assert problem.file == path.name
            assert problem.allowed or problem.do or FIX.search(problem.what), str(problem)
            assert len(str(problem)) < 600

    def test_the_file_is_a_good_one_but_for_its_slip(self, path):
        text = path.read_text(encoding="utf-8")
        base = (FOLDER / BASE.search(text)["base"]).read_text(encoding="utf-8")
        written = [line for line in text.splitlines() if not line.startswith("# ")]
        changed = [line for line in difflib.ndiff(base.splitlines(), written) if line[0] in "+-"]
        assert 1 <= len(changed) <= 12


@pytest.mark.parametrize("path", RIGHT, ids=named)
def test_the_files_that_the_wrong_ones_were_made_from_run_in_every_option(path):
    case = dm.load(path)
    assert [option for option in case.options if not dm.project(case, option).passed] == []


def test_there_is_a_file_for_each_of_the_ways_a_clerk_goes_wrong():
    assert len(WRONG) >= 30


@pytest.mark.parametrize("command", [("run",), ("check",), ("explain",)])
def test_every_command_that_reads_a_file_refuses_it_in_the_same_way(command):
    path = FOLDER / "a_basis_is_misspelt.yaml"
    [(line, words)] = expected(path)
    said = refused(*command, path, *(("band_d_charge", "2019-20") if command == ("explain",) else ()))
    assert f"line {line}" in said and words in said


def test_the_program_itself_ends_with_2_and_prints_no_traceback():
    asked = [sys.executable, "-m", "devomodel", "run", str(FOLDER / "a_comma_in_braces.yaml")]
    answer = subprocess.run(asked, capture_output=True, text=True, cwd=FOLDER.parent.parent, check=False)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1
    assert "The comma inside { } would split 16,900 into two." in answer.stderr


# Files that cannot be kept as text


def zipped(*names: str) -> bytes:
    """Bytes as of a spreadsheet or a word-processed paper, which are archives of parts."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in names:
            archive.writestr(name, "<?xml version='1.0'?><p/>")
    return whole.getvalue()


GOOD = RIGHT[0].read_text(encoding="utf-8")
MADE = {
    "saved_by_an_old_editor.yaml": (GOOD.encode("cp1252"), "not saved as UTF-8", "Save it as UTF-8"),
    "saved_as_utf_16.yaml": (GOOD.encode("utf-16"), "not saved as UTF-8", "Save it as UTF-8"),
    "empty.yaml": (b"", "nothing in the file", "nation: england"),
    "notes_only.yaml": (b"# to do\n\n# soon\n", "nothing in the file", "nation: england"),
    "a_list.yaml": (b"- town\n- district\n", "begins with a list", "nation: england"),
    "a_sentence.yaml": (b"The council met on Tuesday.\n", "text on its own", "nation: england"),
    "a_spreadsheet.xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), "spreadsheet", "Give a scenario file"),
    "a_paper.docx": (zipped("[Content_Types].xml", "word/document.xml"), "Word", "Give a scenario file"),
    "a_picture.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "PDF", "Give a scenario file"),
    "ten_megabytes.yaml": (GOOD.encode() + b"# padding\n" * 1_000_000, "too large", "right file"),
    "very_deep.yaml": (b"a: " + b"[" * 5_000 + b"]" * 5_000, "deep", "flatly"),
    "very_many.yaml": (b"a: [" + b"1, " * 100_000 + b"1]", "more than", "right file"),
    "a_number_of_many_digits.yaml": (b"years: " + b"9" * 100_000, "too many digits", "quotes"),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_a_file_that_is_no_scenario_at_all_is_refused_and_the_clerk_told_what_to_give_instead(name, tmp_path):
    content, what, fix = MADE[name]
    path = tmp_path / name
    path.write_bytes(content)
    said = refused("check", path)
    assert name in said and what in said and fix in said
    assert not JARGON.search(said)
    assert len(said) < 1_000


def test_a_folder_is_not_a_scenario(tmp_path):
    assert "This is a folder, not a file" in refused("check", tmp_path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "There is no file at" in refused("check", tmp_path / "kiddermister.yaml")


def test_a_file_that_would_never_end_is_not_opened(tmp_path):
    endless = tmp_path / "endless.yaml"
    os.mkfifo(endless)
    assert "not an ordinary file" in refused("check", endless)


def test_a_file_of_the_system_is_no_scenario_and_little_of_it_is_shown(tmp_path):
    path = tmp_path / "passwd"
    path.write_text("".join(f"user{at}:x:{at}:{at}::/nonexistent:/bin/false\n" for at in range(50)))
    said = refused("check", path)
    assert "user49" not in said
    assert len(said) < 500
