// Facts are edited where they stand: click or e opens, Enter saves, Esc gives up, the error stands beside the field.
// Without script the pencil leads to a page with the same form. The server draws both states of a fact.
const one = (selector, within = document) => within.querySelector(selector);

// A cell of a list is edited in place only where there is room; on a phone a tap opens the record.
const roomy = () => innerWidth > 704;
const fact = (node) => node.closest?.(roomy() ? "dd[data-edit], td[data-edit]" : "dd[data-edit]");
let tabbed = null;

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

function nextCell(cell) {
  let next = cell.nextElementSibling;
  while (next && !next.dataset.edit) next = next.nextElementSibling;
  return next;
}

// Where one clicks elsewhere, an unchanged field closes; a changed one is saved.
function leave(target) {
  for (const open of document.querySelectorAll(".editing")) {
    if (open.contains(target)) continue;
    const field = one("input:not([type=hidden]):not([type=search]), select, textarea", open);
    const same = !field || field.type === "checkbox" || (field.tagName === "SELECT" ? [...field.options].every((o) => o.selected === o.defaultSelected) : field.value === field.defaultValue);
    if (same) close(open); else one("form", open)?.requestSubmit();
  }
}

document.addEventListener("click", (event) => {
  const place = fact(event.target);
  leave(event.target);
  if (event.target.closest("[data-cancel-edit]")) return place && close(place);
  if (!place || place.classList.contains("editing") || event.target.closest("a:not(.pen)")) return;
  event.preventDefault();
  open(place);
});

document.addEventListener("keydown", (event) => {
  const place = fact(event.target);
  if (place?.classList.contains("editing")) {
    if (event.key === "Escape") { event.stopPropagation(); close(place); }
    if (event.key === "Tab" && place.tagName === "TD" && !event.shiftKey) { event.preventDefault(); tabbed = place; one("form", place)?.requestSubmit(); }
    if (event.key === "Enter" && !event.shiftKey && event.target.tagName !== "BUTTON" && !event.isComposing) { event.preventDefault(); one("form", place)?.requestSubmit(); }
    return;
  }
  if (window.dangol?.isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "e" && !one(".list-form")) { event.preventDefault(); open(place ?? one("dd[data-edit]")); }
}, true);

// A choice, a day or a tick is saved as soon as it is made.
document.addEventListener("change", (event) => {
  if (event.target.matches(".editing select:not([size='5']), .editing input[type=checkbox]")) event.target.form?.requestSubmit();
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  const place = event.target;
  if (!place.matches?.("[data-edit]")) return;
  const isForm = Boolean(one("form", place));
  place.classList.toggle("editing", isForm);
  if (isForm) return one("[aria-invalid=true]", place)?.focus();
  delete place.dataset.was;
  if (tabbed === place) { tabbed = null; open(nextCell(place)); }
  place.classList.add("saved");
  setTimeout(() => place.classList.remove("saved"), 1000);
});
