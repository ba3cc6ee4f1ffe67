// Draws the pictures of a page from the JSON blocks beside them, in the colours of tokens.css, and again when the mode changes.
// <div class="plot" data-picture="pareto" data-from="pareto-data"></div>; kinds: pareto, flow, lines, bars, survival.
const drawn = new Map();
const probe = document.createElement("i");
const narrow = () => innerWidth < 700;

// Tokens are pairs (light-dark), so a colour is read from an element that wears it.
function colour(name) {
  probe.style.color = `var(--dg-${name})`;
  return getComputedStyle(probe).color;
}

function base() {
  const text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 11, color: colour("ink-3") };
  return { animation: false, textStyle: text, aria: { enabled: false } };
}

const quiet = () => ({ color: colour("ink-3"), fontSize: 11 });

function axis(more = {}) {
  return { type: "value", axisLine: { lineStyle: { color: colour("line-2") } }, axisTick: { show: false }, axisLabel: { ...quiet(), ...more.axisLabel },
    splitLine: { show: false }, nameTextStyle: quiet(), ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== "axisLabel")) };
}

function rising(more = {}) {
  return axis({ splitLine: { lineStyle: { color: colour("line") } }, axisLine: { show: false }, ...more });
}

function tooltip(more = {}) {
  return { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colour("canvas"), borderColor: colour("line-2"), padding: [6, 10],
    textStyle: { color: colour("ink"), fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily },
    axisPointer: { type: "line", lineStyle: { color: colour("line-control"), type: "dashed" } }, ...more };
}

function unit(data) {
  const format = new Intl.NumberFormat(document.documentElement.lang, data.money
    ? { style: "currency", currency: data.money, notation: "compact", maximumFractionDigits: 1, currencyDisplay: "narrowSymbol" }
    : { notation: "compact", maximumFractionDigits: 1 });
  return (value) => (value === null || value === undefined ? "" : data.percent ? `${Math.round(value * 10) / 10} %` : format.format(value));
}

const rich = () => ({ s: { color: colour("ink-3"), fontWeight: 400, fontSize: 12, lineHeight: 16 } });

// ---- Kinds --------------------------------------------------------------------------------------------------------
function pareto(data) {
  const share = { min: 0, max: 100, interval: 20, axisLabel: { formatter: "{value} %" } };
  const label = (point, offset) => ({ show: true, position: "right", distance: narrow() ? 6 : 10, align: "left", verticalAlign: "top", offset,
    formatter: narrow() ? point.short : point.label, color: colour("ink"), fontSize: 12, fontWeight: 600, lineHeight: 16, rich: rich() });
  const top = data.top.at[0], rest = data.bottom.at[0];
  return {
    grid: { left: 44, right: 16, top: 12, bottom: 40 }, tooltip: tooltip({ formatter: (points) => data.tip.replace("{x}", points[0].value[0]).replace("{y}", points[0].value[1]) }),
    xAxis: axis({ ...share, name: data.x, nameLocation: "middle", nameGap: 26 }), yAxis: rising(share),
    series: [
      { type: "line", data: [[0, 0], [100, 100]], symbol: "none", silent: true, tooltip: { show: false }, lineStyle: { color: colour("line-2"), width: 1, type: "dashed" } },
      { type: "line", data: data.curve, symbol: "none", lineStyle: { color: colour("c1"), width: 2 }, itemStyle: { color: colour("c1") },
        markArea: { silent: true, data: [[{ xAxis: 0, itemStyle: { color: colour("accent-soft") } }, { xAxis: top }], [{ xAxis: rest, itemStyle: { color: colour("sunken") } }, { xAxis: 100 }]] },
        markPoint: { symbol: "circle", symbolSize: 9, silent: true, itemStyle: { color: colour("c1"), borderColor: colour("canvas"), borderWidth: 2 }, data: [
          { coord: data.top.at, label: label(data.top, [0, -4]) },
          { coord: data.bottom.at, itemStyle: { color: colour("c6") }, label: label(data.bottom, [0, 14]) }] } }].reverse(),
  };
}

