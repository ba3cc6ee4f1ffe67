// The frame of each page: sidebar, theme, menus, command menu, toasts, and the manners of htmx.
const root = document.documentElement;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const csrf = () => one('meta[name="csrf-token"]')?.content ?? "";
const words = JSON.parse(one("#frame-words")?.textContent ?? "{}");

export function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
    !/^(checkbox|radio|button|submit)$/.test(target.type ?? "");
}

export function post(url, fields) {
  return fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch" } });
}

// ---- Toasts -------------------------------------------------------------------------------------------------------
const LASTS = 7000;

export function toast(text, { kind = "", undo = "" } = {}) {
  const region = one("#toasts");
  if (!region || !text) return;
  const note = document.createElement("div");
  note.className = `toast-note ${kind}`;
  const label = Object.assign(document.createElement("span"), { textContent: text, className: "grow" });
  note.append(label);
  if (undo) note.append(button(words.undo, "", () => undoNow(undo, note)));
  note.append(button("", "x", () => note.remove(), words.close));
  region.append(note);
  if (kind !== "error") expire(note);
}

function button(text, icon, act, label = "") {
  const made = Object.assign(document.createElement("button"), { type: "button", className: text ? "btn" : "btn btn-icon" });
  if (icon) made.append(Object.assign(document.createElement("i"), { className: `ti ti-${icon}`, ariaHidden: "true" }));
  if (text) made.append(text);
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

async function undoNow(url, note) {
  const answer = await post(url, {});
  note.remove();
  if (answer.ok) location.reload();
  else toast(words.failed, { kind: "error" });
}

// A toast waits while the pointer or the focus rests on it.
function expire(note) {
  let timer = setTimeout(() => note.remove(), LASTS);
  const hold = () => clearTimeout(timer);
  const go = () => { hold(); timer = setTimeout(() => note.remove(), LASTS / 2); };
  note.addEventListener("mouseenter", hold); note.addEventListener("focusin", hold);
  note.addEventListener("mouseleave", go); note.addEventListener("focusout", go);
}

function wakeToasts() {
  for (const note of all("#toasts .toast-note:not([data-awake])")) {
    note.dataset.awake = "1";
    one("[data-close]", note)?.addEventListener("click", () => note.remove());
    if (!note.classList.contains("error")) expire(note);
  }
}

// ---- Theme and sidebar --------------------------------------------------------------------------------------------
function fold() {
  const folded = !root.hasAttribute("data-folded");
  root.toggleAttribute("data-folded", folded);
  for (const go of all(".side .go")) go.title = folded ? one(".word", go)?.textContent.trim() ?? "" : "";
  post(root.dataset.preferences, { folded: folded ? "1" : "0" });
}

function setTheme(theme) {
  root.dataset.theme = theme;
  for (const item of all("[data-set-theme]")) item.setAttribute("aria-checked", String(item.dataset.setTheme === theme));
  post(root.dataset.preferences, { theme });
}

// ---- Command menu -------------------------------------------------------------------------------------------------
const menu = one("#command");

function openMenu() {
  if (!menu || menu.open) return;
  menu.showModal();
  const ask = one(".ask", menu);
  ask.select();
  if (!one("[role=option]", menu)) ask.dispatchEvent(new Event("open-menu"));
}

function options() { return all("[role=option]", menu); }

function choose(index) {
  const found = options();
  found.forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
  found[index]?.scrollIntoView({ block: "nearest" });
  one(".ask", menu).setAttribute("aria-activedescendant", found[index]?.id ?? "");
}

function menuKeys(event) {
  const found = options();
  const at = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose((at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (found[Math.max(at, 0)]) location.assign(found[Math.max(at, 0)].href);
  }
}

// ---- Menus made of <details> --------------------------------------------------------------------------------------
function closeMenus(except) {
  for (const open of all("details.drop[open], .tabbar details[open]")) if (!open.contains(except)) open.open = false;
}

function dropKeys(event) {
  const drop = event.target.closest("details.drop[open]");
  if (!drop) return;
  const items = all(".item, .menu input, .menu select, .menu a, .menu button", drop).filter((item) => item.offsetParent);
  const at = items.indexOf(document.activeElement);
  if (event.key === "Escape") { drop.open = false; one("summary", drop).focus(); event.stopPropagation(); }
  if (isTyping(event.target) || !/^Arrow(Down|Up)$/.test(event.key) || !items.length) return;
  event.preventDefault();
  items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length].focus();
}

// ---- Keys ---------------------------------------------------------------------------------------------------------

function keys(event) {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); return openMenu(); }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "[") return fold();
  if (event.key === "?") { event.preventDefault(); return one("#keys")?.showModal(); }
  if (event.key === "/") { const find = one("[data-find]"); if (find) { event.preventDefault(); find.focus(); } return; }
  if (event.key === "c") { const create = one("[data-create]"); if (create) { event.preventDefault(); create.click(); } }
  if (event.key === "m") { const write = one("[data-write]"); if (write) { event.preventDefault(); write.open = true; write.scrollIntoView({ block: "nearest" }); one("input:not([type=hidden]), textarea", write)?.focus(); } }
  if (event.key === "Escape") closeMenus();
}

