"""Are we paying twice? Who charges a home for a service now, and who would after a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from devomodel.amounts import Amount
from devomodel.engine import Line, SheetError, larger_of, smaller_of, total
from devomodel.fields import amounts, blocks, flag, parties, party
from devomodel.mechanisms.base import CaseSheet, Mechanism, label_of
from devomodel.problems import listed

SIDES = {"now": "now", "after": "after the change"}
PER_HOME = "£/Band D home"


def charge_at_band_d(cost: Any, tax_base: Any) -> Any:
    """What a Band D home pays a council for a service.

        charge = cost met from council tax ÷ tax base of the homes that share it

    cost      £ a year, less what the service earns
    tax_base  Band D homes: the parish's for its own council and for a special expense, the whole area's for a general charge
    returns   £ a year for a Band D home

    Law: Local Government Finance Act 1992, ss.31B, 34 and 35.

    >>> charge_at_band_d(50_000, 20_000)
    2.5
    """
    return cost / tax_base


def paid_twice(own: Any, others: Any) -> Any:
    """What a home pays to both: the smaller of its own council's charge for a service and of the other councils' charges for it.

    Nothing is paid twice where a grant is more than the own council spends.

    >>> paid_twice(own=2.0, others=2.5), paid_twice(own=-1.0, others=2.5)
    (2.0, 0.0)
    """
    return larger_of(smaller_of(own, others), 0)


def paid_twice_in_all(twice: Any, tax_base: Any) -> Any:
    """What all homes of a parish pay twice in a year: the relief that would take it away, as a grant or off a charge on the area.

        in all = paid twice at Band D × tax base of the parish

    twice     £ a year for a Band D home
    tax_base  Band D homes of the parish
    returns   £ a year

    Law: Local Government Act 1972, s.136 (contributions), and Local Government Finance Act 1992, s.35 (special expenses).

    >>> paid_twice_in_all(twice=2.0, tax_base=1_000)
    2000.0
    """
    return twice * tax_base


@dataclass(frozen=True)
class Service:
    """One service: what each council spends on it from council tax, now and after the change."""

    now: Mapping[str, Amount] = amounts("£", "What each council spends on it now, by council", {}, by_party=True)
    after: Mapping[str, Amount] = amounts("£", "What each council would spend on it, by council", {}, by_party=True)
    grant: Mapping[str, Amount] = amounts("£", "What its own council is paid by another towards it", {}, keys=("now", "after"))
    special_expense: bool = flag("Other councils charge it to this parish alone, for what they spend here", False)
    not_known_now: tuple[str, ...] = parties("Councils whose spending now is not known", ())
    not_known_after: tuple[str, ...] = parties("Councils whose spending after the change is not known", ())


@dataclass(frozen=True)
class DoubleCharging(Mechanism):
    """Works what a Band D home of a parish pays each council for each service. A figure that nobody has is said to be missing.

    It moves no money: the budgets of the councils do that.
    """

    stage: ClassVar[str] = "tests"
    council: str = party("Parish or town council whose homes are asked about")
    tax_bases: Mapping[str, Amount] = amounts("Band D home", "Tax base of each other council", {}, by_party=True)
    services: Mapping[str, Service] = blocks(Service, "Services by name")

    def write(self, sheet: CaseSheet) -> None:
        """For each service and council the charge at Band D, their sum, and what is paid twice."""
        if not self.services:
            raise SheetError(
                f"mechanisms › {self.name} › services: no service is named. Name at least one, with what each council spends."
            )
        bases = self._tax_bases(sheet)
        for side, words in SIDES.items():
            paid = [self._service(sheet, name, service, side, bases) for name, service in self.services.items()]
            known = [one for one in paid if one is not None]
            if len(known) == len(paid):
                every = sheet.total(known, PER_HOME)
                sheet.line(f"{self.name}.{side}.all_services", every, PER_HOME, f"All services together at Band D, {words}")

    def _tax_bases(self, sheet: CaseSheet) -> dict[str, Line]:
        own = f"{self.council}.tax_base"
        if self.council not in self.tax_bases and own not in sheet:
            raise SheetError(
                f"mechanisms › {self.name}: there is no tax base for '{self.council}'. Add a mechanism with use: tax_base, or "
                f"give it under tax_bases."
            )
        bases = {
            key: sheet.given(f"{self.name}.tax_base.{key}", one, f"{sheet.parties[key]}: tax base")
            for key, one in self.tax_bases.items()
        }
        return {self.council: sheet[own]} | bases if own in sheet else bases

    def _service(self, sheet: CaseSheet, name: str, service: Service, side: str, bases: Mapping[str, Line]) -> Line | None:
        """One service on one side: what a home pays in all, or none where some council's figure is not known."""
        prefix, label, when_said = f"{self.name}.{side}.{name}", label_of(name), SIDES[side]
        spent: Mapping[str, Amount] = getattr(service, side)
        unknown: tuple[str, ...] = getattr(service, f"not_known_{side}")
        place = f"mechanisms › {self.name} › services › {name}"
        self._refuse_wrong_parties(place, side, service, bases)
        if side in service.grant and self.council not in spent:
            raise SheetError(
                f"{place} › grant › {side}: '{self.council}' spends nothing on it {when_said}, so no grant goes towards it. "
                f"Give its spending under {side}, or take the grant out."
            )
        own: list[Line] = []
        others: list[Line] = []
        for key, one in spent.items():
            cost: Any = sheet.given(
                f"{prefix}.{key}.spent", one, f"{label}: spent by {sheet.parties[key]}, {when_said}", kind="working"
            )
            if key == self.council and side in service.grant:
                cost = cost - sheet.given(
                    f"{prefix}.grant", service.grant[side], f"{label}: grant from another council, {when_said}", kind="working"
                )
            shared_by = bases[self.council] if key == self.council or service.special_expense else bases[key]
            charge = sheet.line(
                f"{prefix}.{key}",
                charge_at_band_d(cost, shared_by),
                PER_HOME,
                f"{label}: paid to {sheet.parties[key]} at Band D, {when_said}",
                service=name,
                side=side,
                charged_by=key,
            )
            (own if key == self.council else others).append(charge)
        if unknown:
            who = listed([sheet.parties[key] for key in unknown], "and")
            sheet.cautions[
                f"{label}: the spending of {who} on it {when_said} is not known, so neither is what a home pays in all, or twice."
            ] = None
            return None
        twice = paid_twice(total(*own), total(*others)) if own and others else 0.0
        each = sheet.line(f"{prefix}.twice", twice, PER_HOME, f"{label}: paid twice at Band D, {when_said}")
        sheet.line(f"{prefix}.twice_in_all", paid_twice_in_all(each, bases[self.council]), "£",
                   f"{label}: paid twice by all homes of the parish, {when_said}", kind="working")  # fmt: skip
        every = sheet.total([*own, *others], PER_HOME)
        return sheet.line(f"{prefix}.all", every, PER_HOME, f"{label}: paid in all at Band D, {when_said}")

    def _refuse_wrong_parties(self, place: str, side: str, service: Service, bases: Mapping[str, Line]) -> None:
        spent, unknown = getattr(service, side), getattr(service, f"not_known_{side}")
        for key in unknown:
            if key in spent:
                raise SheetError(
                    f"{place} › not_known_{side}: the figure of '{key}' is given and said not to be known. Keep one of the two."
                )
        for key in spent:
            if key not in bases and not service.special_expense:
                raise SheetError(
                    f"{place} › {side}: there is no tax base for '{key}', so its charge is not known. Give it under tax_bases."
                )
        if not spent and not unknown:
            raise SheetError(
                f"{place}: nobody is said to pay for it {SIDES[side]}. Give {side}, with 0 for a council that stops, or name the "
                f"council under not_known_{side}."
            )


