"""Buying together: one party buys for several at the price of the larger quantity, and the saving falls to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, agrees, allocate, both, larger_of, quantity, to_pence, total, when
from devomodel.fields import amount, amounts, blocks, choice, party, text
from devomodel.mechanisms.base import HALF_A_PENNY, PHASINGS, STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.share_rules import SizeClass, classes_on, price_by_size


def saving_from_buying_together(quantities: Any, own_prices: Any, joint_price: Any, admin: Any = 0.0) -> Any:
    """What all the parties save by buying as one; below nought where they lose by it.

        saving = Σ quantity × (own price − joint price) − cost of buying together

    quantities   number bought by each party in the year
    own_prices   £ each, what each party would pay on its own
    joint_price  £ each, at the quantity of all together
    admin        £ a year, what buying together costs the buyer
    returns      £ a year

    >>> saving_from_buying_together([100, 20], [10.0, 12.0], joint_price=8.0, admin=50.0)
    230.0
    """
    return total(*(count * (own - joint_price) for count, own in zip(quantities, own_prices, strict=True))) - admin


@dataclass(frozen=True)
class BulkPurchase(Mechanism):
    """Writes the joint price, what each party pays and would have paid alone, and the money that passes."""

    stage: ClassVar[str] = "shares"
    tells: ClassVar[tuple[str, ...]] = ("*.alone", "*.pays", "*.saving", "saving")
    buyer: str = party("Who does the buying")
    supplier: str = party("Supplier, where it is a party of the case", "")
    quantities: Mapping[str, Amount] = amounts("number", "How many each party buys in the year", by_party=True)
    own_prices: Mapping[str, Amount] = amounts("£", "Price each party would pay on its own", by_party=True)
    joint_prices: Mapping[str, SizeClass] = blocks(SizeClass, "Prices by the quantity of all together, the smallest first")
    each_pays: str = choice("What each party pays", ("joint_price", "own_price_less_saving"))
    shared: str = choice("How the cost of buying, or the saving, is shared", ("by_quantity", "equally"))
    paid_to: str = choice("Whom the parties pay for the goods", ("buyer", "supplier"))
    admin: Amount | None = amount("£", "What buying together costs the buyer in the year", None)
    admin_is: str = choice("Whether that is spent besides, or is in a budget of the case", ("spent", "in_budget"), "")
    status: str = choice("How sure the payments are", STATUSES, "assumed")
    phasing: str = choice("When in the year it is paid", PHASINGS, "even")
    label: str = text("What to call it", "")

    def write(self, sheet: CaseSheet) -> None:
        """The price, the bill, what each party pays, saves and would have paid, and the flows."""
        self._refuse()
        name, words = self.name, self.label or label_of(self.name)
        counts = self._given(sheet, "quantity", self.quantities, "number", f"{words}: number bought by")
        sheet.check(
            f"{name}.none_below_nought",
            both(*(count >= 0 for count in counts.values())),
            f"{words}: nobody buys less than none",
            "Each quantity is nought or more",
        )
        prices = self._given(sheet, "own_price", self.own_prices, "£", f"{words}: price on its own for")
        bought = sheet.line(f"{name}.total_quantity", total(*counts.values()), "number", f"{words}: number bought by all")
        place = f"mechanisms › {name} › joint_prices"
        table = classes_on(sheet, self.joint_prices, f"{name}.joint_prices", place, words, "quantity", "number")
        joint = sheet.line(
            f"{name}.joint_price", price_by_size(bought, *table), "£", f"{words}: price at that quantity", kind="working"
        )
        goods = sheet.line(f"{name}.goods", to_pence(bought * joint), "£", f"{words}: bill for all", kind="working")
        admin = self._admin(sheet, words)
        alone = self._each(
            sheet, "alone", {one: to_pence(counts[one] * prices[one]) for one in counts}, f"{words}: cost alone for"
        )
        saving = sheet.line(
            f"{name}.saving", total(*alone.values()) - goods - admin, "£", f"{words}: saving of all together (− loss)"
        )
        by_quantity = [when(bought > 0, count, 1.0) for count in counts.values()]
        equally = [when(bought > 0, when(count > 0, 1.0, 0.0), 1.0) for count in counts.values()]
        weights = by_quantity if self.shared == "by_quantity" else equally
        of_goods = self._each(
            sheet, "goods", dict(zip(counts, allocate(goods, by_quantity), strict=True)), f"{words}: goods at the joint price for"
        )
        pooled = self.each_pays == "own_price_less_saving"
        divided = dict(zip(counts, allocate(saving if pooled else admin, weights), strict=True))
        pays = self._each(
            sheet,
            "pays",
            {one: alone[one] - divided[one] if pooled else of_goods[one] + divided[one] for one in counts},
            f"{words}: paid in all by",
        )
        for one in counts:
            self._saving(sheet, one, alone[one], pays[one], words)
        sheet.check(
            f"{name}.payments_are_whole",
            agrees(total(*pays.values()), goods + admin, within=HALF_A_PENNY),
            f"{words}: what the parties pay comes to the bill",
            "The goods and the cost of buying them, to the penny",
        )
        self._flows(sheet, of_goods, pays, goods, words)

    def _refuse(self) -> None:
        where = f"mechanisms › {self.name}"
        for one, other in (("quantities", "own_prices"), ("own_prices", "quantities")):
            for key in getattr(self, one):
                if key not in getattr(self, other):
                    raise SheetError(f"{where} › {one} › {key}: '{key}' has none under {other}. Give both, or neither.")
        if len(self.quantities) < 2:
            raise SheetError(f"{where} › quantities: buying together takes at least two parties. Name another.")
        if self.supplier and self.supplier in (self.buyer, *self.quantities):
            raise SheetError(f"{where} › supplier: '{self.supplier}' cannot sell to itself. Name another party, or leave it out.")
        if not self.joint_prices:
            raise SheetError(f"{where} › joint_prices: give at least one class, with its price.")
        if (self.admin is None) != (not self.admin_is):
            raise SheetError(
                f"{where} › admin: say what buying together costs and whether that is spent besides (admin_is: spent) or is "
                "pay and the like in a budget of the case (in_budget). Give both, or neither."
            )

    def _given(self, sheet: CaseSheet, ending: str, given: Mapping[str, Amount], of: str, label: str) -> dict[str, Line]:
        """A line for each party, in the order of the quantities."""
        return {
            one: sheet.given(f"{self.name}.{one}.{ending}", given[one], f"{label} {sheet.parties[one]}", kind="working")
            for one in self.quantities
        }

    def _each(self, sheet: CaseSheet, ending: str, formulas: Mapping[str, Any], label: str) -> dict[str, Line]:
        return {
            one: sheet.line(
                f"{self.name}.{one}.{ending}", formula, "£", f"{label} {sheet.parties[one]}", kind="working", party=one
            )
            for one, formula in formulas.items()
        }

    def _admin(self, sheet: CaseSheet, words: str) -> Any:
        """What buying costs the buyer, in whole pence, as spending where it is spent besides."""
        if self.admin is None:
            return quantity(0.0, "£")
        given = sheet.given(f"{self.name}.admin", self.admin, f"{words}: cost of buying together, as given", kind="working")
        tags: dict[str, Any] = {"kind": "working"}
        if self.admin_is == "spent":
            tags = {"payer": self.buyer, "account": "revenue", "kind": "spending"}
        return sheet.line(f"{self.name}.buying", to_pence(given), "£", f"{words}: cost of buying together", **tags)

    def _saving(self, sheet: CaseSheet, one: str, alone: Line, pays: Line, words: str) -> None:
        who, name = sheet.parties[one], f"{self.name}.{one}"
        saved = sheet.line(f"{name}.saving", alone - pays, "£", f"{words}: saving of {who} (− loss)", kind="working", party=one)
        sheet.advise(
            f"{name}.not_better_alone",
            saved >= quantity(-HALF_A_PENNY, "£"),
            f"{words}: {who} is not better off buying alone",
            "A small or special order can be cheaper on its own",
            council=one,
        )

    def _flows(self, sheet: CaseSheet, of_goods: Mapping[str, Line], pays: Mapping[str, Line], goods: Line, words: str) -> None:
        """The goods are paid by the buyer, or by each party itself; what each owes the buyer, or is owed by it, passes besides."""
        # What passes is for goods that stop when it stops, so it settles a bill and its end is no cliff.
        tags = {
            "account": "revenue",
            "kind": "contribution",
            "status": self.status,
            "phasing": self.phasing,
            "settles": self.name,
        }
        to_supplier: dict[str, Any] = {"account": "revenue", "kind": "spending"}
        if self.supplier:
            to_supplier["payee"] = self.supplier
        if self.paid_to == "buyer":
            sheet.line(f"{self.name}.paid", goods, "£", f"{words}: paid to the supplier", payer=self.buyer, **to_supplier)
        for one, in_all in pays.items():
            name, who = f"{self.name}.{one}", sheet.parties[one]
            due: Any = in_all
            if self.paid_to == "supplier":
                own = f"{words}: paid to the supplier by {who}"
                sheet.line(f"{name}.paid", of_goods[one], "£", own, payer=one, **to_supplier)
                due = in_all - of_goods[one]
            if one != self.buyer:
                label, back = f"{words}: paid to the buyer by {who}", f"{words}: paid back by the buyer to {who}"
                sheet.line(f"{name}.contribution", larger_of(due, 0), "£", label, payer=one, payee=self.buyer, **tags)
                sheet.line(f"{name}.paid_back", larger_of(-due, 0), "£", back, payer=self.buyer, payee=one, **tags)
