// The accounts as Baton's records have them: who is in them with which role, what shows escalations, what was changed.

import { el } from "./dom.js";
import { icon } from "./icons.js";

const PLATFORMS = { slack: "Slack", teams: "Teams" };
const HOW = { address: "same e-mail address", code: "linked by a code" };

export class Accounts {
  // `body` gets the accounts, `brief` one line about them that is read while the panel is closed.
  constructor(body, brief) {
    this.body = body;
    this.brief = brief;
    this.json = null;
    this.known = null;
  }

  update(accounts) {
    const json = JSON.stringify(accounts);
    if (json === this.json) return;
    this.json = json;
    this.brief.textContent = accounts.map(inBrief).join(" · ");
    // Several accounts are to be seen at a glance; what was changed in each is then told more briefly.
    const changes = accounts.length > 1 ? 3 : 12;
    this.body.replaceChildren(...accounts.map((one) => account(one, changes)));
    this.markNews();
  }

  // A line that was not there before is lit up for a moment; at first everything is new, and nothing is.
  markNews() {
    const lines = [...this.body.querySelectorAll("li")];
    const words = lines.map((line) => line.dataset.is);
    if (this.known) lines.forEach((line) => line.classList.toggle("news", !this.known.has(line.dataset.is)));
    this.known = new Set(words);
  }
}

function inBrief({ name, workspaces, people }) {
  const places = [...new Set(workspaces.map(({ platform }) => PLATFORMS[platform]))].join(" and ");
  return `${name}, in ${places}: ${people.map((one) => `${first(one.name)} ${one.role}`).join(", ")}`;
}

const first = (name) => name.split(" ")[0];

function account({ name, workspaces, people, rooms, history }, changes) {
  return el(
    "section",
    { class: "account", "aria-label": `Account ${name}` },
    el("h2", {}, name, ...workspaces.map((one) => platform(one.platform, one.name))),
    column("People", people.map(person), "Nobody yet."),
    column("Shown in", rooms.map(room), "No room yet: show-here."),
    column("Changes, the newest first", history.slice(0, changes).map(change), "None yet."),
  );
}

function column(title, lines, none) {
  return el("div", { class: "column" }, el("h3", {}, title), lines.length ? el("ul", {}, lines) : el("p", { class: "none" }, none));
}

function line(is, ...parts) {
  return el("li", { "data-is": JSON.stringify(is) }, parts.flat());
}

function person(one) {
  const chosen = one.given ? null : el("span", { class: "quiet" }, "default");
  const known = one.identities.map(({ platform: where, how }) => platform(where, HOW[how]));
  return line(one, el("span", { class: "name" }, one.name), el("span", { class: `role role-${one.role}` }, one.role), chosen, known);
}

function room(one) {
  const least = one.least === "low" ? null : el("span", { class: "quiet" }, `${one.least} and above`);
  return line(one, el("span", { class: "name" }, icon("hash"), one.name), platform(one.platform), least);
}

function change(one) {
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(new Date(one.at));
  return line(one.id, el("time", {}, time), el("span", { class: "what" }, one.what));
}

function platform(name, more) {
  return el("span", { class: `platform of-${name}` }, [PLATFORMS[name], more].filter(Boolean).join(" · "));
}
