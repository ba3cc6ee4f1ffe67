// Walks a list record by record: the list leaves its rows' addresses in this tab, the record page offers the next and the one before.
const KEPT = "dangol.list";
const one = (selector) => document.querySelector(selector);

function keep() {
  const rows = [...document.querySelectorAll(".list-form tbody tr[data-href]")].map((row) => row.dataset.href);
  if (rows.length) sessionStorage.setItem(KEPT, JSON.stringify({ rows, back: location.pathname + location.search }));
}

function offer(bar) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  const at = kept?.rows.indexOf(location.pathname) ?? -1;
  if (at < 0) return;
  bar.hidden = false;
  one("[data-walk-place]").textContent = bar.dataset.words.replace("%(place)s", (at + 1).toLocaleString(document.documentElement.lang)).replace("%(total)s", kept.rows.length.toLocaleString(document.documentElement.lang));
  const crumb = one(".top a.crumb");
  if (crumb && kept.back.split("?")[0] === crumb.pathname) crumb.href = kept.back;
  for (const [name, to] of [["previous", kept.rows[at - 1]], ["next", kept.rows[at + 1]]]) {
    const link = one(`[data-walk="${name}"]`);
    if (to) link.href = to; else link.setAttribute("aria-disabled", "true");
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || window.dangol?.isTyping(event.target) || one("dialog[open], .editing")) return;
    const link = { k: "previous", j: "next" }[event.key];
    if (link && one(`[data-walk="${link}"]`).href) one(`[data-walk="${link}"]`).click();
  });
}

const bar = one("#walk");
if (bar) offer(bar);
else if (one(".list-form")) { document.addEventListener("click", keep, true); document.addEventListener("keydown", keep, true); }
