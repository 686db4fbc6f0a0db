/* How this face of the shop speaks to Trenza: by the client that anybody would use, started from a file because the
   policy of these pages lets no inline script run. What it sends, and what is answered, is kept to be looked at. */
const { face, key, ahead } = document.documentElement.dataset;
const MONTH = 29 * 86400000;
const MOST = 40;
const prefix = `shop.${face}.`;

/* What this face keeps in the browser: both faces share one origin, and must be able to be two devices in it. */
export const kept = {
  get(name, missing = null) {
    try {
      return JSON.parse(localStorage.getItem(prefix + name)) ?? missing;
    } catch {
      return missing;
    }
  },
  set: (name, value) => localStorage.setItem(prefix + name, JSON.stringify(value)),
  drop: (name) => localStorage.removeItem(prefix + name),
};

export const newId = (what) =>
  `${what}-${[...crypto.getRandomValues(new Uint8Array(10))].map((each) => each.toString(36).padStart(2, "0")).join("")}`;

const own = (name, what) => {
  const found = kept.get(name) ?? newId(what);
  kept.set(name, found);
  return found;
};

/* the calls before the client is there; it says them when it has come */
const METHODS = "identify reset track ready page screen on addSourceMiddleware setAnonymousId".split(" ");
const waiting = (window.analytics = []);
waiting.invoked = true;
for (const method of METHODS)
  waiting[method] = (...given) => {
    if (window.analytics.initialized) return window.analytics[method](...given);
    waiting.push([method, ...given]);
    return waiting;
  };
waiting._writeKey = key;
waiting._cdn = location.origin;
waiting._loadOptions = face === "app" ? { storage: { stores: ["memory"] } } : {};

export const say = (method, ...given) => window.analytics[method](...given);
export const anonymousId = () =>
  new Promise((done) => say("ready", () => done(window.analytics.user().anonymousId())));

/* an app has a device, and a token where notifications are allowed; a browser has neither */
const addDevice = ({ payload, next }) => {
  const token = kept.get("consents", {}).push ? own("token", "token") : undefined;
  payload.obj.context = { ...payload.obj.context, device: { id: own("device", "phone"), ...(token && { token }) } };
  next(payload);
};

/* Trenza takes a clock's error out by `sentAt`, up to thirty days; a demo that is further ahead has to be told */
const addTime = ({ payload, next }) => {
  if (Number(ahead) > MONTH) payload.obj.timestamp = new Date(Date.now() + Number(ahead));
  next(payload);
};

if (face === "app") {
  say("setAnonymousId", own("anonymous", "app"));
  say("addSourceMiddleware", addDevice);
}
say("addSourceMiddleware", addTime);

export const forgetWho = () => {
  say("reset");
  if (face !== "app") return;
  kept.drop("anonymous");
  say("setAnonymousId", own("anonymous", "app"));
};

/* what was sent: listened to on its way out, answered when the answer comes */
let sent = [];
try {
  sent = JSON.parse(sessionStorage.getItem(`${prefix}sent`)) ?? [];
} catch {
  /* nothing was kept */
}
const listeners = [];
export const onSent = (listener) => (listeners.push(listener), listener(sent));
const tell = () => {
  sessionStorage.setItem(`${prefix}sent`, JSON.stringify((sent = sent.slice(0, MOST))));
  for (const listener of listeners) listener(sent);
};
const note = (message, state, answer) => {
  const id = message.messageId;
  const entry = sent.find((each) => each.message.messageId === id);
  if (entry) Object.assign(entry, { state, answer });
  else sent = [{ at: Date.now(), message, state, answer }, ...sent];
  tell();
};
const messageOf = (address, options) => {
  if (options?.method?.toLowerCase() !== "post" || !/\/v1\/(?:t|i|p|s|track|identify|page|screen)$/.test(String(address))) return null;
  try {
    return JSON.parse(options.body);
  } catch {
    return null;
  }
};
const plainFetch = window.fetch;
window.fetch = async (address, options) => {
  const message = messageOf(address, options);
  if (!message) return plainFetch(address, options);
  note(message, "waiting");
  try {
    const answer = await plainFetch(address, options);
    const words = await answer.clone().json().catch(() => ({}));
    note(message, answer.ok && !words.rejected?.length ? "sent" : "kept_back", { status: answer.status, ...words });
    return answer;
  } catch (error) {
    note(message, "lost");
    throw error;
  }
};

const script = document.createElement("script");
script.src = "/sdk/analytics.js";
document.head.append(script);
