// A Slack modal, drawn as a dialog over its own pane: focus stays inside, Esc closes, words survive every redraw.

import { drawBlocks } from "./block_kit.js";
import { el, freshId } from "./dom.js";
import { drawField, readFields } from "./fields.js";
import { icon } from "./icons.js";
import { textOf } from "./mrkdwn.js";

const NOT_SENT = "This could not be sent. Your words are kept: try again.";
const FOCUSABLE = "button:not([disabled]), input, select, textarea, [tabindex='0']";

export class Modal {
  // `behind` is what the dialog covers; `submit(id, values)` and `close(id)` answer promises.
  constructor(pane, behind, submit, close) {
    this.pane = pane;
    this.behind = behind;
    this.onSubmit = submit;
    this.onClose = close;
    this.view = null;
  }

  update(view, people) {
    if (!view) {
      if (this.view) this.remove();
      return;
    }
    const json = JSON.stringify(view);
    if (json === this.json) return;
    const again = this.view?.id === view.id;
    if (!again) {
      this.back = this.pane.contains(document.activeElement) ? document.activeElement : null;
      this.held = {};
      this.said = "{}";
    }
    this.json = json;
    this.view = view;
    this.people = people;
    this.draw(again ? this.typed() : {});
  }

  typed() {
    return readFields(this.dialog);
  }

  draw(typed) {
    const errors = { ...this.held.errors, ...this.view.errors };
    const old = this.layer;
    const focused = old?.contains(document.activeElement) ? document.activeElement : null;
    const kept = focused && { selector: selectorOf(focused), start: focused.selectionStart, end: focused.selectionEnd };
    const mayFocus = focused || [document.body, this.back].includes(document.activeElement);
    this.layer = this.build(typed, errors);
    if (old) old.replaceWith(this.layer);
    else this.pane.append(this.layer);
    this.behind.forEach((part) => (part.inert = true));
    const news = JSON.stringify(errors) !== this.said;
    this.said = JSON.stringify(errors);
    if (mayFocus) this.focus(kept, news);
  }

  // What is newly wrong takes the focus; else it stays where it was.
  focus(kept, news) {
    const wrong = news && this.dialog.querySelector("[aria-invalid=true]");
    const same = kept && this.dialog.querySelector(kept.selector);
    const first = this.dialog.querySelector("[data-field]") ?? this.dialog.querySelector(".dialog-foot button");
    const target = wrong || same || first;
    target.focus();
    if (target === same && typeof kept.start === "number") target.setSelectionRange(kept.start, kept.end);
  }

  build(typed, errors) {
    const { title, close, submit, blocks } = this.view.content;
    const titleId = freshId("dialog");
    const leave = () => this.close();
    const { trouble } = this.held;
    const form = el(
      "form",
      { novalidate: true },
      el(
        "div",
        { class: "dialog-head" },
        el("h3", { id: titleId }, textOf(title)),
        el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: leave }, icon("close")),
      ),
      el(
        "div",
        { class: "dialog-body" },
        trouble ? el("p", { class: "error", role: "alert" }, trouble) : null,
        blocks.map((block) => this.part(block, typed, errors)),
      ),
      el(
        "div",
        { class: "dialog-foot" },
        el("button", { type: "button", class: "button", onclick: leave }, close ? textOf(close) : "Close"),
        submit ? el("button", { type: "submit", class: "button primary" }, textOf(submit)) : null,
      ),
    );
    form.addEventListener("submit", (event) => this.submit(event));
    this.dialog = el("div", { class: "dialog", role: "dialog", "aria-modal": "true", "aria-labelledby": titleId }, form);
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    return el("div", { class: "dialog-layer" }, this.dialog);
  }

  part(block, typed, errors) {
    if (block.type !== "input") return drawBlocks([block], () => {})[0];
    const entry = { ...this.view.values[block.block_id]?.[block.element.action_id] };
    if (block.block_id in typed) {
      const words = typed[block.block_id];
      Object.assign(entry, { value: words, selected_user: words, selected_option: { value: words } });
    }
    return drawField(block, entry, errors[block.block_id], this.people);
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.held = {};
    this.said = "";
    this.dialog.classList.add("busy");
    const { id } = this.view;
    const { error, errors } = await this.onSubmit(id, this.typed());
    this.busy = false;
    if (this.view?.id !== id) return;
    // The platform's own client may find something wrong that no later state tells of.
    this.held = { errors: errors ?? {}, trouble: !error || error === "client" ? "" : `${NOT_SENT} (${error})` };
    this.draw(this.typed());
  }

  close() {
    this.onClose(this.view.id);
  }

  key(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
    if (event.key !== "Tab") return;
    const all = [...this.dialog.querySelectorAll(FOCUSABLE)];
    const end = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement !== end) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0]).focus();
  }

  remove() {
    const inside = this.layer.contains(document.activeElement) || document.activeElement === document.body;
    this.layer.remove();
    this.layer = this.view = this.json = null;
    this.behind.forEach((part) => (part.inert = false));
    if (inside) (this.back?.isConnected ? this.back : this.pane).focus();
  }
}

function selectorOf(element) {
  const { field } = element.dataset;
  if (field) return `[data-field="${CSS.escape(field)}"]`;
  return element.type === "submit" ? "[type=submit]" : ".dialog-foot .button:not(.primary)";
}
