// How each kind of widget is shown: by the browser's own controls, which people, phones and screen readers know.

const VIEWS = {
  VBoxModel: boxView, HBoxModel: boxView, BoxModel: boxView, GridBoxModel: boxView, HTMLModel: htmlView, HTMLMathModel: htmlView,
  LabelModel: labelView, ButtonModel: buttonView, FloatSliderModel: amountView, IntSliderModel: amountView,
  BoundedFloatTextModel: amountView, BoundedIntTextModel: amountView, RadioButtonsModel: radioView, DropdownModel: menuView,
  CheckboxModel: switchView, TextModel: textView, TextareaModel: textView,
};

// A widget's state as the kernel has it, and what the page sets of it.
class Model {
  constructor(id, kind, state, channel) {
    Object.assign(this, {id, kind, state, channel, sending: null, next: null, views: []});
  }

  merge(state) {
    if (this.sending || this.next) for (const key of Object.keys({...this.sending, ...this.next})) {
      if (key in state && this.next && key in this.next) { state = {...state}; delete state[key]; } // something newer is on its way
    }
    Object.assign(this.state, state);
  }

  show() {
    for (const view of this.views) view.show();
  }

  pending(key) {
    return !!(this.next && key in this.next);
  }

  set(state) {
    Object.assign(this.state, state);
    this.next = {...this.next, ...state};
    this.flush();
  }

  flush() {
    if (this.sending || !this.next) return;
    const sent = this.next;
    if (this.channel.update(this.id, sent, () => { this.sending = null; this.flush(); })) {
      this.sending = sent;
      this.next = null;
    }
  }

  custom(content) {
    this.channel.custom(this.id, content);
  }
}

class Models {
  constructor(channel) {
    this.all = new Map();
    this.channel = channel;
    this.dirty = new Set();
  }

  add(id, kind, state) {
    const there = this.all.get(id);
    if (there) {
      there.merge(state);
      this.changed(there);
      return;
    }
    this.all.set(id, new Model(id, kind, state, this.channel));
  }

  // What was set while the channel was not open.
  flush() {
    for (const one of this.all.values()) one.flush();
  }

  find(reference) {
    return this.all.get(String(reference).replace("IPY_MODEL_", ""));
  }

  // What changed is drawn together, once for each frame of the screen.
  changed(model) {
    this.dirty.add(model);
    if (this.dirty.size === 1) requestAnimationFrame(() => {
      const dirty = [...this.dirty];
      this.dirty.clear();
      for (const one of dirty) one.show();
    });
  }

  view(reference) {
    const model = this.find(reference);
    if (!model) return null;
    const make = VIEWS[model.kind];
    const view = make ? make(model, this) : {element: element("p", {}, "This part can be shown in a notebook only."), show() {}};
    for (const name of model.state._dom_classes || []) view.element.classList.add(name);
    model.views.push(view);
    view.model = model;
    return view;
  }
}

function boxView(model, models) {
  const folded = (model.state._dom_classes || []).includes("dm-folded");
  const box = element(folded ? "details" : "div", {class: "box"}), shown = new Map();
  function show() {
    const wanted = model.state.children || [];
    let lost = false;
    for (const [reference, view] of shown) if (!wanted.includes(reference)) {
      lost = lost || view.element.contains(document.activeElement);
      view.element.remove();
      view.model.views = view.model.views.filter(one => one !== view);
      shown.delete(reference);
    }
    wanted.forEach((reference, place) => {
      if (!shown.has(reference)) {
        const made = models.view(reference);
        if (!made) return;
        shown.set(reference, made);
      }
      const child = shown.get(reference).element;
      if (box.children[place] !== child) box.insertBefore(child, box.children[place] || null);
    });
    // What had the focus is gone: it goes to what is nearest, not to the top of the page.
    if (lost) (focusable(box)[0] || focusable(box.parentElement || box)[0] || document.getElementById("content")).focus({preventScroll: true});
  }
  show();
  return {element: box, show};
}

