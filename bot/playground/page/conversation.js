// One conversation of a pane: its tab, and its messages kept in step with the state.

import { announce, el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { drawMessage, replaceMessage } from "./message.js";
import { unescaped } from "./mrkdwn.js";

export class Conversation {
  // `press(message, element, inputs)` is called for a button, `select` when the tab is chosen.
  constructor(state, pane, press, select) {
    this.id = state.id;
    this.name = state.name;
    this.pane = pane;
    this.press = press;
    this.drawn = new Map();
    const panelId = freshId("conversation");
    this.badge = el("span", { class: "badge", hidden: true });
    this.tab = el(
      "button",
      { type: "button", role: "tab", id: `${panelId}-tab`, "aria-controls": panelId, class: "tab", onclick: select },
      icon(state.kind === "channel" ? "hash" : "chat"),
      state.name,
      this.badge,
    );
    this.empty = el("p", { class: "empty" }, emptyWords(state.kind, pane));
    this.panel = el(
      "div",
      { role: "tabpanel", id: panelId, class: "messages", "aria-labelledby": `${panelId}-tab`, tabindex: "0" },
      this.empty,
    );
    this.atEnd = true;
    this.panel.addEventListener("scroll", () => (this.atEnd = this.isAtEnd()));
    // Who reads the newest message goes on reading it when the room for it changes.
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.panel);
  }

  isAtEnd() {
    return this.panel.scrollHeight - this.panel.scrollTop - this.panel.clientHeight < 80;
  }

  // Answers how many messages from others are new. `quiet` is for the first time, when everything is new.
  update(state, quiet) {
    let arrived = 0;
    const atEnd = this.isAtEnd();
    for (const message of state.messages) {
      const json = JSON.stringify(message);
      const known = this.drawn.get(message.id);
      if (known?.json === json) continue;
      const element = drawMessage(message, this.pane.first, (button, inputs) => this.press(message, button, inputs));
      if (known) {
        replaceMessage(known.element, element);
      } else {
        this.panel.append(element);
        if (!quiet) arrive(element);
        if (message.from !== this.pane.name && !quiet) {
          arrived += 1;
          this.tell(message);
        }
      }
      this.drawn.set(message.id, { json, element });
    }
    this.forget(state.messages);
    this.empty.hidden = this.drawn.size > 0;
    if (atEnd) this.toEnd();
    return arrived;
  }

  forget(messages) {
    const there = new Set(messages.map((message) => message.id));
    for (const [id, { element }] of this.drawn) {
      if (there.has(id)) continue;
      element.remove();
      this.drawn.delete(id);
    }
  }

  tell(message) {
    const where = message.private ? `only visible to ${this.pane.first}` : this.name;
    announce(`${this.pane.first}, ${where}: ${message.by_bot ? unescaped(message.text) : message.text}`);
  }

  toEnd() {
    this.panel.scrollTop = this.panel.scrollHeight;
  }

  select(chosen) {
    this.tab.setAttribute("aria-selected", String(chosen));
    this.tab.tabIndex = chosen ? 0 : -1;
    this.panel.hidden = !chosen;
    if (chosen) {
      this.unread(0);
      this.toEnd();
    }
  }

  unread(count) {
    this.waiting = count;
    this.badge.hidden = count === 0;
    this.badge.textContent = String(count);
    this.tab.setAttribute("aria-label", count ? `${this.name}, ${count} new` : this.name);
  }

  show(id) {
    const found = this.drawn.get(id)?.element;
    if (!found) return false;
    found.scrollIntoView({ block: "nearest" });
    found.classList.add("shown");
    setTimeout(() => found.classList.remove("shown"), 2500);
    found.focus({ preventScroll: true });
    return true;
  }
}

function emptyWords(kind, pane) {
  if (kind === "direct") return `Baton writes to ${pane.first} here.`;
  return pane.role === "junior" ? "Nothing here yet. Escalate something below." : "No cards yet. They arrive when Jane escalates.";
}

function arrive(element) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  element.animate([{ opacity: 0, transform: "translateY(6px)" }, {}], { duration: 250, easing: "ease-out" });
}
