// Charts from their own tables: <figure class="chart" data-kind="bar"> holds the table that it is drawn from, so the
// numbers are there for whoever reads them, and nothing is told twice. `data-kind`: bar, stacked, line, area, pie.
// A graph of things and links: <figure data-graph="id of a <script type=application/json>"> {nodes, links}.
import { init } from "/static/vendor/charts.js";

const language = document.documentElement.lang;

function token(name) {
  // light-dark() is resolved by the browser where it is used, so a probe is asked
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function read(table) {
  const columns = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell, at) => (at ? Number(cell.dataset.value) : cell.textContent)));
  return { columns, rows };
}

function number(value, unit) {
  return unit ? `${value.toLocaleString(language)} ${unit}` : value.toLocaleString(language);
}

function colours() {
  return Array.from({ length: 8 }, (_, at) => token(`series-${at + 1}`));
}

function base(unit) {
  const ink = token("ink-soft");
  const line = token("line");
  return {
    color: colours(),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    animationDuration: 300,
    aria: { enabled: false },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: token("raised"), borderColor: line, textStyle: { color: token("ink"), fontSize: 13 }, valueFormatter: (value) => number(value, unit) },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: { color: ink }, type: "scroll", pageTextStyle: { color: ink } },
    grid: { left: 4, right: 8, top: 36, bottom: 4, containLabel: true },
    xAxis: { type: "category", axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: ink, hideOverlap: true } },
    yAxis: { type: "value", axisLabel: { color: ink, formatter: (value) => value.toLocaleString(language, { notation: "compact" }) }, splitLine: { lineStyle: { color: line } } },
  };
}

function axes(kind, { columns, rows }, unit) {
  const made = base(unit);
  made.xAxis.data = rows.map((row) => row[0]);
  made.series = columns.slice(1).map((name, at) => ({
    name,
    type: kind === "bar" || kind === "stacked" ? "bar" : "line",
    stack: kind === "stacked" || kind === "area" ? "all" : undefined,
    areaStyle: kind === "area" ? { opacity: 0.25 } : undefined,
    showSymbol: rows.length < 3,
    barMaxWidth: 36,
    itemStyle: kind === "bar" ? { borderRadius: [3, 3, 0, 0] } : undefined,
    data: rows.map((row) => row[at + 1]),
  }));
  if (made.series.every(({ data }) => data.every(Number.isInteger))) made.yAxis.minInterval = 1;
  if (made.series.length < 2) { made.legend.show = false; made.grid.top = 12; }
  return made;
}

function pie({ rows }, unit) {
  const made = base(unit);
  delete made.xAxis; delete made.yAxis; delete made.grid;
  made.tooltip.trigger = "item";
  made.series = [{ type: "pie", radius: ["52%", "80%"], top: 24, label: { color: token("ink-soft") }, data: rows.map(([name, value]) => ({ name, value })) }];
  return made;
}

function graph({ nodes, links }) {
  const { color, textStyle, tooltip } = base("");
  const tones = [...new Set(nodes.map((node) => node.group))];
  return {
    color, textStyle,
    tooltip: { ...tooltip, trigger: "item", valueFormatter: undefined, formatter: ({ data }) => data.about ?? data.name },
    legend: { ...base("").legend, type: "plain", data: tones },
    series: [{
      type: "graph", layout: "force", top: 72, bottom: 20, left: 60, right: 60, roam: false, draggable: true,
      force: { repulsion: 260, edgeLength: [60, 130], gravity: 0.12, layoutAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches },
      categories: tones.map((name) => ({ name })),
      label: { show: true, position: "bottom", color: token("ink"), fontSize: 12, formatter: ({ data }) => (data.label.length > 20 ? `${data.label.slice(0, 19)}…` : data.label) },
      edgeLabel: { show: links.length < 12, color: token("ink-soft"), fontSize: 11, formatter: ({ data }) => data.label ?? "" },
      lineStyle: { color: token("line-strong"), width: 1.5 },
      emphasis: { focus: "adjacency" },
      data: nodes.map((node) => ({ id: node.id, name: node.id, label: node.label, about: node.about, category: tones.indexOf(node.group), symbolSize: node.size ?? 26 })),
      links: links.map((link) => ({ source: link.source, target: link.target, label: link.label, about: link.about, link: link.link, lineStyle: link.cut ? { type: "dashed", opacity: 0.5 } : undefined })),
    }],
  };
}

function options(figure) {
  if (figure.dataset.graph) return graph(JSON.parse(document.getElementById(figure.dataset.graph).textContent));
  const told = read(figure.querySelector("table"));
  return figure.dataset.kind === "pie" ? pie(told, figure.dataset.unit) : axes(figure.dataset.kind, told, figure.dataset.unit);
}

function paint(figure) {
  const canvas = document.createElement("div");
  canvas.className = "chart-canvas";
  canvas.setAttribute("aria-hidden", "true");
  if (figure.dataset.height) canvas.style.setProperty("--height", figure.dataset.height);
  figure.prepend(canvas);
  figure.dataset.drawn = "";
  let chart;
  const fit = () => {
    if (!canvas.clientWidth || !canvas.clientHeight) return; // hidden or taken away: a graph cannot be laid out on nothing
    if (chart) return chart.resize();
    chart = init(canvas, null, { renderer: "canvas" });
    chart.setOption(options(figure));
    chart.on("click", ({ dataType, data }) => {
      if (dataType === "edge") figure.dispatchEvent(new CustomEvent("trenza:link", { bubbles: true, detail: data }));
    });
  };
  new ResizeObserver(fit).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart?.setOption(options(figure), true));
}

/** Draw figures that are not drawn yet. */
export function drawAll(figures) {
  for (const figure of figures) if (!("drawn" in figure.dataset)) paint(figure);
}
