// Block Kit, drawn: every block that Baton sends, and a visible box for any other.

import { cantDraw, el } from "./dom.js";
import { icon, knows } from "./icons.js";
import { textOf } from "./mrkdwn.js";

// `press` is called with a button's element when it is pressed.
export function drawBlocks(blocks, press) {
  return blocks.map((block) => {
    const draw = BLOCKS[block.type];
    return draw ? draw(block, press) : cantDraw(block.type);
  });
}

const BLOCKS = {
  header: (block) => el("h3", { class: "bk-header" }, textOf(block.text)),
  section: (block) =>
    block.text && !block.fields && !block.accessory
      ? el("p", { class: "bk-section" }, textOf(block.text))
      : cantDraw("a section with fields or an accessory"),
  divider: () => el("hr", { class: "bk-divider" }),
  context: (block) => el("p", { class: "bk-context" }, block.elements.map(smallPrint)),
  rich_text: (block) => el("div", { class: "bk-rich" }, block.elements.map(richPart)),
  actions: (block, press) => el("div", { class: "bk-actions" }, block.elements.map((one) => action(one, press))),
};

function smallPrint(element) {
  const known = element.type === "plain_text" || element.type === "mrkdwn";
  return known ? el("span", {}, textOf(element)) : cantDraw(element.type);
}

function richPart(part) {
  const tag = { rich_text_section: "p", rich_text_quote: "blockquote" }[part.type];
  return tag ? el(tag, {}, part.elements.map(richLeaf)) : cantDraw(part.type);
}

function richLeaf(leaf) {
  if (leaf.type === "text") return leaf.style?.bold ? el("strong", {}, leaf.text) : leaf.text;
  if (leaf.type === "emoji") return knows(leaf.name) ? icon(leaf.name, leaf.name.replaceAll("_", " ")) : `:${leaf.name}:`;
  return cantDraw(leaf.type);
}

function action(element, press) {
  if (element.type !== "button") return cantDraw(element.type);
  const look = element.style === "primary" ? "button primary" : "button";
  return el(
    "button",
    {
      type: "button",
      class: look,
      "data-press": element.action_id,
      "data-handoff": handoffIn(element.value),
      onclick: () => press(element),
    },
    textOf(element.text),
  );
}

// Which handoff a button is about, so that the race can find its two buttons.
function handoffIn(value) {
  try {
    return JSON.parse(value).handoff ?? "";
  } catch {
    return "";
  }
}
