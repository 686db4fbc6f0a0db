// A document as YAML: numbers beside its lines, marks where something is to be mended, a word before changes are lost.

const form = document.getElementById("editor");
const yaml = document.getElementById("yaml");
const gutter = form.querySelector(".gutter");
const marks = new Map(JSON.parse(document.getElementById("document-faults").textContent));
const first = yaml.value;
let leaving = false;

function number() {
  const lines = yaml.value.split("\n").length;
  yaml.rows = lines + 2;
  gutter.replaceChildren(...Array.from({ length: lines }, (_, at) => {
    const row = document.createElement("span");
    row.textContent = String(at + 1);
    if (marks.has(at + 1)) { row.dataset.faulty = ""; row.title = marks.get(at + 1); }
    return row;
  }));
}

yaml.addEventListener("input", number);
form.addEventListener("submit", () => { leaving = true; });
window.addEventListener("beforeunload", (event) => { if (!leaving && yaml.value !== first) event.preventDefault(); });
