"use strict";
// Picks a figure that was worked out before, and writes it down. There is no arithmetic here on purpose.
(() => {
  const data = JSON.parse(document.getElementById("figures").textContent);
  const form = document.getElementById("chooser");
  const by = (id) => document.getElementById(id);
  const put = (id, text) => { by(id).textContent = text; };
  const names = ["council", "band", "discount", "option", "year"];
  const keys = (name) => data[name + "s"].map((one) => one.key);
  const place = (name, key) => keys(name).indexOf(key);

  const pounds = (pence, sign) => {
    const text = String(pence);
    const minus = text.startsWith("-");
    const digits = (minus ? text.slice(1) : text).padStart(3, "0");
    const rest = digits.slice(-2);
    const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
    const mark = minus ? "−" : sign && pence > 0 ? "+" : "";
    return mark + "£" + whole + (rest === "00" ? "" : "." + rest);
  };
  const size = (pence) => pounds(pence).replace("−", "");

  // A figure that is the same for all stands alone; others stand side by side in a text that begins with how wide each is.
  const picked = (column, place) => {
    if (typeof column !== "string") return column;
    const wide = Number(column[0]), from = 1 + place * wide;
    const text = column.slice(from, from + wide).trim();
    return text ? parseInt(text, 36) : null;
  };

  const view = (at) => {
    const council = data.councils[at.council];
    const block = council.blocks[council.grid[at.option][at.year]];
    if (!block) return null;
    const place = data.order[at.discount][at.band];
    const row = block.figures.map((which) => picked(data.figures[which], place));
    const fixed = data.columns.length;
    const found = { parts: block.rows.map((row) => council.rows[row]), amounts: row.slice(fixed) };
    data.columns.forEach((name, at) => { found[name] = row[at]; });
    return found;
  };

  const moved = (year, week, than) => year === 0 ? "the same as " + than
    : size(year) + " a year (" + size(week) + " a week) " + (year > 0 ? "more" : "less") + " than " + than;

  const sentence = (at, found) => {
    const council = data.councils[at.council], option = data.options[at.option], year = data.years[at.year];
    const home = data.bands[at.band].label + ", " + data.discounts[at.discount].said + ", in " + year.words
      + (data.options.length > 1 ? ", with option " + option.number + ", “" + option.label + "”" : "");
    if (!found) return home + ": " + council.name + " sets no charge of its own in this option.";
    const than = [];
    if (found.change !== null) than.push(moved(found.change, found.change_week, "in the year before"));
    const nothing = data.options[data.nothing];
    if (found.against !== null && at.option !== data.nothing) {
      than.push(moved(found.against, found.against_week, "with option " + nothing.number));
    }
    return home + ": " + pounds(found.year) + " a year to " + council.name + ". That is " + pounds(found.month)
      + " a month or " + pounds(found.week) + " a week." + (than.length ? " It is " + than.join(", and ") + "." : "");
  };

  const cell = (row, kind, text, small) => {
    const made = document.createElement(kind);
    if (kind === "th") made.scope = "row";
    made.textContent = text;
    if (small) {
      const more = document.createElement("small");
      more.textContent = small;
      made.append(more);
    }
    row.append(made);
  };

  const fill = (body, rows) => {
    body.replaceChildren(...rows.map((cells) => {
      const row = document.createElement("tr");
      cells.forEach((text, at) => cell(row, at ? "td" : "th", Array.isArray(text) ? text[0] : text, Array.isArray(text) ? text[1] : ""));
      return row;
    }));
  };

  const show = (at) => {
    const found = view(at), council = data.councils[at.council];
    put("said", sentence(at, found));
    by("known").hidden = !found;
    if (found) {
      put("a-year", pounds(found.year));
      put("a-month", pounds(found.month));
      put("a-week", pounds(found.week));
      put("since-year", found.change === null ? "not known" : pounds(found.change, true));
      put("since-week", found.change === null ? "not known" : pounds(found.change_week, true));
      by("against").hidden = found.against === null || at.option === data.nothing;
      if (found.against !== null) {
        put("against-year", pounds(found.against, true));
        put("against-week", pounds(found.against_week, true));
      }
      const fails = data.options[at.option].fails;
      by("fails").hidden = !fails;
      put("fails", fails);
      put("receipt-title", "Where your " + pounds(found.year) + " to " + council.name + " goes");
      fill(by("receipt").tBodies[0], found.parts.map((part, at) => [part, pounds(found.amounts[at])]));
      put("receipt-total", pounds(found.year));
      by("bill").hidden = found.bill === null;
      if (found.bill !== null) {
        put("bill-own", council.name);
        put("bill-year", pounds(found.year));
        put("bill-others", pounds(found.others));
        put("bill-all", pounds(found.bill));
      }
      if (by("years")) {
        fill(by("years").tBodies[0], data.years.map((year, when) => [year.words, ...data.options.map((option, which) => {
          const one = view({ ...at, year: when, option: which });
          return one ? pounds(one.year) : "–";
        })]));
      }
    }
    document.querySelectorAll("[data-council]").forEach((one) => { one.hidden = one.dataset.council !== council.key; });
  };

  const written = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const at = {};
    names.forEach((name) => {
      const found = place(name, asked.get(name));
      at[name] = found < 0 ? data.start[name] : found;
    });
    return at;
  };

  const setControls = (at) => names.forEach((name) => {
    const key = keys(name)[at[name]];
    if (by(name)) by(name).value = key;
    form.querySelectorAll("input[name=" + name + "]").forEach((one) => { one.checked = one.value === key; });
  });

  const chosen = () => {
    const at = written();
    names.forEach((name) => {
      const control = by(name) || form.querySelector("input[name=" + name + "]:checked");
      if (control) at[name] = place(name, control.value);
    });
    return at;
  };

  const address = (at) => "#" + new URLSearchParams(names.map((name) => [name, keys(name)[at[name]]])).toString();

  const link = (at) => { by("here").href = address(at); };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    const at = chosen();
    // A page shown inside another, as some content systems do, may not be let change its address.
    try { history.replaceState(null, "", address(at)); } catch { /* the choice stands without it */ }
    link(at);
    show(at);
  });
  const open = () => {
    const at = written();
    setControls(at);
    link(at);
    show(at);
  };
  addEventListener("hashchange", open);
  by("print").addEventListener("click", () => print());
  form.hidden = by("view").hidden = false;
  by("without").hidden = true;
  document.body.classList.add("scripted");
  open();
})();
