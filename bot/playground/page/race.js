// The race: both seniors press Pick Up on the same handoff in the same instant, and who was told what.

import { announce, el } from "./dom.js";

const RACERS = ["dana", "sam"];
const PICK_UP = "[data-press='baton.claimed']";

export class Race {
  constructor(button, result) {
    this.button = button;
    this.result = result;
    this.heard = null;
    button.addEventListener("click", () => this.start());
  }

  // Each racer's button of the newest handoff that can be picked up in both panes, or null.
  buttons() {
    const [one, other] = RACERS.map((id) => [...document.querySelectorAll(`#pane-${id} ${PICK_UP}`)]);
    for (const button of one.reverse()) {
      const same = other.find((each) => each.dataset.handoff === button.dataset.handoff);
      if (same) return [button, same];
    }
    return null;
  }

  start() {
    const buttons = this.buttons();
    if (!buttons) {
      this.say("There is nothing that both can pick up. Escalate something in Jane's pane first.");
      return;
    }
    this.before = new Map(RACERS.map((id) => [id, this.lastHeard(id)?.key]));
    this.heard = new Map();
    // Somebody's request is always written first; chance decides whose.
    if (Math.random() < 0.5) buttons.reverse();
    for (const button of buttons) button.click();
  }

  update(state) {
    this.state = state;
    this.button.setAttribute("aria-disabled", String(this.buttons() === null));
    if (!this.heard) return;
    for (const id of RACERS) {
      const last = this.lastHeard(id);
      if (last && last.key !== this.before.get(id)) this.heard.set(id, last.text);
    }
    if (this.heard.size === RACERS.length) this.finish();
  }

  // The newest thing that somebody was told in private: a Slack message, or the answer to a press in Teams.
  lastHeard(id) {
    const messages = this.state.panes.find((pane) => pane.id === id).conversations.flatMap((c) => c.messages);
    const answers = messages.filter((message) => message.answer).map(({ answer }) => ({ key: answer.at, text: answer.text }));
    const told = messages.filter((message) => message.private && !message.card).map(({ at, text }) => ({ key: at, text }));
    return [...answers, ...told].sort((one, other) => one.key - other.key).at(-1);
  }

  finish() {
    const people = RACERS.map((id) => this.state.panes.find((pane) => pane.id === id));
    const loser = people.find((person) => people.some((other) => other !== person && this.heard.get(person.id).includes(other.first)));
    const winner = people.find((person) => person !== loser);
    const quotes = people.map((person) =>
      el("span", { class: "quote" }, el("strong", {}, `${person.first} was told: `), `“${this.heard.get(person.id)}”`),
    );
    this.heard = null;
    const title = loser ? `${winner.first} won.` : "Nobody lost.";
    this.result.replaceChildren(el("strong", { class: "verdict" }, title), ...quotes);
    announce(`${title} ${quotes.map((quote) => quote.textContent).join(" ")}`);
  }

  say(sentence) {
    this.result.replaceChildren(sentence);
    announce(sentence);
  }
}
