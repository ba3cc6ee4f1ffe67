// A list under the keyboard: j/k move, x selects, e edits, Enter opens, Esc closes. Rows open beside the list by htmx.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const form = one(".list-form");
const slide = one("#slide");
let anchor = null;

const rows = () => all("tbody tr[data-href]", form);
const cursor = () => one("tbody tr.cursor", form);
const box = (row) => one(".pick input", row);

function moveTo(row) {
  if (!row) return;
  cursor()?.classList.remove("cursor");
  row.classList.add("cursor");
  row.scrollIntoView({ block: "nearest" });
  if (slide?.classList.contains("open")) openBeside(row);
}

function step(by) {
  const found = rows();
  const at = found.indexOf(cursor());
  moveTo(found[at < 0 ? 0 : Math.min(found.length - 1, Math.max(0, at + by))]);
}

// ---- Selection ----------------------------------------------------------------------------------------------------
function pick(row, on) {
  const check = box(row);
  if (!check) return;
  check.checked = on;
  row.classList.toggle("picked", on);
}

function count() {
  const found = all("tbody .pick input", form);
  const picked = found.filter((check) => check.checked).length;
  for (const place of all("[data-picked]", form)) place.textContent = picked.toLocaleString(document.documentElement.lang);
  document.body.classList.toggle("has-bulk", picked > 0);
  const every = one("thead .pick input", form);
  if (every) { every.checked = picked > 0 && picked === found.length; every.indeterminate = picked > 0 && picked < found.length; }
  const whole = one("[data-whole]", form);
  if (whole) {
    whole.hidden = !(every?.checked && whole.dataset.whole);
    if (whole.hidden) for (const check of all("input", whole)) check.checked = false;
  }
}

function changed(event) {
  const check = event.target.closest?.(".pick input");
  if (!check) return;
  if (check.closest("thead")) rows().forEach((row) => pick(row, check.checked));
  else check.closest("tr").classList.toggle("picked", check.checked);
  count();
}

// Shift takes all rows between the last tick and this one.
function ranged(event) {
  const check = event.target.closest?.("tbody .pick input");
  if (!check) return;
  const found = rows();
  const at = found.indexOf(check.closest("tr"));
  if (event.shiftKey && anchor !== null) found.slice(Math.min(anchor, at), Math.max(anchor, at) + 1).forEach((row) => pick(row, check.checked));
  anchor = at;
  count();
}

function clearPicks() { rows().forEach((row) => pick(row, false)); count(); }

// ---- The panel beside the list ------------------------------------------------------------------------------------
function openBeside(row) {
  if (!slide || !row?.dataset.panel) return row?.dataset.href && location.assign(row.dataset.href);
  one(".cursor", form)?.classList.remove("cursor");
  row.classList.add("cursor");
  slide.classList.add("open");
  slide.setAttribute("aria-hidden", "false");
  one("[data-full]", slide).href = row.dataset.href;
  // Bones only when it takes a while, so that a quick answer does not flicker.
  const waiting = setTimeout(() => one("#slide-in").replaceChildren(one("#slide-bones").content.cloneNode(true)), 250);
  htmx.ajax("GET", row.dataset.panel, { target: "#slide-in", swap: "innerHTML" }).then(() => clearTimeout(waiting));
}

function closeSlide() {
  slide.classList.remove("open");
  slide.setAttribute("aria-hidden", "true");
  (one(".deal.cursor", form) ?? one("a.name", cursor() ?? form) ?? form).focus({ preventScroll: true });
}

// ---- Hand and keys ------------------------------------------------------------------------------------------------
function clicked(event) {
  if (innerWidth > 704 && event.target.closest("td[data-edit]")) return;
  if (event.target.closest("a, button, input, label, select, summary, .editing") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (String(getSelection())) return;
  const row = event.target.closest("tbody tr[data-href], .deal[data-href]");
  if (row) openBeside(row);
}

const ACTS = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  x: () => { const row = cursor(); if (row) { pick(row, !box(row)?.checked); count(); } },
  Enter: () => cursor() && location.assign(cursor().dataset.href),
  o: () => cursor() && openBeside(cursor()), " ": () => cursor() && openBeside(cursor()),
  e: () => { const cell = cursor() && one("td[data-edit]", cursor()); if (cell) cell.click(); else if (cursor()) location.assign(cursor().dataset.change); },
  Escape: () => (slide?.classList.contains("open") ? closeSlide() : clearPicks()),
};

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || window.dangol?.isTyping(event.target) || one("dialog[open], details.drop[open]")) return;
  const isOnControl = event.target.closest?.("a, button, summary, input, select") && (event.key === "Enter" || event.key === " ");
  if (isOnControl || !ACTS[event.key] || event.target.closest?.(".editing")) return;
  if (event.key !== "Escape") event.preventDefault();
  ACTS[event.key]();
}

if (form) {
  form.addEventListener("change", changed);
  form.addEventListener("click", ranged);
  form.addEventListener("click", clicked);
  form.addEventListener("open-beside", (event) => openBeside(event.target));
  document.addEventListener("keydown", keys);
  document.body.addEventListener("htmx:afterSwap", (event) => { if (form.contains(event.target)) count(); });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-slide]")) closeSlide();
    if (event.target.closest("[data-next-row]")) { step(1); }
    if (event.target.closest("[data-previous-row]")) { step(-1); }
    if (event.target.closest("[data-clear-picks]")) clearPicks();
  });
  rows().forEach((row) => row.classList.toggle("picked", Boolean(box(row)?.checked)));
  count();
}

// Columns: up and down keep their place in the form, so the order is sent as it stands.
document.addEventListener("click", (event) => {
  const mover = event.target.closest("[data-move]");
  if (!mover) return;
  event.preventDefault();
  const line = mover.closest("label, li");
  const other = mover.dataset.move === "up" ? line.previousElementSibling : line.nextElementSibling;
  if (!other) return;
  if (mover.dataset.move === "up") other.before(line); else other.after(line);
  mover.focus();
});

// The address bar holds the whole state of a list, so the link to it is the address itself.
for (const copier of all("[data-copy-link]")) {
  copier.hidden = !navigator.clipboard;
  copier.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    copier.closest("details").open = false;
    window.dangol.toast(copier.dataset.copied);
  });
}

// The line of a new record: what was added stands on top of the list, and the next one may be typed at once.
const quick = () => one("#quick");
let opener = null;

function closeQuick() {
  if (!opener || !quick()) return;
  quick().replaceChildren(opener);
  opener.focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#quick > a")) opener = event.target.closest("#quick > a");
  if (event.target.closest("[data-close-quick]")) closeQuick();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.closest?.(".quick-form")) return;
  event.stopImmediatePropagation();
  const typed = all("input:not([type=hidden])", quick()).some((input) => input.value !== input.defaultValue);
  if (typed) event.target.blur(); else closeQuick();
}, true);

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== quick()) return;
  for (const held of all("[data-new-row]", quick())) {
    const row = one("tr", held.content);
    one("tbody", form)?.prepend(row);
    htmx.process(row);
    held.remove();
  }
  (one("[aria-invalid=true]", quick()) ?? one(".quick-form input:not([type=hidden])", quick()))?.focus();
});
