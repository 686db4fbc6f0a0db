// The phone: remembers in this browser what was read, so that each app counts only what was not. Without it the count is of all.

const KEPT = "trenza.phones.read";
const MOST = 800;

function read() {
  try { return new Set(JSON.parse(localStorage.getItem(KEPT) ?? "[]")); } catch { return new Set(); }
}

function keep(ids) {
  const known = read();
  for (const id of ids) known.add(id);
  try { localStorage.setItem(KEPT, JSON.stringify([...known].slice(-MOST))); } catch { /* private windows may refuse */ }
}

function look() {
  const screen = document.getElementById("screen");
  if (!screen) return;
  const view = screen.dataset.view;
  if (screen.dataset.reading) keep([screen.dataset.reading]);
  const open = view === "email" ? null : document.querySelector(`#dock [data-app="${view}"]`);
  if (open) keep(open.dataset.arrivals.split(" ").filter(Boolean));
  const known = read();
  for (const app of document.querySelectorAll("#dock [data-arrivals]")) {
    const unread = app.dataset.arrivals.split(" ").filter((id) => id && !known.has(id)).length;
    const badge = app.querySelector(".badge");
    if (!badge) continue;
    badge.hidden = unread === 0;
    badge.querySelector(".badge-count").textContent = unread;
  }
  for (const item of document.querySelectorAll("[data-arrival]")) item.toggleAttribute("data-read", known.has(item.dataset.arrival));
}

look();
document.addEventListener("htmx:afterSettle", look);
document.addEventListener("htmx:oobAfterSwap", look);
