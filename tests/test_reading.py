"""A file is read as it was meant, or refused with every problem, its line, and what to do about it."""

from __future__ import annotations

import time

import pytest

from devomodel.problems import InputError
from devomodel.reading import read_yaml, read_yaml_text

HALL = """\
case: Hall shared 30:70
nation: england
mechanisms:
  town_hall:
    use: cost_share
    shares: {town: 30%, district: rest}
    gross_running_cost: {value: "£420,000", grows: 3%}
  # the loan came later
  loan:
    drawn:
      - 2026-04-01
      - 2027-04-01
"""

JARGON = (
    "yaml",
    "scalar",
    "mapping",
    "sequence",
    "token",
    "node",
    "stream",
    "parsing",
    "scanning",
    "anchor",
    "block end",
)


def problems_of(text):
    with pytest.raises(InputError) as refused:
        read_yaml_text(text, "hall.yaml")
    return refused.value.problems


def only_problem_of(text):
    problems = problems_of(text)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


class TestValues:
    def test_a_scenario_becomes_plain_values_with_dates_and_years_as_text(self):
        value = read_yaml_text(HALL).value
        assert value["case"] == "Hall shared 30:70"
        assert value["mechanisms"]["town_hall"]["shares"] == {"town": "30%", "district": "rest"}
        assert value["mechanisms"]["loan"]["drawn"] == ["2026-04-01", "2027-04-01"]

    @pytest.mark.parametrize(
        ("written", "value"),
        [("10", 10), ("-3", -3), ("010", 10), ("420_000", 420_000), ("1_234.50", 1234.5), ("16.9", 16.9), (".5", 0.5),
         ("1e3", 1000.0), ("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("yes", "yes"),
         ("no", "no"), ("on", "on"), ("off", "off"), ("0x1F", "0x1F"), ("0o17", "0o17"), ("12:30", "12:30"),
         ("2026-04-01", "2026-04-01"), ("2026-27", "2026-27"), ("16,900", "16,900"), ("£420,000", "£420,000"),
         ("42_00", "42_00"), ('"10"', "10"), ("'true'", "true"), ("1.2.3", "1.2.3"), ("30:70", "30:70")],
    )  # fmt: skip
    def test_unquoted_text_becomes_a_number_only_where_nobody_would_read_it_otherwise(self, written, value):
        read = read_yaml_text(f"given: {written}\n").value["given"]
        assert read == value
        assert type(read) is type(value)

    def test_text_over_several_lines_is_kept(self):
        assert read_yaml_text("a: |\n  one\n  two\nb: >\n  one\n  two\n").value == {"a": "one\ntwo\n", "b": "one two\n"}

    def test_a_first_line_of_dashes_and_a_byte_order_mark_and_windows_line_ends_change_nothing(self):
        windows = "\ufeff---\r\n" + HALL.replace("\n", "\r\n")
        assert read_yaml_text(windows).value == read_yaml_text(HALL).value
        assert read_yaml_text(windows).line(("mechanisms", "loan")) == 10


class TestPlaces:
    def test_each_name_and_item_knows_its_line(self):
        document = read_yaml_text(HALL)
        assert document.line(("case",)) == 1
        assert document.line(("mechanisms", "town_hall", "shares", "district")) == 6
        assert document.line(("mechanisms", "loan")) == 9
        assert document.line(("mechanisms", "loan", "drawn", 1)) == 12

    def test_something_absent_is_placed_at_its_nearest_parent(self):
        document = read_yaml_text(HALL)
        assert document.line(("mechanisms", "loan", "rate", "value")) == 9
        assert document.line(("mechanisms", "loan", "drawn", 7)) == 10
        assert document.line(("owner",)) == 1
        assert document.line(()) == 1

    def test_a_place_is_said_as_a_path_counting_items_from_one(self):
        document = read_yaml_text(HALL)
        assert document.place(("mechanisms", "town_hall", "shares")) == "mechanisms › town_hall › shares"
        assert document.place(("mechanisms", "loan", "drawn", 0)) == "mechanisms › loan › drawn › item 1"


class TestAmountsSplitByAComma:
    @pytest.mark.parametrize(
        ("text", "amount", "ways"),
        [
            ("cost: {value: 16,900}", "16,900", 'Write 16900, 16_900 or "£16,900" in quotes'),
            ("cost: {value: £16,900, basis: quote}", "£16,900", 'Write 16900, 16_900 or "£16,900" in quotes'),
            ("cost: {value: 1,234,567}", "1,234,567", 'Write 1234567, 1_234_567 or "£1,234,567" in quotes'),
            ("cost: {value: -16,900.50}", "-16,900.50", 'Write -16900.50, -16_900.50 or "-£16,900.50" in quotes'),
            ("cost: {value: 16, 900}", "16,900", 'Write 16900, 16_900 or "£16,900" in quotes'),
        ],
    )
    def test_an_amount_in_braces_is_caught_with_the_ways_to_write_it(self, text, amount, ways):
        problem = only_problem_of(text)
        assert problem.where == "cost › value"
        assert problem.what == f"The comma inside {{ }} would split {amount} into two"
        assert problem.do == ways

    def test_a_list_of_amounts_is_caught_where_no_space_follows_the_comma(self):
        first, second = problems_of("costs: [16,900, 1,234,567]")
        assert ("split 16,900" in first.what, "split 1,234,567" in second.what) == (True, True)
        assert "if several numbers are meant, put a space after each comma" in first.do
        assert read_yaml_text("costs: [16, 900]").value == {"costs": [16, 900]}

    def test_an_amount_outside_braces_is_left_as_text(self):
        assert read_yaml_text("cost: 16,900\nlist:\n  - 1,000\n").value == {"cost": "16,900", "list": ["1,000"]}

    def test_other_text_with_a_comma_in_braces_is_refused_rather_than_cut_short(self):
        problem = only_problem_of("cost: {value: 5, note: yes, really}")
        assert problem.what == "'really' has no colon and value after it"
        assert "put text that has a comma in it in quotes" in problem.do

    def test_a_name_with_nothing_after_its_colon_is_allowed_in_braces(self):
        assert read_yaml_text("cost: {value: , note: }").value == {"cost": {"value": None, "note": None}}


class TestRefused:
    def test_a_name_given_twice_names_both_lines(self):
        problem = only_problem_of("mechanisms:\n  hall: 1\n  pool: 2\n  hall: 3\n")
        assert (problem.line, problem.where) == (4, "mechanisms")
        assert problem.what == "'hall' is given twice: it stands on line 2 already"

    @pytest.mark.parametrize("name", ["900", "true", "1.5", "~", '""', "[a, b]", "{a: b}", "<<"])
    def test_a_name_must_be_plain_text(self, name):
        assert only_problem_of(f"? {name}\n: value\n").line == 1

    @pytest.mark.parametrize("tag", ["!!python/object:os.system", "!!binary", "!custom", "!", "!!str", "!<tag:x>"])
    def test_a_value_marked_as_a_special_kind_is_refused(self, tag):
        problem = only_problem_of(f"a: 1\nb: {tag} x\n")
        assert problem.line == 2
        assert "special kind" in problem.what

    def test_shorthand_for_repeating_is_refused_where_it_stands_and_never_expanded(self):
        lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
        lines += [f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]" for last, name in zip("abcdefgh", "bcdefghi", strict=True)]
        started = time.perf_counter()
        problems = problems_of("\n".join(lines))
        assert time.perf_counter() - started < 2
        assert problems[0].line == 1
        assert "'&a' is shorthand" in problems[0].what
        assert any("'*a' is shorthand" in problem.what and problem.line == 2 for problem in problems)

    def test_copying_another_part_of_the_file_is_refused(self):
        assert [problem.line for problem in problems_of("a: &x {b: 1}\nc:\n  <<: *x\n")] == [1, 3, 3]

    @pytest.mark.parametrize("text", ["a: 1\n---\nb: 2\n", "a: 1\n...\nb: 2\n"])
    def test_a_second_case_in_the_file_is_refused(self, text):
        assert "second case" in only_problem_of(text).what

    @pytest.mark.parametrize(
        "text", ["%YAML 1.1\n---\na: 010\n", "%TAG ! x\n---\na: 1\n", "%odd\n---\na: 1\n", "%YAML 3.0\n---\na: 1"]
    )
    def test_a_line_of_instructions_to_the_reader_is_refused(self, text):
        assert "%" in only_problem_of(text).what

    def test_twenty_levels_are_read_and_twenty_one_refused(self):
        def nested(levels):
            return "".join(f"{'  ' * level}a:\n" for level in range(levels - 1)) + "  " * (levels - 1) + "a: 1\n"

        assert read_yaml_text(nested(20)).line(("a",) * 20) == 20
        assert "more than 20 deep" in only_problem_of(nested(21)).what

    def test_more_names_and_values_than_any_case_needs_are_refused(self):
        assert "more than 20,000" in only_problem_of("".join(f"k{at}: 1\n" for at in range(10_000))).what

    @pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x85", "\u200b", "\u2028", "\u202e", "\ufeff", "\ud800"])
    def test_a_hidden_character_is_named_with_its_line_and_column(self, hidden):
        problem = only_problem_of(f"a: 1\nb: to{hidden}wn\n")
        assert problem.line == 2
        assert problem.what == f"A hidden character (U+{ord(hidden):04X}) stands at column 6"

    @pytest.mark.parametrize("written", [r"\0", r"\x07", r"\u200b", r"\ud83d", r"\U00110000"])
    def test_a_hidden_character_written_with_a_backslash_is_refused_too(self, written):
        assert only_problem_of(f'a: "{written}"').line == 1

    @pytest.mark.parametrize("written", [".inf", "-.inf", ".nan", "1e999", "9" * 16, "9" * 5_000])
    def test_a_figure_beyond_reckoning_is_refused(self, written):
        assert only_problem_of(f"a: {written}").where == "a"

    @pytest.mark.parametrize("text", ["", "\n\n", "# a note\n", "---\n", "\ufeff"])
    def test_an_empty_file_is_said_to_be_empty(self, text):
        assert "nothing in the file" in only_problem_of(text).what

    def test_a_list_or_bare_text_is_not_a_case(self):
        assert "begins with a list" in only_problem_of("- a\n- b\n").what
        assert "text on its own" in only_problem_of("just words\n").what

    def test_every_problem_is_told_at_once_in_reading_order(self):
        problems = problems_of("a: &x 1\nb: {c: 16,900}\na: 2\nd: .inf\n5: e\nf: 'open\n")
        assert [problem.line for problem in problems] == [1, 2, 3, 4, 5, 6]
        assert all(problem.file == "hall.yaml" and problem.do for problem in problems)


class TestSlipsOfTheKeyboard:
    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ('a: 1\nb: "open\nc: 2\n', 2, "quotation mark is opened here and never closed"),
            ("a: 1\nb: 'the clerk's hours'\n", 2, "More text follows after a closing quotation mark"),
            ("a: 1\nb: {c: 1, d: 2\ne: 3\n", 2, "'{' is opened here and not closed"),
            ("a: 1\nb: [1, 2\n", 2, "'[' is opened here and not closed"),
            ("a: {b: 1}}\n", 1, "nothing opened before it"),
            ("a:\n  b: 1\n c: 2\n", 3, "does not start level"),
            ("a: 1\n  b: 2\n", 2, "further right than the line above"),
            ("a:\n\tb: 1\n", 2, "indented with a tab"),
            ("a: 1\nb:\t2\n", 2, "A tab stands between"),
            ("a: 1\nb:2\nc: 3\n", 2, "A colon has no space after it"),
            ("shares:\n  town:30%\n", 2, "A colon has no space after it"),
            ("shares: {town:30%}\n", 1, "'town:30%' has no colon and value after it"),
            ("a: 1\nforgotten\nb: 2\n", 2, "'forgotten' has no colon and value after it"),
            ("note: see minute 12: the vote\n", 1, "A colon followed by a space stands inside the text"),
            ("a: {note: see 12: vote}\n", 1, "A colon stands inside text between"),
            ("a: @clerk\n", 1, "Text cannot begin with @"),
            ("a: %\n", 1, "Text cannot begin with %"),
            ("a: & b\n", 1, "Text cannot begin with &"),
            ("a: >5%\n", 1, "Text cannot begin with | or >"),
            ("a: - b\n", 1, "a list begins on a line of its own"),
            ("a: 1\n- b\n", 2, "A list item stands where"),
            ('a: "C:\\data"\n', 1, "A backslash inside double quotes"),
        ],
    )
    def test_the_line_to_look_at_is_named_and_what_is_wrong_there_in_plain_words(self, text, line, what):
        problem = only_problem_of(text)
        assert problem.line == line
        assert what in problem.what
        assert problem.do
        assert not [word for word in JARGON if word in str(problem).lower().replace("hall.yaml", "")]

    def test_the_space_to_type_is_shown(self):
        assert only_problem_of("shares: {town:30%}").do == 'Put a space after the colon: "town: 30%"'

    def test_an_address_on_a_line_of_its_own_is_text(self):
        assert read_yaml_text("source:\n  https://www.gov.uk/x\n").value == {"source": "https://www.gov.uk/x"}


