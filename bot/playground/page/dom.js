// Making elements: people's words become text nodes, never markup.

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export function cantDraw(what) {
  return el("p", { class: "cant-draw" }, `This page can't draw “${what}”. It is in the JSON.`);
}

export function announce(sentence) {
  const said = el("p", {}, sentence);
  document.getElementById("announcer").append(said);
  // Read aloud once; left standing, it would be met again by whoever walks through the page.
  setTimeout(() => said.remove(), 4000);
}

let count = 0;

export function freshId(prefix) {
  count += 1;
  return `${prefix}-${count}`;
}
