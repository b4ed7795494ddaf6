"""What a sheet refuses while it is built, and whether a person can tell from the message what to do."""

from __future__ import annotations

import numpy as np
import pytest

from devomodel.engine import (
    Sheet,
    SheetError,
    UnitError,
    Worker,
    Worksheet,
    allocate,
    both,
    larger_of,
    pence_below,
    projection,
    to_pence,
    unit,
    when,
    worked_out,
    working,
)


@pytest.fixture
def sheet() -> Sheet:
    sheet = Sheet("2026-27", 3)
    sheet.input("spending", 90_000.0, "£", "Spending")
    sheet.input("income", (10_000.0, 12_000.0, 14_000.0), "£", "Income")
    sheet.input("benefits", 5_000.0, "real £ 2026-27", "Benefits")
    sheet.input("tax_base", 8_200.0, "Band D home", "Tax base")
    sheet.input("rate", 0.03, "share", "Rate")
    return sheet


def refused(build, *essence: str) -> None:
    """The building fails, and the message holds each of these."""
    with pytest.raises(SheetError) as caught:
        build()
    for words in essence:
        assert words in str(caught.value), f"{words!r} is not in: {caught.value}"


UNLIKE = {
    "adding": (lambda s: s["spending"] + s["tax_base"], "Adding", "'£'", "'Band D home'", "spending + tax_base"),
    "subtracting": (lambda s: s["spending"] - s["rate"], "Subtracting", "'£'", "'share'", "spending − rate"),
    "cash to real terms": (lambda s: s["spending"] + s["benefits"], "'£'", "'real £ 2026-27'", "spending + benefits"),
    "a plain number": (lambda s: s["spending"] + 5, "'£'", "'number'", "spending + 5"),
    "a plain number before": (lambda s: 5 - s["spending"], "'number'", "'£'", "5 − spending"),
    "comparing": (lambda s: s["spending"] > s["rate"], "Comparing", "'£'", "'share'", "spending is above rate"),
    "choosing": (lambda s: when(s["rate"] > 0, s["spending"], s["tax_base"]), "when()", "'£'", "'Band D home'"),
    "the larger": (lambda s: larger_of(s["spending"], s["tax_base"]), "larger", "'£'", "'Band D home'"),
    "a total": (lambda s: s.total([s["spending"], s["tax_base"]]), "'tax_base'", "'Band D home'", "'£'"),
    "weights": (lambda s: allocate(s["spending"], [s["rate"], s["tax_base"]]), "Splitting", "'share'", "'Band D home'"),
    "an answer to a figure": (lambda s: (s["spending"] > 0) + s["spending"], "'yes or no'", "'£'", "spending is above 0"),
    "answers added": (lambda s: (s["rate"] > 0) + (s["rate"] > 0), "yes-or-no", "when(", "rate is above 0"),
    "an answer times a figure": (lambda s: (s["rate"] > 0) * s["spending"], "yes-or-no", "when(", "(rate is above 0) × spending"),
    "figures joined": (lambda s: both(s["spending"], s["rate"] > 0), "both", "yes-or-no", "spending and rate is above 0"),
    "a figure to choose by": (lambda s: when(s["spending"], s["rate"], 0), "first operand", "yes-or-no"),
    "pence of homes": (lambda s: to_pence(s["tax_base"]), "Only money", "'Band D home'", "tax_base, to the penny"),
    "pence below a rate": (lambda s: pence_below(s["rate"]), "Only money", "'share'"),
    "a power of money": (lambda s: s["spending"] ** 2, "power", "spending to the power 2"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNLIKE)
def test_unlike_units_are_refused_with_both_units_and_the_formula(sheet, what):
    build, *essence = UNLIKE[what]
    refused(lambda: build(sheet), *essence)


def test_a_plain_nought_suits_any_unit(sheet):
    sheet.line("nothing", 0, "£", "Nothing")
    sheet.line("net", larger_of(sheet["spending"] - sheet["income"], 0), "£", "Net")
    sheet.line("change", when(sheet["tax_base"] > 0, sheet["rate"], 0), "share", "Change")
    assert worked_out(sheet).by_year("nothing") == [0.0, 0.0, 0.0]


def test_a_formula_that_comes_out_in_another_unit_than_was_said(sheet):
    refused(lambda: sheet.line("charge", sheet["spending"] / sheet["tax_base"], "£", "Charge"),
            "'charge'", "'£'", "spending ÷ tax_base", "'£/Band D home'")  # fmt: skip
    refused(lambda: sheet.line("five", 5.0, "£", "Five"), "'five'", "'£'", "'number'")


def test_a_unit_that_is_not_known_is_refused_with_the_nearest():
    with pytest.raises(UnitError, match=r"'electors' is not a unit\. Did you mean 'elector'"):
        unit("electors")


def test_units_multiply_and_divide():
    assert unit("£") / unit("Band D home") * unit("Band D home") == unit("£")
    assert str(unit("£") / unit("£")) == "share" and unit("share") * unit("£") == unit("£")
    assert str(unit("hour") * unit("£/hour")) == "£"
    assert not unit("£").like(unit("real £ 2026-27"))


def test_an_if_on_a_line_names_what_to_use_instead(sheet):
    def formula():
        return sheet["spending"] if sheet["rate"] > 0 else sheet["income"]

    refused(formula, "'if'", "rate is above 0", "when(condition, then, otherwise)")
    refused(lambda: sheet["rate"] > 0 and sheet["rate"] < 1, "'and'", "both")


def test_a_reference_that_is_not_on_the_sheet(sheet):
    other = Sheet("2026-27", 3)
    stranger = other.input("grant", 1.0, "£", "Grant")
    refused(lambda: sheet.line("net", sheet["spending"] - stranger, "£", "Net"), "'net'", "'grant'", "not on this sheet")
    refused(lambda: sheet.last_year("later", first=stranger), "'later'", "'grant'", "not on this sheet")
    refused(lambda: sheet.last_year(stranger, first=0), "'grant'", "not on this sheet")
    refused(lambda: sheet["spendings"], "'spendings'", "Did you mean 'spending'?")


def test_the_look_back_of_another_sheet(sheet):
    other = Sheet("2026-27", 3)
    other.input("spending", 1.0, "£", "Spending")
    sheet.line("net", other.last_year("spending", first=0), "£", "Net")
    refused(sheet.seal, "'net'", "'spending'", "another sheet")


def test_a_name_twice_or_out_of_shape_or_too_late(sheet):
    refused(lambda: sheet.input("income", 1.0, "£", "Income"), "'income'", "twice")
    refused(lambda: sheet.input("Town income", 1.0, "£", "Income"), "'Town income'", "not a line name", "town.precept")
    sheet.seal()
    refused(lambda: sheet.input("late", 1.0, "£", "Late"), "'late'", "sealed")


def test_too_few_figures(sheet):
    refused(lambda: sheet.input("fees", (1.0, 2.0), "£", "Fees"), "'fees'", "2 figures", "3 years")
    refused(lambda: Worker(sheet).work({"income": (1.0, 2.0)}), "'income'", "3 years")
    refused(lambda: sheet.years_ago("income", 3, [1.0, 2.0]), "3 years", "2 are given")
    refused(lambda: sheet.years_ago("income", 0, []), "at least 1", "0")


def test_a_look_back_to_a_line_that_never_comes(sheet):
    sheet.line("opening", sheet.last_year("reserves.closng", first=0, unit_of="£"), "£", "Opening")
    sheet.line("reserves.closing", sheet["opening"] + sheet["income"], "£", "Closing")
    refused(sheet.seal, "'opening'", "'reserves.closng'", "Did you mean 'reserves.closing'?")


def test_a_look_back_that_is_never_used_to_a_line_that_never_comes(sheet):
    sheet.last_year("reserves", first=0, unit_of="£")
    refused(sheet.seal, "'reserves'", "not on the sheet")


def test_the_unit_of_a_look_back(sheet):
    refused(lambda: sheet.last_year("later", first=100.0), "'later'", "unit")
    refused(lambda: sheet.last_year("later", first=sheet["income"], unit_of="Band D home"), "'later'", "'£'", "'Band D home'")
    sheet.line("opening", sheet.last_year("homes", first=0, unit_of="£"), "£", "Opening")
    sheet.line("homes", sheet["tax_base"], "Band D home", "Homes")
    refused(sheet.seal, "'opening'", "'homes'", "'£'", "'Band D home'")


@pytest.mark.parametrize(("one", "other", "words"), [(1.0, 2.0, "1 and 2"), (None, 2.0, "no figure and 2")])
def test_two_different_openings_of_one_line(sheet, one, other, words):
    sheet.last_year("income", first=one)
    refused(lambda: sheet.last_year("income", first=other), "'income'", "two different opening figures", words)


def test_the_same_opening_twice_and_a_longer_history_are_well():
    sheet = Sheet("2026-27", 3)
    income = sheet.input("income", (1.0, 2.0, 3.0), "£", "Income")
    sheet.line("one", sheet.years_ago(income, 1, [10.0]), "£", "One year ago")
    sheet.line("three", sheet.years_ago(income, 3, [10.0, 20.0, 30.0]), "£", "Three years ago")
    figures = worked_out(sheet)
    assert (figures.by_year("one"), figures.by_year("three")) == ([10.0, 1.0, 2.0], [30.0, 20.0, 10.0])


def test_an_opening_that_depends_on_what_it_opens_is_refused_at_sealing(sheet):
    opening = sheet.line("opening", sheet.last_year("closing", first=sheet["income"], unit_of="£"), "£", "Opening")
    sheet.line("closing", opening + sheet["income"], "£", "Closing")
    assert sheet.seal().sealed
    tangled = Sheet("2026-27", 3)
    income = tangled.input("income", 1.0, "£", "Income")
    before = tangled.line("before", tangled.last_year("closing", first=0.0, unit_of="£") + income, "£", "Before")
    tangled.line("opening", tangled.last_year("other", first=before), "£", "Opening")
    tangled.line("other", tangled["opening"] + income, "£", "Other")
    tangled.line("closing", tangled["other"] + income, "£", "Closing")
    refused(tangled.seal, "opening figure", "'other'", "depends on 'before'", "do not look back")


def test_an_opening_that_looks_back_itself(sheet):
    back = sheet.last_year("income", first=1.0)
    refused(lambda: sheet.last_year("spending", first=back), "'spending'", "looks back itself", "last year's income")


def test_a_check_must_be_a_comparison(sheet):
    refused(lambda: sheet.check("balance", sheet["spending"] - sheet["income"], "Balance", "They balance"), "'balance'", "'£'")


def test_what_cannot_stand_in_a_formula(sheet):
    for stranger in (True, None, "5", [1.0, 2.0], np.ones(3)):
        refused(lambda stranger=stranger: sheet["spending"] * stranger, "cannot stand in a formula")
    refused(lambda: sheet["spending"] * float("inf"), "infinite")


def test_a_formula_that_a_spreadsheet_would_not_take():
    sheet = Sheet("2026-27", 1)
    parishes = [sheet.input(f"parish_{number}", 1.0, "share", "Share") for number in range(40)]
    cost = sheet.input("cost", 100.0, "£", "Cost")
    sheet.line("part", allocate(cost, parishes)[39], "£", "Part")
    assert worked_out(sheet).by_year("part") == [2.5]
    refused(lambda: Worksheet(sheet).cells(), "'part'", "8,192", "lines of their own")


def test_a_worker_says_what_it_cannot_change(sheet):
    sheet.line("net", sheet["spending"] - sheet["income"], "£", "Net")
    worker = Worker(sheet)
    refused(lambda: worker.work({"net": 1.0}), "'net'", "formula", "inputs")
    refused(lambda: worker.work({"incme": 1.0}), "'incme'", "Did you mean 'income'?")
    unlike = {"income": np.ones((1, 4)), "spending": np.ones((1, 5))}
    refused(lambda: worker.work(unlike), "'spending'", "5 draws", "4")
    refused(lambda: working(worker.work(), "nett", "2026-27"), "'nett'", "Did you mean 'net'?")
    refused(lambda: working(worker.work(), "net", "2031-32"), "'2031-32'", "2026-27", "2028-29")


def test_too_many_figures_to_keep(sheet, monkeypatch):
    sheet.line("net", sheet["spending"] - sheet["income"], "£", "Net")
    sheet.line("homes", sheet["tax_base"] * sheet["rate"], "Band D home", "Homes")
    monkeypatch.setattr(projection, "MOST_FIGURES_KEPT", 2 * 3 * 10)
    worker, draws = Worker(sheet), {"income": np.ones((1, 10))}
    assert worker.work(draws)["net"].shape == (3, 10), "Only income and net have a figure for each draw"
    refused(lambda: worker.work({"income": np.ones((1, 11))}), "3 years", "11 draws", "Name the lines to keep")
    assert worker.work({"income": np.ones((1, 11))}, keep=["net"])["net"].shape == (3, 11)
