// The block editor: one text, shown as blocks or as YAML. Every change is an operation that the instance does on the
// text; what comes back is drawn. Undo is a stack of texts. Operations go one after another, each on the latest text.
import { say } from "/static/design/design.js";

const form = document.getElementById("editor");
const yaml = document.getElementById("yaml");
const gutter = form.querySelector(".gutter");
const bench = () => document.getElementById("editor-bench");
const state = () => bench().querySelector("[name=state]");
const texts = [state().value];
let at = 0, waiting = Promise.resolve(), typing = 0, following = 0, leaving = false;
const first = texts[0], clashed = document.querySelector(".clash") !== null;

// asking the instance
async function ask(path, fields) {
  const csrf = form.elements.csrf.value;
  const answer = await fetch(path, {
    method: "POST",
    headers: { "X-CSRF-Token": csrf, "HX-Request": "true" },
    body: new URLSearchParams({ kind: form.elements.kind.value, new: form.elements.new.value, ...fields }),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function change(fields, after) {
  waiting = waiting.then(async () => {
    try {
      const answer = await ask(form.dataset.apply, { state: state().value, ...fields });
      const made = answer.getElementById("editor-bench");
      if (made) { put(document.adoptNode(made), after); return; }
    } catch (error) { if (error instanceof TypeError) document.dispatchEvent(new CustomEvent("htmx:sendError")); }
    say(form.dataset.lost);
  });
  return waiting;
}

// putting what came back in the place of what was there; whoever is typing goes on typing
function put(made, after) {
  const active = document.activeElement, kept = bench().contains(active) && active.id ? {
    id: active.id, value: active.value, was: active.tagName === "SELECT" ? null : active.defaultValue, from: textual(active) ? active.selectionStart : null, to: textual(active) ? active.selectionEnd : null,
  } : null;
  const opened = after ? [] : [...bench().querySelectorAll("details.menu[open][id]")].map((menu) => menu.id);
  const summary = active.closest?.("details.menu[id] > summary")?.parentElement.id;
  const pressed = bench().contains(active) && active.matches("button[data-op]") ? active.dataset : null;
  const folds = [...bench().querySelectorAll("details[data-fold][open]")].map((each) => each.dataset.fold);
  bench().replaceWith(made);
  for (const fold of bench().querySelectorAll("details[data-fold]")) if (folds.includes(fold.dataset.fold)) fold.open = true;
  for (const id of opened) { const menu = document.getElementById(id); if (menu) menu.open = true; }
  if (summary) document.getElementById(summary)?.querySelector("summary").focus();
  if (pressed) [...bench().querySelectorAll("button[data-op]")].find((each) => each.dataset.op === pressed.op && each.dataset.act === pressed.act)?.focus({ preventScroll: true });
  const text = state().value;
  if (text !== texts[at]) { texts.splice(at + 1, texts.length, text); at = texts.length - 1; }
  if (document.activeElement !== yaml || form.dataset.tab !== "yaml") yaml.value = JSON.parse(text);
  show();
  if (after && goTo(after)) return;
  const again = kept && document.getElementById(kept.id);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (kept.was !== null && kept.was !== undefined && kept.value !== kept.was) again.value = kept.value;
  if (kept.from !== null) again.setSelectionRange(kept.from, kept.to);
}
const textual = (element) => element.tagName === "TEXTAREA" || (element.tagName === "INPUT" && element.type === "text");

function show() {
  const undo = form.querySelector("[data-undo]"), redo = form.querySelector("[data-redo]");
  if (undo) { undo.disabled = at === 0; redo.disabled = at === texts.length - 1; }
  drawNumbers();
  clearTimeout(following);
  following = setTimeout(follow, 400);
}

// operations
const idOf = (path) => "at-" + path.map(String).map((each) => encodeURIComponent(each).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase())).join("/");
function targets(operation) {
  const { op, path, index, key, to } = operation, list = (place) => idOf([...(to ?? path.slice(0, -1)), place]);
  if (op === "insert") return [idOf([...path, index]), idOf(path)];
  if (op === "add") return [idOf([...path, key]), idOf([...path, key]) + "-entry", idOf(path)];
  if (op === "move") return [list(index)];
  if (op === "duplicate") return [list(path.at(-1) + 1), idOf(path)];
  if (op === "remove") return [idOf(path), typeof path.at(-1) === "number" ? list(path.at(-1) - 1) : "", idOf(path.slice(0, -1)), idOf(path.slice(0, -2))];
  return [idOf(path)];
}
function goTo(operation) {
  for (const id of targets(operation)) {
    const found = id && document.getElementById(id);
    if (!found) continue;
    if (["insert", "add"].includes(operation.op)) for (const fold of [found.closest("details[data-fold]"), found.querySelector(":scope > details[data-fold]")]) if (fold) fold.open = true;
    const inside = found.matches("input, select, textarea") ? found
      : operation.op === "move" ? found.querySelector(`[data-act="${operation.act}"]`) ?? found.querySelector("button")
        : found.querySelector(".block-body :is(input, select, textarea)") ?? found.querySelector(".insert > summary") ?? found.querySelector("button");
    (inside ?? found).focus();
    return true;
  }
  const rest = bench().querySelector(".insert > summary");
  rest?.focus();
  return rest !== null;
}

function press(button) {
  const operation = JSON.parse(button.dataset.op);
  change({ op: button.dataset.op }, { ...operation, act: button.dataset.act });
}
function typed(element) {
  if (element.dataset.sent === element.value) return;
  element.dataset.sent = element.value;
  const holder = element.closest("[data-op]");
  if (!holder) return;
  const parts = [...(holder === element ? [element] : holder.querySelectorAll("[data-part]"))];
  const raw = Object.fromEntries(parts.map((part) => [part.dataset.part, part.value]));
  const alone = parts.length === 1 && "value" in raw ? raw.value : raw;
  const operation = { ...JSON.parse(holder.dataset.op), raw: alone };
  if (element.dataset.key) operation.key = element.dataset.key;
  change({ op: JSON.stringify(operation) });
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-op]");
  if (button) { event.preventDefault(); press(button); }
});
form.addEventListener("change", (event) => {
  const element = event.target;
  if (element.matches("[data-chooses]")) { const chosen = element.selectedOptions[0]; change({ op: chosen.dataset.op }); }
  else if (element.matches("[data-part]")) { clearTimeout(typing); typed(element); }
});
form.addEventListener("input", (event) => {
  const element = event.target;
  if (!element.matches("[data-part]") || element.tagName === "SELECT" || element.type === "datetime-local") return;
  clearTimeout(typing);
  typing = setTimeout(() => typed(element), 700);
});
form.addEventListener("focusout", (event) => {
  const element = event.target;
  if (!element.matches("input[data-part], textarea[data-part]") || element.value === element.defaultValue) return;
  clearTimeout(typing);
  typed(element);
});
form.addEventListener("keydown", (event) => {
  const element = event.target;
  if (event.key === "Enter" && element.matches("input[data-part]")) { event.preventDefault(); clearTimeout(typing); typed(element); }
  if (event.key === "Escape") { const menu = element.closest("details.menu[open]"); if (menu) { menu.open = false; menu.querySelector("summary").focus(); } }
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || element === yaml || textual(element)) return;
  event.preventDefault();
  step(event.shiftKey ? 1 : -1);
});
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("#editor details.menu[open]")) return;
  for (const other of form.querySelectorAll("details.menu[open]")) if (other !== event.target && !other.contains(event.target)) other.open = false;
}, true);

