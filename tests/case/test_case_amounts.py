"""An amount of a scenario: what it comes to in each year, however it is written."""

from __future__ import annotations

from datetime import date

import pytest

import devomodel as dm
from devomodel import parameters
from tests.case.towns import hall, problems, read, worked


def cpi(year: str) -> float:
    return parameters.find("forecast.cpi").in_year(year).value


class TestFigures:
    @pytest.mark.parametrize("written", ['"£1,500"', "1500", "1_500", '"1,500"', "£1.5k", "{value: 1500}", "1500.00"])
    def test_however_it_is_written_it_is_the_same_in_every_year(self, written):
        assert hall(written) == [1500, 1500, 1500, 1500]

    def test_a_refund_is_a_negative_amount(self):
        assert hall("(£500)") == [-500, -500, -500, -500]

    def test_figures_by_year_stand_in_their_own_years(self):
        assert hall("{by_year: {2026-27: 10, 2027-28: 20, 2028-29: 30, 2029-30: 40}}") == [10, 20, 30, 40]

    def test_figures_of_years_outside_the_case_are_left_alone(self):
        assert hall("{by_year: {2025-26: 5, 2026-27: 10, 2027-28: 20, 2028-29: 30}}", years=2) == [10, 20]


class TestGrowth:
    def test_a_rate_begins_in_the_second_year(self):
        assert hall("{value: 1000, grows: 10%}") == pytest.approx([1000, 1100, 1210, 1331], rel=1e-12)

    def test_a_fall_is_a_rate_below_nought(self):
        assert hall("{value: 1000, grows: -50%}") == pytest.approx([1000, 500, 250, 125], rel=1e-12)

    def test_a_list_of_rates_is_taken_in_order(self):
        assert hall("{value: 1000, grows: [10%, 0%, -10%]}") == pytest.approx([1000, 1100, 1100, 990], rel=1e-12)

    def test_an_index_is_the_shipped_forecast_of_each_year(self):
        second = 1000 * (1 + cpi("2027-28"))
        assert hall("{value: 1000, grows: cpi}", years=2) == pytest.approx([1000, second], rel=1e-12)

    def test_an_index_and_something_more(self):
        second = 1000 * (1 + cpi("2027-28") + 0.02)
        assert hall("{value: 1000, grows: {index: cpi, plus: 2%}}", years=2) == pytest.approx([1000, second], rel=1e-12)

    def test_an_index_and_something_less(self):
        second = 1000 * (1 + cpi("2027-28") - 0.01)
        assert hall("{value: 1000, grows: {index: cpi, plus: -1%}}", years=2) == pytest.approx([1000, second], rel=1e-12)

    def test_the_cases_own_index(self):
        energy = "indices:\n  energy: {rates: {2027-28: 20%, 2028-29: -10%, 2029-30: 0%}, basis: assumption}\n"
        assert hall("{value: 1000, grows: energy}", more=energy) == pytest.approx([1000, 1200, 1080, 1080], rel=1e-12)

    def test_figures_by_year_grow_after_the_last_of_them(self):
        assert hall("{by_year: {2026-27: 900, 2027-28: 1000}, grows: 10%}") == pytest.approx([900, 1000, 1100, 1210], rel=1e-12)

    def test_figures_by_year_that_end_before_the_case_begins_have_grown_by_then(self):
        assert hall("{by_year: {2024-25: 1000}, grows: 10%}", years=2) == pytest.approx([1210, 1331], rel=1e-12)


class TestPrices:
    def test_an_amount_priced_before_the_first_year_has_grown_by_then(self):
        assert hall("{value: 1000, prices: 2024-25, grows: 10%}", years=2) == pytest.approx([1210, 1331], rel=1e-12)

    def test_an_amount_priced_in_the_first_year_is_as_given(self):
        assert hall("{value: 1000, prices: 2026-27, grows: 10%}", years=2) == pytest.approx([1000, 1100], rel=1e-12)

    def test_an_amount_priced_after_the_first_year_was_less_before(self):
        assert hall("{value: 1210, prices: 2028-29, grows: 10%}") == pytest.approx([1000, 1100, 1210, 1331], rel=1e-12)

    def test_an_index_carries_an_amount_from_the_year_it_is_priced_in(self):
        first = 1000 * (1 + cpi("2025-26")) * (1 + cpi("2026-27"))
        assert hall("{value: 1000, prices: 2024-25, grows: cpi}", years=1) == pytest.approx([first], rel=1e-12)

    def test_a_list_of_rates_begins_in_the_year_after_the_prices(self):
        assert hall("{value: 1000, prices: 2025-26, grows: [10%, 20%]}", years=2) == pytest.approx([1100, 1320], rel=1e-12)


