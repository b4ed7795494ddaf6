"""The order in which the lines of a sheet can be worked: what each needs, and which need each other across years."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from devomodel.engine.expressions import Line, LookBack, SheetError, leaves

if TYPE_CHECKING:
    from devomodel.engine.sheet import Sheet


def needs_of(sheet: Sheet) -> list[set[int]]:
    """For each line, every line it must come after: those it uses, looks back at, or that open what it looks back at."""
    return [_needs(sheet, line) for line in sheet.lines]


def _needs(sheet: Sheet, line: Line) -> set[int]:
    found: set[int] = set()
    for leaf in leaves(line.formula):
        if isinstance(leaf, Line):
            found.add(leaf.index)
        elif isinstance(leaf, LookBack):
            found.add(sheet[leaf.line_name].index)
            for cell in sheet.openings[leaf.line_name].cells:
                found.update(one.index for one in leaves(cell) if isinstance(one, Line))
    return found


def refuse_openings_that_open_themselves(sheet: Sheet) -> None:
    """Raises SheetError when an opening figure is worked from a line that must come after it."""
    group_of = _strong_groups(needs_of(sheet))
    for user in sheet.lines:
        for leaf in leaves(user.formula):
            if not isinstance(leaf, LookBack):
                continue
            for cell in sheet.openings[leaf.line_name].cells:
                for one in leaves(cell):
                    if isinstance(one, Line) and group_of[one.index] == group_of[user.index]:
                        raise SheetError(
                            f"The opening figure of '{leaf.line_name}' depends on '{one.name}', which itself looks back "
                            f"at '{leaf.line_name}'. Give the opening figure, or work it from lines that do not look back."
                        )


def ordered_groups(needs: list[set[int]]) -> list[list[int]]:
    """Lines in groups that need each other across years, the groups in an order that can be worked.

    Where the order is free it is that of the sheet.
    """
    group_of = _strong_groups(needs)
    members: dict[int, list[int]] = {}
    for index, group in enumerate(group_of):
        members.setdefault(group, []).append(index)
    waiting = {group: {group_of[need] for index in indexes for need in needs[index]} - {group}
               for group, indexes in members.items()}  # fmt: skip
    users: dict[int, list[int]] = {}
    for group, earlier in waiting.items():
        for one in earlier:
            users.setdefault(one, []).append(group)
    ready = [(members[group][0], group) for group, earlier in waiting.items() if not earlier]
    heapq.heapify(ready)
    ordered = []
    while ready:
        _, group = heapq.heappop(ready)
        ordered.append(sorted(members[group]))
        for user in users.get(group, ()):
            waiting[user].discard(group)
            if not waiting[user]:
                heapq.heappush(ready, (members[user][0], user))
    return ordered


def _strong_groups(needs: list[set[int]]) -> list[int]:
    """Tarjan's strongly connected components, without recursion: a group number for each line."""
    count = len(needs)
    order, low, group = [-1] * count, [0] * count, [-1] * count
    on_stack, stack, clock, groups = [False] * count, [], 0, 0
    for start in range(count):
        if order[start] >= 0:
            continue
        work: list[tuple[int, list[int]]] = [(start, sorted(needs[start]))]
        order[start] = low[start] = clock
        clock += 1
        stack.append(start)
        on_stack[start] = True
        while work:
            node, waiting = work[-1]
            if waiting:
                target = waiting.pop()
                if order[target] < 0:
                    order[target] = low[target] = clock
                    clock += 1
                    stack.append(target)
                    on_stack[target] = True
                    work.append((target, sorted(needs[target])))
                elif on_stack[target]:
                    low[node] = min(low[node], order[target])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == order[node]:
                while True:
                    member = stack.pop()
                    on_stack[member] = False
                    group[member] = groups
                    if member == node:
                        break
                groups += 1
    return group
