"""Options: named changes against the base, which is what happens without a decision."""

from __future__ import annotations

import pytest

import devomodel as dm
from tests.case.towns import problems, read, town, worked

STAFF = "staff: {value: 1000, grows: 10%, basis: published, source: notice, note: at the grade of 2026}\nhall: 500"


def with_option(changes: str, name: str = "more", **parts):
    """The base and one option of the town, worked; `changes` stand under the option."""
    after = f"options:\n  {name}:\n" + "".join(f"    {line}\n" for line in changes.splitlines())
    case = read(spending=STAFF, after=after, **parts)
    return dm.project(case, case.do_nothing), dm.project(case, name)


class TestSet:
    def test_a_new_figure_keeps_the_growth_and_becomes_an_assumption(self):
        base, option = with_option("set: {budget.spending.staff: 2000}")
        assert base.by_year("budget.spending.staff") == pytest.approx([1000, 1100, 1210, 1331], rel=1e-12)
        assert option.by_year("budget.spending.staff") == pytest.approx([2000, 2200, 2420, 2662], rel=1e-12)
        origin = option.sheet["budget.spending.staff.before_growth"].origin
        assert (origin.basis, origin.source) == ("assumption", "")
        assert origin.note == "changed in this option; at the grade of 2026"

    def test_a_new_value_inside_the_amount_is_an_assumption_too(self):
        _, option = with_option("set: {budget.spending.staff.value: 2000}")
        origin = option.sheet["budget.spending.staff.before_growth"].origin
        assert (origin.basis, origin.source) == ("assumption", "")
        assert option.value("budget.spending.staff", "2027-28") == pytest.approx(2200, rel=1e-12)

    def test_growth_alone_may_be_changed(self):
        _, option = with_option("set: {budget.spending.staff.grows: 0%}")
        assert option.by_year("budget.spending.staff") == [1000, 1000, 1000, 1000]
        assert option.sheet["budget.spending.staff.before_growth"].origin.basis == "published"

    def test_a_block_takes_the_place_of_the_whole_amount(self):
        _, option = with_option("set: {budget.spending.staff: {value: 2000, basis: quote, source: notice}}")
        assert option.by_year("budget.spending.staff") == [2000, 2000, 2000, 2000]
        assert option.sheet["budget.spending.staff"].origin.basis == "quote"

    def test_a_new_heading_may_be_put_in(self):
        base, option = with_option("set: {budget.spending.hub: {value: 300, from: 2028-29, basis: assumption}}")
        assert "budget.spending.hub" not in base.sheet
        assert option.by_year("budget.spending.hub") == [0, 0, 300, 300]

    def test_a_new_heading_that_is_nearly_one_that_is_there_is_told(self):
        base, option = with_option("set: {budget.spending.stafff: 300}")
        assert option.warnings[0] == "budget.spending.stafff adds 'stafff', which is not there before. Did you mean 'staff'?"
        assert not any("not there before" in one for one in base.warnings)

    def test_a_new_heading_like_no_other_and_one_that_is_changed_are_not(self):
        _, option = with_option("set: {budget.spending.hub: 300, budget.spending.staff: 5}")
        assert not any("not there before" in one for one in option.warnings)

    def test_a_path_may_begin_with_the_word_mechanisms(self):
        _, option = with_option("set: {mechanisms.budget.spending.hall: 700}")
        assert option.by_year("budget.spending.hall") == [700, 700, 700, 700]

    def test_the_base_is_left_as_it_was(self):
        base, _ = with_option("set: {budget.spending.hall: 700}")
        assert base.by_year("budget.spending.hall") == [500, 500, 500, 500]

    def test_a_wrong_figure_is_told_at_the_line_of_the_option(self):
        [said] = problems(spending=STAFF, after="options:\n  more:\n    set:\n      budget.spending.hall: 5%\n")
        assert said.startswith("town.yaml, line 27, options › more › set › budget.spending.hall: '5%' is a percentage")

    def test_a_wrong_part_of_a_block_is_told_at_its_own_line(self):
        block = "options:\n  more:\n    set:\n      budget.spending.hall:\n        value: 5\n        basis: guess\n"
        [said] = problems(spending=STAFF, after=block)
        assert "line 29, options › more › set › budget.spending.hall › basis: 'guess' is not a basis" in said

    def test_nothing_can_be_set_inside_a_bare_figure(self):
        [said] = problems(spending=STAFF, after="options:\n  more: {set: {budget.spending.hall.grows: 3%}}\n")
        assert "'hall' is written as '500', with nothing inside it" in said


