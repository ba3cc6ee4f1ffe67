// The board: cards are dragged, or moved by keys (arrows walk, m opens where to). The server writes; where it refuses,
// the card goes back and the sentence is said. Without script the arrows of a card lead to a page with the same buttons.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const board = () => one("[data-board]");
const cardOf = (node) => node?.closest?.("[data-board] .deal");
const laneOf = (node) => node?.closest?.("[data-board] .stage");
let dragged = null;
let menu = null;

// ---- Moving -------------------------------------------------------------------------------------------------------
async function move(card, lane) {
  const from = laneOf(card);
  if (!lane || lane === from || lane.dataset.target === undefined || card.dataset.was === undefined) return;
  const place = card.nextElementSibling;
  one(".stack", lane).prepend(card);
  card.classList.add("busy");
  card.focus();
  const back = (sentence) => {
    from.querySelector(".stack").insertBefore(card, place);
    card.classList.add("back");
    setTimeout(() => card.classList.remove("back"), 4000);
    card.focus();
    window.dangol.toast(sentence, { kind: "error" });
  };
  try {
    const answer = await window.dangol.post(`${card.dataset.href}/move?by=${board().dataset.by}`, { value: lane.dataset.target, was: card.dataset.was });
    if (answer.ok) { card.dataset.was = lane.dataset.target; heads(); }
    else back(await answer.text());
  } catch { back(board().dataset.failed); }
  card.classList.remove("busy");
}

// Counts and sums are the server's: only the heads of the columns are taken from a fresh page.
async function heads() {
  const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  for (const lane of all("[data-lane]", board())) {
    const now = one(`[data-lane="${CSS.escape(lane.dataset.lane)}"]`, fresh);
    for (const part of ["[data-lane-count]", "[data-lane-sums]"]) one(part, lane).replaceChildren(...(now ? one(part, now).childNodes : []));
  }
}

// ---- By hand ------------------------------------------------------------------------------------------------------
document.addEventListener("dragstart", (event) => {
  const card = cardOf(event.target);
  if (!card?.draggable) return;
  dragged = card;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.dataset.href);
  requestAnimationFrame(() => card.classList.add("dragged"));
  for (const lane of all(".stage", board())) lane.classList.toggle("closed", lane.dataset.target === undefined);
});

document.addEventListener("dragover", (event) => {
  const lane = dragged && laneOf(event.target);
  for (const other of all(".stage.over")) if (other !== lane) other.classList.remove("over");
  if (!lane || lane.dataset.target === undefined) return;
  event.preventDefault();
  lane.classList.add("over");
});

document.addEventListener("drop", (event) => {
  const lane = dragged && laneOf(event.target);
  if (!lane) return;
  event.preventDefault();
  move(dragged, lane);
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  for (const lane of all(".stage.over, .stage.closed")) lane.classList.remove("over", "closed");
});

// ---- The menu -----------------------------------------------------------------------------------------------------
function openMenu(card) {
  closeMenu();
  const template = one("#move-menu");
  if (!template || card.dataset.was === undefined) return;
  menu = template.content.firstElementChild.cloneNode(true);
  menu.dataset.for = card.dataset.id;
  for (const item of all("[data-move-to]", menu)) item.disabled = item.dataset.moveTo === laneOf(card).dataset.target;
  card.append(menu);
  const at = card.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(at.bottom + 4, innerHeight - menu.offsetHeight - 8))}px`;
  one("[data-move-to]:not(:disabled)", menu)?.focus();
}

function closeMenu() {
  const card = menu && cardOf(menu);
  menu?.remove();
  menu = null;
  return card;
}

document.addEventListener("click", (event) => {
  const item = event.target.closest("[data-move-to]");
  if (item && menu) {
    const card = closeMenu();
    const lane = all(".stage", board()).find((each) => each.dataset.target === item.dataset.moveTo);
    return card && move(card, lane);
  }
  const opener = event.target.closest("[data-board] .to");
  if (opener) { event.preventDefault(); return menu ? closeMenu() : openMenu(cardOf(opener)); }
  if (menu && !menu.contains(event.target)) closeMenu();
});

// ---- Keys ---------------------------------------------------------------------------------------------------------
function beside(card, by) {
  const lanes = all(".stage", board());
  const rows = all(".deal", laneOf(card));
  for (let at = lanes.indexOf(laneOf(card)) + by; lanes[at]; at += by) {
    const cards = all(".deal", lanes[at]);
    if (cards.length) return cards[Math.min(rows.indexOf(card), cards.length - 1)];
  }
  return null;
}

function along(card, by) {
  const rows = all(".deal", laneOf(card));
  return rows[rows.indexOf(card) + by];
}

const WALKS = {
  ArrowDown: (card) => along(card, 1), j: (card) => along(card, 1), ArrowUp: (card) => along(card, -1), k: (card) => along(card, -1),
  ArrowRight: (card) => beside(card, 1), l: (card) => beside(card, 1), ArrowLeft: (card) => beside(card, -1), h: (card) => beside(card, -1),
};

function menuKey(event) {
  const items = all("[data-move-to]:not(:disabled)", menu);
  const at = items.indexOf(document.activeElement);
  if (event.key === "Escape") closeMenu()?.focus();
  else if (event.key === "ArrowDown") items[(at + 1) % items.length].focus();
  else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length].focus();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (!board() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (menu) { event.stopImmediatePropagation(); return menuKey(event); }
  if (window.dangol?.isTyping(event.target) || one("dialog[open], details.drop[open]")) return;
  const card = cardOf(document.activeElement) ?? null;
  if (!card) { if (["j", "ArrowDown"].includes(event.key) && !event.target.closest?.("a, button, summary")) { event.preventDefault(); one(".deal", board())?.focus(); } return; }
  if (WALKS[event.key]) { event.preventDefault(); event.stopImmediatePropagation(); const next = WALKS[event.key](card); next?.focus(); next?.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  else if (event.key === "m") { event.preventDefault(); openMenu(card); }
  else if (event.key === "Enter" && document.activeElement === card) location.assign(card.dataset.href);
  else if ((event.key === "o" || event.key === " ") && document.activeElement === card) { event.preventDefault(); card.dispatchEvent(new CustomEvent("open-beside", { bubbles: true })); }
  else if (event.key === "e" && document.activeElement === card) location.assign(`${card.dataset.href}/edit`);
}, true);
