// Runs before the first paint: "system" becomes the mode the reader's system asks for, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const wish = root.dataset.theme || "system";
    const mode = wish === "system" ? (dark.matches ? "dark" : "light") : wish;
    if (root.getAttribute("data-bs-theme") === mode) return;
    root.setAttribute("data-bs-theme", mode);
    document.dispatchEvent(new CustomEvent("dangol:theme"));
  };
  apply();
  dark.addEventListener("change", apply);
  new MutationObserver(apply).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
})();
