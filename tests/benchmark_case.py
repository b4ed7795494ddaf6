"""A town council that takes on a hall, twice: as a sheet of the engine, and by hand in plain numpy.

About forty lines over thirty years, ten inputs uncertain. The figures are illustrative.
"""

from __future__ import annotations

import math

import numpy as np

from devomodel.engine import Sheet, larger_of, smaller_of, to_pence, when

FIRST_YEAR, YEARS = "2026-27", 30
BANDS = {"a": 6, "b": 7, "c": 8, "e": 11, "f": 13, "g": 15, "h": 18}
KEPT = ("precept", "reserves_closing", "band_d_charge", "band_d_increase", *(f"band_{band}_charge" for band in BANDS))
"""What a report shows; every other line is needed for them."""

FIGURES = {
    "pay_award": ("share", 0.030), "price_growth": ("share", 0.022), "staff_base": ("£", 182_000.0),
    "premises_base": ("£", 96_000.0), "supplies_base": ("£", 41_500.0), "grounds_base": ("£", 63_250.0),
    "hire_base": ("£", 74_000.0), "hire_growth": ("share", 0.015), "grant_award": ("£", 60_000.0),
    "grant_full_years": ("number", 3.0), "grant_last_year": ("number", 6.0), "interest_rate": ("share", 0.025),
    "loan": ("£", 450_000.0), "loan_rate": ("share", 0.054), "loan_years": ("number", 25.0),
    "renewals": ("£", 18_000.0), "tax_base_growth": ("share", 0.008), "reserve_share": ("share", 0.35),
    "refill_share": ("share", 0.25),
}  # fmt: skip
OPENING_TAX_BASE, OPENING_RESERVES, OPENING_BAND_D = 8_215.4, 140_000.0, 52.36


def given() -> dict[str, np.ndarray | float]:
    """The inputs of a single run: one figure for each year."""
    return {name: np.full(YEARS, value) for name, (_, value) in FIGURES.items()} | {"year_number": np.arange(1.0, YEARS + 1)}


def drawn(draws: int, seed: int = 7) -> dict[str, np.ndarray]:
    """Ten uncertain inputs: five that differ from year to year, five that are one figure for all the years."""
    random = np.random.default_rng(seed)
    found = {}
    for name, spread in (("pay_award", 0.01), ("price_growth", 0.01), ("interest_rate", 0.005), ("renewals", 6_000.0),
                         ("tax_base_growth", 0.004)):  # fmt: skip
        found[name] = FIGURES[name][1] + spread * random.standard_normal((YEARS, draws))
    for name, spread in (("staff_base", 0.05), ("premises_base", 0.10), ("hire_base", 0.15), ("grant_award", 0.2),
                         ("hire_growth", 0.5)):  # fmt: skip
        found[name] = np.tile(FIGURES[name][1] * (1 + spread * random.standard_normal((1, draws))), (YEARS, 1))
    return found


def hall_sheet() -> Sheet:
    """The case as lines of the engine."""
    sheet = Sheet(FIRST_YEAR, YEARS)
    put, back = sheet.line, sheet.last_year
    one = {name: sheet.input(name, value, of, name.replace("_", " ")) for name, (of, value) in FIGURES.items()}
    year = sheet.input("year_number", tuple(range(1, YEARS + 1)), "number", "Year of the case")

    pay = put("pay_index", back("pay_index", 1.0, unit_of="number") * (1 + one["pay_award"]), "number", "Pay")
    prices = put("price_index", back("price_index", 1.0, unit_of="number") * (1 + one["price_growth"]), "number", "Prices")
    staff = put("staff", one["staff_base"] * pay, "£", "Staff")
    premises = put("premises", one["premises_base"] * prices, "£", "Premises")
    supplies = put("supplies", one["supplies_base"] * prices, "£", "Supplies")
    grounds = put("grounds", one["grounds_base"] * prices, "£", "Grounds")
    renewals = put("renewals_spending", one["renewals"] * prices, "£", "Renewals")
    hire = put("hire", one["hire_base"] * (1 + one["hire_growth"]) ** (year - 1), "£", "Hire of the hall")
    steps = one["grant_last_year"] - one["grant_full_years"] + 1
    tapered = one["grant_award"] * (one["grant_last_year"] + 1 - year) / steps
    grant = put("grant", when(year <= one["grant_full_years"], one["grant_award"],
                              when(year <= one["grant_last_year"], tapered, 0)), "£", "Grant")  # fmt: skip

    rate = one["loan_rate"]
    level = put("loan_payment_level", to_pence(one["loan"] * rate / (1 - (1 + rate) ** (0 - one["loan_years"]))),
                "£", "Level yearly payment")  # fmt: skip
    opening = put("loan_opening", back("loan_closing", one["loan"]), "£", "Loan at 1 April")
    interest = put("loan_interest", to_pence(opening * rate), "£", "Interest on the loan")
    payment = put("loan_payment", when(year < one["loan_years"], smaller_of(level, opening + interest), opening + interest),
                  "£", "Paid to the lender")  # fmt: skip
    put("loan_closing", opening + interest - payment, "£", "Loan at 31 March")

    spending = put("gross_spending", staff + premises + supplies + grounds + renewals + payment, "£", "Gross spending")
    reserves = put("reserves_opening", back("reserves_closing", OPENING_RESERVES, unit_of="£"), "£", "Reserves at 1 April")
    earned = put("interest_received", reserves * one["interest_rate"], "£", "Interest on reserves")
    net = put("net_spending", spending - hire - grant - earned, "£", "Net spending")
    target = put("reserves_target", spending * one["reserve_share"], "£", "Reserves wanted")
    refill = put("to_reserves", (target - reserves) * one["refill_share"], "£", "To reserves")
    precept = put("precept", to_pence(larger_of(net + refill, 0)), "£", "Precept")
    put("reserves_closing", reserves + precept - net, "£", "Reserves at 31 March")

    homes = put("tax_base", back("tax_base", OPENING_TAX_BASE, unit_of="Band D home") * (1 + one["tax_base_growth"]),
                "Band D home", "Tax base")  # fmt: skip
    charge = put("band_d_charge", to_pence(precept / homes), "£/Band D home", "Band D")
    put("band_d_increase", charge / back(charge, OPENING_BAND_D) - 1, "share", "Increase in Band D")
    for band, ninths in BANDS.items():
        put(f"band_{band}_charge", to_pence(charge * ninths / 9), "£/Band D home", f"Band {band.upper()}")
    return sheet.seal()


