// A record's page hears that something changed, and asks again for what its reader may see. What one writes, where one
// has scrolled to and what one has opened stays as it is. Without script, or without a stream, one loads the page again.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const line = one("#story-line[data-live]");

const LEAST_GAP = 300, BROAD_SPREAD = 3_000, BROAD_GAP = 15_000, HIDDEN_FOR = 15_000, AFTER_FAILURE = 5_000;

// ---- Listening: only while somebody looks, since a browser keeps few connections to one house ----------------------
let source = null, since = line?.dataset.drawn ?? "0", isOver = false, hiding = 0;

function listen() {
  clearTimeout(hiding);
  if (source || isOver || document.hidden) return;
  source = new EventSource(`/_live?t=${encodeURIComponent(line.dataset.live)}&since=${since}`);
  source.addEventListener("changed", (event) => { heard(event); ask(0); });
  source.addEventListener("maybe", (event) => { heard(event); ask(Math.max(Math.random() * BROAD_SPREAD, lastAsked + BROAD_GAP - Date.now())); });
}

function heard(event) { if (event.lastEventId) since = event.lastEventId; }
function deafen() { source?.close(); source = null; }

function looked() {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(deafen, HIDDEN_FOR); else listen();
}

// ---- Asking: one question at a time, the next not at once -----------------------------------------------------------
let due = 0, timer = 0, isAsking = false, isStale = false, lastAsked = 0;

function ask(delay) {
  const at = Math.max(Date.now() + delay, lastAsked + LEAST_GAP);
  if (timer && due <= at) return;
  clearTimeout(timer);
  due = at;
  timer = setTimeout(go, at - Date.now());
}

function address() {
  const here = new URL(line.dataset.page, location);
  if (location.pathname === here.pathname) here.search = location.search;
  return here;
}

async function go() {
  timer = 0;
  if (isAsking) { isStale = true; return; }
  isAsking = true;
  lastAsked = Date.now();
  try {
    const answer = await fetch(address(), { headers: { "X-Requested-With": "fetch" }, cache: "no-store", redirect: "manual" });
    if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    else if (answer.status >= 500) ask(AFTER_FAILURE);
    else over();
  } catch { ask(AFTER_FAILURE); }
  isAsking = false;
  if (isStale) { isStale = false; ask(0); }
}

// Signed out, no right any more, or the record is gone: nothing is taken from the page, and nothing comes any more.
function over() {
  isOver = true;
  deafen();
  window.dangol?.toast(line.dataset.wordsGone, { kind: "error" });
}

// ---- Taking over what is new ----------------------------------------------------------------------------------------
const SENT = new WeakMap(); // what the server sent of a part, whatever scripts made of it since
const cleaned = (node) => node.outerHTML.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1");
const sent = (node) => { if (!SENT.has(node)) SENT.set(node, cleaned(node)); return SENT.get(node); };
let pending = null;

function take(page) {
  pending = null;
  for (const part of [".pane.facts > .who", ".pane.facts > .quick"]) {
    const was = one(part), now = one(part, page);
    if (was && now) renew(was, now, page);
  }
  for (const box of ["#facts", "#now"]) renewAll(one(box), one(box, page), page);
  takeStory(one("#story-line", page));
}

function renewAll(was, now, page) {
  if (!was || !now) return;
  const [old, fresh] = [[...was.children], [...now.children]];
  if (old.length === fresh.length) return old.forEach((node, at) => renew(node, fresh[at], page));
  if (!isFree(was)) { pending = page; return; }
  keepOpen(was, now);
  fresh.forEach(sent);
  was.replaceChildren(...fresh);
  htmx.process(was);
}

function renew(was, now, page) {
  if (sent(was) === sent(now)) return;
  if (!isFree(was)) { pending = page; return; }
  keepOpen(was, now);
  was.replaceWith(now);
  htmx.process(now);
}

// Free is what nobody is writing in.
function isFree(node) {
  return !node.matches(".editing") && !one(".editing", node) && !(node.contains(document.activeElement) && window.dangol?.isTyping(document.activeElement)) &&
    !all("input:not([type=hidden]), textarea, select", node).some(isChanged);
}

