// The live page: takes server-sent events and puts rows on top of three lists.
// It writes text only, never markup, so nothing that a client sent can become part of the page.
// Rows wait for the next drawing, a few times a second; what a drawing would push out again is never drawn.

const root = document.getElementById("live");
const words = JSON.parse(document.getElementById("live-words").textContent);
const language = document.documentElement.lang;
const zone = root.dataset.zone;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: zone });
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: zone });
const state = document.getElementById("state");
const pause = document.getElementById("pause");
const MOST_ROWS = 50;
const MOST_PEOPLE = 500;
const DRAW_EVERY = 300;
const RATE_OVER = 10_000;

const counts = { events: 0, decisions: 0 };
const people = new Map();
const seen = new Set();
let pending = [];
let latest = -1;
let held = 0;
let passed = 0;
let paused = false;
let begun = false;
let stale = 0;
let drawing = 0;
let pulses = [];

function number(n) {
  return n.toLocaleString(language);
}

function fill(name, n) {
  return words[n === 1 && words[`${name}_one`] ? `${name}_one` : name].replace("{n}", number(n));
}

function write(id, text) {
  const place = document.getElementById(id);
  if (place.textContent !== text) place.textContent = text;
}

function say(name) {
  state.dataset.state = name;
  write("state-text", words[name]);
}

function name_of(slug) {
  return Object.hasOwn(words.channels, slug) ? words.channels[slug] : slug.replaceAll("_", " ");
}

function event_of(name) {
  return Object.hasOwn(words.events, name) ? words.events[name] : name;
}

function when(at) {
  const moment = new Date(at);
  return Date.now() - at < 20 * 3_600_000 ? clock.format(moment) : day.format(moment);
}

function row(strand, texts, ways, at) {
  const made = document.getElementById(`row-${strand}`).content.firstElementChild.cloneNode(true);
  for (const place of made.querySelectorAll("[data-is]")) place.textContent = texts[place.dataset.is] ?? "";
  for (const place of made.querySelectorAll("[data-to]")) {
    if (ways[place.dataset.to]) place.href = ways[place.dataset.to];
    else place.replaceWith(...place.childNodes);
  }
  const time = made.querySelector("time");
  time.textContent = when(at);
  time.dateTime = new Date(at).toISOString();
  return made;
}

function event_row(event) {
  const texts = { name: event_of(event.name), channel: name_of(event.channel), who: event.who || words.unknown };
  const made = row("events", texts, { open: `/live/events/${event.seq}`, person: way_to(event.person) }, event.at);
  made.querySelector("[data-is=name]").title = event.name;
  made.querySelector("[data-flag]").hidden = !event.flagged;
  return made;
}

function decision_row(decision) {
  const outcome = `${words[decision.outcome] ?? decision.outcome}${decision.channel ? ` · ${name_of(decision.channel)}` : ""}`;
  const texts = { journey: decision.title, outcome, why: decision.why };
  const made = row("decisions", texts, { open: `/decisions/${encodeURIComponent(decision.id)}` }, decision.at);
  made.querySelector("[data-is=outcome]").dataset.outcome = decision.outcome;
  return made;
}

function person_row(person) {
  const texts = { who: person.who, times: fill("times", person.times), last: event_of(person.last) };
  return row("people", texts, { person: way_to(person.id), only: person.only }, person.at);
}

function way_to(person) {
  return person ? `/people/${encodeURIComponent(person)}` : "";
}

function put(strand, made, fresh) {
  if (!made.length) return;
  const rows = document.getElementById(`${strand}-rows`);
  if (fresh) for (const each of made) each.classList.add("new");
  rows.prepend(...made.reverse());
  while (rows.childElementCount > MOST_ROWS) rows.lastElementChild.remove();
}

function meet(event) {
  if (!event.person) return;
  const known = people.get(event.person);
  const address = new URL(location.href);
  address.searchParams.set("person", event.person);
  people.delete(event.person);
  people.set(event.person, {
    id: event.person,
    who: event.who || known?.who || words.unknown,
    times: (known?.times ?? 0) + 1,
    last: event.name,
    at: event.at,
    only: address.pathname + address.search,
    row: known?.row,
  });
  if (people.size > MOST_PEOPLE) people.delete(people.keys().next().value);
}

