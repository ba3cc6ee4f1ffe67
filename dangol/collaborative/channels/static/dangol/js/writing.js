// The toolbar of the editor puts fields, particles and parts in where the cursor stands. Without script it is a list to copy from.
let last = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-insertable]")) last = event.target;
});

function target(button) {
  const within = button.closest("[data-writing]");
  const shown = (field) => field && within.contains(field) && field.offsetParent !== null;
  return shown(last) ? last : within.querySelector("[data-insert-first]");
}

// What was chosen in the field goes where the text to insert has its first "…".
function insert(field, text) {
  const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
  const whole = chosen && text.includes("…") ? text.replace("…", chosen) : text;
  const one = field.tagName === "INPUT" ? whole.replace(/\s*\n\s*/g, " ") : whole;
  const start = field.selectionStart;
  field.focus();
  // The old command keeps what one can undo; where it is gone, the range is set.
  if (!document.execCommand?.("insertText", false, one)) {
    field.setRangeText(one, start, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const gap = one.indexOf("…");
  if (gap >= 0) field.setSelectionRange(start + gap, start + gap + 1);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insert]");
  if (!button) return;
  button.closest("details")?.removeAttribute("open");
  insert(target(button), button.dataset.insert);
});
