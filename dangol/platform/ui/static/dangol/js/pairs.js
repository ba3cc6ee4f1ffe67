// The queue of likely duplicates by keys: j and k go down and up, m opens the merge, x says that two are not the same.
const pairs = () => [...document.querySelectorAll("[data-pair]")];

function step(by) {
  const all = pairs();
  const at = all.indexOf(document.activeElement?.closest("[data-pair]"));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const here = document.activeElement?.closest("[data-pair]");
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "m" && here) here.querySelector("[data-merge]")?.click();
  else if (event.key === "x" && here) here.querySelector("[data-different]")?.click();
  else return;
  event.preventDefault();
});
