// The page's own drawings, so that emoji and signs look the same on every machine.

const SVG = "http://www.w3.org/2000/svg";

// Each is a list of [element, attributes] on a 20 × 20 canvas; "stroke" lines take the color of the text.
const DRAWINGS = {
  hourglass_flowing_sand: [
    ["path", { d: "M5 2.5h10M5 17.5h10M6.5 2.5c0 4 3.5 5 3.5 7.5s-3.5 3.5-3.5 7.5M13.5 2.5c0 4-3.5 5-3.5 7.5s3.5 3.5 3.5 7.5" }],
    ["path", { d: "M8 16h4l-2-2.5z", class: "filled" }],
  ],
  eyes: [
    ["path", { d: "M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10z" }],
    ["circle", { cx: "10", cy: "10", r: "2.6", class: "filled" }],
  ],
  white_check_mark: [
    ["rect", { x: "2.5", y: "2.5", width: "15", height: "15", rx: "4" }],
    ["path", { d: "M6 10.2l2.8 2.8L14 7.5" }],
  ],
  rotating_light: [
    ["path", { d: "M5 15v-4.5a5 5 0 0 1 10 0V15M3 17.5h14M10 2v1M3.2 5l.8.7M16.8 5l-.8.7" }],
    ["circle", { cx: "10", cy: "11", r: "1.6", class: "filled" }],
  ],
  hash: [["path", { d: "M8 3L6.5 17M13.5 3L12 17M3.5 7.5h13.5M3 12.5h13.5" }]],
  chat: [["path", { d: "M3 4.5h14v9H9l-4 3.5v-3.5H3z" }]],
  lock: [
    ["rect", { x: "4", y: "9", width: "12", height: "8", rx: "2" }],
    ["path", { d: "M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9" }],
  ],
  close: [["path", { d: "M5 5l10 10M15 5L5 15" }]],
  send: [["path", { d: "M3 10l14-6.5L12.5 17 9.5 11.5z", class: "filled" }]],
};

export function knows(name) {
  return Object.hasOwn(DRAWINGS, name);
}

export function icon(name, label = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  for (const [tag, attributes] of DRAWINGS[name]) {
    const part = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    svg.append(part);
  }
  return svg;
}
