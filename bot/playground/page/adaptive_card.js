// Adaptive Cards, drawn: every element that Baton sends, and a visible box for any other.

import { withTeamsDates } from "./dates.js";
import { cantDraw, el, freshId } from "./dom.js";

// `press` is called with the action and the values of the inputs that go with it.
export function drawCard(card, press) {
  return el("div", { class: "ac-card" }, drawPart(card, press, []));
}

function drawPart(card, press, around) {
  const body = el("div", { class: "ac-body" }, (card.body ?? []).map(element));
  const inputs = [...around, body];
  const actions = (card.actions ?? []).map((action) => drawAction(action, press, inputs));
  const row = el("div", { class: "ac-actions" }, actions.map(([button]) => button));
  return [body, actions.length ? row : null, ...actions.map(([, below]) => below)];
}

function element(one) {
  const draw = ELEMENTS[one.type];
  const drawn = draw ? draw(one) : cantDraw(one.type);
  drawn.classList.add(`ac-gap-${(one.spacing ?? "Default").toLowerCase()}`);
  return drawn;
}

const ELEMENTS = {
  Container: (one) => el("div", { class: `ac-container ac-style-${one.style ?? "default"}` }, one.items.map(element)),
  RichTextBlock: (one) => el("p", { class: "ac-text" }, one.inlines.map(run)),
  TextBlock: (one) => el("p", { class: `ac-text ${look(one)}` }, withTeamsDates(one.text)),
  "Input.Text": input,
};

function run(one) {
  return one.type === "TextRun" ? el("span", { class: look(one) }, withTeamsDates(one.text)) : cantDraw(one.type);
}

function look(one) {
  const classes = [one.weight === "Bolder" && "ac-bolder", one.size === "Medium" && "ac-medium", one.isSubtle && "ac-subtle"];
  return classes.filter(Boolean).join(" ");
}

function input(one) {
  const id = freshId("input");
  const tag = one.isMultiline ? "textarea" : "input";
  const field = el(tag, { id, "data-input": one.id, maxlength: one.maxLength, placeholder: one.placeholder, rows: one.isMultiline ? 3 : null });
  field.value = one.value ?? "";
  return el("div", { class: "ac-input" }, el("label", { for: id }, one.label ?? one.id), field);
}

function drawAction(action, press, inputs) {
  const positive = action.style === "positive" ? "button primary" : "button";
  if (action.type === "Action.Execute") {
    const details = { type: "button", class: positive, "data-press": action.verb, "data-handoff": action.data?.handoff };
    const button = el("button", { ...details, onclick: () => press(action, valuesIn(inputs)) }, action.title);
    return [button, null];
  }
  if (action.type === "Action.OpenUrl") {
    return [el("button", { type: "button", class: positive, "data-press": action.url, onclick: () => press(action, {}) }, action.title), null];
  }
  if (action.type === "Action.ShowCard") return showCard(action, press, inputs);
  return [cantDraw(action.type), null];
}

function showCard(action, press, inputs) {
  const id = freshId("shown");
  const below = el("div", { id, class: "ac-shown", hidden: true }, drawPart(action.card, press, inputs));
  const button = el(
    "button",
    { type: "button", class: "button", "aria-expanded": "false", "aria-controls": id, "data-press": `show ${action.title}` },
    action.title,
  );
  button.addEventListener("click", () => {
    below.hidden = !below.hidden;
    button.setAttribute("aria-expanded", String(!below.hidden));
    if (!below.hidden) below.querySelector("[data-input]")?.focus();
  });
  return [button, below];
}

function valuesIn(inputs) {
  const fields = inputs.flatMap((part) => [...part.querySelectorAll("[data-input]")]);
  return Object.fromEntries(fields.map((field) => [field.dataset.input, field.value]));
}
