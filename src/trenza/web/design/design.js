// What the parts of the design system do. Everything works without it, a little less comfortably.
// It writes text only, never markup.

const language = document.documentElement.lang;

// copy: <button data-copy="id of what is copied">
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  const words = button.querySelector("span") ?? button;
  const before = words.textContent;
  words.textContent = button.dataset.copied ?? before;
  setTimeout(() => { words.textContent = before; }, 2000);
});

// dialogs: <button data-opens="id of a dialog">
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (button) document.getElementById(button.dataset.opens).showModal();
});

// selects and boxes that act at once: <select data-submits>
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// a form that is answered late says that it was sent
document.addEventListener("submit", (event) => {
  const { submitter } = event;
  if (!submitter || submitter.formMethod === "dialog" || submitter.getAttribute("formmethod") === "dialog") return;
  setTimeout(() => { if (!event.defaultPrevented) submitter.setAttribute("aria-busy", "true"); }, 400);
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy=true]")) button.removeAttribute("aria-busy");
});

// menus close when one looks elsewhere
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// and with Escape, which gives the focus back
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// tabs that do not fit stand where the current one is seen
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const tabs = tab.closest(".tabs");
  tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
}

// words that pass by themselves
for (const toast of document.querySelectorAll(".toast")) setTimeout(() => toast.remove(), 6000);
export function say(text) {
  const made = document.createElement("p");
  made.className = "toast";
  made.textContent = text;
  document.getElementById("toasts").append(made);
  setTimeout(() => made.remove(), 6000);
}

// a lost connection is said, and taken back when the instance answers again
const offline = document.getElementById("offline");
async function look() {
  try {
    const answer = await fetch("/health", { cache: "no-store" });
    if (answer.ok) { offline.hidden = true; return; }
  } catch { /* still away */ }
  setTimeout(look, 2000);
}
export function lost() {
  if (!offline || !offline.hidden) return;
  offline.hidden = false;
  setTimeout(look, 2000);
}
document.addEventListener("htmx:sendError", lost);
window.addEventListener("offline", lost);

// what htmx was answered with an error is shown as what it says
document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  say(page.querySelector("main h1")?.textContent ?? event.detail.xhr.statusText);
});

// charts: the script is fetched only where there is one; also for what htmx brings
async function draw(root) {
  const charts = root.querySelectorAll(".chart:not([data-drawn]), [data-graph]:not([data-drawn])");
  if (!charts.length) return;
  const { drawAll } = await import(document.querySelector("link[rel=modulepreload][data-charts]")?.href ?? "/static/design/charts.js");
  drawAll(charts);
}
draw(document);
document.addEventListener("htmx:afterSettle", (event) => draw(event.target));

// instants in the reader's own words: <time data-clock>
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
export function clockTime(at) { return clock.format(new Date(at)); }
