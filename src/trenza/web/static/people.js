// A form that came back with a fault stands open without a script; with one it becomes a real dialog again.
for (const dialog of document.querySelectorAll("dialog[open]")) {
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.querySelector("[aria-invalid=true]")?.focus();
}

// The identity graph: a link that is clicked leads to its evidence in the list.
document.addEventListener("trenza:link", (event) => {
  const row = document.getElementById(event.detail.link);
  if (!row) return;
  row.scrollIntoView({ block: "center" });
  row.classList.add("new");
  row.querySelector("a")?.focus();
});
