"""Numbers as people write them are read when they can mean one thing, and refused with a sentence when they cannot."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devomodel.written import date_of, money, money_text, number, number_text, share, share_text

PENCE = st.integers(min_value=-(10**13), max_value=10**13)


@pytest.mark.parametrize(
    ("written", "pounds"),
    [
        ("£420,000", 420_000),
        ("420,000.50", 420_000.5),
        ("420_000", 420_000),
        ("£420 000", 420_000),
        ("£\u00a0420\u202f000", 420_000),
        (" £ 75 ", 75),
        (420_000, 420_000),
        (16.9, 16.9),
        ("£1.9m", 1_900_000),
        ("£2.5 million", 2_500_000),
        ("£12k", 12_000),
        ("12 thousand", 12_000),
        ("£9.935", 9.935),
        ("-£500", -500),
        ("£-500", -500),
        ("−£500", -500),
        ("–£500", -500),
        ("(£500)", -500),
        ("+£500", 500),
        ("£0", 0),
    ],
)
def test_an_amount_is_read_however_a_council_writes_it(written, pounds):
    assert money(written) == pounds


@pytest.mark.parametrize(
    "written",
    ["16,90", "1,0000", "1,000,00", "0,500", "1,234_567", "£", "£.50", "£5.", "50p", "£1.9bn", "£1e5", "2026-27",
     "-(£5)", "(-£5)", "-£-5", "500-", "(£5", "£5)", "£5 a month", "", " ", None, True, False, float("nan"),
     float("inf"), 10**400, [5], {"value": 5}, "١٢", "9" * 200],
)  # fmt: skip
def test_an_amount_that_could_mean_two_things_or_nothing_is_refused_with_what_may_be_written(written):
    with pytest.raises(ValueError, match='Write it like 420000, 420_000 or "£420,000"'):
        money(written)


def test_another_currency_and_a_percentage_are_named_as_such():
    with pytest.raises(ValueError, match="'€5' is not in pounds"):
        money("€5")
    with pytest.raises(ValueError, match="'30%' is a percentage"):
        money("30%")


@pytest.mark.parametrize(
    ("written", "decimal"),
    [("30%", 0.3), ("30 %", 0.3), (0.3, 0.3), ("0.3", 0.3), ("1/3", 1 / 3), ("1 / 4", 0.25), ("2.5%", 0.025),
     ("150%", 1.5), (1, 1.0), (0, 0.0), ("0%", 0.0), ("33.3%", 0.333)],
)  # fmt: skip
def test_a_share_may_be_a_percentage_a_decimal_or_a_fraction(written, decimal):
    assert share(written) == decimal


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (30, "30 is 3,000%: write 30% or 0.3"),
        ("30", "30 is 3,000%: write 30% or 0.3"),
        (1.5, "1.5 is 150%: write 1.5% or 0.015"),
        ("3/2", "1.5 is 150%: write 1.5% or 0.015"),
        (100, "100 is 10,000%: write 100% or 1"),
        (2_000, "2000 is 200,000%: write 2000% or 20"),
    ],
)
def test_a_share_above_one_without_its_sign_is_refused_with_both_ways_to_write_it(written, sentence):
    with pytest.raises(ValueError) as refused:
        share(written)
    assert str(refused.value) == sentence


def test_only_a_rate_of_growth_may_be_negative():
    assert share("-2%", allow_negative=True) == -0.02
    assert share("−2%", allow_negative=True) == -0.02
    assert share("-1/4", allow_negative=True) == -0.25
    for written in ("-2%", -0.02, "-1/4"):
        with pytest.raises(ValueError, match="below nought"):
            share(written)
    with pytest.raises(ValueError, match=r"^-2 is -200%: write -2% or -0\.02$"):
        share(-2, allow_negative=True)


@pytest.mark.parametrize("written", ["1/0", "30,5%", "£3", "a third", "", None, True, float("nan"), 1e300, "30%%"])
def test_what_is_not_a_share_is_refused(written):
    with pytest.raises(ValueError, match=r"Write it like 30%, 0\.3 or 1/3"):
        share(written)


def test_a_plain_number_has_commas_or_underscores_in_threes_and_no_unit():
    assert number("8,200") == number("8_200") == number(8_200) == 8_200
    assert number("-3.5") == -3.5
    assert number("1,234,567.25") == 1_234_567.25
    for written in ("£5", "5%", "1.9m", "8,20", "", None, True):
        with pytest.raises(ValueError, match='Write it like 8200, 8_200 or "8,200"'):
            number(written)


def test_a_date_is_written_in_iso_order_or_with_the_month_as_a_word():
    first_of_april = date(2026, 4, 1)
    for written in (
        "2026-04-01",
        "1 April 2026",
        "01 april 2026",
        "1 Apr 2026",
        " 1  April\u00a02026 ",
        first_of_april,
    ):
        assert date_of(written) == first_of_april
    assert date_of(datetime(2026, 4, 1, 9, 30)) == first_of_april


@pytest.mark.parametrize(
    ("written", "reason"),
    [("01/04/2026", "day or the month first"), ("31 June 2026", "not a day in the calendar"),
     ("2025-02-29", "not a day in the calendar"), ("1 Smarch 2026", "not a day"), ("2026-4-1", "not a date"),
     ("2026-27", "not a date"), ("April 2026", "not a date"), (20260401, "not a date"), (None, "not a date")],
)  # fmt: skip
def test_a_date_that_is_not_certain_is_refused_with_the_reason(written, reason):
    with pytest.raises(ValueError, match=f"{reason}.*Write it like 2026-04-01 or 1 April 2026"):
        date_of(written)


@pytest.mark.parametrize(
    ("pounds", "text"),
    [(420_000, "£420,000"), (75, "£75"), (75.5, "£75.50"), (75.05, "£75.05"), (-500, "−£500"), (-0.5, "−£0.50"),
     (0, "£0"), (-0.001, "£0"), (0.005, "£0.01"), (2.675, "£2.68"), (-2.675, "−£2.68"), (1.005, "£1.01")],
)  # fmt: skip
def test_pounds_are_written_whole_or_in_pence_with_the_minus_sign_in_front(pounds, text):
    assert money_text(pounds) == text


def test_the_places_asked_are_the_most_shown():
    assert money_text(421.5, places=0) == "£422"
    assert money_text(9.935, places=3) == "£9.935"
    assert money_text(9.9, places=3) == "£9.90"
    assert share_text(1 / 3, places=1) == "33.3%"
    assert share_text(0.3, places=1) == "30%"
    assert share_text(0.125, places=0) == "13%"
    assert share_text(0.0299) == "2.99%"
    assert share_text(-0.02) == "−2%"
    assert number_text(8_200) == "8,200"
    assert number_text(1_000_000, places=0) == "1,000,000"


@pytest.mark.parametrize("figure", [None, True, "5", float("nan"), float("inf")])
def test_only_a_figure_can_be_written_out(figure):
    for write in (money_text, share_text, number_text):
        with pytest.raises(ValueError, match="cannot be written as a figure"):
            write(figure)


@given(PENCE)
def test_every_penny_survives_being_written_and_read_again(pence):
    assert money(money_text(pence / 100)) == pence / 100


@given(st.integers(min_value=-100_000, max_value=100_000))
def test_every_hundredth_of_a_percent_survives_being_written_and_read_again(hundredths):
    assert share(share_text(hundredths / 10_000), allow_negative=True) == hundredths / 10_000


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_every_whole_number_survives_being_written_and_read_again(whole):
    assert number(number_text(whole)) == whole


@given(st.one_of(st.text(max_size=60), st.text("£-−,._ 0123456789%/km()", max_size=20), st.integers(), st.floats(), st.none()))
def test_whatever_is_given_is_read_or_refused_with_a_sentence(given_value):
    for read in (money, share, number, date_of):
        try:
            read(given_value)
        except ValueError as refused:
            assert " write " in f" {refused} ".lower()
