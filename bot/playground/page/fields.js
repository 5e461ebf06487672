// The fields of a Slack form: drawn, read, and marked where something is wrong.

import { cantDraw, el, freshId } from "./dom.js";
import { textOf } from "./mrkdwn.js";

// `value` is the entry of the form's state for this field, `error` what is wrong with it, if anything is.
export function drawField(block, value, error, people) {
  const draw = ELEMENTS[block.element.type];
  if (!draw) return cantDraw(block.element.type);
  const id = freshId("field");
  const hint = block.hint ? el("p", { id: `${id}-hint`, class: "hint" }, textOf(block.hint)) : null;
  const wrong = error ? el("p", { id: `${id}-error`, class: "error", role: "alert" }, error) : null;
  const described = [wrong && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const control = draw(block.element, value ?? {}, people);
  control.id = id;
  control.dataset.field = block.block_id;
  if (described) control.setAttribute("aria-describedby", described);
  if (wrong) control.setAttribute("aria-invalid", "true");
  if (!block.optional) control.setAttribute("aria-required", "true");
  const optional = block.optional ? el("span", { class: "optional" }, " (optional)") : null;
  return el("div", { class: "field" }, el("label", { for: id }, ...textOf(block.label), optional), control, wrong, hint);
}

// Block id → what stands in the field; null for nothing, as the platform has it.
export function readFields(form) {
  const fields = [...form.querySelectorAll("[data-field]")];
  return Object.fromEntries(fields.map((field) => [field.dataset.field, field.value === "" ? null : field.value]));
}

const ELEMENTS = {
  plain_text_input: (element, value) => {
    const made = element.multiline ? el("textarea", { rows: 4 }) : el("input", { type: "text", autocomplete: "off" });
    if (element.placeholder) made.placeholder = element.placeholder.text;
    made.value = value.value ?? "";
    return made;
  },
  static_select: (element, value) => {
    const chosen = value.selected_option?.value ?? "";
    const options = element.options.map((option) => [option.value, option.text.text]);
    return choice(options, chosen, element.placeholder?.text);
  },
  users_select: (element, value, people) => {
    const options = people.map((person) => [person.id, person.name]);
    return choice(options, value.selected_user ?? "", element.placeholder?.text ?? "Nobody");
  },
};

function choice(options, chosen, none) {
  const all = none === undefined ? options : [["", none], ...options];
  const made = el("select", {}, all.map(([value, label]) => el("option", { value }, label)));
  made.value = chosen;
  return made;
}
