"""A site is sold because its users move in elsewhere: the receipt, what the move costs, and the running cost that is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, either, when
from devomodel.engine.years import first_calendar_year
from devomodel.fields import amount, amounts, party, text, year
from devomodel.mechanisms.asset_terms import counted_or_paid, flag_row, refuse_taken, says_its_years, since
from devomodel.mechanisms.base import CaseSheet, Mechanism, label_of

DE_MINIMIS = "capital.receipt_de_minimis"


def capital_receipt(receipt: Any, de_minimis: Any) -> Any:
    """The receipt of a sale, where it is large enough to be a capital receipt; nought where it is not.

    receipt     £
    de_minimis  £, above which a receipt is capital
    returns     £

    Law: SI 2003/3146, reg.10.

    >>> capital_receipt(250_000.0, 10_000), capital_receipt(10_000.0, 10_000)
    (250000.0, 0.0)
    """
    return when(receipt > de_minimis, receipt, 0)


@dataclass(frozen=True)
class PropertyRelease(Mechanism):
    """Writes the receipt in its account, the cost of moving, the running costs on either side of the sale, and the gain."""

    stage: ClassVar[str] = "capital"
    tells: ClassVar[tuple[str, ...]] = ("running_saving", "net_receipt", "gain", "gain_to_date")
    seller: str = party("Council that sells the site")
    sale_year: str = year("Year of the sale: the first without the old site's running costs")
    receipt: Amount = amount("£", "Price of the site")
    buyer: str = party("Who buys it; outside the case unless it is named", "")
    selling_costs: Amount | None = amount("£", "Agents, lawyers and clearance of the site", None)
    reprovision_capital: Mapping[str, Amount] = amounts("£", "Capital cost of the new home, by heading", {})
    reprovision_revenue: Mapping[str, Amount] = amounts("£", "Cost of the move that is revenue, by heading", {})
    running_costs: Mapping[str, Amount] = amounts("£", "Running costs of the site that is sold, by heading")
    income: Mapping[str, Amount] = amounts("£", "Income of the site that is sold, by heading", {})
    new_running_costs: Mapping[str, Amount] = amounts("£", "Running costs of the new home, by heading", {})
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """Running costs before and after, the sale, the move, and what it comes to by year and to date."""
        name, words = self.name, self.label or label_of(self.name)
        self._refuse(sheet)
        at, place = since(sheet, self.sale_year), f"mechanisms › {name} › sale_year"
        before = flag_row(sheet, f"{name}.in_use", [one < 0 for one in at], f"{words}: 1 until the sale", self.sale_year, place)
        after = flag_row(sheet, f"{name}.sold", [one >= 0 for one in at], f"{words}: 1 from the sale", self.sale_year, place)
        once = flag_row(
            sheet, f"{name}.in_sale_year", [one == 0 for one in at], f"{words}: 1 in the year of the sale", self.sale_year, place
        )
        old = [self._running(sheet, "running_costs", heading, one, before, words) for heading, one in self.running_costs.items()]
        lost = [self._running(sheet, "income", heading, one, before, words) for heading, one in self.income.items()]
        new = [counted_or_paid(sheet, f"{name}.new.{heading}", one, f"{words}: new home, {label_of(heading).lower()}", "payer",
                               self.seller, after, account="revenue", kind="spending", phasing="even")
               for heading, one in self.new_running_costs.items()]  # fmt: skip
        freed = (sheet.total(old) - sheet.total(lost) if lost else sheet.total(old)) * after
        saving = sheet.line(f"{name}.running_saving", freed - sheet.total(new), "£",
                            f"{words}: running cost saved (− more than before)", kind="working")  # fmt: skip
        receipt, spent = self._sale(sheet, words, once), self._move(sheet, words, once)
        net = sheet.line(f"{name}.net_receipt", receipt - sheet.total(spent["capital"]), "£",
                         f"{words}: receipt less selling costs and the capital cost of the new home", kind="working")  # fmt: skip
        gain = sheet.line(f"{name}.gain", net - sheet.total(spent["revenue"]) + saving, "£",
                          f"{words}: receipt, less the cost of the move, with the running saving", kind="working")  # fmt: skip
        total_name = f"{name}.gain_to_date"
        to_date = sheet.line(total_name, sheet.last_year(total_name, first=0.0, unit_of="£") + gain, "£",
                             f"{words}: gain to date, in cash", kind="working")  # fmt: skip
        capital = f"{name}.net_receipt_to_date"
        so_far = sheet.line(capital, sheet.last_year(capital, first=0.0, unit_of="£") + net, "£",
                            f"{words}: net receipt to date", kind="working")  # fmt: skip
        last = flag_row(sheet, f"{name}.is_last_year", [one == sheet.years[-1] for one in sheet.years], f"{words}: 1 in the last year",
                        "the whole of the case is tested", place)  # fmt: skip
        sheet.advise(f"{name}.receipt_pays_for_the_move", either(last < 1, so_far >= 0),
                     f"{words}: the receipt pays for the new home",
                     "Borrowing or revenue must find the rest of the capital cost", council=self.seller)  # fmt: skip
        sheet.advise(f"{name}.pays_back", either(last < 1, to_date >= 0), f"{words}: it pays back within the case",
                     "Receipt and running saving are less than the cost of the move", council=self.seller)  # fmt: skip

    def _refuse(self, sheet: CaseSheet) -> None:
        where = f"mechanisms › {self.name}"
        if self.buyer == self.seller:
            raise SheetError(f"{where} › buyer: '{self.buyer}' cannot buy from itself. Name another party, or none.")
        if first_calendar_year(self.sale_year) > first_calendar_year(sheet.years[-1]):
            raise SheetError(f"{where} › sale_year: {self.sale_year} is after the last year of the case, {sheet.years[-1]}. Give an "
                             "earlier year, or the case more years.")  # fmt: skip

    def _running(self, sheet: CaseSheet, key: str, heading: str, one: Amount, before: Line, words: str) -> Line:
        """A cost, or an income, of the site until it is sold; what is returned is for a whole year."""
        refuse_taken(sheet, one, "Give a figure, or a line that is no payment; it is paid here until the sale.")
        label = f"{words}: {label_of(heading).lower()}"
        whole_sum = sheet.given(f"{self.name}.{key}.{heading}", one, f"{label}, had it been kept", kind="working")
        if key == "income":  # it ends with the costs it helps to pay, so its end is no cliff
            part, tags = "income", {"payee": self.seller, "kind": "income", "settles": self.name}
        else:
            part, tags = "costs", {"payer": self.seller, "kind": "spending"}
        sheet.line(f"{self.name}.old.{part}.{heading}", whole_sum * before, "£", label, account="revenue", phasing="even", **tags)
        return whole_sum

    def _sale(self, sheet: CaseSheet, words: str, once: Line) -> Any:
        """The receipt, as capital above the sum that the regulations name and as revenue up to it."""
        name = self.name
        refuse_taken(sheet, self.receipt, "Give a figure.")
        price = sheet.given(f"{name}.price", self.receipt, f"{words}: price of the site", kind="working")
        if not says_its_years(self.receipt):
            price = sheet.line(
                f"{name}.price_in_year", price * once, "£", f"{words}: price, in the year of the sale", kind="working"
            )
        least = sheet.parameter(f"{name}.de_minimis", DE_MINIMIS, "Receipt above which a sale is capital", "£",
                                place=f"mechanisms › {name}")  # fmt: skip
        ends = {"payee": self.seller, **({"payer": self.buyer} if self.buyer else {})}
        capital = sheet.line(f"{name}.capital_receipt", capital_receipt(price, least), "£", f"{words}: capital receipt",
                             account="capital", kind="spending" if self.buyer else "income", **ends)  # fmt: skip
        small = sheet.line(f"{name}.small_receipt", price - capital, "£", f"{words}: receipt too small to be capital",
                           account="revenue", kind="spending" if self.buyer else "income", **ends)  # fmt: skip
        return capital + small

    def _move(self, sheet: CaseSheet, words: str, once: Line) -> dict[str, list[Line]]:
        """Selling costs and the cost of the new home, in the year of the sale unless an amount says its years."""
        found: dict[str, list[Line]] = {"capital": [], "revenue": []}
        wanted = [("capital", "selling_costs", "selling_costs", self.selling_costs)] if self.selling_costs is not None else []
        wanted += [("capital", f"move.{heading}", heading, one) for heading, one in self.reprovision_capital.items()]
        wanted += [("revenue", f"move.{heading}", heading, one) for heading, one in self.reprovision_revenue.items()]
        for account, key, heading, one in wanted:
            found[account].append(counted_or_paid(sheet, f"{self.name}.{key}", one, f"{words}: {label_of(heading).lower()}", "payer",
                                                  self.seller, None if says_its_years(one) else once, account=account,
                                                  kind="spending"))  # fmt: skip
        return found
