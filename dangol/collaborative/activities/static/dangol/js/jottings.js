// Notes and files on a record's page: a draft outlives whatever happens to it, files show how far they are, and can be
// dropped on the story or pasted. Without script the same forms are sent as they are.
const one = (selector, within = document) => within.querySelector(selector);
const box = one(".composers");
const attach = one("[data-upload]");

// ---- Drafts -------------------------------------------------------------------------------------------------------
function store(key, text) {
  try { if (text) localStorage.setItem(key, text); else localStorage.removeItem(key); } catch { /* private mode */ }
}
function stored(key) {
  try { return localStorage.getItem(key) ?? ""; } catch { return ""; }
}
function say(form, text) {
  const note = one(".summary-note", form) ?? Object.assign(document.createElement("div"), { className: "summary-note bad", role: "alert" });
  note.textContent = text;
  form.prepend(note);
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const field = one("textarea", form);
  const key = `dangol-draft-${form.dataset.draft}`;
  if (!field.value && stored(key)) { field.value = stored(key); form.closest("details").open = true; }
  field.addEventListener("input", () => store(key, field.value));
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); } });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = one("[type=submit]", form);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
      if (answer.status === 422) return form.submit(); // the page comes back with its sentences, and with what was typed
      if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(String(answer.status));
      store(key, "");
      location.reload();
    } catch {
      say(form, form.dataset.lost);
      setTimeout(() => { button.disabled = false; }, 0);
    }
  });
}

// ---- Mentions: a small picker while one types @name ----------------------------------------------------------------
function mentioning(field, address) {
  const list = Object.assign(document.createElement("ul"), { className: "mention-picker", id: `${field.id}-colleagues`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.mentionWord ?? "");
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  let at = -1, chosen = 0, asked = 0;
  const shut = () => { list.hidden = true; at = -1; field.removeAttribute("aria-activedescendant"); };
  const mark = (place) => {
    chosen = (place + list.children.length) % list.children.length;
    [...list.children].forEach((line, n) => line.setAttribute("aria-selected", String(n === chosen)));
    list.children[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const take = (name) => {
    const end = field.selectionStart;
    field.setRangeText(`@${name} `, at, end, "end");
    shut();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };
  const look = async () => {
    const before = field.value.slice(0, field.selectionStart);
    const found = /(?:^|[^\w@])@([^@\n]{0,40})$/u.exec(before);
    if (!found || /\s{2}|\s\S+\s/u.test(found[1])) return shut();
    const mine = ++asked;
    let colleagues = [];
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(found[1])}`, { headers: { Accept: "application/json" } });
      if (answer.ok) ({ colleagues } = await answer.json());
    } catch { /* typed on by hand */ }
    if (mine !== asked) return;
    if (!colleagues.length) return shut();
    at = before.length - found[1].length - 1;
    list.replaceChildren(...colleagues.map(({ name, email }, n) => {
      const line = Object.assign(document.createElement("li"), { id: `${list.id}-${n}` });
      line.setAttribute("role", "option");
      line.append(Object.assign(document.createElement("span"), { className: "mid", textContent: name }), Object.assign(document.createElement("span"), { className: "meta cut", textContent: email }));
      line.addEventListener("pointerdown", (event) => { event.preventDefault(); take(name); });
      return line;
    }));
    list.hidden = false;
    mark(0);
  };
  field.addEventListener("input", look);
  field.addEventListener("blur", () => setTimeout(shut, 150));
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); mark(chosen + step); }
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") { event.preventDefault(); take(list.children[chosen].querySelector(".mid").textContent); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); shut(); }
  });
}
for (const field of document.querySelectorAll("textarea[data-mention]")) mentioning(field, field.dataset.mention);

// ---- Files --------------------------------------------------------------------------------------------------------
function send(form, file, line) {
  return new Promise((done) => {
    const call = new XMLHttpRequest();
    const body = new FormData();
    body.append("csrfmiddlewaretoken", one("[name=csrfmiddlewaretoken]", form).value);
    body.append("file", file, file.name);
    call.open("POST", form.action);
    call.setRequestHeader("Accept", "application/json");
    call.upload.addEventListener("progress", (event) => { if (event.lengthComputable) one("progress", line).value = event.loaded / event.total; });
    call.addEventListener("loadend", () => {
      let errors = [];
      try { errors = JSON.parse(call.responseText).errors; } catch { errors = [form.dataset.lost]; }
      if (call.status === 201) return done(true);
      line.className = "bad";
      line.textContent = errors[0] === form.dataset.lost || !errors[0] ? `${file.name}: ${form.dataset.lost}` : errors[0];
      done(false);
    });
    call.send(body);
  });
}

async function upload(form, files) {
  if (!files.length) return;
  form.closest("details").open = true;
  const list = one("[data-uploads]", form);
  list.replaceChildren();
  let refused = 0;
  const lines = [...files].map((file) => {
    const line = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { className: "cut", textContent: file.name });
    line.append(name, Object.assign(document.createElement("progress"), { max: 1, value: 0 }));
    list.append(line);
    return [file, line];
  });
  for (const [file, line] of lines) if (!(await send(form, file, line))) refused += 1;
  if (refused === 0) return location.reload();
  one("input[type=file]", form).value = "";
  one("[type=submit]", form).disabled = false;
}

if (attach) {
  attach.addEventListener("submit", (event) => { event.preventDefault(); upload(attach, one("input[type=file]", attach).files); });
  const zone = one("#story");
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  zone.addEventListener("dragover", (event) => { if (holdsFiles(event)) { event.preventDefault(); box.classList.add("over"); } });
  zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) box.classList.remove("over"); });
  zone.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault(); event.stopPropagation();
    box.classList.remove("over");
    upload(attach, event.dataTransfer.files);
  }, true);
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) { event.preventDefault(); upload(attach, files); }
  });
}

// ---- The key n ----------------------------------------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || window.dangol?.isTyping(event.target) || one("dialog[open]")) return;
  const jot = one("[data-jot]");
  if (!jot) return;
  event.preventDefault();
  jot.open = true;
  one("textarea", jot).focus();
});
