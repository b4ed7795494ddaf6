// The page around the controls: its address and title, the spoken result, files to keep, and what a visitor is told when something fails.

const AGAIN = "devomodel-again", MOST_TIMES = 3;
const WHY = {
  died: "The part of the dashboard that works out this page stopped.",
  hung: "The part of the dashboard that works out this page took too long and was stopped.",
  memory: "This page needed more memory than the dashboard gives to one visitor, and was stopped.",
  idle: "This page was closed because nothing happened on it for a long time.",
  left: "This page was closed a while ago.",
  gone: "The dashboard was started again since this page was opened.",
};

function start() {
  const page = JSON.parse(document.getElementById("devomodel-page").textContent);
  const root = document.getElementById("page"), loading = document.getElementById("loading");
  const here = document.querySelector(`.to-page[data-page="${location.pathname.split("/").pop()}"]`);
  if (here) here.setAttribute("aria-current", "page");

  const outputs = [...document.querySelectorAll(".devomodel-output")].map(one => JSON.parse(one.textContent));
  const parts = outputs.map(one => one.data).find(one => one?.["application/vnd.jupyter.widget-view+json"]);
  if (!parts) {
    loading.remove();
    return tell("The page could not be made this time.", false);
  }

  let channel = null;
  const models = new Models({update: (...given) => channel.update(...given), custom: (...given) => channel.custom(...given)});
  for (const [id, [kind, state]] of Object.entries(parts["application/vnd.devomodel.states+json"])) models.add(id, kind, state);
  channel = new Channel(page, {
    connected() { models.flush(); },
    states(states) {
      notice("");
      for (const [id, one] of Object.entries(states)) models.add(id, one.model_name, one.state);
    },
    changed(states) {
      const changed = Object.keys(states).map(id => models.find(id)).filter(Boolean);
      for (const model of changed) model.merge(states[model.id]);
      for (const model of changed) model.show();
    },
    opened(id, state) { models.add(id, state._model_name, state); },
    update(id, state) {
      const model = models.find(id);
      if (model) { model.merge(state); models.changed(model); }
    },
    custom() {},
    closed(id) { models.all.delete(id); },
    lost(server) {
      notice(server ? "The dashboard cannot be reached. Your choices are kept in the address of this page. It is tried again every few seconds."
                    : "The connection to the dashboard broke. It is being opened again, and nothing is lost.", server);
    },
    ended(why) {
      loading.remove();
      tell(WHY[why] || WHY.gone, why === "idle" || why === "left");
    },
  });
  const view = models.view(parts["application/vnd.jupyter.widget-view+json"].model_id);
  loading.remove();
  root.replaceChildren(view.element);
  carry();
  addEventListener("pagehide", event => { if (!event.persisted) channel.leave(); });
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });

  // After a restart the visitor is told what happened, once.
  function carry() {
    const kept = sessionStorage.getItem(AGAIN);
    if (!kept) return;
    const {words, told} = JSON.parse(kept);
    if (words && !told) {
      notice(`${words} It was opened again with the choices you had.`);
      sessionStorage.setItem(AGAIN, JSON.stringify({...JSON.parse(kept), told: true}));
    }
  }

  // The kernel is gone: open the page again by itself, unless that did not help, or the visitor was away.
  function tell(words, wait) {
    const kept = JSON.parse(sessionStorage.getItem(AGAIN) || "{}");
    const recent = (kept.times || []).filter(one => Date.now() - one < 120000);
    if (wait || recent.length >= MOST_TIMES) {
      notice(`${words} Your choices are kept in its address.`, true);
      return;
    }
    sessionStorage.setItem(AGAIN, JSON.stringify({times: [...recent, Date.now()], words, told: false}));
    notice(`${words} It is being opened again with the choices you have.`);
    setTimeout(() => location.reload(), 1500);
  }
}

function notice(words, again = false) {
  const place = document.getElementById("notice");
  if (!words) return place.replaceChildren();
  const made = element("div", {class: "notice"}, element("p", {}, words));
  if (again) {
    const button = element("button", {type: "button", class: "dm-main"}, "Open this page again");
    button.addEventListener("click", () => location.reload());
    made.append(button);
  }
  place.replaceChildren(made);
}

// What a piece of the page says by its class: the address, the title, the sentence to be read out, a file that is ready.
let speaking = 0;
document.addEventListener("dm-shown", event => take(event.target, event.detail), true);

function take(made, {classes}) {
  if (classes.includes("dm-address")) {
    const query = made.textContent;
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  } else if (classes.includes("dm-title")) {
    document.title = `${made.textContent} – devomodel`;
  } else if (classes.includes("dm-says")) {
    clearTimeout(speaking);
    const words = made.textContent;
    speaking = setTimeout(() => { document.getElementById("says").textContent = words; }, 600);
  } else if (classes.includes("dm-ready")) {
    const file = made.querySelector("a[download]");
    if (file) file.click();
  }
}

// A piece that was filled before it stood on the page is read when it gets there.
new MutationObserver(list => {
  for (const one of list) for (const node of one.addedNodes) {
    if (node.nodeType !== 1) continue;
    for (const name of ["dm-address", "dm-title", "dm-says"]) {
      const found = node.matches(`.${name}`) ? [node] : [...node.querySelectorAll(`.${name}`)];
      for (const made of found) take(made, {classes: [name]});
    }
  }
}).observe(document.getElementById("page"), {childList: true, subtree: true});

document.addEventListener("keydown", event => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z" && !event.target.matches("input[type=text], textarea")) {
    const name = event.shiftKey ? "Redo" : "Undo";
    const button = [...document.querySelectorAll(".dm-tools button")].find(one => one.textContent === name);
    if (button) { event.preventDefault(); button.click(); }
  }
});

start();
