"""Posts of a council: pay, national insurance, pension and the rest, by year, with staff who come from another employer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from devomodel.amounts import BY_RULE, Amount, Origin
from devomodel.engine import Line, SheetError, both, larger_of, when
from devomodel.engine.years import first_calendar_year
from devomodel.fields import amount, amounts, block, blocks, choice, party, text, whole, year
from devomodel.mechanisms.asset_terms import says_its_years
from devomodel.mechanisms.base import STATUSES, CaseSheet, Mechanism, label_of
from devomodel.mechanisms.staff_pay import (
    BY_FLAT_SUM,
    BY_RATE,
    WEEKS,
    Award,
    employers_national_insurance,
    full_time_pay_by_the_hour,
    given_pay,
    hourly_rate,
    pay_for_hours,
    productive_hours,
    spine_pay,
    weeks_in_a_year,
    with_awards,
)

NI_RATE, NI_THRESHOLD = "ni.employer_rate", "ni.secondary_threshold_weekly"
NOT_AGREED = "not agreed"
PAID_HERE, PAID_ELSEWHERE = "paid_here", "paid_elsewhere"
Lines = dict[str, Any]


@dataclass(frozen=True)
class ProductiveTime:
    """What of the time paid for is worked, in days of one post."""

    paid_weeks: Amount = amount("number", "Weeks paid in the year", above=0)
    days_a_week: Amount = amount("day", "Working days in a week", above=0)
    leave: Amount = amount("day", "Days of leave")
    bank_holidays: Amount = amount("day", "Bank holidays")
    training: Amount = amount("day", "Days of training")
    sickness: Amount = amount("day", "Days of sickness")


@dataclass(frozen=True)
class Transfer:
    """A post that comes with its holder from another employer, under the rules on the transfer of undertakings."""

    former_employer: str = party("Who employs before the transfer")
    first_year: str = year("First year in which the council employs")
    before_is: str = choice("Whether the cost until then is paid here, or by a mechanism that takes its line",
                            (PAID_HERE, PAID_ELSEWHERE), PAID_HERE)  # fmt: skip
    pension_rate_before: Amount = amount("share", "Former employer's pension rate, share of pay")
    protected_pay: Amount | None = amount("£", "Full-time pay that the holder keeps while it is above the post's", None)
    pension_shortfall: Amount = amount("£", "Shortfall in the pension fund that goes with the staff")
    shortfall_paid_by: str = party("Who pays the shortfall")
    pension_strain: Amount | None = amount("£", "Pension strain, where a pension is paid early", None)
    strain_paid_by: str = party("Who pays the strain", "")
    guaranteed_pension_rate: Amount | None = amount("share", "Pension rate above which the former employer pays", None)
    guaranteed_until: str = year("Last year of the guarantee", "", words=(NOT_AGREED,))
    status: str = choice("How sure the guarantee is", STATUSES, "assumed")


@dataclass(frozen=True)
class Post:
    """One post, or several alike. Sums are for one post and one year."""

    point: int = whole("Point of the national spine", 0)
    salary: Amount | None = amount("£", "Full-time pay for a year", None)
    hourly_pay: Amount | None = amount("£/hour", "Pay for an hour", None)
    pay_of: str = year("Year whose salary or hourly pay is given, where that is the year before the first", "")
    weeks: str = choice("Weeks in a year, for pay by the hour", WEEKS, "")
    hours: Amount = amount("hour", "Hours a week")
    award: str = choice("Which part of the pay award it has", (BY_RATE, BY_FLAT_SUM), "")
    number: Amount | None = amount("number", "Posts of the kind", None)
    start: str = year("First year of the post", "")
    ends: str = year("Last year of the post", "")
    filled: Amount | None = amount("share", "Share of the year in which the post is filled", None)
    pension_rate: Amount = amount("share", "Employer's pension rate, share of pay")
    allowances: Mapping[str, Amount] = amounts("£", "Allowances paid as wages, such as for being on call", {})
    cover: Amount | None = amount("£", "Cover for absence", None)
    cover_rate: Amount | None = amount("share", "Cover for absence, share of pay", None)
    other_costs: Mapping[str, Amount] = amounts("£", "Training, equipment, travel and the like", {})
    overhead: Amount | None = amount("£", "Overhead", None)
    overhead_rate: Amount | None = amount("share", "Overhead, share of the cost of employment", None)
    productive_time: ProductiveTime | None = block(ProductiveTime, "Time worked of the time paid for", None)
    transfer: Transfer | None = block(Transfer, "Coming from another employer", None)
    label: str = text("What to call it", "")


@dataclass(frozen=True)
class Staff(Mechanism):
    """Each post's pay and on-costs are lines the employer pays; their total is one that other mechanisms may take."""

    stage: ClassVar[str] = "costs"
    tells: ClassVar[tuple[str, ...]] = ("*.total_cost", "*.cost_per_productive_hour", "*.vacancy_credit, if any", "total_cost")
    council: str = party("Council that employs")
    full_time_hours: Amount = amount("hour", "Hours in a full-time week", above=0)
    pay_award: Award | None = block(Award, "Yearly rise in pay", None)
    posts: Mapping[str, Post] = blocks(Post, "Posts by name")

    def write(self, sheet: CaseSheet) -> None:
        """What all posts have in common, each post, and what they come to."""
        words = label_of(self.name)
        if not self.posts:
            raise SheetError(f"mechanisms › {self.name} › posts: there is no post. Add one by name, with its pay and hours.")
        shared: Lines = {
            "full_time_hours": sheet.given(f"{self.name}.full_time_hours", self.full_time_hours, f"{words}: hours in a full-time week",
                                           kind="working"),
            "rate": sheet.parameter(f"{self.name}.ni_rate", NI_RATE, f"{words}: employer's national insurance rate", "share", kind="working"),
            "threshold": sheet.parameter(f"{self.name}.ni_threshold", NI_THRESHOLD, f"{words}: national insurance threshold a week",
                                         "£", written="£ a week", kind="working"),
        }  # fmt: skip
        if self.pay_award is not None:
            where = f"mechanisms › {self.name} › pay_award"
            if self.pay_award.rate is None and self.pay_award.flat is None:
                raise SheetError(f"{where}: the pay award has no figure. Add a rate, a flat sum, or both.")
            shared["award"] = sheet.givens(f"{self.name}.pay_award", self.pay_award, f"{words}, pay award: ", kind="working")
        costs = [self._post(sheet, key, post, shared) for key, post in self.posts.items()]
        sheet.line(f"{self.name}.total_cost", sheet.total(costs), "£", f"{words}: full cost of all posts", **self._paid())

    def _paid(self) -> dict[str, str]:
        return {"kind": "working", "total_of": "paid", "party": self.council, "of_account": "revenue"}

    def _post(self, sheet: CaseSheet, key: str, post: Post, shared: Lines) -> Line:
        """One post: its pay for a whole year, the posts paid in each year, and the flows; returns its full cost."""
        prefix, where = f"{self.name}.{key}", f"mechanisms › {self.name} › posts › {key}"
        words = post.label or f"{label_of(self.name)}, {label_of(key)}"
        self._refuse(post, where)
        yearly = self._yearly(sheet, prefix, post, shared, words, where)
        runs, before = self._runs(sheet, prefix, post, words, where)
        number: Any = (
            1.0 if post.number is None else sheet.given(f"{prefix}.number", post.number, f"{words}: posts", kind="working")
        )
        filled: Any = 1.0
        if post.filled is not None:
            filled = sheet.given(f"{prefix}.filled", post.filled, f"{words}: share of the year filled", kind="working")
            sheet.check(f"{prefix}.filled_is_a_share", both(filled >= 0, filled <= 1), f"{words}: filled for none to all of the year",
                        "A share of the year is between nought and 100%", council=self.council)  # fmt: skip
        posts = sheet.line(f"{prefix}.posts", runs * number, "number", f"{words}: posts in the year", kind="working")
        paid = sheet.line(
            f"{prefix}.posts_paid", posts * filled, "number", f"{words}: posts filled, over the year", kind="working"
        )
        flows = [self._flow(sheet, f"{prefix}.{part}", line * paid, f"{words}: {label}")
                 for part, (line, label) in yearly["parts"].items()]  # fmt: skip
        employment = sheet.line(f"{prefix}.employment_cost", sheet.total(flows), "£", f"{words}: pay and what is paid on it",
                                **self._paid())  # fmt: skip
        if post.filled is not None:
            one = sheet.total([line for line, _ in yearly["parts"].values()])
            sheet.line(
                f"{prefix}.vacancy_credit", one * posts - employment, "£", f"{words}: saved while not filled", kind="working"
            )
        flows += self._on_top(sheet, prefix, post, posts, yearly["wages"] * paid, employment, words)
        if post.transfer is not None:
            flows += self._transferred(sheet, prefix, post.transfer, yearly, before, number, paid, words, where)
        cost = sheet.line(f"{prefix}.total_cost", sheet.total(flows), "£", f"{words}: full cost", **self._paid())
        if post.productive_time is not None:
            self._by_the_hour(sheet, prefix, post.productive_time, cost, paid, yearly["hours"], words)
        return cost

    def _refuse(self, post: Post, where: str) -> None:
        ways = [key for key in ("point", "salary", "hourly_pay") if getattr(post, key)]
        if len(ways) != 1:
            told = f"the pay is given in {len(ways)} ways" if ways else "nothing says what the post is paid"
            raise SheetError(f"{where}: {told}. Give exactly one of point, salary and hourly_pay.")
        if post.point and post.pay_of:
            raise SheetError(f"{where} › pay_of: the years of the spine are known. Take pay_of out.")
        if post.hourly_pay is not None and not post.weeks:
            raise SheetError(f"{where} › weeks: pay is by the hour, and how many weeks make a year is not said. Add weeks: "
                             f"{WEEKS[0]} or weeks: {WEEKS[1]} (the National Joint Council's).")  # fmt: skip
        if post.number is not None and not post.number.line and not post.number.parameter:
            figures = [post.number.value] if post.number.by_year is None else post.number.by_year.values()
            if any(one is not None and one % 1 for one in figures):
                raise SheetError(f"{where} › number: it is no whole number of posts, and each is an employment with a national insurance "
                                 "threshold of its own. Give fewer hours for part of a post, and filled for part of a year.")  # fmt: skip
        for key in ("cover", "overhead"):
            if getattr(post, key) is not None and getattr(post, f"{key}_rate") is not None:
                raise SheetError(f"{where} › {key}: it is given as a sum and as a share. Keep {key} or {key}_rate.")

    def _yearly(self, sheet: CaseSheet, prefix: str, post: Post, shared: Lines, words: str, where: str) -> Lines:
        """Pay, allowances, national insurance and pension of one post for a whole year."""
        full_time = shared["full_time_hours"]
        weeks = (weeks_in_a_year(sheet, f"{prefix}.weeks", post.weeks, f"{words}: weeks in a year of pay", f"{where} › weeks")
                 if post.weeks else None)  # fmt: skip
        if post.point:
            pay, awarded = spine_pay(sheet, f"{prefix}.spine", post.point, self.pay_award, f"{words}: point {post.point} of the spine",
                                     f"{where} › point")  # fmt: skip
        else:
            given = post.salary if post.hourly_pay is None else post.hourly_pay
            assert given is not None
            as_given = "salary" if post.hourly_pay is None else "hourly_pay"
            pay, awarded = given_pay(sheet, f"{prefix}.{as_given}", given, post.pay_of, self.pay_award,
                                     f"{words}: {label_of(as_given).lower()}")  # fmt: skip
        scale: Any = pay if post.hourly_pay is None else full_time_pay_by_the_hour(pay, full_time, weeks)
        rise: Lines = {}
        if any(awarded) and self.pay_award is not None:
            rise = dict(shared["award"])
            if self.pay_award.way(post.point, post.award, where) == BY_RATE:
                del rise[BY_FLAT_SUM]
            elif rise[BY_RATE] is not None:
                rise[BY_RATE] = when(rise[BY_FLAT_SUM] > 0, 0, rise[BY_RATE])
            rise = {way: line for way, line in rise.items() if line is not None}
        full = with_awards(sheet, f"{prefix}.full_time_pay", scale, awarded, rise, f"{words}: full-time pay", where)
        if weeks is not None:
            sheet.line(f"{prefix}.hourly_rate", hourly_rate(full, full_time, weeks), "£/hour", f"{words}: pay for an hour",
                       kind="working")  # fmt: skip
        hours = sheet.given(f"{prefix}.hours", post.hours, f"{words}: hours a week", kind="working")
        sheet.advise(f"{prefix}.hours_are_not_above_full_time", hours <= full_time, f"{words}: no more hours than full time",
                     "Hours above full time may be paid at another rate", council=self.council)  # fmt: skip
        allowances = [sheet.given(f"{prefix}.allowances.{name}", one, f"{words}: {label_of(name).lower()}, a year", kind="working")
                      for name, one in post.allowances.items()]  # fmt: skip
        pension = sheet.given(f"{prefix}.pension_rate", post.pension_rate, f"{words}: employer's pension rate", kind="working")
        found: Lines = {"hours": hours, "allowances": sheet.total(allowances) if allowances else 0.0, "ni": shared, "full": full}
        full_kept, found["kept"] = full, None
        if post.transfer is not None and post.transfer.protected_pay is not None:
            kept = sheet.given(f"{prefix}.protected_pay", post.transfer.protected_pay, f"{words}: full-time pay that is kept",
                               kind="working")  # fmt: skip
            full_kept, found["kept"] = larger_of(full, kept), kept
        found |= {"per_full_time": lambda full_time_pay: pay_for_hours(full_time_pay, hours, full_time)}
        own = sheet.line(
            f"{prefix}.yearly_pay", found["per_full_time"](full_kept), "£", f"{words}: pay for a whole year", kind="working"
        )
        wages = sheet.line(f"{prefix}.yearly_wages", own + found["allowances"], "£", f"{words}: pay and allowances for a whole year",
                           kind="working")  # fmt: skip
        insurance = employers_national_insurance(wages, shared["threshold"], shared["rate"])
        ni = sheet.line(f"{prefix}.yearly_national_insurance", insurance, "£", f"{words}: national insurance for a whole year",
                        kind="working")  # fmt: skip
        contribution = sheet.line(f"{prefix}.yearly_pension", wages * pension, "£", f"{words}: employer's pension for a whole year",
                                  kind="working")  # fmt: skip
        parts = {"pay": (wages, "pay and allowances" if allowances else "pay"), "national_insurance": (ni, "national insurance"),
                 "pension": (contribution, "employer's pension contribution")}  # fmt: skip
        return found | {"wages": wages, "pension": pension, "parts": parts}

    def _runs(self, sheet: CaseSheet, prefix: str, post: Post, words: str, where: str) -> tuple[Line, Line | None]:
        """1 in the years in which the council has the post, and in those in which a former employer has it."""
        first, last, moved = post.start, post.ends, post.transfer.first_year if post.transfer else ""
        for later, earlier, said in ((last, first, "ends"), (moved, first, "transfer › first_year"), (last, moved, "ends")):
            if later and earlier and first_calendar_year(later) < first_calendar_year(earlier):
                raise SheetError(f"{where} › {said}: {later} is before {earlier}, the year in which it begins. Check both years.")

        def flags(name: str, begin: str, before: str, label: str) -> Line:
            values = [float((not begin or one >= begin) and (not before or one < before) and (not last or one <= last))
                      for one in sheet.years]  # fmt: skip
            origin = Origin(BY_RULE, note="the years of the post", place=where)
            return sheet.input(f"{prefix}.{name}", values, "number", f"{words}: {label}", origin=origin, kind="working")

        runs = flags("runs", moved or first, "", "1 in the years that the council has the post")
        return runs, flags("runs_before", first, moved, "1 in the years before the transfer") if moved else None

    def _flow(self, sheet: CaseSheet, name: str, formula: Any, label: str, payer: str = "") -> Line:
        return sheet.line(
            name, formula, "£", label, payer=payer or self.council, account="revenue", kind="spending", phasing="even"
        )

    def _on_top(
        self, sheet: CaseSheet, prefix: str, post: Post, posts: Line, wages: Any, employment: Line, words: str
    ) -> list[Line]:
        """Cover, other costs and overhead."""
        given = {key: sheet.given(f"{prefix}.{key}_of_a_post" if key in ("cover", "overhead") else f"{prefix}.{key}", one,
                                  f"{words}: {label_of(key).lower()}", kind="working")
                 for key in ("cover", "cover_rate", "overhead", "overhead_rate") if (one := getattr(post, key)) is not None}  # fmt: skip
        found = []
        for key, base in (("cover", wages), ("overhead", employment)):
            if key in given or f"{key}_rate" in given:
                sum_of = given[key] * posts if key in given else base * given[f"{key}_rate"]
                found.append(self._flow(sheet, f"{prefix}.{key}", sum_of, f"{words}: {key}"))
        for name, one in post.other_costs.items():
            label = f"{words}: {label_of(name).lower()}"
            each = sheet.given(f"{prefix}.other_costs.{name}_of_a_post", one, f"{label}, a post", kind="working")
            found.append(self._flow(sheet, f"{prefix}.other_costs.{name}", each * posts, label))
        return found

    def _transferred(self, sheet: CaseSheet, prefix: str, moved: Transfer, yearly: Lines, before: Line | None, number: Any, paid: Line,
                     words: str, where: str) -> list[Line]:  # fmt: skip
        """What the former employer pays before and after; returns what the council itself pays of shortfall and strain."""
        former, name = moved.former_employer, sheet.parties[moved.former_employer]
        if former == self.council:
            raise SheetError(
                f"{where} › transfer › former_employer: '{former}' employs after the transfer. Name the employer before it."
            )
        if (moved.pension_strain is None) != (not moved.strain_paid_by):
            raise SheetError(f"{where} › transfer: give both pension_strain and strain_paid_by, or neither.")
        if (moved.guaranteed_pension_rate is None) != (not moved.guaranteed_until):
            raise SheetError(f"{where} › transfer: give both guaranteed_pension_rate and guaranteed_until, or neither.")
        rate = sheet.given(
            f"{prefix}.pension_rate_before", moved.pension_rate_before, f"{words}: pension rate of {name}", kind="working"
        )

        def cost_at(full_time_pay: Any) -> Any:
            wages = yearly["per_full_time"](full_time_pay) + yearly["allowances"]
            of_ni = employers_national_insurance(wages, yearly["ni"]["threshold"], yearly["ni"]["rate"])
            return (wages * (1 + rate) + of_ni) * number

        kept = yearly["kept"]
        cost = cost_at(yearly["full"] if kept is None else kept)
        if moved.before_is == PAID_HERE:
            self._flow(
                sheet,
                f"{prefix}.before_transfer",
                cost * before,
                f"{words}: employed by {name} before the transfer",
                payer=former,
            )
        else:
            stayed = (
                cost if kept is None else cost_at(larger_of(yearly["full"], kept))
            )  # the post's own pay overtakes it there too
            both_sides = cost * before + stayed * sheet[f"{prefix}.runs"]
            sheet.line(f"{prefix}.cost_had_it_stayed", both_sides, "£", f"{words}: cost to {name} had it stayed",
                       kind="working", then_paid_as=f"{prefix}.total_cost", then_from=moved.first_year)  # fmt: skip
        own = []
        for key, payer in (("pension_shortfall", moved.shortfall_paid_by), ("pension_strain", moved.strain_paid_by)):
            one: Amount | None = getattr(moved, key)
            if one is not None:
                if sheet.count > 1 and one.value != 0 and not says_its_years(one):
                    raise SheetError(f"{where} › transfer › {key}: nothing says when it is paid, and it would be paid again in every "
                                     "year. Add once, by_year, or from and until.")  # fmt: skip
                line = sheet.given(f"{prefix}.{key}", one, f"{words}: {label_of(key).lower()}", payer=payer, account="revenue",
                                   kind="spending", phasing="even")  # fmt: skip
                own += [line] if payer == self.council else []
        if moved.guaranteed_pension_rate is not None:
            until = moved.guaranteed_until
            held = sheet.given(f"{prefix}.guaranteed_pension_rate", moved.guaranteed_pension_rate, f"{words}: guaranteed pension rate",
                               kind="working")  # fmt: skip
            lasts = sheet.input(f"{prefix}.guarantee_runs", [float(until == NOT_AGREED or one <= until) for one in sheet.years],
                                "number", f"{words}: 1 while the guarantee lasts",
                                origin=Origin(BY_RULE, note=f"until {until}", place=where), kind="working")  # fmt: skip
            sheet.line(f"{prefix}.pension_guarantee", larger_of(yearly["pension"] - held, 0) * yearly["wages"] * paid * lasts, "£",
                       f"{words}: pension guarantee of {name}", payer=former, payee=self.council, account="revenue",
                       kind="contribution", status=moved.status, phasing="even", ends=until, then=self.council,
                       pays_for="pension contributions above the guaranteed rate", spending_left=f"{prefix}.pension")  # fmt: skip
        return own

    def _by_the_hour(
        self, sheet: CaseSheet, prefix: str, time: ProductiveTime, cost: Line, paid: Line, hours: Line, words: str
    ) -> None:
        """The hours worked, and what each costs with everything in it."""
        given: Lines = sheet.givens(f"{prefix}.productive_time", time, f"{words}: ", kind="working")
        away = given["leave"] + given["bank_holidays"] + given["training"] + given["sickness"]
        worked = sheet.line(f"{prefix}.productive_hours", productive_hours(given["paid_weeks"], away, given["days_a_week"], hours) * paid,
                            "hour", f"{words}: hours worked in the year", kind="working")  # fmt: skip
        sheet.line(f"{prefix}.cost_per_productive_hour", when(worked > 0, cost / worked, 0), "£/hour",
                   f"{words}: full cost of an hour worked", kind="working")  # fmt: skip
