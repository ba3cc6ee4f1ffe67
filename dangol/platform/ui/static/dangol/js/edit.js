// Facts are edited where they stand: click or e opens, Enter saves, Esc gives up, the error stands beside the field.
// Without script the pencil leads to a page with the same form. The server draws both states of a fact.
const one = (selector, within = document) => within.querySelector(selector);

const fact = (node) => node.closest?.("dd[data-edit]");

function open(place) {
  if (!place || place.classList.contains("editing")) return;
  place.dataset.was = place.innerHTML;
  htmx.ajax("GET", place.dataset.edit, { target: place, swap: "innerHTML" }).then(() => {
    place.classList.add("editing");
    const field = one("input:not([type=hidden]), select, textarea", place);
    field?.focus();
    if (field?.select && field.type !== "date") field.select();
  });
}

function close(place) {
  if (place.dataset.was === undefined) return;
  place.innerHTML = place.dataset.was;
  delete place.dataset.was;
  place.classList.remove("editing");
  htmx.process(place);
}

document.addEventListener("click", (event) => {
  const place = fact(event.target);
  if (event.target.closest("[data-cancel-edit]")) return place && close(place);
  if (!place || place.classList.contains("editing") || event.target.closest("a:not(.pen)")) return;
  event.preventDefault();
  open(place);
});

document.addEventListener("keydown", (event) => {
  const place = fact(event.target);
  if (place?.classList.contains("editing")) {
    if (event.key === "Escape") { event.stopPropagation(); close(place); }
    if (event.key === "Enter" && !event.shiftKey && event.target.tagName !== "BUTTON" && !event.isComposing) { event.preventDefault(); one("form", place)?.requestSubmit(); }
    return;
  }
  if (window.dangol?.isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "e" && !one(".list-form")) { event.preventDefault(); open(place ?? one("dd[data-edit]")); }
}, true);

// A choice, a day or a tick is saved as soon as it is made.
document.addEventListener("change", (event) => {
  if (event.target.matches("dd.editing select, dd.editing input[type=checkbox]")) event.target.form?.requestSubmit();
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  const place = event.target;
  if (!place.matches?.("dd[data-edit]")) return;
  const isForm = Boolean(one("form", place));
  place.classList.toggle("editing", isForm);
  if (isForm) return one("[aria-invalid=true]", place)?.focus();
  delete place.dataset.was;
  place.classList.add("saved");
  setTimeout(() => place.classList.remove("saved"), 1000);
});
