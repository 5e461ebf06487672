// Moments as each platform writes them into a message, shown in the browser's own zone and language.

const CLOCK = { timeStyle: "short" };

function format(moment, options) {
  return new Intl.DateTimeFormat(undefined, options).format(moment);
}

export function clock(seconds) {
  return format(new Date(seconds * 1000), CLOCK);
}

function pretty(moment, options) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / 86400000);
  return { 0: "today", 1: "yesterday", [-1]: "tomorrow" }[days] ?? format(moment, options);
}

// docs.slack.dev/messaging/formatting-message-text, "Date formatting".
const SLACK = {
  date_num: (moment) => format(moment, { dateStyle: "short" }),
  date_short: (moment) => format(moment, { dateStyle: "medium" }),
  date_long: (moment) => format(moment, { dateStyle: "full" }),
  date_short_pretty: (moment) => pretty(moment, { dateStyle: "medium" }),
  date_long_pretty: (moment) => pretty(moment, { dateStyle: "full" }),
  time: (moment) => format(moment, CLOCK),
  time_secs: (moment) => format(moment, { timeStyle: "medium" }),
};

export function slackDate(timestamp, pattern, fallback) {
  const moment = new Date(Number(timestamp) * 1000);
  if (Number.isNaN(moment.getTime())) return fallback;
  let known = true;
  const shown = pattern.replace(/\{(\w+)\}/g, (_, name) => {
    if (Object.hasOwn(SLACK, name)) return SLACK[name](moment);
    known = false;
    return "";
  });
  return known ? shown[0].toUpperCase() + shown.slice(1) : fallback;
}

// adaptivecards.microsoft.com, "Text features": {{DATE(2017-02-14T06:08:00Z, SHORT)}} and {{TIME(…)}}.
const TEAMS = { COMPACT: { dateStyle: "short" }, SHORT: { dateStyle: "medium" }, LONG: { dateStyle: "full" } };

export function withTeamsDates(text) {
  return text.replace(/\{\{(DATE|TIME)\(([^,)\s]+)(?:,\s*(COMPACT|SHORT|LONG))?\)\}\}/g, (whole, kind, iso, style) => {
    const moment = new Date(iso);
    if (Number.isNaN(moment.getTime())) return whole;
    return format(moment, kind === "TIME" ? CLOCK : TEAMS[style ?? "COMPACT"]);
  });
}
