"""Every shipped figure is read, has a source, holds on the right days, and is refused when it is not known."""

from __future__ import annotations

import re
from datetime import date

import pytest

from devomodel import parameters
from devomodel.parameters import read_parameter
from devomodel.problems import DevomodelError, InputError

TODAY = date(2026, 11, 23)

HELD = """
audit.exempt_ceiling 1 · audit.income_expenditure_basis_threshold 1 · audit.reserves_to_precept 1 ·
audit.significant_variance 1 ·
audit.smaller_authority_ceiling 2 · borrowing.approval_validity 1 · borrowing.minimum_per_elector 1 ·
borrowing.normal_annual_ceiling 1 · business_rates.multiplier 1 · capital.receipt_de_minimis 1 ·
cil.neighbourhood_share 1 · cil.nil_below 1 · cil.no_plan_cap 1 · cil.payment_dates 1 · cil.recovery_years 1 · cil.rics_index 7 ·
cof.match 2 · commuted_sum.examples 2 · council_tax.average_band_d_all_authorities 7 ·
council_tax.average_parish_band_d 12 · council_tax.average_parish_band_d_change 10 ·
council_tax.band_ninths.band_a_disabled 1 · council_tax.band_ninths.england 1 ·
council_tax.band_ninths.wales 1 · council_tax.band_ninths.wales_band_i 1 · council_tax.collection_rate.examples 2 ·
council_tax.demand_notice_parish_detail_threshold 1 · council_tax.empty_premium_max 1 ·
council_tax.parish_precept_issue_deadline 1 · council_tax.single_person_discount 1 ·
council_tax.tax_base_notification_window 1 · council_tax.tax_base_relevant_day 1 ·
council_tax.total_parish_precepts 11 · edce_act.royal_assent 1 · forecast.average_earnings 23 ·
forecast.bank_rate 23 · forecast.cpi 23 · forecast.cpih 23 · forecast.gdp_deflator 23 ·
forecast.gilt_20_year 23 · forecast.rpi 23 · gainshare.examples 2 · gpc.elected_fraction 1 ·
green_book.discount_factor.standard.published 1 · green_book.discount_rate.health 1 ·
green_book.discount_rate.sensitivity_beyond_50_years 1 · green_book.discount_rate.standard 1 ·
green_book.marginal_utility_elasticity 1 · green_book.optimism_bias 1 · green_book.publication_dates 3 ·
green_book.stpr_components 1 · green_book.welfare_weight_examples 2 · harmonisation.max_years 1 ·
harmonisation.single_charge_by_year 2 ·
lgps.employee_bands 1 · lgps.employer_rate.examples 2 · lgps.valuation_cycle 1 · lgr.national_estimates 3 ·
lgr.vesting_dates 1 · macro.average_earnings 7 · macro.cpi 9 · macro.gdp_deflator 1 ·
macro.high_value_council_tax_surcharge 1 · macro.rpi 7 · mrp.guidance_edition 1 · mrp.longest_life 1 · ni.employer_rate 2 ·
ni.employment_allowance_for_parishes 1 · ni.secondary_threshold_weekly 9 · njc.award 6 · njc.clerk_scales 1 ·
njc.spine_annual 2 · nlhf.grant_bands 1 · nlhf.match_minimum 1 · nlhf.payment_profile_small 1 ·
nlhf.volunteer_day_rate 2 · pay.weeks_divisor 2 · pwlb.certainty_rate_reduction 1 · pwlb.fixed_loan_fee 1 ·
pwlb.hra_rate_reduction 1 · pwlb.payment_frequency 1 · pwlb.rate_snapshot 4 · pwlb.settlement_days 1 ·
referendum.bespoke_2026_27 1 · referendum.fire 10 · referendum.parish 5 · referendum.parish_2016_proposal 1 ·
referendum.police 8 · referendum.shire_district 11 · referendum.social_care_authority.asc_precept 13 ·
referendum.social_care_authority.core 13 · reserves.general_months 2 · section137.sum_per_elector 14 ·
vat.exempt_input_tax_fraction 1 · vat.exempt_input_tax_insignificant 1 · vfm.categories.dft_old 1
"""
VALUES_HELD = {name: int(count) for name, count in (item.split() for item in re.findall(r"\S+ \d+", HELD))}
"""Every parameter shipped and how many values it holds, so that none is lost without being missed."""


@pytest.fixture
def every():
    return [parameters.find(name) for name in parameters.names()]


