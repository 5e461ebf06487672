// The line in which a person types: Enter sends, and examples can be taken by a press.

import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";

const EXAMPLES = {
  jane: [
    "/escalate",
    "/escalate Outlook not syncing #12345 !high",
    "/escalate now VPN is down @sam !critical",
    "/baton whoami",
  ],
  dana: ["whoami", "rooms", "people"],
  sam: ["/baton people", "/baton role @dana viewer", "/baton link"],
};
// `send(text)` answers a promise of whether it went out; what did not stays in the line.
export function composer(pane, send) {
  const id = freshId("composer");
  const field = el("textarea", { id, rows: 1, "aria-describedby": `${id}-hint`, autocomplete: "off" });
  const button = el("button", { type: "submit", class: "icon-button send", "aria-label": "Send" }, icon("send"));
  const form = el(
    "form",
    { class: "composer" },
    examples(pane, field),
    el("div", { class: "composer-line" }, el("label", { for: id, class: "sr-only" }, `Message from ${pane.first}`), field, button),
    el("p", { id: `${id}-hint`, class: "hint" }, hint(pane)),
  );
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy || !field.value.trim()) return;
    busy = true;
    const text = field.value;
    const sent = await send(text);
    busy = false;
    if (sent && field.value === text) field.value = "";
    grow(field);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  field.addEventListener("input", () => grow(field));
  return { form, in: (conversation) => (field.placeholder = placeholder(pane, conversation)) };
}

function placeholder({ platform }, { kind, name }) {
  if (platform === "teams") return kind === "channel" ? "Write to @Baton here" : "Write to Baton";
  return `Message ${kind === "channel" ? `#${name}` : name}, or type /escalate`;
}

function hint({ platform }) {
  return platform === "slack" ? "Enter sends · Shift + Enter: new line · /baton help says what else" : "Enter sends · help says what can be said";
}

function examples(pane, field) {
  const chips = EXAMPLES[pane.id].map((text) => {
    const take = () => {
      field.value = text;
      grow(field);
      field.focus();
    };
    return el("button", { type: "button", class: "chip", onclick: take }, text);
  });
  return el("div", { class: "chips", role: "group", "aria-label": "Examples to type" }, chips);
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 140)}px`;
}
