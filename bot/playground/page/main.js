// The page as a whole: panes are made from the first state and kept in step with every later one.

import { Accounts } from "./account.js";
import { el } from "./dom.js";
import { Pane } from "./pane.js";
import { Race } from "./race.js";
import { follow } from "./server.js";
import { drawTraffic } from "./traffic.js";

const find = (id) => document.getElementById(id);
const stage = find("stage");
const panes = new Map();
const race = new Race(find("race"), find("result"));
const accounts = new Accounts(find("accounts"), find("accounts-brief"));

follow(
  (state) => {
    if (panes.size === 0) state.panes.forEach(makePane);
    else state.panes.forEach((pane) => panes.get(pane.id).update(pane));
    race.update(state);
    accounts.update(state.accounts);
    drawTraffic(state.traffic, find("traffic-list"), find("traffic-last"));
  },
  (connected) => {
    const status = find("connection");
    status.textContent = connected ? "Connected" : "The demo doesn't answer. Trying again…";
    status.classList.toggle("lost", !connected);
  },
);

// Where there is no room for three panes, one is shown at a time, chosen by these buttons.
function makePane(state) {
  const badge = el("span", { class: "badge", hidden: true, "aria-label": "new messages" });
  const choose = el("button", { type: "button", class: "pane-choice", onclick: () => bring(state.id) }, state.first, badge);
  const pane = new Pane(state, () => (badge.hidden = stage.dataset.shown === state.id));
  pane.choice = choose;
  pane.badge = badge;
  panes.set(state.id, pane);
  find("choices").append(choose);
  stage.append(pane.root);
  pane.update(state, true);
  if (panes.size === 1) bring(state.id);
}

function bring(id) {
  stage.dataset.shown = id;
  for (const [each, pane] of panes) {
    pane.choice.setAttribute("aria-pressed", String(each === id));
    pane.root.classList.toggle("in-front", each === id);
    if (each === id) {
      pane.badge.hidden = true;
      pane.conversations.get(pane.shown).toEnd();
    }
  }
}