def section_137():
    return parameters.find("section137.sum_per_elector")


def test_every_figure_gathered_is_shipped_and_none_is_lost():
    assert {name: len(parameters.find(name).values) for name in parameters.names()} == VALUES_HELD


# What is true of every file


def test_every_figure_has_plain_words_a_unit_and_a_nation(every):
    assert [each.name for each in every if not (each.title and each.unit and each.nations and each.what)] == []


def test_every_value_names_its_source(every):
    assert [each.name for each in every for dated in each.values if not dated.source.strip()] == []


@pytest.mark.parametrize("words", ["general knowledge", "worked out from", "inferred from", "looked for"])
def test_nothing_remembered_worked_out_or_not_found_is_called_verified(every, words):
    told = [dated.verified for each in every for dated in each.values if words in dated.source.lower()]
    assert told and not any(told)


def test_a_value_is_handed_over_if_it_was_found_and_refused_if_not(every):
    for each in every:
        for dated in each.values:
            ask, about = (each.labelled, dated.label) if dated.recorded else (each.on, dated.start or dated.end or TODAY)
            if dated.value is not None:
                assert ask(about) == dated
                continue
            with pytest.raises(DevomodelError, match=r"was not found.*give the figure and its source in the case"):
                ask(about)


def test_examples_are_refused_as_figures_in_force(every):
    examples = [each for each in every if each.kind == "examples"]
    assert len(examples) == 11
    for each in examples:
        with pytest.raises(DevomodelError, match=r"holds examples, not a figure in force. Ask by label"):
            each.on(TODAY)


def test_a_day_before_a_figure_began_is_an_error_and_not_nought(every):
    dated = [each for each in every if each.newest and each.values[0].start]
    assert len(dated) > 40
    for each in dated:
        with pytest.raises(DevomodelError, match="the first is"):
            each.on(date(1990, 1, 1))


# Days and years


def test_the_section_137_limit_changes_between_31_march_and_1_april():
    assert section_137().on(date(2023, 3, 31)).value == 8.82
    assert section_137().on(date(2023, 4, 1)).value == 9.93
    assert section_137().in_year("2023-24").value == 9.93


def test_the_audit_ceiling_rises_on_1_april_2025_and_its_earlier_start_is_not_invented():
    ceiling = parameters.find("audit.smaller_authority_ceiling")
    assert ceiling.on(date(2025, 3, 31)).value == 6_500_000
    assert ceiling.on(date(2025, 4, 1)).value == 15_000_000
    assert ceiling.on(date(2025, 3, 31)).period == "until 31 March 2025"


def test_employer_national_insurance_changes_between_5_and_6_april_2025():
    rate = parameters.find("ni.employer_rate")
    assert rate.on(date(2025, 4, 5)).value == 0.138
    assert rate.on(date(2025, 4, 6)).value == 0.15
    threshold = parameters.find("ni.secondary_threshold_weekly")
    assert threshold.on(date(2025, 4, 5)).value == 175
    assert threshold.on(date(2025, 4, 6)).value == 96


def test_a_change_on_6_april_counts_for_the_whole_financial_year():
    rate = parameters.find("ni.employer_rate")
    assert [dated.value for dated in rate.series(["2024-25", "2025-26", "2026-27"])] == [0.138, 0.15, 0.15]


def test_a_fund_that_changed_within_a_year_is_asked_for_by_day_and_pays_nothing_once_closed():
    fund = parameters.find("cof.match")
    with pytest.raises(DevomodelError, match=r"changes during 2023-24. Ask for a day"):
        fund.in_year("2023-24")
    assert fund.on(date(2023, 5, 30)).value["most_share"] == 0.5
    assert fund.on(date(2023, 5, 31)).value["most_share"] == 0.8
    with pytest.raises(DevomodelError, match="the last ended on 23 December 2024"):
        fund.on(date(2026, 4, 1))


def test_a_figure_not_set_every_year_holds_until_it_is_replaced():
    assert parameters.find("council_tax.band_ninths.england").in_year("2035-36").value["H"] == 18


def test_a_figure_of_unknown_start_is_said_to_be_in_force_when_checked():
    discount = parameters.find("council_tax.single_person_discount").in_year("2026-27")
    assert (discount.start, discount.value, discount.period) == (None, 0.25, "in force when checked")