function draw_people(met, fresh) {
  const made = [];
  for (const id of met) {
    const person = people.get(id);
    if (!person) continue;
    person.row?.remove();
    person.row = person_row(person);
    made.push(person.row);
  }
  put("people", made.slice(-MOST_ROWS), fresh);
  write("people-count", people.size >= MOST_PEOPLE ? `${number(MOST_PEOPLE)}+` : number(people.size));
}

function draw() {
  drawing = 0;
  if (!paused) show_pending();
  show_busy();
}

function show_pending() {
  const came = pending;
  pending = [];
  const events = came.filter(([kind]) => kind === "event").map(([, event]) => event);
  const decisions = came.filter(([kind]) => kind === "decision").map(([, decision]) => decision);
  const fresh = came.length <= 20;
  for (const event of events) meet(event);
  put("events", events.slice(-MOST_ROWS).map(event_row), fresh);
  put("decisions", decisions.slice(-MOST_ROWS).map(decision_row), fresh);
  if (events.length) {
    document.getElementById("empty").hidden = true;
    draw_people(new Set(events.map((event) => event.person).filter(Boolean)), fresh);
  }
  write("events-count", number(counts.events));
  write("decisions-count", number(counts.decisions));
}

function show_busy() {
  const now = Date.now();
  pulses = pulses.filter(([at]) => now - at < RATE_OVER);
  const rate = pulses.reduce((sum, [, came]) => sum + came, 0) / (RATE_OVER / 1000);
  write("rate", rate >= 1 ? fill("rate", Math.round(rate)) : "");
  write("passed", passed ? fill("passed", passed) : "");
  write("held", paused && held ? fill("held_back", held) : "");
  if (pulses.length) soon(1000);
}

function soon(wait = DRAW_EVERY) {
  drawing ||= setTimeout(() => requestAnimationFrame(draw), document.hidden ? 2000 : wait);
}

function take(kind, message) {
  const item = JSON.parse(message.data);
  if (kind === "event") {
    if (item.seq <= latest) return; // a stream that began anew
    latest = item.seq;
    counts.events += 1;
  } else {
    if (seen.has(item.id)) return;
    seen.add(item.id);
    if (seen.size > MOST_PEOPLE) seen.delete(seen.values().next().value);
    counts.decisions += 1;
  }
  if (paused && begun) held += 1;
  pending.push([kind, item]);
  if (pending.length > 4 * MOST_ROWS) pending.splice(0, pending.length - 2 * MOST_ROWS);
  soon();
}

// what a stream begins with is no news: it is shown even to whoever has paused by then
function begin() {
  if (!begun) show_pending();
  begun = true;
  show_busy();
}

function beat(message) {
  const { came, shown } = JSON.parse(message.data);
  pulses.push([Date.now(), came]);
  counts.events += came - shown;
  if (paused) held += came - shown;
  else passed += came - shown;
  soon();
}

function lose() {
  say("lost");
  document.getElementById("failure").hidden = false;
}

function listen() {
  const source = new EventSource(root.dataset.source);
  source.addEventListener("open", () => {
    clearTimeout(stale);
    stale = 0;
    document.getElementById("failure").hidden = true;
    pause.disabled = false;
    say(paused ? "paused" : "live");
  });
  source.addEventListener("error", () => {
    stale ||= setTimeout(lose, 3000); // a stream that merely ended is back by then
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
  source.addEventListener("event", (message) => take("event", message));
  source.addEventListener("decision", (message) => take("decision", message));
  source.addEventListener("begun", begin);
  source.addEventListener("pulse", beat);
}

pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  pause.querySelector("span").textContent = paused ? words.resume : words.pause;
  if (!paused) {
    const shown = pending.length;
    passed += Math.max(0, held - shown);
    held = 0;
  }
  if (!document.getElementById("failure").hidden) return;
  say(paused ? "paused" : "live");
  soon(0);
});

// an event opens beside the lists where there is room; elsewhere, and with a modifier, the link is a link
const opened = document.getElementById("opened");
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-opens-here]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || !matchMedia("(min-width: 62rem)").matches) return;
  event.preventDefault();
  await window.htmx.ajax("GET", link.getAttribute("href"), { target: "#opened-body", swap: "innerHTML" });
  if (!opened.open) opened.showModal();
  opened.scrollTop = 0;
  opened.querySelector("h2")?.focus();
});
opened.addEventListener("click", (event) => { if (event.target === opened) opened.close(); });

listen();
