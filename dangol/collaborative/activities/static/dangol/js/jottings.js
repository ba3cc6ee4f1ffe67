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
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Requested-With": "fetch" } });
      if (answer.status === 422) return form.submit(); // the page comes back with its sentences, and with what was typed
      if (!answer.ok) throw new Error(String(answer.status));
      store(key, "");
      location.reload();
    } catch {
      say(form, form.dataset.lost);
      setTimeout(() => { button.disabled = false; }, 0);
    }
  });
}

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