def test_a_principle_set_for_three_years_holds_for_those_three():
    parish = parameters.find("referendum.parish")
    assert {dated.value for dated in parish.series(["2026-27", "2027-28", "2028-29"])} == {"none"}
    with pytest.raises(DevomodelError, match=r"no value for 2029-30. The last year with a figure is 2026-27 to 2028-29"):
        parish.in_year("2029-30")


def test_a_calendar_year_series_is_not_read_by_financial_years():
    cpi = parameters.find("macro.cpi")
    assert cpi.on(date(2026, 12, 31)).value == 0.023
    assert cpi.on(date(2027, 1, 1)).value == 0.02
    with pytest.raises(DevomodelError, match="goes by calendar year"):
        cpi.in_year("2026-27")


# Years with no figure


def test_section_137_for_2026_27_is_refused_in_plain_words():
    with pytest.raises(DevomodelError) as refused:
        section_137().in_year("2026-27")
    for words in ("for 2026-27 was not found", "The last year with a figure is 2025-26", "after_last: hold"):
        assert words in str(refused.value)


def test_a_year_after_the_last_names_it_and_says_what_to_write_in_the_case():
    with pytest.raises(DevomodelError) as refused:
        parameters.find("forecast.cpi").in_year("2031-32")
    assert "no value for 2031-32. The last year with a figure is 2030-31" in str(refused.value)
    assert "parameters: {forecast.cpi: {after_last: hold, basis: assumption}}" in str(refused.value)


def test_a_gap_between_two_years_is_refused_and_not_filled():
    with pytest.raises(DevomodelError, match="none was found between 2011-12 and 2014-15"):
        section_137().in_year("2012-13")


def test_a_run_of_years_lists_every_year_that_is_missing():
    with pytest.raises(DevomodelError, match="no value for 2012-13, 2026-27 and 2027-28"):
        section_137().series(["2012-13", "2023-24", "2026-27", "2027-28"])


# Sources, verification, age, nations


@pytest.mark.parametrize(("year", "limit"), [("2016-17", 7.42), ("2021-22", 8.41), ("2024-25", 10.81), ("2025-26", 11.10)])
def test_section_137_limits_not_seen_on_a_page_are_flagged(year, limit):
    dated = section_137().in_year(year)
    assert (dated.value, dated.verified) == (limit, False)
    assert "not verified" in parameters.caution("section137.sum_per_elector", dated, TODAY)


def test_band_i_in_wales_is_flagged_as_unverified():
    band_i = parameters.find("council_tax.band_ninths.wales_band_i").in_year("2026-27")
    assert (band_i.value, band_i.verified) == (21, False)


def test_a_parameter_is_verified_only_when_every_value_is():
    assert not section_137().verified
    assert parameters.find("ni.employer_rate").verified


def test_an_earlier_verified_year_needs_no_caution_when_the_series_is_behind():
    assert section_137().stale(TODAY) == "checked 2026-11-23; newest figure is for 2025-26"
    assert parameters.caution("section137.sum_per_elector", section_137().in_year("2023-24"), TODAY) == ""
    newest = parameters.caution("section137.sum_per_elector", section_137().in_year("2025-26"), TODAY)
    assert "may be out of date" in newest


def test_a_yearly_figure_goes_stale_on_the_first_day_of_the_next_year():
    multiplier = parameters.find("business_rates.multiplier")
    assert multiplier.stale(date(2027, 3, 31)) == ""
    assert multiplier.stale(date(2027, 4, 1)) == "checked 2026-11-23; newest figure is for 2026-27"


def test_a_figure_with_no_year_goes_stale_18_months_after_it_was_checked():
    discount = parameters.find("council_tax.single_person_discount")
    assert discount.stale(date(2028, 5, 23)) == ""
    assert discount.stale(date(2028, 5, 24)) == "checked 2026-11-23, more than 18 months ago"


def test_an_english_figure_is_refused_in_wales():
    with pytest.raises(DevomodelError, match="is a figure for England and cannot be used in Wales"):
        section_137().in_force("wales")
    assert section_137().in_force("england") is section_137()


def test_a_misspelt_name_is_refused_with_the_nearest():
    with pytest.raises(DevomodelError, match=r"Did you mean 'section137.sum_per_elector'\?"):
        parameters.find("section137.sum_per_electer")
    with pytest.raises(DevomodelError, match="Did you mean 'wales'"):
        section_137().in_force("walles")


