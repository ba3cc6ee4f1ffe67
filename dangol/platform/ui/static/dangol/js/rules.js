// The builder of rules: acts redraw the builder in place, and a field is found by typing. Without script the same
// buttons send the form.
const form = document.querySelector("#rules-form");
const builder = () => document.querySelector("#builder");

function redraw(act, focus) {
  const values = { act };
  htmx.ajax("POST", builder().dataset.draft, { source: form, target: "#builder", swap: "outerHTML", values }).then(() => {
    htmx.trigger("#preview", "drawn");
    focus?.();
  });
}

// The new condition's first input gets the focus; after taking one away, the group it stood in.
function afterAdd(place) {
  return () => {
    const at = place === "g" ? "#builder > .rule-group" : null;
    const group = at ? document.querySelector(at) : document.querySelector(`[name="${place}.join"]`)?.closest(".rule-group");
    const leaves = group ? [...group.children].filter((part) => part.matches(".rule-leaf")) : [];
    leaves.at(-1)?.querySelector(".rule-value input, .rule-value select, .rule-op")?.focus();
  };
}

form?.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  event.preventDefault();
  const [verb, place] = button.value.split(":");
  redraw(button.value, verb === "add" ? afterAdd(place) : () => builder().querySelector("select, button")?.focus());
});

form?.addEventListener("change", (event) => { if (event.target.matches("[data-redraw]")) redraw("", () => form.querySelector(`[name="${event.target.name}"]`)?.focus()); });

form?.addEventListener("input", (event) => {
  if (!event.target.matches("[data-find-field]")) return;
  event.stopPropagation();
  const words = event.target.value.trim().toLowerCase().split(/\s+/);
  for (const section of event.target.closest(".menu").querySelectorAll("section")) {
    const items = [...section.querySelectorAll("button.item")];
    const heading = section.querySelector("h3, summary").textContent.toLowerCase();
    for (const item of items) {
      const hay = `${heading} ${item.textContent.toLowerCase()}`;
      item.hidden = !words.every((word) => hay.includes(word));
    }
    section.hidden = items.every((item) => item.hidden);
    const fold = section.querySelector("details");
    if (fold) fold.open = words[0] !== "";
  }
});

// Enter in the search takes the first field that is left; elsewhere it must not press the first button of the form.
form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox])")) return;
  event.preventDefault();
  if (event.target.matches("[data-find-field]")) event.target.closest(".menu").querySelector("section:not([hidden]) button.item:not([hidden])")?.click();
  else redraw("");
});

form?.addEventListener("toggle", (event) => { if (event.target.open && event.target.matches(".rule-add")) event.target.querySelector("[data-find-field]")?.focus(); }, true);
