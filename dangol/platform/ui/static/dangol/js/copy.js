// Buttons that copy what stands in another element: <button data-copy="#id" data-copied="Copied" hidden>.
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.querySelector(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  const [icon, label, title] = [button.querySelector(".ti"), button.ariaLabel, button.title];
  const show = (name, said, hint) => { icon.className = `ti ti-${name}`; button.ariaLabel = said; button.title = hint; };
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    show("check", button.dataset.copied, button.dataset.copied);
    setTimeout(() => show("copy", label, title), 2000);
  });
}