class TestAddAndDrop:
    def test_a_mechanism_may_be_added_and_another_taken_out(self):
        base, option = with_option(
            "drop: [budget.income.rents]\n"
            "add:\n  grant: {use: payment, payer: district, payee: town, kind: grant, status: assumed, amount: 200}"
        )  # fmt: skip
        assert "budget.income.rents" not in option.sheet and "grant.paid" not in base.sheet
        assert [base.value("town.precept", "2026-27"), option.value("town.precept", "2026-27")] == [1000, 1300]

    def test_what_is_dropped_and_needed_is_refused_with_the_name_of_the_option(self):
        [said] = problems(after="options:\n  none:\n    preferred: true\n    drop: [precept.general_reserve]\n")
        assert "line 24, option none, mechanisms › precept: 'general_reserve' is missing." in said

    def test_what_is_added_wrongly_is_told_at_its_line(self):
        [said] = problems(after="options:\n  more:\n    add:\n      hub:\n        use: budget\n        council: twon\n")
        assert said.startswith("town.yaml, line 28, options › more › add › hub › council: 'twon' is not named under 'councils'.")

    def test_a_slip_of_the_base_is_told_once_and_not_for_every_option(self):
        after = "options:\n  a: {set: {precept.contingency: 1}}\n  b: {set: {precept.contingency: 2}}\n"
        said = problems(spending="hall: lots", after=after)
        assert len(said) == 1 and "'lots' is not an amount of money" in said[0]


class TestDoNothing:
    def test_it_is_always_there_and_is_the_base(self):
        case = read()
        assert list(case.options) == ["do_nothing"] and case.preferred == case.do_nothing == "do_nothing"

    def test_an_option_may_be_what_happens_without_a_decision(self):
        case = read(after="options:\n  closed: {do_nothing: true, drop: [budget.spending.hall]}\n  open: {preferred: true}\n")
        assert (case.do_nothing, case.preferred) == ("closed", "open")
        assert case.choices == ("closed", "open") and case.options["do_nothing"].label == "As written, before any option"

    def test_only_one_option_may_be_it(self):
        [said] = problems(after="options:\n  closed: {do_nothing: true}\n  open: {do_nothing: true}\n")
        assert "line 25" in said and "'closed' and 'open' are both marked do_nothing. Mark one of them only." in said

    def test_without_a_preferred_option_it_is_the_one_shown(self):
        case = read(after="options:\n  open: {label: Open}\n")
        assert case.variant().option == "do_nothing"

    def test_the_preferred_option_is_the_one_shown(self):
        projection = worked(after="options:\n  open: {preferred: true, set: {budget.spending.hall: 1}}\n")
        assert projection.option == "open"

    def test_an_option_that_is_not_there_is_refused_with_the_nearest(self):
        with pytest.raises(dm.DevomodelError, match=r"there is no option 'opne'\. Did you mean 'open'\?"):
            dm.project(read(after="options:\n  open: {label: Open}\n"), "opne")


class TestWords:
    def test_an_option_says_what_it_changes_in_words(self):
        case = read(spending=STAFF, after="options:\n  more:\n    drop: [budget.income]\n    set: {budget.spending.hall: £700}\n")
        assert case.options["more"].changes == ("budget.income is taken out", "budget.spending.hall is £700 (was 500)")
        assert case.options["more"].label == "more"

    def test_rejected_alternatives_keep_their_reasons(self):
        [rejected] = read(after="rejected:\n  - {option: Sell the hall, reason: It is held in trust}\n").rejected
        assert (rejected.option, rejected.reason) == ("Sell the hall", "It is held in trust")


class TestChecksOfTheCase:
    """Bounds that a case sets on its own lines."""

    def test_a_bound_that_is_broken_fails_and_names_the_years(self):
        case = worked(after="checks:\n  low: {line: town.precept, at_most: 1}\n")
        [failed] = [check for check in case.checks[1:] if not check.passed]
        assert (failed.label, failed.years) == ("low", case.years)

    def test_both_bounds_may_be_set_and_kept(self):
        assert worked(after="checks:\n  steady: {line: town.precept, at_least: £400, at_most: £600}\n").passed

    def test_a_line_that_is_yes_or_no_has_no_bound(self):
        [said] = problems(after="checks:\n  base: {line: town.tax_base_positive, at_most: 1}\n")
        assert "line 24" in said and "'town.tax_base_positive' is yes or no in each year, and has no bound." in said


class TestChangesOfOneRun:
    """What `--set` does: the base is changed, and so every option that does not set the same amount."""

    AFTER = "options:\n  more: {set: {budget.spending.staff: 2000}}\n"

    def project(self, **changes):
        paths = {key.replace("__", "."): one for key, one in changes.items()}
        case = dm.load_text(town(spending=STAFF, after=self.AFTER), "town.yaml", paths)
        return [dm.project(case, option) for option in ("do_nothing", "more")]

    def test_it_reaches_every_option(self):
        assert [one.value("budget.spending.hall", "2026-27") for one in self.project(budget__spending__hall="£700")] == [700, 700]

    def test_an_option_that_sets_the_same_amount_wins(self):
        assert [one.value("budget.spending.staff", "2026-27") for one in self.project(budget__spending__staff=5)] == [5, 2000]

    def test_a_wrong_one_is_told_without_a_line_of_the_file(self):
        with pytest.raises(dm.InputError) as refused:
            self.project(budget__spending__hal=5, budget__spending__hall="5%")
        [problem] = refused.value.problems
        assert str(problem).startswith("town.yaml, --set budget.spending.hall: '5%' is a percentage")
        assert problem.line is None