class TestFiles:
    def test_a_file_is_read_under_its_own_name(self, tmp_path):
        (tmp_path / "hall.yaml").write_text(HALL, encoding="utf-8")
        document = read_yaml(tmp_path / "hall.yaml")
        assert (document.name, document.value["nation"]) == ("hall.yaml", "england")
        assert read_yaml(str(tmp_path / "hall.yaml")).text == HALL

    @pytest.mark.parametrize(
        ("raw", "what"),
        [
            (b"a: \xa3420\n", "not saved as UTF-8"),
            (HALL.encode("utf-16"), "not saved as UTF-8"),
            (b"a: 1\nb: \x00\n", "hidden character"),
            (b"", "nothing in the file"),
            (b"PK\x03\x04\xff\xfe", "a spreadsheet, a Word document or another packed file"),
        ],
    )
    def test_a_file_of_another_kind_is_refused_with_what_to_do(self, tmp_path, raw, what):
        (tmp_path / "hall.yaml").write_bytes(raw)
        with pytest.raises(InputError, match=what) as refused:
            read_yaml(tmp_path / "hall.yaml")
        assert refused.value.problems[0].file == "hall.yaml"

    def test_the_line_of_the_first_sign_that_is_not_utf_8_is_named(self, tmp_path):
        (tmp_path / "hall.yaml").write_bytes(b"a: 1\nb: \xa3420\n")
        with pytest.raises(InputError) as refused:
            read_yaml(tmp_path / "hall.yaml")
        assert refused.value.problems[0].line == 2
        assert "Save it as UTF-8" in refused.value.problems[0].do

    def test_a_utf_8_file_from_windows_is_read(self, tmp_path):
        (tmp_path / "hall.yaml").write_bytes(b"\xef\xbb\xbf" + HALL.replace("\n", "\r\n").encode())
        assert read_yaml(tmp_path / "hall.yaml").value == read_yaml_text(HALL).value

    def test_a_missing_file_a_folder_and_an_impossible_name_are_refused(self, tmp_path):
        for path, what in (
            ("nowhere.yaml", "There is no file"),
            ("", "This is a folder"),
            ("a\0b", "cannot be opened|no file"),
        ):
            with pytest.raises(InputError, match=what):
                read_yaml(tmp_path / path)

    def test_a_file_that_cannot_be_opened_is_refused(self, tmp_path, monkeypatch):
        def locked(*_args, **_more):
            raise PermissionError(13, "Permission denied")

        (tmp_path / "hall.yaml").write_text(HALL, encoding="utf-8")
        monkeypatch.setattr("pathlib.Path.open", locked)
        with pytest.raises(InputError, match="cannot be opened: permission denied"):
            read_yaml(tmp_path / "hall.yaml")

    def test_a_file_of_ten_megabytes_is_refused_before_it_is_opened(self, tmp_path, monkeypatch):
        (tmp_path / "hall.yaml").write_bytes(b"a: 1\n" * 2_000_000)
        monkeypatch.setattr("pathlib.Path.open", lambda *_args, **_more: pytest.fail("the file was opened"))
        with pytest.raises(InputError, match="too large: 10,000,000 bytes, where at most 1,000,000 are read"):
            read_yaml(tmp_path / "hall.yaml")

    def test_the_largest_size_may_be_set(self, tmp_path):
        (tmp_path / "hall.yaml").write_text(HALL, encoding="utf-8")
        with pytest.raises(InputError, match="at most 100 are read"):
            read_yaml(tmp_path / "hall.yaml", largest_bytes=100)