class Figures(Protocol):
    """What a sentence needs of a worked case: `Projection` has it."""

    def value(self, line: str, year: str) -> float:
        """One figure."""
        ...


def sentence_for_residents(mechanism: DoubleCharging, service: str, figures: Figures, names: Mapping[str, str], year: str) -> str:
    """What to tell a resident who says "I already pay for this", for one service in one year.

    mechanism  the block of the case
    figures    the worked case
    names      party → name as printed
    """
    block = mechanism.services[service]
    told = []
    for side, opening in (("now", "now a Band D home pays"), ("after", "After the change it would pay")):
        prefix = f"{mechanism.name}.{side}.{service}"
        paid = {key: figures.value(f"{prefix}.{key}", year) for key in getattr(block, side)}
        parts = [f"£{one:,.2f} to {names[key]}" for key, one in paid.items() if abs(one) >= 0.005]
        unknown = [names[key] for key in getattr(block, f"not_known_{side}")]
        words = (
            f"{opening} {listed(parts, 'and') if parts else 'nothing' if not unknown else 'a sum that is not known'} each year"
        )
        if unknown:
            told.append(f"{words}; what {listed(unknown, 'and')} charges for it is not known, so neither is what is paid twice.")
            continue
        twice = figures.value(f"{prefix}.twice", year)
        told.append(f"{words}, and {f'£{twice:,.2f} of it is paid twice' if twice >= 0.005 else 'none of it is paid twice'}.")
    return f"{label_of(service)}: {told[0]} {told[1]}"
