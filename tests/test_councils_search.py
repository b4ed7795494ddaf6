"""A council is found however its name is typed, set beside its neighbours, and written out as a scenario begins."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devomodel import councils
from devomodel.councils.files import DATA
from devomodel.councils.paste import quoted, written
from devomodel.problems import DevomodelError
from devomodel.reading import read_yaml_text

YEARS = ("2018-19", "2019-20")


@pytest.fixture(scope="module")
def everyone():
    return councils.parishes()


@pytest.fixture(scope="module")
def authorities():
    return councils.billing_authorities()


def parish(name, district=None):
    """The one parish of that name, found as a user would find it."""
    found = [match for match in councils.find(name) if match.kind == "parish"]
    found = [match for match in found if district in (None, match.place)]
    return found[0].record


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kiderminster", "Kidderminster Town Council (Wyre Forest)"),
        ("Kidderminster, Worcestershire", "Kidderminster Town Council (Wyre Forest)"),
        ("castle don", "Castle Donington (North West Leicestershire)"),
        ("CASTLE DONNINGTON", "Castle Donington (North West Leicestershire)"),
        ("Castledonington parish council", "Castle Donington (North West Leicestershire)"),
        ("Bishops Waltham", "Bishops Waltham (Winchester)"),
        ("Bishop’s Waltham", "Bishops Waltham (Winchester)"),
        ("bishop waltam", "Bishops Waltham (Winchester)"),
        ("Newton Saint Cyres", "Newton St. Cyres (Mid Devon)"),
        ("newton st cyers", "Newton St. Cyres (Mid Devon)"),
        ("newton cyres", "Newton St. Cyres (Mid Devon)"),
        ("stone ebony", "Stone-cum-Ebony (Ashford)"),
        ("Whitersham", "Wittersham (Ashford)"),
        ("padiam town council", "Padiham (Burnley)"),
        ("portlnd", "Portland Town Council (Dorset Council)"),
        ("queens park", "Queen's Park Community Council (Westminster)"),
        ("saltburn marske", "Saltburn, Marske & New Marske Parish Council (Redcar and Cleveland)"),
        ("Hereford City Council", "Hereford (Herefordshire)"),
        ("Fawley, West Berkshire", "Fawley (West Berkshire)"),
        ("Loftus Town Council, Redcar and Cleveland", "Loftus Town Council (Redcar and Cleveland)"),
        ("Bomere Heath and District", "Bomere Heath & District Parish Council (Shropshire UA)"),
        ("Barnsley Metropolitan Borough Council", "Barnsley (billing authority)"),
        ("fawly new forest", "Fawley (New Forest)"),
        ("wyre forest district council", "Wyre Forest (billing authority)"),
        ("King’s Lynn & West Norfolk", "Kings Lynn and West Norfolk (billing authority)"),
        ("Royal Borough of Kingston upon Thames", "Kingston upon Thames (billing authority)"),
        ("Gt Yarmouth", "Great Yarmouth (billing authority)"),
        ("Caerfilly", "Caerphilly (Welsh authority)"),
        ("merthyr", "Merthyr Tydfil (Welsh authority)"),
    ],
)
def test_a_council_is_found_however_its_name_is_typed(typed, meant):
    assert str(councils.find(typed)[0]) == meant


def test_a_name_in_several_districts_is_listed_with_each_of_them_past_the_limit():
    suttons = [match for match in councils.find("Sutton", limit=3) if match.name == "Sutton"]
    assert len(suttons) == 13
    assert {match.place for match in suttons} >= {"Craven", "Dover", "Peterborough", "England"}
    assert [str(match) for match in councils.find("fawley")] == ["Fawley (New Forest)", "Fawley (West Berkshire)"]
    assert len([match for match in councils.find("brougton") if match.name == "Broughton"]) == 9


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "?",
        "zz",
        "asdfgh",
        "qwertyuiop",
        "council",
        "hello world",
        "the quick brown fox",
        "purple monkey dishwasher",
        "'; DROP TABLE parishes",
        "<script>alert(1)</script>",
        "x" * 100_000,
    ],
)
def test_nothing_is_found_rather_than_nonsense(typed):
    assert councils.find(typed) == []


def test_every_parish_is_found_under_its_own_name_and_district(everyone):
    for one in everyone[::23]:
        found = councils.find(f"{one.name}, {one.billing_authority}")
        assert one in [match.record for match in found], str(one)


def test_every_authority_is_found_first_under_its_own_name(authorities):
    for authority in authorities:
        top = [match for match in councils.find(authority.name) if match.score == 100]
        assert authority in [match.record for match in top], authority.name


@given(st.text(max_size=60))
def test_any_text_at_all_may_be_searched_for(text):
    scores = [match.score for match in councils.find(text)]
    assert scores == sorted(scores, reverse=True)
    assert all(60 <= score <= 100 for score in scores)


def test_no_more_than_the_limit_is_shown_where_names_differ():
    assert len(councils.find("castle", limit=4)) == 4
    assert councils.find("castle", limit=0) == []


def test_searching_loads_neither_pandas_nor_numpy():
    code = (
        "import sys, devomodel; before = set(sys.modules)\n"
        "from devomodel.councils.search import find\n"
        "assert find('kiderminster')\n"
        "print(sorted({'pandas', 'numpy', 'ruamel', 'pydantic'} & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=DATA.parent.parent)
    assert done.stdout.strip() == "[]"


def test_a_parish_that_charged_nothing_is_on_the_register_though_not_in_the_table():
    assert [(one.name, one.district) for one in councils.registered("adstone")] == [("Adstone", "South Northamptonshire")]
    assert "Adstone" not in [match.name for match in councils.find("Adstone")]
    assert councils.registered("Nowhere at all") == councils.registered("") == []


# Neighbours, district, dwellings, age


def test_neighbours_are_of_the_same_district_nearest_in_tax_base_first():
    hall = councils.neighbours(parish("Kidderminster"), limit=3)
    assert [other.parish.name for other in hall.others] == ["Stourport-on-Severn", "Bewdley", "Wolverley and Cookley"]
    assert hall.others[0].band_d == 31.40
    assert (hall.year, hall.number_compared, hall.rank_by_tax_base, hall.rank_by_band_d) == ("2019-20", 12, 1, 7)
    assert "Of 12 parishes in Wyre Forest in 2019-20, Kidderminster Town Council ranks 1 by" in str(hall)


def test_a_parish_is_never_its_own_neighbour_and_the_distances_rise():
    upham = parish("Upham")
    found = councils.neighbours(upham, limit=100)
    own = upham.implied_tax_base("2019-20").value
    away = [abs(other.tax_base.value - own) for other in found.others]
    assert away == sorted(away)
    assert upham not in [other.parish for other in found.others]
    assert found.number_compared == len(found.others) + 1


def test_neighbours_use_the_year_that_can_be_used():
    assert councils.neighbours(parish("Fawley", "West Berkshire")).year == "2018-19"
    with pytest.raises(DevomodelError, match=r"Beesby with Saleby \(East Lindsey\): no neighbours can be found"):
        councils.neighbours(parish("Beesby with Saleby"))


@pytest.mark.parametrize(
    ("name", "district", "today", "says"),
    [
        ("Kidderminster", "Wyre Forest", "Wyre Forest", "under the same name and code"),
        ("Wittersham", "Ashford", "Ashford", "under the same name and code"),
        ("Portland", "Dorset Council", "Dorset", "under the same name and code"),
        ("Lydd", "Shepway", "Folkestone and Hythe", "as Folkestone and Hythe, under the same code E07000112"),
        ("Penistone", "Barnsley", "Barnsley", "its code has changed from E08000016 to E08000038"),
        ("Daventry", "Daventry", None, "Daventry, the district of 2019, is not in the 2026-27 table"),
    ],
)
def test_the_district_of_2019_is_followed_only_where_name_or_code_agrees(name, district, today, says):
    answer = councils.district_of(parish(name, district))
    assert (answer.authority.name if answer.authority else None) == today
    assert says in answer.sentence


def test_thirty_districts_of_2019_less_two_that_changed_code_are_gone(everyone):
    districts = {one.district_code: one for one in everyone}
    gone = [code for code, one in districts.items() if councils.district_of(one).authority is None]
    assert len(districts) - len(gone) == 206


def test_dwellings_are_counts_with_their_day_and_a_blank_is_not_a_nought():
    wyre_forest = councils.dwellings_by_band("e07000239")
    assert wyre_forest.counted_on == date(2025, 3, 31)
    assert wyre_forest.counts["I"] is None
    shown = [count for count in wyre_forest.counts.values() if count is not None]
    assert abs(sum(shown) - wyre_forest.all_properties) <= 5 * (len(shown) + 1)
    assert councils.dwellings_by_band("E09000001").counts["A"] is None
    assert councils.dwellings_by_band("W06000001").counts["I"] == 60
    assert "31 March 2025, rounded to 10 at source" in wyre_forest.note


def test_all_296_authorities_have_their_dwellings_and_together_those_of_england(authorities):
    counts = [councils.dwellings_by_band(authority.ons_code) for authority in authorities]
    assert len({count.ons_code for count in counts}) == 296
    assert sum(count.all_properties for count in counts) == 25_746_650
    assert councils.dwellings_by_band("E92000001").all_properties == 25_746_490


def test_a_name_in_place_of_a_code_is_refused_and_the_code_is_offered():
    with pytest.raises(DevomodelError, match="Wyre Forest is E07000239"):
        councils.dwellings_by_band("Wyre Forest")
    with pytest.raises(DevomodelError, match="nine-character ONS code"):
        councils.dwellings_by_band("nothing")


def test_the_age_of_the_figures_grows_by_a_year_each_april():
    assert "for 2019-20, 6 years old: use them as history only" in councils.age_warning(date(2026, 3, 31))
    assert "for 2019-20, 7 years old" in councils.age_warning(date(2026, 4, 1))
    assert "1 year old" in councils.age_warning(date(2020, 4, 1))
    assert "ask the billing authority for the current tax base" in councils.age_warning()


# A block to paste


def read_back(text):
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(text)


def test_a_block_holds_published_history_with_its_source():
    block = councils.scenario_block(parish("Kidderminster"), today=date(2026, 4, 1))
    first, body = block.split("\n", 1)
    assert first.startswith("# Published history of Kidderminster Town Council (Wyre Forest).")
    assert "7 years old" in first
    read = read_back(body)
    assert read["sources"]["mhclg_parishes"]["licence"] == "OGL v3.0"
    assert read["councils"]["town"] == {
        "name": "Kidderminster Town Council",
        "kind": "parish",
        "code": "E04012638",
        "billing_authority": "Wyre Forest",
    }
    assert (read["first_year"], read["years"]) == ("2019-20", 1)
    homes = read["mechanisms"]["tax_base"]["homes"]
    assert (homes["value"], homes["basis"], homes["source"]) == (17_241.0, "estimate", "mhclg_parishes")
    assert homes["note"].startswith("implied: published precept divided by published Band D")
    precept = read["mechanisms"]["precept"]
    assert precept["precept"] == {"by_year": {"2019-20": 620_676}, "basis": "published", "source": "mhclg_parishes"}
    assert precept["year_before"]["precept"]["value"] == 528_488
    assert precept["year_before"]["tax_base"]["value"] == 17_048.0


def test_a_block_passes_the_strict_reader_that_scenarios_go_through():
    block = councils.scenario_block(parish("Bomere Heath"))
    assert read_yaml_text(block, name="block").value == read_back(block)


def test_a_year_that_cannot_be_used_is_left_out_and_a_parish_without_one_is_refused():
    with pytest.raises(DevomodelError, match="no scenario can be written from these figures"):
        councils.scenario_block(parish("Beesby with Saleby"))
    read = read_back(councils.scenario_block(parish("Fawley", "West Berkshire")))
    assert read["first_year"] == "2018-19" and "year_before" not in read["mechanisms"]["precept"]
    assert "nought or negative in 2019-20" in read["mechanisms"]["tax_base"]["homes"]["note"]


def test_every_name_survives_being_written_and_read(everyone):
    names = [[one.name, one.billing_authority] for one in everyone]
    assert read_back(written([[quoted(name) for name in pair] for pair in names])) == names


def test_a_block_survives_for_every_parish_with_a_mark_in_its_name_and_some_without(everyone):
    marked = [one for one in everyone if re.search(r"[^A-Za-z -]", one.name)]
    assert len(marked) > 300
    for one in (one for one in marked + everyone[::50] if one.usable_years):
        read = read_back(councils.scenario_block(one))
        assert read["councils"]["town"]["name"] == one.name
        assert read["councils"]["town"]["billing_authority"] == one.billing_authority
        year = one.usable_years[-1]
        assert read["mechanisms"]["precept"]["precept"]["by_year"] == {year: one.precept[year]}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_a_name_is_text_whatever_marks_it_holds(name):
    made_up = councils.Parish(name, name, "", "", dict.fromkeys(YEARS, 10.0), dict.fromkeys(YEARS, 1_000))
    read = read_back(councils.scenario_block(made_up))
    assert list(read) == ["case", "nation", "first_year", "years", "councils", "sources", "mechanisms"]
    assert read["councils"]["town"] == {"name": name, "kind": "parish", "billing_authority": name}
