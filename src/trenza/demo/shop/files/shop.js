/* The shop in the browser: cart, checkout, account, and the drawer that shows what was sent. */
import { anonymousId, forgetWho, kept, newId, onSent, say } from "./tracking.js";

const { face, root } = document.documentElement.dataset;
const language = document.documentElement.lang;
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const words = read("words");
const articles = new Map(read("articles").map((each) => [each.product_id, each]));
const money = new Intl.NumberFormat(language, { style: "currency", currency: "USD" });
const find = (id) => document.getElementById(id);
const make = (name, attributes = {}, ...inside) => {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...inside);
  return made;
};
const track = (event, properties) => say("track", event, properties);
const described = ({ picture, ...product }) => product;

/* ---- the cart ---- */
const cart = () => kept.get("cart", { id: "", lines: [] });
const sum = ({ lines }) => Math.round(lines.reduce((all, each) => all + each.price * each.quantity, 0) * 100) / 100;
const told = (now) => ({ cart_id: now.id, total: sum(now), currency: "USD", products: now.lines.map(described) });

function keep(now) {
  if (now.lines.length) kept.set("cart", now);
  else kept.drop("cart");
  draw();
}

function put(article, by) {
  const now = cart();
  now.id ||= newId("cart");
  const line = now.lines.find((each) => each.product_id === article.product_id);
  if (line) line.quantity += by;
  else now.lines.push({ ...article, quantity: by });
  now.lines = now.lines.filter((each) => each.quantity > 0);
  const { quantity, ...product } = described(article);
  track(by > 0 ? "Product Added" : "Product Removed", { cart_id: now.id, ...product, quantity: Math.abs(by) });
  if (now.lines.length) track("Cart Updated", told(now));
  else track("Cart Emptied", { cart_id: now.id });
  keep(now);
}

function empty() {
  const now = cart();
  if (now.lines.length) track("Cart Emptied", { cart_id: now.id });
  keep({ id: "", lines: [] });
}

function draw() {
  const now = cart();
  const count = now.lines.reduce((all, each) => all + each.quantity, 0);
  for (const each of document.querySelectorAll("[data-count]")) {
    each.textContent = count;
    each.hidden = !count;
  }
  const lines = find("lines");
  if (!lines || find("thanks")?.hidden === false) return;
  find("cart-empty").hidden = count > 0;
  find("cart-full").hidden = !count;
  lines.replaceChildren(...now.lines.map((line) => drawLine(line, "fixed" in lines.dataset)));
  find("total").textContent = money.format(sum(now));
}

function drawLine(line, fixed) {
  const picture = make("img", { src: `/shop/pictures/${line.picture}.svg`, alt: "", width: 56, height: 56 });
  const name = make("a", { href: `${root}/products/${line.product_id}` }, line.name);
  const price = make("span", { class: "price" }, money.format(line.price * line.quantity));
  const step = (by, sign, said) => {
    const button = make("button", { type: "button", "aria-label": `${said}: ${line.name}` }, sign);
    button.addEventListener("click", () => put(line, by));
    return button;
  };
  const amount = make("span", { class: "amount" }, String(line.quantity));
  const steps = fixed
    ? make("span", { class: "steps" }, "× ", amount)
    : make("span", { class: "steps" }, step(-1, "−", line.quantity > 1 ? words.less : words.take_out), amount, step(1, "+", words.more));
  return make("li", {}, picture, name, steps, price);
}

function toast(text) {
  const place = find("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (place.hidden = true), 2500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]");
  if (!button) return;
  const article = articles.get(button.dataset.add);
  put(article, 1);
  toast(`${words.added}: ${article.name}`);
});

