// A message text that is there already is shown at once: whoever opens it wants to see how it looks.
const form = document.querySelector("#editor[data-shows]");
form?.requestSubmit(form.querySelector("[formtarget=preview]"));
