// The live page: takes server-sent events and puts rows on top of three lists.
// It writes text only, never markup, so nothing that a client sent can become part of the page.

const root = document.getElementById("live");
const words = JSON.parse(root.dataset.words);
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const state = document.getElementById("state");
const pause = document.getElementById("pause");
const MOST_ROWS = 60;
const MOST_WAITING = 500;

const people = new Map();
const counts = { events: 0, people: 0, decisions: 0 };
let waiting = [];
let paused = false;
let stale = 0;

function say(name) {
  state.dataset.state = name;
  const text = paused && waiting.length ? `${words.paused} · ${fill("held_back", waiting.length)}` : words[name];
  document.getElementById("state-text").textContent = text;
}

function fill(name, n) {
  return words[name].replace("{n}", n.toLocaleString(language));
}

function name_of(slug) {
  return words[slug] ?? slug.replaceAll("_", " ");
}

function row(strand, texts, at) {
  const made = document.getElementById(`row-${strand}`).content.firstElementChild.cloneNode(true);
  for (const place of made.querySelectorAll("[data-is]")) place.textContent = texts[place.dataset.is] ?? "";
  const time = made.querySelector("time");
  const moment = new Date(at);
  time.textContent = clock.format(moment);
  time.dateTime = moment.toISOString();
  return made;
}

function put(strand, made, fresh) {
  const rows = document.getElementById(`${strand}-rows`);
  if (fresh) made.classList.add("new");
  rows.prepend(made);
  while (rows.childElementCount > MOST_ROWS) rows.lastElementChild.remove();
}

function count(strand, n) {
  counts[strand] = n;
  document.getElementById(`${strand}-count`).textContent = n.toLocaleString(language);
}

const show = {
  event(event, fresh) {
    document.getElementById("empty").hidden = true;
    const who = event.who || words.unknown;
    put("events", row("events", { name: event.name, channel: name_of(event.channel), who }, event.at), fresh);
    count("events", counts.events + 1);
    if (event.person) meet(event, who, fresh);
  },
  decision(decision, fresh) {
    const outcome = `${words[decision.outcome] ?? decision.outcome}${decision.channel ? ` · ${name_of(decision.channel)}` : ""}`;
    const made = row("decisions", { journey: decision.journey, outcome, why: decision.why }, decision.at);
    made.querySelector("[data-is=outcome]").dataset.outcome = decision.outcome;
    put("decisions", made, fresh);
    count("decisions", counts.decisions + 1);
  },
};

function meet(event, who, fresh) {
  const known = people.get(event.person);
  known?.row.remove();
  const times = (known?.times ?? 0) + 1;
  const best = event.who || known?.who || words.unknown;
  const texts = { who: best, times: times === 1 ? words.once : fill("times", times), last: event.name };
  const made = row("people", texts, event.at);
  people.delete(event.person);
  people.set(event.person, { row: made, times, who: best });
  if (people.size > MOST_WAITING) people.delete(people.keys().next().value);
  put("people", made, fresh);
  if (!known) count("people", counts.people + 1);
}

function take(kind, message) {
  const item = [kind, JSON.parse(message.data)];
  if (!paused) {
    show[kind](item[1], true);
    return;
  }
  waiting.push(item);
  if (waiting.length > MOST_WAITING) waiting.shift();
  say("paused");
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
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
  source.addEventListener("event", (message) => take("event", message));
  source.addEventListener("decision", (message) => take("decision", message));
}

pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  pause.textContent = paused ? words.resume : words.pause;
  if (!paused) {
    for (const [kind, item] of waiting) show[kind](item, true);
    waiting = [];
  }
  say(paused ? "paused" : "live");
});

for (const button of document.querySelectorAll(".copy")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 2000);
  });
}

listen();