class TestYears:
    def test_from_and_until_include_the_years_they_name(self):
        assert hall("{value: 100, from: 2027-28, until: 2028-29}") == [0, 100, 100, 0]

    def test_once_is_one_year(self):
        assert hall("{value: 100, once: 2028-29}") == [0, 0, 100, 0]

    def test_growth_runs_on_through_the_years_it_is_not_paid_in(self):
        assert hall("{value: 100, from: 2028-29, grows: 10%}") == pytest.approx([0, 0, 121, 133.1], rel=1e-12)

    def test_figures_by_year_may_end_with_the_year_it_runs_until(self):
        assert hall("{by_year: {2026-27: 10, 2027-28: 20}, until: 2027-28}") == [10, 20, 0, 0]

    def test_figures_by_year_with_a_gap_are_refused(self):
        [said] = problems(spending="hall: {by_year: {2026-27: 10, 2028-29: 20}, grows: 0%}")
        assert "there is no figure for 2027-28. Give one under by_year" in said


class TestLines:
    GRANT = (
        "  grant: {use: payment, payer: district, payee: town, kind: grant, status: assumed,"
        " amount: {line: budget.spending.hall}}\n"
    )

    def test_an_amount_may_be_the_figures_of_another_line(self):
        case = worked(spending="hall: {value: 1000, grows: 10%}", after=self.GRANT, years=2)
        assert case.by_year("grant.paid") == pytest.approx([1000, 1100], rel=1e-12)
        assert case.by_year("town.precept") == pytest.approx([0, 0], abs=1e-9)  # the grant and the rents cover it all

    def test_the_working_goes_through_to_what_was_given(self):
        case = worked(spending="hall: {value: 1000, grows: 10%, basis: estimate}", after=self.GRANT, years=2)
        leaves = [step.line.name for _, step in case.explain("grant.paid", "2027-28").walk()]
        assert "budget.spending.hall.before_growth" in leaves


class TestOrigins:
    def test_a_bare_figure_says_no_basis_and_the_reader_is_warned(self):
        case = worked(spending="hall: 1000")
        assert case.sheet["budget.spending.hall"].origin.basis == "not stated"
        assert any("No basis is given for" in warning for warning in case.warnings)

    def test_basis_source_note_and_place_follow_the_figure(self):
        case = worked(spending="hall: {value: 1000, basis: published, source: notice, note: page 2}")
        origin = case.sheet["budget.spending.hall"].origin
        assert (origin.basis, origin.source, origin.note) == ("published", "Notice of tax bases", "page 2")
        assert origin.place == "mechanisms › budget › spending › hall"

    def test_growth_by_a_forecast_names_the_forecast(self):
        origin = worked(spending="hall: {value: 1000, grows: cpi}").sheet["budget.spending.hall.growth"].origin
        assert "forecast.cpi" in origin.note and "OBR" in origin.source

    def test_an_index_and_something_more_says_so(self):
        origin = worked(spending="hall: {value: 1000, grows: {index: cpi, plus: 2%}}").sheet["budget.spending.hall.growth"].origin
        assert "2.00%" in origin.note


