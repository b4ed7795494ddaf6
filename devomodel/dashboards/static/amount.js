// An amount: a label, a line of help, a button to each side of a box to type in, and a slider. Each does the same, so nothing needs dragging.

let numbered = 0;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key in made && key !== "list" && typeof value !== "string") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter(one => one !== null));
  return made;
}

// The words above a control, and what is wrong below them: their ids go into aria-describedby.
function wording(id) {
  const hint = element("p", {class: "hint", id: `${id}-hint`}), error = element("p", {class: "error", id: `${id}-error`});
  const show = (control, state) => {
    hint.textContent = state.hint || "";
    hint.hidden = !state.hint;
    error.textContent = state.error || "";
    error.hidden = !state.error;
    const described = [state.hint && hint.id, state.error && error.id].filter(Boolean).join(" ");
    if (described) control.setAttribute("aria-describedby", described);
    else control.removeAttribute("aria-describedby");
    if (state.error) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  return {hint, error, show};
}

function amountView(model) {
  const id = `amount-${++numbered}`, state = model.state, words = wording(id);
  const label = element("label", {for: id}, state.description);
  const less = element("button", {type: "button", class: "step"}, "−"), more = element("button", {type: "button", class: "step"}, "+");
  const box = element("input", {type: "text", inputmode: "decimal", id, autocomplete: "off", spellcheck: "false"});
  const before = element("span", {class: "unit", "aria-hidden": "true"}), after = element("span", {class: "unit after", "aria-hidden": "true"});
  const slider = element("input", {type: "range"});
  const group = element("div", {class: "amount", role: "group"},
    label, words.hint, words.error, element("div", {class: "amount-box"}, less, before, box, after, more), slider);

  let typing = false;
  const commit = () => {
    if (!typing) return;
    typing = false;
    model.custom({event: "typed", text: box.value});
  };
  box.addEventListener("input", () => { typing = true; });
  box.addEventListener("change", commit);
  box.addEventListener("keydown", event => {
    if (event.key === "Enter") { typing = true; commit(); }
    if (event.key === "Escape") { typing = false; show(); }
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      commit();
      model.custom({event: "step", steps: event.key === "ArrowUp" ? 1 : -1});
    }
  });
  less.addEventListener("click", () => model.custom({event: "step", steps: -1}));
  more.addEventListener("click", () => model.custom({event: "step", steps: 1}));
  slider.addEventListener("input", () => model.set({value: Number(slider.value)}));

  function show() {
    label.textContent = state.description;
    group.setAttribute("aria-label", state.description);
    less.setAttribute("aria-label", `Less: ${state.description}`);
    more.setAttribute("aria-label", `More: ${state.description}`);
    slider.setAttribute("aria-label", `${state.description}, slider`);
    before.textContent = state.before || "";
    before.hidden = !state.before;
    after.textContent = state.after || "";
    after.hidden = !state.after;
    if (!typing) box.value = state.error ? state.typed : state.said ?? state.value;
    words.show(box, state);
    slider.min = state.min;
    slider.max = state.max;
    slider.step = state.step;
    if (!model.pending("value")) slider.value = state.value;
    slider.setAttribute("aria-valuetext", `${state.before || ""}${state.said ?? state.value}${state.after === "%" ? "%" : state.after ? " " + state.after : ""}`);
    for (const one of [less, more, box, slider]) one.disabled = !!state.disabled;
  }
  show();
  return {element: group, show};
}