// undo and redo
function step(by) {
  if (!(at + by in texts)) return;
  at += by;
  state().value = texts[at];
  change({});
}
form.querySelector("[data-undo]")?.addEventListener("click", () => step(-1));
form.querySelector("[data-redo]")?.addEventListener("click", () => step(1));

// the two ways to see it
const tabs = [...form.querySelectorAll("[role=tab]")];
function choose(name, focus) {
  form.dataset.tab = name;
  for (const tab of tabs) {
    const is = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(is));
    tab.tabIndex = is ? 0 : -1;
    if (is && focus) tab.focus();
  }
  if (name === "yaml") { yaml.value = JSON.parse(state().value); drawNumbers(); }
}
for (const tab of tabs) {
  tab.addEventListener("click", async () => { await settle(); choose(tab.dataset.tab); });
  tab.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = tabs[(tabs.indexOf(tab) + 1) % tabs.length];
    settle().then(() => choose(other.dataset.tab, true));
  });
}
form.querySelector("[role=tablist]").hidden = false;

// YAML: numbers of lines, marks where something is to be mended
function drawNumbers() {
  const marks = new Map(JSON.parse(document.getElementById("editor-faults").textContent));
  const count = yaml.value.split("\n").length;
  const rows = [];
  for (let line = 1; line <= count; line++) {
    const row = document.createElement("span");
    row.textContent = String(line);
    if (marks.has(line)) { row.dataset.faulty = ""; row.title = marks.get(line); }
    rows.push(row);
  }
  gutter.replaceChildren(...rows);
}
yaml.addEventListener("input", () => {
  drawNumbers();
  clearTimeout(typing);
  typing = setTimeout(take, 500);
});
yaml.addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || event.shiftKey || !event.altKey) return;
  event.preventDefault();
  yaml.setRangeText("  ", yaml.selectionStart, yaml.selectionEnd, "end");
});
let dirty = false;
yaml.addEventListener("input", () => { dirty = true; });
function take() { dirty = false; return change({ yaml: yaml.value }); }
async function settle() { clearTimeout(typing); if (dirty) take(); await waiting; }
form.addEventListener("click", (event) => {
  const goes = event.target.closest("[data-goes]");
  if (!goes) return;
  choose("yaml");
  const [line, column] = goes.dataset.goes.split(":").map(Number);
  const before = yaml.value.split("\n").slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  yaml.focus();
  yaml.setSelectionRange(before + column - 1, before + column - 1);
});

// what stands beside follows the text
async function follow() {
  for (const place of document.querySelectorAll("[data-follows]")) {
    const asked = state().value;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await ask(place.dataset.follows, { state: asked });
      if (asked === state().value) place.replaceChildren(...document.adoptNode(answer.body).childNodes);
    } catch { /* the next change asks again; a lost connection is said by the page */ }
    place.setAttribute("aria-busy", "false");
  }
}

// leaving
form.addEventListener("submit", async (event) => {
  if (leaving) return;
  event.preventDefault();
  const active = document.activeElement;
  if (active?.matches?.("[data-part]")) { clearTimeout(typing); if (active.value !== active.defaultValue) typed(active); }
  await settle();
  yaml.value = JSON.parse(state().value);
  leaving = true;
  const button = event.submitter;
  setTimeout(() => form.requestSubmit(button)); // not while this submission is still being told
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && !yaml.readOnly && (state().value !== first || clashed)) event.preventDefault();
});

choose("blocks");
show();