// ---- htmx ---------------------------------------------------------------------------------------------------------
function mannersOfHtmx() {
  document.body.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrf(); });
  document.body.addEventListener("htmx:responseError", (event) => {
    const { status, responseText } = event.detail.xhr;
    if (status === 401) return location.reload();
    const isSentence = responseText && responseText.length < 300 && !responseText.includes("<");
    toast(isSentence ? responseText : words.failed, { kind: "error" });
  });
  document.body.addEventListener("htmx:sendError", () => toast(words.offline, { kind: "error" }));
  document.body.addEventListener("htmx:timeout", () => toast(words.offline, { kind: "error" }));
  document.body.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail));
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "answers") choose(0);
    wakeToasts();
  });
}

// ---- Small helps: file zones, dialogs, picture or table -----------------------------------------------------------
function clicks(event) {
  const hit = (selector) => event.target.closest(selector);
  if (!hit("details.drop, .tabbar details")) closeMenus();
  else closeMenus(hit("details.drop, .tabbar details"));
  if (hit("[data-open-menu]")) { event.preventDefault(); openMenu(); closeMenus(); }
  if (hit("[data-fold]")) { event.preventDefault(); fold(); }
  if (hit("[data-set-theme]")) { event.preventDefault(); setTheme(hit("[data-set-theme]").dataset.setTheme); }
  if (hit("[data-open]")) { event.preventDefault(); one(hit("[data-open]").dataset.open)?.showModal(); closeMenus(); }
  if (hit("[data-add-row]")) addRow(hit("[data-add-row]"));
  if (hit("[data-close]")) hit("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close();
  if (hit("[data-shows-table]")) { event.preventDefault(); showTable(hit("[data-shows-table]")); }
}

// One more empty row at the end of a table of inputs.
function addRow(control) {
  const body = one(control.dataset.addRow);
  const row = body.lastElementChild.cloneNode(true);
  for (const input of all("input", row)) input.value = "";
  body.append(row);
  one("input", row).focus();
}

function showTable(control) {
  const panel = control.closest(".panel");
  const shown = panel.dataset.shows !== "table";
  panel.dataset.shows = shown ? "table" : "picture";
  control.setAttribute("aria-pressed", String(shown));
  dispatchEvent(new Event("resize"));
}

function fileZones() {
  for (const zone of all(".drop-zone")) {
    const input = one('input[type="file"]', zone);
    const over = (on) => (event) => { event.preventDefault(); zone.classList.toggle("over", on); };
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", (event) => { over(false)(event); input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); });
  }
}

// A form asks before half-filled fields are lost, and is not sent twice.
function formManners() {
  document.addEventListener("submit", (event) => {
    const sent = event.submitter;
    if (event.target.method === "post" && !event.target.hasAttribute("hx-post")) setTimeout(() => { if (sent) sent.disabled = true; }, 0);
  });
  document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit(); });
  addEventListener("pageshow", () => all("button[disabled][type=submit]:not([data-off])").forEach((b) => { b.disabled = false; }));
}

menu?.addEventListener("keydown", menuKeys);
document.addEventListener("keydown", dropKeys, true);
document.addEventListener("keydown", keys);
document.addEventListener("click", clicks);
mannersOfHtmx(); wakeToasts(); fileZones(); formManners();
one('[aria-invalid="true"]')?.focus();
if (root.hasAttribute("data-folded")) for (const go of all(".side .go")) go.title = one(".word", go)?.textContent.trim() ?? "";
window.dangol = { toast, post, isTyping };