class TestParameters:
    """Section 137 allows so much for each elector; the last year with a figure that was found is 2025-26."""

    LIMIT = "  limit: {use: section_137, council: town, electors: 100, spending: 500}\n"
    LAST = parameters.find("section137.sum_per_elector").in_year("2025-26").value

    def held(self, after: str) -> list[float]:
        more = f"parameters:\n  section137.sum_per_elector: {{after_last: {after}, basis: assumption}}\n"
        return worked(more=more, after=self.LIMIT, years=2).by_year("limit.sum_per_elector")

    def test_past_the_last_year_the_case_must_say_how_it_goes_on(self):
        [said] = problems(after=self.LIMIT)
        assert "line 23, mechanisms › limit: " in said
        assert "section137.sum_per_elector has no figure for 2026-27; the last is for 2025-26." in said
        assert "parameters: {section137.sum_per_elector: {after_last: hold, basis: assumption}}" in said

    def test_held(self):
        assert self.held("hold") == [self.LAST, self.LAST]

    def test_raised_with_prices(self):
        first = self.LAST * (1 + cpi("2026-27"))
        assert self.held("cpi") == pytest.approx([first, first * (1 + cpi("2027-28"))], rel=1e-12)

    def test_given_as_a_list_in_figures_or_in_pounds(self):
        assert self.held("[11.50, £11.80]") == [11.5, 11.8]

    def test_a_list_that_is_too_short_is_refused(self):
        more = "parameters:\n  section137.sum_per_elector: {after_last: [11.50], basis: assumption}\n"
        [said] = problems(more=more, after=self.LIMIT, years=2)
        assert "the list under after_last ends before 2027-28. Add a figure for each year." in said

    def test_a_figure_carried_on_is_printed_as_the_cases_own_assumption(self):
        more = "parameters:\n  section137.sum_per_elector: {after_last: hold, basis: assumption}\n"
        case = worked(more=more, after=self.LIMIT)
        caution = "section137.sum_per_elector: from 2026-27 the figure is the case's own assumption, not the law."
        assert caution in case.warnings
        assert caution in case.sheet["limit.sum_per_elector"].origin.caution

    def test_a_figure_not_seen_on_its_page_is_printed_as_not_verified(self):
        text = "sum_per_elector: {parameter: section137.sum_per_elector}"
        case = dm.load_text(
            "case: A parish in 2024\nnation: england\nfirst_year: 2024-25\nyears: 1\ncouncils:\n  town: {name: T, kind: parish}\n"
            f"mechanisms:\n  limit:\n    use: section_137\n    council: town\n    electors: 100\n    spending: 500\n    {text}\n"
        )
        warnings = dm.project(case, today=date(2026, 12, 1)).warnings
        assert any("section137.sum_per_elector, 2024-25: not verified" in warning for warning in warnings)

    def test_one_figure_of_several_is_named_after_a_slash(self):
        shares = parameters.find("cil.neighbourhood_share").in_year("2026-27").value
        key = next(iter(shares))
        after = (f"  built:\n    use: tax_base_from_dwellings\n    council: district\n    dwellings: {{D: 100}}\n"
                 f"    collection_rate: {{parameter: cil.neighbourhood_share/{key}}}\n")  # fmt: skip
        assert worked(after=after).by_year("built.collection_rate") == [shares[key]] * 4

    def test_one_of_several_that_is_not_there_is_refused_with_those_that_are(self):
        after = ("  built:\n    use: tax_base_from_dwellings\n    council: district\n    dwellings: {D: 100}\n"
                 "    collection_rate: {parameter: cil.neighbourhood_share/none}\n")  # fmt: skip
        [said] = problems(after=after)
        assert "line 27" in said and "Write which one after a slash, such as cil.neighbourhood_share/with_plan" in said

    def test_a_forecast_past_its_last_year_goes_on_as_the_case_says(self):
        more = "parameters:\n  forecast.cpi: {after_last: [5%], basis: assumption}\n"
        grown = hall("{value: 1000, grows: cpi}", more=more, years=6)
        assert grown[5] / grown[4] == pytest.approx(1.05, rel=1e-12)


def test_the_case_keeps_what_the_file_says_of_it():
    words = "owner: The Clerk\nnote: >\n  Over\n  two lines\n"
    case = read(more=f'{words}approved: {{by: Full Council, minute: "104", date: 12 January 2026}}\n')
    assert (case.owner, case.note) == ("The Clerk", "Over two lines")
    assert case.approved is not None and (case.approved.by, case.approved.minute) == ("Full Council", "104")
    assert case.years == ("2026-27", "2027-28", "2028-29", "2029-30")
