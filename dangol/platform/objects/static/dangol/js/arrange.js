// Things in sections, put in order by hand: dragged by their grip, moved by arrow keys on it, or by their buttons.
// The order of the hidden inputs in the page is what is sent, so moving a node is all there is to do. Without script the
// buttons send the form and the server moves.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const form = one("[data-arrange]");
document.documentElement.classList.add("scripted");
let dragged = null;
let waiting = null;

const listOf = (item) => item.closest("[data-items]");
const lists = () => all("[data-items]", form);
const keyOf = (list) => list.closest("[data-section]").dataset.section;
const mayStand = (item, list) => {
  const key = keyOf(list);
  if (key === "-") return item.dataset.needed === undefined;
  return !item.dataset.columns || item.dataset.columns.split(" ").includes(key);
};

function moved(item) {
  const rows = all("[data-item]", listOf(item));
  const said = one("[data-said]", form);
  if (said) said.textContent = form.dataset.moved.replace("%(name)s", one(".arr-name", item)?.textContent.trim() ?? item.dataset.item).replace("%(place)s", rows.indexOf(item) + 1).replace("%(total)s", rows.length);
  preview();
}

// One place on; over the edge into the next section where it may stand.
function step(item, by) {
  const list = listOf(item);
  const beside = by < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (beside) { by < 0 ? beside.before(item) : beside.after(item); return moved(item); }
  const others = lists();
  for (let at = others.indexOf(list) + by; others[at]; at += by) {
    if (mayStand(item, others[at])) { by < 0 ? others[at].append(item) : others[at].prepend(item); return moved(item); }
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step], [data-section-step]");
  if (!button || !form?.contains(button)) return;
  event.preventDefault();
  if (button.dataset.step) step(button.closest("[data-item]"), Number(button.dataset.step));
  else {
    const section = button.closest("[data-section]");
    const by = Number(button.dataset.sectionStep);
    const beside = by < 0 ? section.previousElementSibling : section.nextElementSibling;
    if (beside?.dataset.section && beside.dataset.section !== "-") { by < 0 ? beside.before(section) : beside.after(section); preview(); }
  }
  button.focus();
});

document.addEventListener("keydown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!grip || !by) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  step(grip.closest("[data-item]"), by);
  grip.focus();
  grip.scrollIntoView({ block: "nearest" });
}, true);

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-go]")) return event.target.form.requestSubmit();
  if (!form?.contains(event.target)) return;
  const item = event.target.closest("[data-item]");
  if (event.target.name?.startsWith("to_") && event.target.value) {
    const list = lists().find((each) => keyOf(each) === event.target.value);
    event.target.value = "";
    if (list && mayStand(item, list)) { list.append(item); moved(item); item.scrollIntoView({ block: "nearest" }); event.target.focus(); }
  } else preview();
});

// ---- By hand: the grip makes its item draggable, so that texts and inputs beside it can still be marked -------------
document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest?.("[data-grip]")?.closest("[data-item]");
  if (item) item.draggable = true;
});
document.addEventListener("pointerup", (event) => { for (const item of all("[data-item][draggable=true]")) if (item !== dragged) item.draggable = false; });

document.addEventListener("dragstart", (event) => {
  const item = event.target.closest?.("[data-item]");
  if (!item?.draggable || !form?.contains(item)) return;
  dragged = item;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", item.dataset.item);
  requestAnimationFrame(() => item.classList.add("dragged"));
});

const clear = () => { for (const node of all(".over", form)) node.classList.remove("over"); };

document.addEventListener("dragover", (event) => {
  const list = dragged && event.target.closest?.("[data-section]")?.querySelector("[data-items]");
  if (!dragged) return;
  clear();
  if (!list || !mayStand(dragged, list)) return;
  event.preventDefault();
  const over = after(list, event.clientY);
  (over ?? list).classList.add("over");
});

document.addEventListener("drop", (event) => {
  const list = dragged && event.target.closest?.("[data-section]")?.querySelector("[data-items]");
  if (!list || !mayStand(dragged, list)) return;
  event.preventDefault();
  const over = after(list, event.clientY);
  over ? over.before(dragged) : list.append(dragged);
  moved(dragged);
});

document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("dragged");
  dragged.draggable = false;
  dragged = null;
  clear();
});

// The item before which the pointer stands; none: the end of the list.
const after = (list, y) => all("[data-item]", list).find((item) => item !== dragged && y < item.getBoundingClientRect().top + item.offsetHeight / 2);

// ---- The preview follows ------------------------------------------------------------------------------------------
function preview() {
  if (!one("#preview")) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const sent = new FormData(form);
    sent.set("do", "preview");
    const answer = await fetch(form.action, { method: "POST", body: sent, credentials: "same-origin" });
    if (!answer.ok) return;
    const fresh = one("#preview", new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (fresh) one("#preview").replaceChildren(...fresh.childNodes);
  }, 250);
}
