// One message: who, when, what the platform draws of it, and the JSON that was really sent.

import { drawCard } from "./adaptive_card.js";
import { drawBlocks } from "./block_kit.js";
import { clock } from "./dates.js";
import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { unescaped } from "./mrkdwn.js";

// `press(element, inputs)` is called when one of the message's buttons is pressed.
export function drawMessage(message, first, press) {
  const about = [
    el("span", { class: "from" }, message.from),
    message.by_bot ? el("span", { class: "app" }, "App") : null,
    el("time", { datetime: new Date(message.at * 1000).toISOString() }, clock(message.at)),
    message.edited ? el("span", { class: "edited" }, "edited") : null,
  ];
  return el(
    "article",
    { class: message.private && !message.card ? "message private" : "message", tabindex: "-1", "data-id": message.id },
    message.private && !message.card ? onlyVisible(first, message.asked) : typed(message.asked),
    el("span", { class: message.by_bot ? "avatar bot" : "avatar", "aria-hidden": "true" }, message.from[0]),
    el("div", { class: "message-body" }, el("header", { class: "about" }, about), ...content(message, press)),
    message.answer ? privateAnswer(message.answer, first) : null,
    sentJson(message.sent, "JSON", "What Baton sent for this message"),
  );
}

function content(message, press) {
  if (message.card) return [drawCard(message.card, press)];
  if (message.blocks?.length) return drawBlocks(message.blocks, press);
  return [el("p", { class: "plain" }, message.by_bot ? unescaped(message.text) : message.text)];
}

function onlyVisible(first, asked) {
  const words = asked ? [`Only visible to ${first}, who typed `, el("code", {}, asked[1])] : [`Only visible to ${first}`];
  return el("p", { class: "only-you" }, icon("lock"), el("span", {}, words));
}

// Slack shows the answer to a command, and who gave it.
function typed(asked) {
  return asked ? el("p", { class: "typed" }, `${asked[0]} typed `, el("code", {}, asked[1])) : null;
}

// Teams shows the answer to a press in the card's place, until the card is next corrected: often only for milliseconds.
function privateAnswer(answer, first) {
  const words = el("p", { class: "answer-words" }, `“${answer.text}”`);
  const label = el("p", { class: "only-you" }, icon("lock"), `Answer to ${first}'s press, only visible to ${first}`);
  return el("div", { class: "answer" }, label, words, sentJson(answer.sent, "JSON of the answer", "What Baton answered"));
}

function sentJson(sent, label, title) {
  const id = freshId("json");
  const pre = el("pre", { id, hidden: true, tabindex: "0", "aria-label": title });
  const toggle = el(
    "button",
    { type: "button", class: "json-toggle", "aria-expanded": "false", "aria-controls": id, "data-json": label },
    label,
  );
  toggle.addEventListener("click", () => {
    pre.hidden = !pre.hidden;
    pre.textContent = pre.hidden ? "" : JSON.stringify(sent, null, 2);
    toggle.setAttribute("aria-expanded", String(!pre.hidden));
  });
  return el("div", { class: "json" }, toggle, pre);
}

// Put a newer drawing in an older one's place: what was opened stays open, what was typed stays typed.
export function replaceMessage(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset : null;
  for (const open of old.querySelectorAll("[aria-expanded=true]")) counterpart(fresh, open)?.click();
  for (const typed of old.querySelectorAll("[data-input]")) {
    const field = fresh.querySelector(`[data-input="${CSS.escape(typed.dataset.input)}"]`);
    if (field) field.value = typed.value;
  }
  const lost = focused && { selector: selectorOf(focused) };
  old.replaceWith(fresh);
  if (lost) ((lost.selector && fresh.querySelector(lost.selector)) || fresh).focus();
}

function counterpart(fresh, element) {
  const selector = selectorOf(element.dataset);
  return selector && fresh.querySelector(selector);
}

function selectorOf(data) {
  const name = ["press", "json", "input"].find((key) => data[key] !== undefined);
  return name && `[data-${name}="${CSS.escape(data[name])}"]`;
}
