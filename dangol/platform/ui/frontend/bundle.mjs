// Bundles the npm packages into one folder of static files.
// Usage: node bundle.mjs OUT ICONS, run in a folder that holds node_modules; ICONS is a file with one icon name a line.
import { build } from "esbuild";
import { PurgeCSS } from "purgecss";
import subsetFont from "subset-font";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [out, iconList] = process.argv.slice(2);
const here = import.meta.dirname;
const modules = join(process.cwd(), "node_modules");
const read = (path) => readFileSync(join(modules, path), "utf8");

// Parts of Tabler that templates may use. The rest of its style sheet is left out; add a name here when a page needs it.
const TABLER = `html body a button input select textarea label table th td fieldset legend hr img svg summary details dialog
  code pre small strong sub sup abbr address optgroup output progress iframe template hidden
  btn form-control form-select form-check form-check-input form-check-label form-label form-hint form-switch form-range
  form-control-sm form-select-sm is-invalid is-valid invalid-feedback was-validated valid-feedback input-group input-group-text
  type checkbox radio checked indeterminate file number search
  required disabled active show visually-hidden visually-hidden-focusable`;

async function tabler() {
  const [result] = await new PurgeCSS().purge({
    content: [{ raw: TABLER, extension: "html" }],
    css: [{ raw: read("@tabler/core/dist/css/tabler.min.css") }],
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
    safelist: { greedy: [/data-bs-theme/] },
    variables: true,
    keyframes: true,
  });
  return result.css;
}

async function icons() {
  const css = read("@tabler/icons-webfont/dist/tabler-icons.css");
  const code = new Map([...css.matchAll(/\.ti-([a-z0-9-]+):before\s*\{\s*content:\s*"\\([0-9a-f]+)"/g)].map((m) => [m[1], m[2]]));
  writeFileSync(join(out, "icon-names.txt"), [...code.keys()].join("\n"));
  const wanted = readFileSync(iconList, "utf8").split("\n").filter((name) => code.has(name));
  const font = readFileSync(join(modules, "@tabler/icons-webfont/dist/fonts/tabler-icons.ttf"));
  const letters = wanted.map((name) => String.fromCodePoint(parseInt(code.get(name), 16))).join("");
  writeFileSync(join(out, "icons.woff2"), await subsetFont(font, letters || " ", { targetFormat: "woff2" }));
  const rules = wanted.map((name) => `.ti-${name}:before{content:"\\${code.get(name)}"}`).join("");
  return `@font-face{font-family:"tabler-icons";font-style:normal;font-weight:400;font-display:block;src:url("icons.woff2?${wanted.length}") format("woff2")}` +
    `.ti{font-family:"tabler-icons"!important;font-style:normal;font-weight:400;font-variant:normal;text-transform:none;line-height:1;-webkit-font-smoothing:antialiased}${rules}`;
}

function letters() {
  const from = "pretendard/dist/web/variable";
  cpSync(join(modules, from, "woff2-dynamic-subset"), join(out, "pretendard"), { recursive: true });
  return read(`${from}/pretendardvariable-dynamic-subset.css`).replaceAll("./woff2-dynamic-subset/", "pretendard/");
}

async function minified(css) {
  const done = await build({ stdin: { contents: css, loader: "css" }, minify: true, write: false, legalComments: "none" });
  return done.outputFiles[0].text;
}

async function script(name, entry) {
  await build({ entryPoints: [entry], outfile: join(out, name), bundle: true, minify: true, format: "iife", target: "es2022",
    nodePaths: [modules], legalComments: "none" });
}

function squeeze() {
  for (const name of readdirSync(out).filter((n) => /\.(css|js)$/.test(n))) {
    const raw = readFileSync(join(out, name));
    writeFileSync(join(out, `${name}.gz`), gzipSync(raw, { level: 9 }));
    writeFileSync(join(out, `${name}.br`), brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  }
}

mkdirSync(out, { recursive: true });
writeFileSync(join(out, "base.css"), await minified((await tabler()) + (await icons())));
writeFileSync(join(out, "letters.css"), await minified(letters()));
for (const [name, path] of [["htmx.js", "htmx.org/dist/htmx.min.js"], ["alpine.js", "@alpinejs/csp/dist/cdn.min.js"]])
  cpSync(join(modules, path), join(out, name));
await script("echarts.js", join(here, "charts-entry.js"));
await script("dangol.js", join(here, "visitor-script.js"));
for (const name of ["@alpinejs/csp", "@tabler/core", "@tabler/icons-webfont", "echarts", "htmx.org", "pretendard"])
  for (const file of readdirSync(join(modules, name)).filter((n) => /^(licen[sc]e|notice)/i.test(n)))
    cpSync(join(modules, name, file), join(out, "licenses", `${name.replace("/", "-")}-${file}`), { recursive: true });
squeeze();
for (const name of readdirSync(out).filter((n) => !/\.(gz|br)$/.test(n) && statSync(join(out, n)).isFile()))
  console.log(JSON.stringify({ name, bytes: statSync(join(out, name)).size,
    gzip: /\.(css|js)$/.test(name) ? statSync(join(out, `${name}.gz`)).size : null }));