def test_the_forecast_says_which_years_are_outturn():
    series = parameters.find("forecast.cpi").series(["2023-24", "2024-25", "2025-26", "2030-31"])
    assert [dated.value for dated in series] == [0.056704, 0.023545, 0.03438, 0.019998]
    assert [dated.status for dated in series] == ["outturn", "outturn", "forecast", "forecast"]


def test_nobody_can_change_a_shipped_value_by_accident():
    with pytest.raises(TypeError):
        parameters.find("council_tax.band_ninths.england").on(TODAY).value["A"] = 7


def test_finding_one_figure_reads_only_its_own_file(monkeypatch):
    read = []
    monkeypatch.setattr(parameters.shelf, "read_parameter", lambda path: read.append(path.name))
    parameters.find.__wrapped__("gpc.elected_fraction")
    assert read == ["gpc.elected_fraction.yaml"]


def test_the_table_has_a_row_for_each_figure_and_shows_no_value_it_does_not_hold():
    rows = {row["name"]: row for row in parameters.as_table(date(2026, 5, 1), today=TODAY)}
    assert set(rows) == set(VALUES_HELD)
    assert rows["section137.sum_per_elector"]["value"] is None
    assert rows["ni.employer_rate"]["value"] == 0.15
    assert rows["pwlb.rate_snapshot"]["from"] == "examples and records"
    assert "section137.sum_per_elector" not in {row["name"] for row in parameters.as_table(nation="wales", today=TODAY)}


# Strict reading

GOOD = """
name: fee.example
title: A fee
unit: £
what: A fee charged for an example.
nations: [england]
checked: 2026-11-23
values:
  - from: 2024-04-01
    value: 10
    verified: true
    source: "A page: £10"
  - from: 2025-04-01
    value: 12
    verified: false
    source: hearsay
"""


def read(tmp_path, text, name="fee.example.yaml"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_parameter(tmp_path / name)


def test_a_well_written_file_is_read(tmp_path):
    fee = read(tmp_path, GOOD)
    assert [dated.value for dated in fee.values] == [10, 12]
    assert fee.on(date(2025, 3, 31)).value == 10


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("checked:", "cheked:", "line 7, cheked: 'cheked' is not something a parameter takes. Did you mean 'checked'?"),
        ("    source: hearsay\n", "", "line 13, values › item 2: source is missing"),
        ("    source: hearsay\n", '    source: ""\n', "source is empty"),
        ("    verified: false\n", "", "verified is missing"),
        ("verified: false", "verified: perhaps", "verified is neither true nor false. Allowed: true or false"),
        ("from: 2025-04-01", "from: 2023-04-01", "values are not in date order. Put the earliest first"),
        ("from: 2025-04-01", "from: April 2025", "'April 2025' is not a date. Allowed: a day such as 2025-04-01"),
        ("from: 2025-04-01", "from: 2025-02-30", "'2025-02-30' is not a date"),
        ("    value: 10\n", "    until: 2025-04-01\n    value: 10\n", "begins before the value above it ends"),
        ("name: fee.example", "name: fee.exmaple", "'fee.exmaple' is not the file's name"),
        ("[england]", "[englnd]", "'englnd' is not a nation. Allowed: england, wales, scotland and northern_ireland"),
        ("value: 12", "value: null", "a value not found is unverified and has a note"),
        ("values:", "kind: examples\nvalues:", "examples have labels, not dates"),
        ("values:", "yearly: true\ncalendar_years: true\nvalues:", "by financial years or by calendar years"),
        ("from: 2025-04-01", "from: 2025", "a financial year begins on 1 April. Write 2025-04-01"),
        ("  - from: 2025-04-01\n    value", "  - value", "neither from nor label"),
    ],
)
def test_a_slip_in_a_file_is_refused_where_it_stands(tmp_path, written, instead, said):
    text = GOOD.replace("values:", "yearly: true\nvalues:") if instead == "from: 2025" else GOOD
    assert written in text
    with pytest.raises(InputError) as refused:
        read(tmp_path, text.replace(written, instead, 1))
    assert said in str(refused.value)


def test_every_slip_in_a_file_is_shown_together(tmp_path):
    text = GOOD.replace("unit: £\n", "").replace("verified: true", "verfied: true").replace("hearsay", '""')
    with pytest.raises(InputError) as refused:
        read(tmp_path, text)
    said = [problem.what for problem in refused.value.problems]
    assert {"unit is missing", "'verfied' is not something a parameter takes", "source is empty"} <= set(said)
