// The strip at the bottom: what went between Baton and the platforms, both ways.

import { el } from "./dom.js";

export function drawTraffic(entries, list, last) {
  last.textContent = entries.length ? brief(entries.at(-1)) : "";
  list.replaceChildren(...entries.toReversed().map(row));
}

function brief({ sender, receiver, what, status }) {
  return `${sender} → ${receiver}: ${what} ${status && `(${status})`}`;
}

function row({ at, sender, receiver, what, status, ok, ms }) {
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" }).format(new Date(at));
  return el(
    "li",
    { class: sender === "Baton" ? "outgoing" : "incoming" },
    el("time", {}, time),
    el("span", { class: "way" }, `${sender} → ${receiver}`),
    el("span", { class: "what" }, what),
    el("span", { class: ok ? "status" : "status bad" }, status || "…"),
    el("span", { class: "ms" }, duration(ms)),
  );
}

function duration(ms) {
  if (ms === null) return "";
  return ms < 1 ? "< 1 ms" : `${ms} ms`;
}
