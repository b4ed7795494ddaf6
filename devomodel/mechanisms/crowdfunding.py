"""Money raised from many people by a date: what they pledge, what others match, what the platform takes, and the chance of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, either, quantity, smaller_of, when
from devomodel.fields import amount, blocks, choice, party, text, year
from devomodel.mechanisms.base import HALF_A_PENNY, STATUSES, CaseSheet, Mechanism, label_of

ALL, KEEP = "all or nothing", "keep what is raised"
IN_FULL, BY_CHANCE, NOT_YET = "in full", "by its chance", "not until it closes"


def raised_of(pledged: Any, match: Any, target: Any) -> Any:
    """What an all-or-nothing appeal raises: all that is pledged where it reaches the target with its match, else nothing.

    >>> raised_of(pledged=12_000, match=0, target=10_000), raised_of(9_999, 0, 10_000), raised_of(5_000, 5_000, 10_000)
    (12000, 0, 5000)
    """
    return when(pledged + match >= target, pledged, 0)


def matched_with(raised: Any, for_each_pound: Any, most: Any) -> Any:
    """What a funder adds: so much for each £1 raised, up to a sum.

        match = the smaller of £ for each £1 × raised and the most

    for_each_pound  1 is pound for pound
    most            £ in all

    >>> matched_with(raised=12_500, for_each_pound=1, most=20_000), matched_with(25_000, 1, 20_000)
    (12500, 20000)
    """
    return smaller_of(raised * for_each_pound, most)


def expected_sum(raised: Any, chance: Any) -> Any:
    """The sum weighted by its chance: right on average over many appeals, and for one appeal a sum that will not come.

    >>> expected_sum(raised=10_000, chance=0.6)
    6000.0
    """
    return raised * chance


@dataclass(frozen=True)
class Match:
    """A funder that adds to what people give."""

    funder: str = party("Who adds to it")
    for_each_pound: Amount = amount("number", "Pounds added for each £1 raised")
    most: Amount = amount("£", "Most that is added")


@dataclass(frozen=True)
class Crowdfunding(Mechanism):
    """Writes an appeal as it is counted: in full, by its chance, or not until it closes."""

    stage: ClassVar[str] = "funding"
    tells: ClassVar[tuple[str, ...]] = ("would_raise", "is_enough", "expected", "net", "left_to_find")
    payee: str = party("Who raises the money")
    payer: str = party("Who gives, where that is a party of the case", "")
    platform: str = party("Who runs the appeal, where that is a party of the case", "")
    closes: str = year("Year in which the appeal closes")
    target: Amount = amount("£", "Target")
    pledged: Amount = amount("£", "Sum that people pledge")
    method: str = choice("What happens below the target", (ALL, KEEP))
    counted: str = choice("How the case counts it", (IN_FULL, BY_CHANCE, NOT_YET))
    chance: Amount | None = amount("share", "Chance that it raises this", None)
    fee_rate: Amount | None = amount("share", "Platform's fee, of what people give", None)
    matches: Mapping[str, Match] = blocks(Match, "Funders that match it, by name", {})
    account: str = choice("Account", ("revenue", "capital"))
    status: str = choice("How sure it is", STATUSES)
    pays_for: str = text("What it pays for", "")

    def write(self, sheet: CaseSheet) -> None:
        """What is raised, matched and taken as a fee, and what is left of the target to find."""
        self._refuse(sheet)
        words, name = label_of(self.name), self.name
        given = {key: sheet.given(f"{name}.{key}", getattr(self, key), f"{words}: {label}", kind="working")
                 for key, label in (("target", "target"), ("pledged", "sum pledged"))}  # fmt: skip
        chance = None
        if self.chance is not None:
            chance = sheet.given(f"{name}.chance", self.chance, f"{words}: chance that it raises this")
            sheet.check_parts(f"{name}.chance_is_a_share", [chance], f"{words}: the chance is between none and certain",
                              council=self.payee)  # fmt: skip
        closing = sheet.input(f"{name}.closes", [float(one == self.closes) for one in sheet.years], "number",
                              f"{words}: 1 in the year it closes", kind="working",
                              origin=Origin(BY_RULE, note=f"closes in {self.closes}", place=f"mechanisms › {name}"))  # fmt: skip
        terms = {key: sheet.givens(f"{name}.{key}", one, f"{words}, {label_of(key).lower()}: ", kind="working")
                 for key, one in self.matches.items()}  # fmt: skip
        promised = sheet.line(f"{name}.match_promised",
                              sheet.total([sheet.line(f"{name}.{key}.promised",
                                                      matched_with(given["pledged"], one["for_each_pound"], one["most"]), "£",
                                                      f"{words}, {label_of(key).lower()}: match of what is pledged", kind="working")
                                           for key, one in terms.items()]), "£",
                              f"{words}: match of what is pledged", kind="working")  # fmt: skip
        enough = sheet.line(f"{name}.is_enough", given["pledged"] + promised >= given["target"], "yes or no",
                            f"{words}: pledges and their match reach the target")  # fmt: skip
        outcome = given["pledged"] if self.method == KEEP else raised_of(given["pledged"], promised, given["target"])
        outcome = sheet.line(f"{name}.would_raise", outcome * closing, "£", f"{words}: raised if people give what they pledge",
                             kind="working")  # fmt: skip
        counted: Any = outcome
        if chance is not None:
            expected = sheet.line(f"{name}.expected", expected_sum(outcome, chance), "£", f"{words}: weighted by its chance",
                                  kind="working")  # fmt: skip
            counted = expected if self.counted == BY_CHANCE else outcome
        if self.counted == NOT_YET:
            counted = counted * 0
        flow = {"account": self.account, "status": self.status, "phasing": "one month"}
        giver = {"payer": self.payer} if self.payer else {}
        raised = sheet.line(f"{name}.raised", counted, "£", f"{words}: raised", payee=self.payee, kind="contribution",
                            ends=self.closes, pays_for=self.pays_for, **giver, **flow)  # fmt: skip
        received: list[Line] = [
            raised,
            *(self._match(sheet, key, one, raised, outcome, chance, flow) for key, one in terms.items()),
        ]
        net: Any = sheet.total(received)
        if self.fee_rate is not None:
            rate = sheet.given(f"{name}.fee_rate", self.fee_rate, f"{words}: platform's fee, of what people give")
            sheet.check_parts(f"{name}.fee_is_part_of_a_whole", [rate], f"{words}: the platform's fee is a part of what people give",
                              council=self.payee)  # fmt: skip
            taker = {"payee": self.platform} if self.platform else {}
            net = net - sheet.line(f"{name}.fee", raised * rate, "£", f"{words}: platform's fee", payer=self.payee, kind="fee",
                                   **taker, **flow)  # fmt: skip
        net = sheet.line(f"{name}.net", net, "£", f"{words}: left after the fee, with what others add")
        sheet.line(f"{name}.left_to_find", given["target"] * closing - net, "£",
                   f"{words}: target that is left to find (− more than the target)")  # fmt: skip
        sheet.advise(f"{name}.reaches_its_target", either(closing < 1, enough), f"{words}: what is pledged and matched reaches the target",
                     "All or nothing: every pledge is given back" if self.method == ALL else "What is missing is to be found elsewhere",
                     council=self.payee)  # fmt: skip
        if self.counted == BY_CHANCE:
            sheet.advise(f"{name}.is_one_sum", raised <= quantity(HALF_A_PENNY, "£"),
                         f"{words}: no bill rests on a sum weighted by its chance",
                         "One appeal brings in all of it or none of it: try both as options", council=self.payee)  # fmt: skip

    def _refuse(self, sheet: CaseSheet) -> None:
        where = f"mechanisms › {self.name}"
        for key, one in (("payer", self.payer), ("platform", self.platform)):
            if one == self.payee:
                raise SheetError(f"{where} › {key}: '{one}' cannot pay itself. Name another party, or leave it out.")
        if self.counted == BY_CHANCE and self.chance is None:
            raise SheetError(f"{where} › chance: it is counted by its chance, and none is given. Add chance, such as 60%.")
        for key, match in self.matches.items():
            if match.funder == self.payee:
                raise SheetError(
                    f"{where} › matches › {key} › funder: '{match.funder}' cannot match what it raises itself. Name another."
                )

    def _match(self, sheet: CaseSheet, key: str, terms: Mapping[str, Any], raised: Line, outcome: Line, chance: Line | None,
               flow: Mapping[str, str]) -> Line:  # fmt: skip
        """What one funder adds; where the appeal is counted by its chance, so is the match of its outcome."""
        on = outcome if self.counted == BY_CHANCE else raised
        matched: Any = matched_with(on, terms["for_each_pound"], terms["most"])
        if self.counted == BY_CHANCE:
            matched = expected_sum(matched, chance)
        return sheet.line(f"{self.name}.{key}.matched", matched, "£", f"{label_of(self.name)}, {label_of(key).lower()}: match",
                          payer=self.matches[key].funder, payee=self.payee, kind="grant", ends=self.closes, pays_for=self.pays_for,
                          **flow)  # fmt: skip