function flow(data) {
  const tone = { up: colour("c1"), down: colour("c2"), stay: colour("line-2") };
  return { tooltip: tooltip({ trigger: "item", formatter: (item) => (item.dataType === "edge" ? item.data.say : item.name.replace(/^\d+:/, "")) }),
    series: [{ type: "sankey", left: narrow() ? 82 : 92, right: narrow() ? 86 : 96, top: 6, bottom: 6, nodeWidth: 6, nodeGap: 14, layoutIterations: 0, draggable: false,
      emphasis: { focus: "adjacency" }, label: { color: colour("ink"), fontSize: 12, rich: { s: { color: colour("ink-3"), fontSize: 12 } } }, itemStyle: { color: colour("ink-2"), borderWidth: 0 },
      data: data.nodes.map((node) => ({ name: node.name, label: { position: node.side || "right", formatter: node.label } })),
      links: data.links.map(([source, target, value, kind, say]) => ({ source, target, value, say: say ?? `${value}`, lineStyle: { color: tone[kind], opacity: kind === "stay" ? 0.5 : 0.62, curveness: 0.5 } })) }] };
}

const HUES = ["c1", "c2", "c3", "c4", "c5", "c6"];
const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 2], "solid"];

function plane(data, kind) {
  const write = unit(data);
  return { grid: { left: 8, right: 16, top: data.series.length > 1 ? 30 : 12, bottom: data.x ? 24 : 6, containLabel: true },
    legend: data.series.length > 1 ? { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: kind === "bar" ? 8 : 2, textStyle: { color: colour("ink-2"), fontSize: 12 }, inactiveColor: colour("ink-3") } : undefined,
    tooltip: tooltip({ valueFormatter: write }),
    xAxis: axis({ type: "category", data: data.labels, boundaryGap: kind === "bar", name: data.x, nameLocation: "middle", nameGap: 26, axisLabel: { hideOverlap: true } }),
    yAxis: rising({ axisLabel: { formatter: write }, max: data.max, min: data.min }) };
}

function lines(data) {
  return { ...plane(data, "line"), series: data.series.map((line, i) => ({ type: "line", name: line.name, data: line.values, symbol: "none", step: line.step, connectNulls: false,
    lineStyle: { color: colour(line.quiet ? "c6" : HUES[i % 6]), width: line.quiet ? 1.5 : 2, type: line.quiet ? "solid" : DASHES[i % 6] }, itemStyle: { color: colour(line.quiet ? "c6" : HUES[i % 6]) },
    areaStyle: line.area ? { color: colour("accent-soft"), opacity: 0.9 } : undefined })) };
}

function bars(data) {
  return { ...plane(data, "bar"), series: data.series.map((line, i) => ({ type: "bar", name: line.name, data: line.values, stack: data.stacked ? "all" : undefined, barMaxWidth: 28, barMinHeight: 1,
    itemStyle: { color: colour(line.quiet ? "c6" : HUES[i % 6]), borderRadius: data.stacked ? 0 : [2, 2, 0, 0] } })) };
}

const survival = (data) => lines({ percent: true, min: 0, max: 100, ...data, series: data.series.map((line) => ({ step: "end", ...line })) });
const KINDS = { pareto, flow, lines, bars, survival };

// ---- Life ---------------------------------------------------------------------------------------------------------
function draw(place) {
  const source = document.getElementById(place.dataset.from);
  if (!source || !KINDS[place.dataset.picture] || !place.clientWidth) return;
  let chart = drawn.get(place);
  if (!chart) {
    chart = echarts.init(place, null, { renderer: "svg" });
    drawn.set(place, chart);
    chart.on("click", (item) => { const href = item.data?.href ?? JSON.parse(source.textContent).hrefs?.[item.dataIndex]; if (href) location.assign(href); });
  }
  chart.setOption({ ...base(), ...KINDS[place.dataset.picture](JSON.parse(source.textContent)) }, true);
}

function drawAll() {
  for (const [place, chart] of drawn) if (!place.isConnected) { chart.dispose(); drawn.delete(place); }
  document.querySelectorAll("[data-picture]").forEach(draw);
}

let waiting = 0;
function resized() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => { for (const chart of drawn.values()) chart.resize(); drawAll(); });
}

probe.hidden = true;
document.body.append(probe);
drawAll();
document.fonts?.ready.then(drawAll);
addEventListener("resize", resized);
document.addEventListener("dangol:theme", drawAll);
document.body.addEventListener("htmx:afterSettle", drawAll);
matchMedia("print").addEventListener("change", drawAll);