function htmlView(model) {
  const classes = model.state._dom_classes || [];
  const made = element(classes.includes("dm-summary") ? "summary" : "div", {class: "html"});
  let last = null;
  function show() {
    const value = model.state.value || "";
    if (value === last) return;
    last = value;
    // What a reader has opened stays open, and what has the focus keeps it, when a figure inside changes.
    const open = [...made.querySelectorAll("details")].map(one => one.open);
    const focused = made.contains(document.activeElement) ? indexOf(made, document.activeElement) : -1;
    made.innerHTML = value;
    made.querySelectorAll("details").forEach((one, place) => { if (open[place]) one.open = true; });
    if (focused >= 0) focusable(made)[focused]?.focus({preventScroll: true});
    made.dispatchEvent(new CustomEvent("dm-shown", {bubbles: true, detail: {classes, value}}));
  }
  show();
  return {element: made, show};
}

const focusable = made => [...made.querySelectorAll("a[href], summary, button, input, select, textarea, [tabindex]")];
const indexOf = (made, one) => focusable(made).indexOf(one);

function labelView(model) {
  const made = element("p", {});
  const show = () => { made.textContent = model.state.value || ""; };
  show();
  return {element: made, show};
}

function buttonView(model) {
  const made = element("button", {type: "button"});
  made.addEventListener("click", () => { if (made.getAttribute("aria-disabled") !== "true") model.custom({event: "click"}); });
  function show() {
    made.textContent = model.state.description;
    // A button that cannot be used keeps the focus it has: the reader is not thrown to the top of the page.
    made.setAttribute("aria-disabled", model.state.disabled ? "true" : "false");
  }
  show();
  return {element: made, show};
}

function radioView(model) {
  const id = `choice-${++numbered}`, words = wording(id);
  const legend = element("legend", {}), list = element("div", {class: "radios"});
  const made = element("fieldset", {class: "choice"}, legend, words.hint, words.error, list);
  let labels = null;
  function show() {
    legend.textContent = model.state.description;
    words.show(made, model.state);
    if (String(labels) !== String(model.state._options_labels)) {
      labels = model.state._options_labels;
      list.replaceChildren(...labels.map((label, place) => {
        const button = element("input", {type: "radio", name: id, id: `${id}-${place}`});
        button.addEventListener("change", () => model.set({index: place}));
        return element("div", {class: "radio"}, button, element("label", {for: `${id}-${place}`}, label));
      }));
    }
    list.querySelectorAll("input").forEach((one, place) => {
      one.checked = place === model.state.index;
      one.disabled = !!model.state.disabled;
    });
  }
  show();
  return {element: made, show};
}

function menuView(model) {
  const id = `menu-${++numbered}`, words = wording(id);
  const label = element("label", {for: id}), menu = element("select", {id});
  const made = element("div", {class: "choice"}, label, words.hint, words.error, menu);
  let labels = null;
  menu.addEventListener("change", () => model.set({index: menu.selectedIndex}));
  function show() {
    label.textContent = model.state.description;
    words.show(menu, model.state);
    if (String(labels) !== String(model.state._options_labels)) {
      labels = model.state._options_labels;
      menu.replaceChildren(...labels.map(one => element("option", {}, one)));
    }
    menu.selectedIndex = model.state.index ?? -1;
    menu.disabled = !!model.state.disabled;
  }
  show();
  return {element: made, show};
}

function switchView(model) {
  const id = `switch-${++numbered}`, words = wording(id);
  const box = element("input", {type: "checkbox", id}), label = element("label", {for: id});
  const made = element("div", {class: "switch"}, element("div", {class: "radio"}, box, label), words.hint, words.error);
  box.addEventListener("change", () => model.set({value: box.checked}));
  function show() {
    label.textContent = model.state.description;
    words.show(box, model.state);
    box.checked = !!model.state.value;
    box.disabled = !!model.state.disabled;
  }
  show();
  return {element: made, show};
}

function textView(model) {
  const id = `words-${++numbered}`, words = wording(id), long = model.kind === "TextareaModel";
  const label = element("label", {for: id}), box = element(long ? "textarea" : "input", {id, maxlength: long ? 2000 : 200, autocomplete: "off"});
  const made = element("div", {class: "choice"}, label, words.hint, words.error, box);
  box.addEventListener("change", () => model.set({value: box.value}));
  function show() {
    label.textContent = model.state.description;
    words.show(box, model.state);
    if (document.activeElement !== box || !model.pending("value")) box.value = model.state.value || "";
    box.disabled = !!model.state.disabled;
  }
  show();
  return {element: made, show};
}