def pence(value: np.ndarray) -> np.ndarray:
    """Half away from zero, with a half that binary arithmetic has moved by a hair still a half; few arrays made."""
    if np.ndim(value) == 0:
        scaled = abs(value) * 100.0
        return math.copysign(math.floor(scaled + 4 * math.ulp(scaled) + 0.5) / 100.0, value)
    scaled = np.abs(value)
    scaled *= 100.0
    scaled += 4 * np.spacing(scaled)
    scaled += 0.5
    np.floor(scaled, out=scaled)
    scaled /= 100.0
    return np.copysign(scaled, value, out=scaled)


def by_hand(i: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same case as one would write it once, for one purpose: arrays of (years,) or (years, draws)."""
    years, draws = YEARS, max(np.shape(value)[1] if np.ndim(value) == 2 else 1 for value in i.values())
    many = draws > 1
    shape = (years, draws) if many else (years,)
    i = {name: value[:, None] if many and np.ndim(value) == 1 else value for name, value in i.items()}

    pay_index = np.cumprod(1 + i["pay_award"], axis=0)
    price_index = np.cumprod(1 + i["price_growth"], axis=0)
    staff = i["staff_base"] * pay_index
    premises = i["premises_base"] * price_index
    supplies = i["supplies_base"] * price_index
    grounds = i["grounds_base"] * price_index
    renewals_spending = i["renewals"] * price_index
    hire = i["hire_base"] * (1 + i["hire_growth"]) ** (i["year_number"] - 1)
    year, full, last = i["year_number"], i["grant_full_years"], i["grant_last_year"]
    taper = i["grant_award"] * (last + 1 - year) / (last - full + 1)
    grant = np.where(year <= full, i["grant_award"], np.where(year <= last, taper, 0.0))

    rate = i["loan_rate"]
    loan_payment_level = pence(i["loan"] * rate / (1 - (1 + rate) ** -i["loan_years"]))
    loan_opening, loan_interest, loan_payment, loan_closing = (np.empty_like(rate) for _ in range(4))
    owed = i["loan"][0]
    for t in range(years):
        loan_opening[t] = owed
        loan_interest[t] = pence(owed * rate[t])
        due = owed + loan_interest[t]
        loan_payment[t] = np.where(year[t] < i["loan_years"][t], np.minimum(loan_payment_level[t], due), due)
        owed = loan_closing[t] = due - loan_payment[t]

    gross_spending = staff + premises + supplies + grounds + renewals_spending + loan_payment
    reserves_target = gross_spending * i["reserve_share"]
    outgoings = gross_spending - hire - grant
    reserves_opening, interest_received, net_spending, to_reserves, precept, reserves_closing = (
        np.empty(shape) for _ in range(6)
    )
    reserves = np.full(shape[1:], OPENING_RESERVES)
    for t in range(years):
        reserves_opening[t] = reserves
        interest_received[t] = reserves * i["interest_rate"][t]
        net_spending[t] = outgoings[t] - interest_received[t]
        to_reserves[t] = (reserves_target[t] - reserves) * i["refill_share"][t]
        precept[t] = pence(np.maximum(net_spending[t] + to_reserves[t], 0))
        reserves = reserves_closing[t] = reserves + precept[t] - net_spending[t]

    tax_base = OPENING_TAX_BASE * np.cumprod(1 + i["tax_base_growth"], axis=0)
    band_d_charge = pence(precept / tax_base)
    before = np.empty(shape)
    before[0], before[1:] = OPENING_BAND_D, band_d_charge[:-1]
    band_d_increase = band_d_charge / before - 1
    bands = {f"band_{band}_charge": pence(band_d_charge * ninths / 9) for band, ninths in BANDS.items()}
    return i | bands | {
        "pay_index": pay_index, "price_index": price_index, "staff": staff, "premises": premises, "supplies": supplies,
        "grounds": grounds, "renewals_spending": renewals_spending, "hire": hire, "grant": grant,
        "loan_payment_level": loan_payment_level, "loan_opening": loan_opening, "loan_interest": loan_interest,
        "loan_payment": loan_payment, "loan_closing": loan_closing, "gross_spending": gross_spending,
        "reserves_opening": reserves_opening, "interest_received": interest_received, "net_spending": net_spending,
        "reserves_target": reserves_target, "to_reserves": to_reserves, "precept": precept,
        "reserves_closing": reserves_closing, "tax_base": tax_base, "band_d_charge": band_d_charge,
        "band_d_increase": band_d_increase,
    }  # fmt: skip
