// Slack's text objects: plain text as it is, mrkdwn with its dates, mentions and links made visible.

import { slackDate } from "./dates.js";
import { el } from "./dom.js";

export function textOf(object) {
  return object.type === "mrkdwn" ? mrkdwn(object.text) : [object.text];
}

export function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function mrkdwn(text) {
  return text.split(/(<[^<>]+>)/).map((part) => (/^<.+>$/.test(part) ? control(part.slice(1, -1)) : unescaped(part)));
}

function control(inside) {
  const [what, label] = inside.split("|");
  if (what.startsWith("!date^")) {
    const [, timestamp, pattern] = what.split("^");
    return el("time", {}, slackDate(timestamp, pattern, label ?? ""));
  }
  // Whatever else fires in Slack is drawn so that it can't be missed: Baton sends none.
  return el("mark", { class: "mention" }, label ?? what);
}