/* ---- what this page is ---- */
function look() {
  const view = document.body.dataset.view;
  if (face === "app" && !sessionStorage.getItem("shop.app.opened")) {
    sessionStorage.setItem("shop.app.opened", "yes");
    track("Application Opened", { from_background: false });
  }
  say(face === "app" ? "screen" : "page", view);
  const now = cart();
  if (view === "Product") track("Product Viewed", described(articles.get(document.querySelector("[data-product]").dataset.product)));
  if (view === "Cart" && now.lines.length) track("Cart Viewed", told(now));
  if (view === "Checkout" && now.lines.length) track("Checkout Started", told(now));
}

find("empty")?.addEventListener("click", empty);
find("order")?.addEventListener("click", () => {
  const now = cart();
  const order = newId("order");
  track("Order Completed", { order_id: order, ...told(now), revenue: sum(now) });
  find("thanks").hidden = false;
  keep({ id: "", lines: [] });
  find("order-id").textContent = order;
  find("cart-full").hidden = find("cart-empty").hidden = true;
  find("thanks").focus();
});

/* ---- who it is ---- */
function consent(channel, granted) {
  const consents = { ...kept.get("consents", {}), [channel]: granted };
  kept.set("consents", consents);
  track("Consent Changed", { purpose: "marketing", channel, status: granted ? "granted" : "denied" });
}

function greet() {
  const who = kept.get("who");
  for (const each of document.querySelectorAll("[data-who]")) if (who) each.textContent = who.first_name || who.email;
  if (!find("enter")) return;
  find("enter").hidden = Boolean(who);
  find("entered").hidden = !who;
  if (!who) return;
  find("hello").textContent = words.hello.replace("{name}", who.first_name || who.email);
  find("as").textContent = who.email;
  for (const box of document.querySelectorAll("[data-change]")) box.checked = Boolean(kept.get("consents", {})[box.dataset.change]);
}

find("enter")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const typed = ["email", "first_name", "phone"].map((name) => [name, String(form.get(name)).trim()]);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const traits = Object.fromEntries([...typed.filter(([, text]) => text), ["language", language], ["timezone", timeZone]]);
  kept.set("who", traits);
  say("identify", traits);
  for (const box of event.target.querySelectorAll("[data-consent]:checked")) consent(box.dataset.consent, true);
  greet();
});
for (const box of document.querySelectorAll("[data-change]"))
  box.addEventListener("change", () => consent(box.dataset.change, box.checked));
find("leave")?.addEventListener("click", () => {
  kept.drop("who");
  kept.drop("consents");
  forgetWho();
  location.reload();
});
if (find("me")) anonymousId().then((id) => (find("anonymous-id").value = id));

/* ---- what was sent ---- */
const drawer = find("drawer");
find("peek").addEventListener("click", () => drawer.showModal());
drawer.addEventListener("click", (event) => {
  if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
});
const open = new Set();
onSent((sent) => {
  find("sent-count").textContent = sent.length;
  find("nothing-sent").hidden = sent.length > 0;
  find("sent").replaceChildren(...sent.map(drawSent));
});

function drawSent({ at, message, state, answer }) {
  const id = message.messageId;
  const name = message.event ?? [words[message.type] ?? message.type, message.name].filter(Boolean).join(": ");
  const time = new Date(at).toLocaleTimeString(language);
  const outcome = answer ? `${answer.status} · ${words[state]}` : words[state];
  const head = make("summary", {}, make("strong", {}, name), make("time", {}, time), make("span", { class: `state ${state}` }, outcome));
  const body = make("pre", { tabindex: 0 }, JSON.stringify(message, null, 2) + (answer ? `\n\n→ ${JSON.stringify(answer, null, 2)}` : ""));
  const entry = make("details", open.has(id) ? { open: "" } : {}, head, body);
  entry.addEventListener("toggle", () => (entry.open ? open.add(id) : open.delete(id)));
  return make("li", {}, entry);
}

const clock = find("clock");
if (clock) {
  const ahead = Number(document.documentElement.dataset.ahead);
  const tick = () => (clock.textContent = new Date(Date.now() + ahead).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" }));
  tick();
  setInterval(tick, 5000);
}
draw();
greet();
look();
