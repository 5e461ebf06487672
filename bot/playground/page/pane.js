// One person in front of one platform: header, conversations, composer, and the modal above them.

import { composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { el } from "./dom.js";
import { Modal } from "./modal.js";
import { gesture } from "./server.js";

const PLATFORMS = { slack: "Slack", teams: "Teams" };

export class Pane {
  // `arrived(count)` is called when messages came while the pane was not in front.
  constructor(state, arrived) {
    this.id = state.id;
    this.state = state;
    this.arrived = arrived;
    this.conversations = new Map();
    this.busy = new Set();
    for (const each of state.conversations) {
      const press = (message, element, inputs) => this.press(each, message, element, inputs);
      this.conversations.set(each.id, new Conversation(each, state, press, () => this.select(each.id)));
    }
    this.build();
    this.select(state.conversations[0].id);
  }

  build() {
    const { name, first, role, platform } = this.state;
    const all = [...this.conversations.values()];
    const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": `${first}'s conversations` }, all.map((c) => c.tab));
    tabs.addEventListener("keydown", (event) => this.arrows(event));
    this.composer = composer(this.state, (text) => this.write(text));
    this.trouble = el("p", { class: "trouble", role: "alert", hidden: true });
    const content = el("div", { class: "pane-content" }, tabs, ...all.map((c) => c.panel), this.trouble, this.composer.form);
    this.root = el(
      "section",
      { class: `pane ${platform}`, id: `pane-${this.id}`, "aria-label": `${first}, ${role}, ${PLATFORMS[platform]}, simulated`, tabindex: "-1" },
      el(
        "header",
        { class: "pane-head" },
        el("span", { class: "avatar", "aria-hidden": "true" }, first[0]),
        el("h2", {}, name, el("span", { class: "who" }, `${role} · ${PLATFORMS[platform]}`)),
        el("span", { class: "simulated" }, "simulated"),
      ),
      content,
    );
    this.modal = new Modal(
      this.root,
      [content],
      (view, values) => gesture("submit", { pane: this.id, view, values }),
      (view) => gesture("close", { pane: this.id, view }),
    );
  }

  update(state, quiet = false) {
    this.state = state;
    let arrived = 0;
    for (const each of state.conversations) {
      const conversation = this.conversations.get(each.id);
      const count = conversation.update(each, quiet);
      if (each.id !== this.shown && count) conversation.unread((conversation.waiting ?? 0) + count);
      arrived += count;
    }
    this.modal.update(state.view, state.people);
    if (arrived) this.arrived(arrived);
  }

  select(id) {
    this.shown = id;
    for (const [each, conversation] of this.conversations) conversation.select(each === id);
    const chosen = this.state.conversations.find((each) => each.id === id);
    this.composer.in(chosen);
  }

  arrows(event) {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const ids = [...this.conversations.keys()];
    const step = event.key === "ArrowRight" ? 1 : ids.length - 1;
    const next = ids[(ids.indexOf(this.shown) + step) % ids.length];
    this.select(next);
    this.conversations.get(next).tab.focus();
  }

  async write(text) {
    const answer = await gesture("command", { pane: this.id, conversation: this.shown, text });
    this.complain(answer);
    return !answer.error;
  }

  async press(conversation, message, element, inputs) {
    if (this.busy.has(message.id)) return;
    const where = { pane: this.id, conversation: message.conversation ?? conversation.id, message: message.id };
    this.busy.add(message.id);
    if (element.verb) {
      this.complain(await gesture("execute", { ...where, verb: element.verb, inputs }));
    } else if (element.action_id) {
      // Slack tells the app of a link's button as well.
      this.complain(await gesture("click", { ...where, action: element.action_id }));
    }
    this.busy.delete(message.id);
    if (element.url) this.open(element.url);
  }

  // A link to a message is followed inside the pane; anywhere else there is only the real platform.
  open(url) {
    const slack = /\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url);
    const teams = /\/l\/message\/[^/]+\/(\d+)/.exec(url);
    const id = slack ? `${slack[2]}.${slack[3]}` : teams?.[1];
    for (const [key, conversation] of this.conversations) {
      if (!conversation.drawn.has(id)) continue;
      this.select(key);
      conversation.show(id);
      return;
    }
    this.complain({ error: `This link leads elsewhere: ${url}` });
  }

  complain({ error, errors }) {
    const fields = Object.values(errors ?? {}).join(" ");
    const silent = !error || (error === "client" && !fields);
    this.trouble.hidden = silent;
    this.trouble.textContent = silent ? "" : error === "client" ? fields : error;
  }
}
