"""The guards a case switches on: reserves, referendums, VAT, audit, paying twice, the general power, the precept's dates."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import devomodel as dm
from devomodel import parameters
from devomodel.mechanisms.double_charging import sentence_for_residents
from devomodel.mechanisms.referendum_limit import largest_charge_without_a_vote
from devomodel.mechanisms.section_137 import enough_elected
from devomodel.model import Projection
from devomodel.parameters.precept_dates import precept_dates

COUNCILS = {
    "town": {"name": "Town council", "kind": "town"},
    "district": {"name": "District council", "kind": "district"},
    "county": {"name": "County council", "kind": "county"},
}
BASE = {"use": "tax_base", "council": "town", "homes": 1_000}
BUDGET = {"use": "budget", "council": "town", "spending": {"services": "£120,000"}}
PRECEPT = {"use": "precept", "council": "town", "general_reserve": {"opening": "£60,000"}}
TOWN = {"base": BASE, "budget": BUDGET, "precept": PRECEPT}


def scenario(years: int = 1, first_year: str = "2026-27", held: Any = None, nation: str = "england", **blocks: Any) -> str:
    case: dict[str, Any] = {"case": "Guards", "nation": nation, "first_year": first_year, "years": years, "councils": COUNCILS}
    case["mechanisms"] = blocks
    return json.dumps(case | ({"parameters": held} if held else {}), ensure_ascii=False)


def projected(years: int = 1, first_year: str = "2026-27", **blocks: Any) -> Projection:
    return dm.project(dm.load_text(scenario(years, first_year, **blocks), "guards.yaml"))


def refused(years: int = 1, first_year: str = "2026-27", **blocks: Any) -> str:
    """What is said of a case that cannot be worked: always as problems with a place, never as a bare error."""
    with pytest.raises(dm.InputError) as caught:
        projected(years, first_year, **blocks)
    assert caught.value.problems
    return str(caught.value)


def failing(projection: Projection) -> set[str]:
    return {one.name for one in projection.checks if not one.passed} - {"master"}


class TestReferendumLimit:
    def limit(self, kind: str = "social_care_authority", **others: Any) -> dict[str, Any]:
        return {
            "use": "referendum_limit",
            "council": "county",
            "kind": kind,
            "charge": "£1,000",
            "charge_before": "£1,000",
            **others,
        }

    def test_a_plan_above_the_limit_fails_the_case_and_the_year_is_named(self):
        by_year = {"by_year": {"2026-27": "£1,040", "2027-28": "£1,200"}}
        projection = projected(2, limit=self.limit(charge=by_year))
        assert failing(projection) == {"limit.within_limit"}
        [check] = [one for one in projection.checks if one.name == "limit.within_limit"]
        assert check.years == ("2027-28",) and "referendum" in check.detail

    def test_the_parish_rule_of_2016_never_fails_a_case(self):
        stress = self.limit("parish_2016_stress", council="town", charge_before="£80", precept_before="£600,000")
        del stress["charge"]
        projection = projected(**TOWN, stress=stress)
        assert failing(projection) == set()
        assert any("proposed for larger parishes in 2016: not so in 2026-27" in one for one in projection.warnings)

    def test_years_for_which_no_rule_is_known_are_refused_until_the_case_says_how_it_goes_on(self):
        said = refused(2, "2028-29", limit=self.limit())
        assert "referendum.social_care_authority.core" in said and "2029-30" in said and "after_last: hold" in said
        hold = {"after_last": "hold", "basis": "assumption"}
        held = {"referendum.social_care_authority.core": hold, "referendum.social_care_authority.asc_precept": hold}
        projection = projected(2, "2028-29", held=held, limit=self.limit())
        assert projection.by_year("limit.share") == pytest.approx([0.05, 0.05])
        assert any("from 2029-30 the figure is the case's own assumption" in one for one in projection.warnings)

    def test_a_year_that_was_not_found_between_two_others_is_refused(self):
        assert "none was found between 2019-20 and 2021-22" in refused(first_year="2020-21", limit=self.limit("fire"))

    def test_a_year_before_the_first_rule_is_refused(self):
        assert "the first is 2018-19" in refused(first_year="2017-18", limit=self.limit("police"))

    @pytest.mark.parametrize("after", ["cpi", [0.05]])
    def test_a_rule_of_percentage_and_pounds_can_only_be_held(self, after: Any):
        held = {"referendum.shire_district": {"after_last": after, "basis": "assumption"}}
        assert "can only be held. Write after_last: hold" in refused(2, held=held, limit=self.limit("shire_district"))

    def test_a_rule_of_percentage_and_pounds_that_is_held_goes_on_with_both(self):
        held = {"referendum.shire_district": {"after_last": "hold", "basis": "assumption"}}
        projection = projected(2, held=held, limit=self.limit("shire_district"))
        assert projection.by_year("limit.share") == [0.03, 0.03] and projection.by_year("limit.pounds") == [5, 5]

    @pytest.mark.parametrize(
        ("key", "figure", "kind"),
        [
            ("share", "3%", "bespoke"),
            ("pounds", "£5", "bespoke"),
            ("social_care_share", "1%", "social_care_authority"),
            ("precept", "£1", "parish_2016_stress"),
            ("precept_before", "£1", "parish_2016_stress"),
        ],
    )
    def test_a_key_of_another_kind_is_refused_with_the_kind_it_goes_with(self, key: str, figure: str, kind: str):
        said = refused(limit=self.limit("fire", **{key: figure}))
        assert f"mechanisms › limit › {key}" in said and f"write kind: {kind}" in said

    def test_a_bespoke_limit_without_a_figure_is_refused(self):
        assert "Give share, or pounds, or both" in refused(limit=self.limit("bespoke"))

    def test_a_charge_that_the_case_does_not_work_is_asked_for(self):
        missing = {"use": "referendum_limit", "council": "county", "kind": "fire"}
        assert "'charge' is missing" in refused(limit=missing)
        assert "'charge_before' is missing" in refused(**TOWN, limit=missing | {"council": "town"})

    def test_a_misspelt_kind_is_told_the_right_one(self):
        assert "Did you mean 'shire_district'?" in refused(limit=self.limit("shire_distict"))

    def test_english_limits_are_not_used_in_wales(self):
        assert "cannot be used in Wales" in refused(nation="wales", limit=self.limit())
        stress = self.limit("parish_2016_stress", precept="£1", precept_before="£1")
        with pytest.raises(dm.DevomodelError, match="cannot be used in Wales"):
            projected(nation="wales", limit=stress)

    @settings(max_examples=200, deadline=None)
    @given(st.integers(1, 300_000), st.integers(1, 9_00), st.integers(0, 25_00))
    def test_the_limit_is_lawful_and_a_penny_more_is_not(self, last_pence: int, share_in_hundredths: int, pounds_pence: int):
        found = largest_charge_without_a_vote(last_pence / 100, share_in_hundredths / 10_000, pounds_pence / 100)
        pence = round(found * 100)

        def excessive(charge: int) -> bool:
            reaches = (charge - last_pence) * 10_000 >= last_pence * share_in_hundredths
            return reaches and charge - last_pence > pounds_pence

        assert found == pytest.approx(pence / 100, abs=1e-9)
        assert not excessive(pence) and excessive(pence + 1)


class TestReserves:
    def test_the_year_in_which_the_floor_is_crossed_is_named(self):
        precept = PRECEPT | {"general_reserve": {"opening": "£60,000", "used": {"value": "£20,000", "from": "2027-28"}}}
        projection = projected(4, **(TOWN | {"precept": precept}), policy={"use": "reserves_policy", "council": "town"})
        assert projection.by_year("policy.months_in_hand") == pytest.approx([6, 4, 2, 0])
        [told] = [one for one in projection.warnings if "at or above its floor" in one]
        assert "not so in 2028-29, 2029-30" in told
        assert failing(projection) == set()

    def test_revenue_moved_to_capital_is_not_counted_and_what_is_put_by_neither(self):
        scheme = {
            "use": "match_funding",
            "council": "town",
            "account": "capital",
            "cost": "£12,000",
            "funders": {"own": {"funder": "town", "money": "own", "award": "£12,000", "pays_for": "either", "status": "secured"}},
        }
        projection = projected(**TOWN, scheme=scheme, policy={"use": "reserves_policy", "council": "town"})
        assert projection.by_year("policy.to_capital") == [12_000]
        assert projection.by_year("policy.net_revenue_expenditure") == [120_000]

    @pytest.mark.parametrize("side", ["floor", "ceiling"])
    def test_a_side_given_in_pounds_and_in_months_is_refused(self, side: str):
        said = refused(**TOWN, policy={"use": "reserves_policy", "council": "town", side: "£1,000", f"{side}_months": 3})
        assert f"mechanisms › policy › {side}_months" in said and "Keep one of them" in said

    def test_a_council_without_a_precept_is_refused(self):
        assert "use: precept" in refused(**TOWN, policy={"use": "reserves_policy", "council": "district"})


class TestVat:
    VAT: ClassVar = {"use": "vat_partial_exemption", "council": "town", "exempt_vat": "£9,000", "all_vat": "£20,000"}
    YEARS: ClassVar = {"before": {"2022-23": 0, "2023-24": 0, "2024-25": 0, "2025-26": 0}, "next_year": 0, "year_after_next": 0}

    def test_what_is_not_recovered_is_spending_that_the_precept_pays(self):
        with_vat, without = projected(**TOWN, vat=self.VAT), projected(**TOWN)
        assert with_vat.value("town.precept", "2026-27") - without.value("town.precept", "2026-27") == 9_000

    @pytest.mark.parametrize("before", [{"2025-26": 0}, {"2021-22": 0, **YEARS["before"]}, {"2026-27": 0, **YEARS["before"]}])
    def test_the_four_years_before_and_no_others_are_asked_for(self, before: dict[str, Any]):
        said = refused(**TOWN, vat=self.VAT | {"seven_years": self.YEARS | {"before": before}})
        assert "seven_years › before" in said and "2022-23 to 2025-26" in said

    def test_an_average_that_is_accepted_needs_its_figures(self):
        assert "Give seven_years" in refused(**TOWN, vat=self.VAT | {"average_accepted": True})

    def test_a_second_test_of_one_council_would_look_at_a_part_and_is_refused(self):
        said = refused(**TOWN, vat=self.VAT, rooms=self.VAT | {"exempt_vat": "£5,000"})
        assert "mechanisms › rooms › council" in said and "exempt_vat_of of 'vat'" in said
        assert projected(**TOWN, vat=self.VAT, county_vat=self.VAT | {"council": "district"}).passed

    @pytest.mark.parametrize("sums", [{}, {"exempt_vat": "£1", "exempt_vat_of": {"hall": "£1"}}])
    def test_the_vat_on_exempt_activities_is_given_in_one_way(self, sums: dict[str, Any]):
        assert "Not both, and not neither" in refused(
            **TOWN, vat={key: one for key, one in self.VAT.items() if key != "exempt_vat"} | sums
        )

    def test_the_vat_of_a_letting_is_one_of_several_lines(self):
        floor = {"use": "leaseback", "landlord": "town", "tenant": "district", "first_year": "2026-27", "term_years": 5, "rent": 0,
                 "break_from": "no break", "exempt_purchases": "£25,000", "vat_rate": "20%"}  # fmt: skip
        vat = {"use": "vat_partial_exemption", "council": "town", "all_vat": "£62,000",
               "exempt_vat_of": {"hall": "£5,000", "floor": {"line": "floor.exempt_vat"}}}  # fmt: skip
        assert projected(**TOWN, floor=floor, vat=vat).by_year("vat.not_recovered") == [10_000]

    def test_what_only_follows_from_another_error_is_not_said_beside_it(self):
        floor = {"use": "leaseback", "landlord": "town", "tenant": "town", "first_year": "2026-27", "term_years": 5, "rent": 0,
                 "break_from": "no break", "exempt_purchases": "£25,000", "vat_rate": "20%"}  # fmt: skip
        said = refused(**TOWN, floor=floor, vat=self.VAT | {"exempt_vat": {"line": "floor.exempt_vat"}})
        assert "cannot be its own tenant" in said and "exempt_vat" not in said

    def test_a_leaseback_of_a_building_that_is_not_there_is_refused(self):
        floor = {"use": "leaseback", "landlord": "town", "tenant": "district", "first_year": "2026-27", "term_years": 5, "rent": 0,
                 "break_from": "no break", "of": "libary"}  # fmt: skip
        library = {"use": "asset_transfer", "principal": "district", "local": "town", "tenure": "freehold",
                   "transfer_year": "2026-27", "running_costs": {"building": "£9"}}  # fmt: skip
        assert "There is none" in refused(**TOWN, floor=floor)
        said = refused(**TOWN, floor=floor, library=library)
        assert "mechanisms › floor › of" in said and "Did you mean 'library'" in said and "Allowed: library" in said

    def test_the_average_is_six_hundred_and_twenty_five_pounds_a_month(self):
        assert parameters.find("vat.exempt_input_tax_insignificant").in_year("2026-27").value == 625 * 12


class TestAudit:
    def test_all_of_it_warns_and_none_of_it_fails(self):
        budget = BUDGET | {"spending": {"services": "£20,000,000"}}
        returned = {"precept": 1, "other_receipts": 0, "loan_payments": 0, "other_payments": 1}
        audit = {"use": "audit_thresholds", "council": "town", "claims_exemption": True, "last_return": returned}
        projection = projected(**(TOWN | {"budget": budget}), audit=audit)
        assert failing(projection) == set()
        for words in ("exempt from review", "smaller authority", "details with the bill", "explanation of precept"):
            assert any(words in one for one in projection.warnings), words

    def test_a_council_without_a_precept_is_refused(self):
        assert "no precept of 'district'" in refused(**TOWN, audit={"use": "audit_thresholds", "council": "district"})


class TestPayingTwice:
    BASES: ClassVar = {"town": 1_000, "district": 20_000}
    GRASS: ClassVar = {"now": {"district": "£50,000"}, "after": {"town": "£2,000", "district": "£45,000"}}

    def asked(self, services: dict[str, Any], **others: Any) -> dict[str, Any]:
        return {"use": "double_charging", "council": "town", "tax_bases": self.BASES, "services": services, **others}

    def sentence(self, service: dict[str, Any]) -> str:
        case = dm.load_text(scenario(twice=self.asked({"grass_cutting": service})), "guards.yaml")
        projection = dm.project(case)
        [mechanism] = case.variant(None).mechanisms
        names = {key: one["name"] for key, one in COUNCILS.items()}
        return sentence_for_residents(mechanism, "grass_cutting", projection, names, "2026-27")

    def test_the_resident_is_told_what_is_paid_to_whom_and_what_twice(self):
        assert self.sentence(self.GRASS) == (
            "Grass cutting: now a Band D home pays £2.50 to District council each year, and none of it is paid twice. "
            "After the change it would pay £2.00 to Town council and £2.25 to District council each year, "
            "and £2.00 of it is paid twice."
        )

    def test_the_resident_is_told_what_nobody_knows(self):
        told = self.sentence({"now": {"district": "£50,000"}, "after": {"town": "£2,000"}, "not_known_after": ["district"]})
        assert told.endswith(
            "After the change it would pay £2.00 to Town council each year; what District council charges for it is not known, "
            "so neither is what is paid twice."
        )

    def test_what_is_not_known_has_no_line_and_so_no_nought(self):
        projection = projected(twice=self.asked({"toilets": {"now": {"district": 0}, "not_known_after": ["town", "district"]}}))
        lines = {line.name for line in projection.sheet}
        assert "twice.now.toilets.all" in lines
        assert not {name for name in lines if name.startswith("twice.after.")}
        assert any("the spending of Town council and District council on it" in one for one in projection.warnings)

    def test_the_figures_move_no_money(self):
        projection = projected(**TOWN, twice=self.asked({"grass": self.GRASS}))
        assert projection.value("town.precept", "2026-27") == 120_000

    REFUSED: ClassVar = {
        "Give it under tax_bases": {"now": {"county": 1}, "after": {"town": 1}},
        "nobody is said to pay for it after the change": {"now": {"town": 1}},
        "is given and said not to be known": {"now": {"town": 1}, "after": {"town": 1}, "not_known_now": ["town"]},
        "no grant goes towards it": {"now": {"town": 1}, "after": {"district": 1}, "grant": {"after": 1}},
        "'later' is not one of the names here": {"now": {"town": 1}, "after": {"town": 1}, "grant": {"later": 1}},
        "'twon' is not named under 'councils'": {"now": {"twon": 1}, "after": {"town": 1}},
    }

    @pytest.mark.parametrize("words", REFUSED)
    def test_a_service_that_cannot_be_worked_is_refused_with_its_place(self, words: str):
        said = refused(twice=self.asked({"grass": self.REFUSED[words]}))
        assert words in said and "grass" in said

    def test_a_parish_without_a_tax_base_and_a_list_without_a_service_are_refused(self):
        assert "no tax base for 'town'" in refused(twice=self.asked({"grass": self.GRASS}, tax_bases={"district": 1}))
        assert "no service is named" in refused(twice=self.asked({}))


class TestGeneralPower:
    @pytest.mark.parametrize("seats", range(3, 40))
    def test_two_thirds_are_counted_in_whole_councillors(self, seats: int):
        least = -(-2 * seats // 3)
        assert enough_elected(least, seats, 2, 3) and not enough_elected(least - 1, seats, 2, 3)

    def test_it_takes_a_resolution_as_well(self):
        power = {"elected": 9, "seats": 9, "qualified_clerk": True, "resolved": False}
        limit = {
            "use": "section_137",
            "council": "town",
            "electors": 1,
            "sum_per_elector": 1,
            "spending": 2,
            "general_power": power,
        }
        projection = projected(limit=limit)
        assert not projection.by_year("limit.general_power.held")[0] and failing(projection) == {"limit.within_limit"}


class TestDates:
    def test_the_days_that_lead_to_a_precept_lie_in_the_year_before(self):
        assert precept_dates("2026-27") == {
            "tax_base_counted": date(2025, 11, 30),
            "tax_base_told_from": date(2025, 12, 1),
            "tax_base_told_by": date(2026, 1, 31),
            "precept_before": date(2026, 3, 1),
        }

    def test_the_day_a_billing_authority_asks_for_takes_its_place_among_them(self):
        assert list(precept_dates("2027-28", "20 December"))[2] == "precept_asked_for"
        assert precept_dates("2027-28", "20 December")["precept_asked_for"] == date(2026, 12, 20)
