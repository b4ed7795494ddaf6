"""spike"""

from devomodel import charts
from devomodel.dashboards.live import Live
from devomodel.dashboards.page import Page, html
from devomodel.dashboards.shelf import Shelf


def precept_tester(case=None, query=""):
    page = Page("precept-tester", "Test a precept", query=query)
    key = page.case_key or "castle-donington"
    case = case or Shelf.told().case(key)
    live = Live(case)
    m = live.movable[0]
    a = page.amount("rise", m.label, m.value, m.value * 0.5, m.value * 1.5, 10, "£", hint="from the case")
    view = html()

    def show():
        p = live.quick({m.path: a.value})
        c = charts.by_year(p, line="town.band_d")
        view.value = c.as_figure()
        page.say(c.title)

    page.on_change(show)
    return page.finish(a, view)