function isChanged(field) {
  if (field.tagName === "SELECT") return field.selectedIndex > 0 && !field.options[field.selectedIndex].defaultSelected;
  return /^(checkbox|radio)$/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function keepOpen(was, now) {
  const [old, fresh] = [all("details", was), all("details", now)];
  if (old.length === fresh.length) old.forEach((node, at) => { fresh[at].open = node.open; });
}

// ---- The story ------------------------------------------------------------------------------------------------------
const chip = document.createElement("button"), told = document.createElement("span");
let waiting = null;

const entries = (list) => new Set(all("[data-part], [data-key]:not(.fold)", list).map((node) => node.dataset.part ?? node.dataset.key));
const below = () => line.getBoundingClientRect().top < Math.max(line.closest(".pane").getBoundingClientRect().top, one(".top")?.getBoundingClientRect().bottom ?? 0) - 40;

function takeStory(fresh) {
  if (!fresh || !line.hasAttribute("data-newest")) return;
  const known = entries(line);
  const count = [...entries(fresh)].filter((key) => !known.has(key)).length;
  const words = count ? line.dataset.wordsNew.replace("%(count)s", count.toLocaleString(document.documentElement.lang)) : "";
  told.textContent = words;
  if (!below()) return show(fresh, known);
  waiting = fresh;
  chip.textContent = words;
  chip.hidden = !count;
}

// Entries that did not change keep their nodes, and with them what is open and written in them; earlier ones that were
// loaded before stay below.
function show(fresh, known) {
  waiting = null;
  chip.hidden = true;
  const old = new Map(all(":scope > [data-key]", line).map((node) => [node.dataset.key, node]));
  const made = [...fresh.children].filter((node) => !node.matches(".more-story, .nothing"));
  const last = made.findLast((node) => node.dataset.key && old.has(node.dataset.key));
  const rest = last === made.at(-1) ? following(old.get(last?.dataset.key)) : null;
  const kept = made.map((node) => chosen(old.get(node.dataset.key), node, known));
  line.replaceChildren(...kept, ...(rest ?? [...fresh.children].filter((node) => node.matches(".more-story, .nothing"))));
  for (const node of kept) if (node.dataset.new) { delete node.dataset.new; htmx.process(node); }
  for (const more of all(":scope > .more-story", line)) if (!rest) htmx.process(more);
}

function following(node) {
  const found = [];
  for (let next = node?.nextElementSibling; next; next = next.nextElementSibling) found.push(next);
  return found;
}

function chosen(was, now, known) {
  if (was && (sent(was) === sent(now) || !isFree(was))) return was;
  if (was) keepOpen(was, now);
  if (now.dataset.key) now.dataset.new = "1";
  const keys = now.matches(".fold") ? [...entries(now)] : [now.dataset.key];
  now.classList.toggle("fresh", Boolean(now.dataset.key) && keys.some((key) => !known.has(key)));
  return now;
}

function showWaiting() { if (waiting) show(waiting, entries(line)); }

function begin() {
  for (const node of all("#facts > *, #now > *, #story-line > [data-key], .pane.facts > .who, .pane.facts > .quick")) sent(node);
  Object.assign(chip, { type: "button", className: "btn btn-line new-chip", hidden: true });
  chip.addEventListener("click", () => { showWaiting(); line.closest(".pane").scrollTo({ top: 0 }); line.scrollIntoView({ block: "nearest" }); if (below()) one("#story").scrollIntoView(); });
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  line.before(chip, told);
  document.addEventListener("scroll", () => { if (waiting && !below()) showWaiting(); }, { capture: true, passive: true });
  document.addEventListener("focusout", () => setTimeout(() => { if (pending) take(pending); }, 400));
  document.body.addEventListener("htmx:afterSwap", (event) => { for (const node of all(":scope > [data-key]", event.target.parentNode ?? line)) sent(node); });
  document.addEventListener("visibilitychange", looked);
  const chosenChip = one(".sieve [aria-current]");
  if (chosenChip) chosenChip.parentElement.scrollLeft = chosenChip.offsetLeft - chosenChip.parentElement.offsetLeft - 32;
  addEventListener("pagehide", deafen);
  addEventListener("pageshow", listen);
  listen();
}

if (line && window.EventSource) begin();
