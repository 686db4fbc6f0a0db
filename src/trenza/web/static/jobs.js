// Importing: the file goes ahead by itself, with its progress shown; then the form goes without it. Writes text only.

const form = document.getElementById("import");
const file = document.getElementById("file");
const sending = document.getElementById("sending");
const fault = document.getElementById("sending-fault");
const words = JSON.parse(form.dataset.words);
const language = document.documentElement.lang;
const LARGEST = 4 * 2 ** 30;

function size(octets) {
  const million = octets >= 1e6;
  const value = octets / (million ? 1e6 : 1e3);
  return `${value.toLocaleString(language, { maximumFractionDigits: 1 })} ${million ? "MB" : "kB"}`;
}

function show(done, total) {
  sending.hidden = false;
  sending.querySelector("progress").value = total ? done / total : 0;
  const text = words.sending.replace("{done}", size(done)).replace("{total}", size(total));
  document.getElementById("sending-words").textContent = text;
}

function fail(why) {
  sending.hidden = true;
  fault.textContent = why;
  fault.hidden = false;
  form.querySelector("button.main").disabled = false;
  file.focus();
}

// fetch tells nothing of what has been sent; XMLHttpRequest does, and streams a file just as well
function send(chosen) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => show(event.loaded, event.total));
    request.addEventListener("load", () => done(request.status === 201 ? JSON.parse(request.responseText) : { why: words.failed }));
    request.addEventListener("error", () => done({ why: words.lost }));
    request.open("POST", "/api/jobs/uploads");
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("x-csrf-token", form.elements.csrf.value);
    request.send(chosen);
  });
}

form.addEventListener("submit", async (event) => {
  const [chosen] = file.files;
  if (!chosen) return;
  event.preventDefault();
  fault.hidden = true;
  if (chosen.size > LARGEST) { fail(words.too_large); return; }
  form.querySelector("button.main").disabled = true;
  show(0, chosen.size);
  const received = await send(chosen);
  if (received.why) { fail(received.why); return; }
  form.elements.upload.value = received.upload;
  form.elements.name.value = chosen.name;
  file.disabled = true; // it is there already
  form.submit();
});

window.addEventListener("pageshow", () => { file.disabled = false; form.querySelector("button.main").disabled = false; });

for (const button of document.querySelectorAll("[data-fills]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const area = document.getElementById(button.dataset.fills);
    if (!area.value.trim()) area.value = document.getElementById(button.dataset.from).textContent;
    area.focus();
  });
}
