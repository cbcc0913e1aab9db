const tables = [...document.querySelectorAll("table.sortable")];
for (const table of tables) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0], declared = [...body.rows];
  heads.forEach((head, i) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    const text = row => row.cells[i].textContent, number = row => parseFloat(row.cells[i].dataset.v);
    const words = i === 0 || declared.every(row => isNaN(number(row)));
    button.onclick = () => {
      const next = { ascending: "descending", descending: "none" }[head.ariaSort] || "ascending";
      heads.forEach(h => h.removeAttribute("aria-sort"));
      head.ariaSort = next;
      const sign = next === "descending" ? -1 : 1;
      const order = (a, b) => words ? text(a).localeCompare(text(b), undefined, { numeric: true }) : (isNaN(number(a)) - isNaN(number(b))) * sign || number(a) - number(b) || 0;
      body.append(...(next === "none" ? declared : [...declared].sort((a, b) => sign * order(a, b))));
    };
  });
}
// Rows are found by the policies that their heading names. What is hidden stays hidden in all tables.
const bar = document.getElementById("bar"), find = bar.querySelector("input"), all = bar.querySelector("button"), status = bar.querySelector("output");
const rows = tables.flatMap(table => [...table.tBodies[0].rows]), hidden = new Set();
const drawnLines = []; // of all figures: {path, name}
const named = row => row.dataset.name || row.cells[0].textContent;
function show() {
  const wanted = find.value.toLowerCase().split(",").map(s => s.trim()).filter(s => s);
  let n = 0;
  for (const row of rows) {
    row.hidden = hidden.has(named(row)) || wanted.length > 0 && !wanted.some(w => named(row).toLowerCase().includes(w));
    n += row.hidden;
  }
  const gone = name => hidden.has(name) || wanted.length > 0 && !wanted.some(w => name.toLowerCase().includes(w));
  for (const line of drawnLines) line.path.style.display = line.name !== undefined && names.has(line.name) && gone(line.name) ? "none" : "";
  all.hidden = n === 0;
  status.textContent = n ? n + (n === 1 ? " row is hidden" : " rows are hidden") : "";
}
for (const row of rows) {
  const hide = document.createElement("button");
  hide.className = "hide";
  hide.textContent = "×";
  hide.ariaLabel = hide.title = "Hide " + named(row) + " in all tables";
  const name = named(row);
  hide.onclick = () => { hidden.add(name); show(); };
  row.onmouseenter = () => rows.forEach(r => r.classList.toggle("same", r.dataset.name === name));
  row.dataset.name = name;
  row.cells[0].append(hide);
}
const names = new Set(rows.map(named));
find.oninput = show;
all.onclick = () => { hidden.clear(); find.value = ""; show(); };
addEventListener("keydown", e => {
  if (e.key === "/" && document.activeElement !== find) { find.focus(); e.preventDefault(); }
  if (e.key === "Escape") all.onclick();
});
addEventListener("beforeprint", () => document.querySelectorAll("details.detail").forEach(d => d.open = true));
bar.hidden = rows.length === 0;

// Figures tell values under the pointer, and draw a part of the time wider. data-panels says
// where panels are and what their axes are; lines are read off the picture itself, and their
// names off its legend, which is above all panels.
const tip = document.createElement("div");
tip.id = "tip";
tip.role = "status";
tip.hidden = true;
document.body.append(tip);
const made = (kind, attributes, parent) => {
  const e = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  parent.append(e);
  return e;
};
const shown = (v, unit) => (Math.abs(v) >= 1e4 ? Math.round(v).toString() : (+v.toPrecision(3)).toString()).replace("-", "−") + unit;

function figure(svg) {
  const panels = JSON.parse(svg.dataset.panels), height = svg.viewBox.baseVal.height, width = svg.viewBox.baseVal.width;
  const top = Math.min(...panels.map(p => p.box[1]));
  const inside = (p, x, y) => x >= p.box[0] - 1 && x <= p.box[2] + 1 && y >= p.box[1] - 1 && y <= p.box[3] + 1;
  const color = path => path.style.fill === "none" ? path.style.stroke + " " + path.style.strokeWidth : "";
  const look = path => color(path) && color(path) + " " + path.style.strokeDasharray;
  const legend = new Map(); // by look, and by colour where one line has it: lines that lie on each other are striped
  const entry = (key, name) => legend.set(key, legend.has(key) && legend.get(key) !== name ? undefined : name);
  let sample = null;
  for (const p of panels) p.drawn = [], p.areas = [], p.from = 0, p.to = 1;
  for (const e of [...svg.querySelectorAll("path, text")]) {
    if (e.tagName === "text") {
      if (-e.getAttribute("y") > height - top && sample) entry(look(sample), e.textContent), entry(color(sample), e.textContent);
      sample = null;
      continue;
    }
    const d = e.getAttribute("d");
    const points = /[AC]/.test(d) ? [] : [...d.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(m => [+m[1], height - m[2]]);
    if (points.length > 1 && points[0][1] < top - 3) sample = look(e) ? e : sample;
    const p = panels.find(p => points.length > 1 && points.every(([x, y]) => inside(p, x, y)));
    if (p && look(e)) p.drawn.push({ path: e, points, name: legend.get(look(e)) ?? legend.get(color(e)) });
    else if (p && e.style.fill !== "none" && points.length > 4) p.areas.push(e);
  }
  for (const p of panels) drawnLines.push(...p.drawn);

  const guide = made("line", { stroke: "#777", "stroke-width": 0.6, "pointer-events": "none", visibility: "hidden" }, svg);
  let at = null; // the panel, and the place in it
  const data = (p, x) => { const v = p.x[0] + (p.from + (p.to - p.from) * (x - p.box[0]) / (p.box[2] - p.box[0])) * (p.x[1] - p.x[0]); return p.logX ? 10 ** v : v; };
  const value = (p, y) => {
    const v = p.y[0] + (p.box[3] - y) / (p.box[3] - p.box[1]) * (p.y[1] - p.y[0]);
    if (p.logY) return 10 ** v * p.timesY;
    return Math.abs(v) < (p.y[1] - p.y[0]) / 2000 ? 0 : v * p.timesY; // no finer than it is drawn
  };
  const heightAt = (line, x) => {
    for (let i = 1; i < line.points.length; i++) {
      const [a, b] = [line.points[i - 1], line.points[i]];
      if (a[0] <= x && x <= b[0]) return b[0] === a[0] ? b[1] : a[1] + (x - a[0]) / (b[0] - a[0]) * (b[1] - a[1]);
    }
  };
  const told = (p, x, y) => {
    if (y !== null && p.marks.length) {
      const away = m => Math.hypot(m.x - x, m.y - y);
      const near = p.marks.filter(m => away(m) < 9).sort((a, b) => away(a) - away(b)).slice(0, 4);
      if (near.length || !p.lines) return near.map(m => m.text).join("\n");
    }
    if (!p.lines) return p.marks.filter(m => Math.abs(m.x - x) < 5).slice(0, 12).map(m => m.text).join("\n");
    const original = p.box[0] + (p.from + (p.to - p.from) * (x - p.box[0]) / (p.box[2] - p.box[0])) * (p.box[2] - p.box[0]);
    const found = new Map();
    for (const line of p.drawn) {
      const h = line.name === undefined || line.path.style.display === "none" ? undefined : heightAt(line, original);
      if (h !== undefined) found.set(line.name, value(p, h));
    }
    if (!found.size) return "";
    const rows = [...found].sort((a, b) => b[1] - a[1]);
    return [p.label + ": " + shown(data(p, x), p.unitX), ...rows.slice(0, 12).map(([name, v]) => name + ": " + shown(v, p.unitY))].join("\n");
  };
  const place = (p, x, y, clientX, clientY) => {
    at = { p, x };
    tip.textContent = told(p, x, y);
    tip.hidden = !tip.textContent;
    tip.style.left = Math.min(clientX + 14, document.documentElement.clientWidth - tip.offsetWidth - 4) + "px";
    tip.style.top = Math.min(clientY + 14, innerHeight - tip.offsetHeight - 4) + "px";
    for (const [k, v] of Object.entries({ x1: x, x2: x, y1: p.box[1], y2: p.box[3], visibility: p.lines ? "visible" : "hidden" })) guide.setAttribute(k, v);
  };
  const leave = () => { tip.hidden = true; guide.setAttribute("visibility", "hidden"); };
  const local = e => { const q = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse()); return [q.x, q.y]; };

  // A part of the time is a picture within the picture, of the same lines.
  const zoom = (p, from, to) => {
    p.wider?.remove();
    [p.from, p.to] = [Math.max(from, 0), Math.min(to, 1)];
    if (p.to - p.from > 0.999) return [p.from, p.to] = [0, 1];
    const [l, t, r, b] = p.box, span = (r - l) * (p.to - p.from);
    p.wider = made("g", { class: "wider" }, svg);
    made("rect", { x: l, y: t, width: r - l, height: b - t, fill: "#fff" }, p.wider);
    made("rect", { x: l - 6, y: b + 0.5, width: r - l + 12, height: 11, fill: "#fff" }, p.wider);
    const part = made("svg", { x: l, y: t, width: r - l, height: b - t, viewBox: [l + (r - l) * p.from, t, span, b - t].join(" "), preserveAspectRatio: "none" }, p.wider);
    const flipped = made("g", { transform: `scale(1, -1) translate(0, ${-height})` }, part);
    const scale = svg.getScreenCTM().a;
    for (const e of [...p.areas, ...p.drawn.filter(line => line.name !== undefined).map(line => line.path)]) {
      const copy = flipped.appendChild(e.cloneNode());
      copy.setAttribute("vector-effect", "non-scaling-stroke"); // its width is then in pixels
      copy.style.strokeWidth = parseFloat(e.style.strokeWidth) * scale;
      copy.style.strokeDasharray = e.style.strokeDasharray.split(/[ ,]+/).map(d => parseFloat(d) * scale || 0).join(" ") || "none";
    }
    made("path", { d: `M${l},${t}V${b}H${r}`, fill: "none", stroke: "#222", "stroke-width": 0.5 }, p.wider);
    for (let i = 0; i <= 4; i++) {
      const x = l + (r - l) * i / 4;
      made("line", { x1: x, x2: x, y1: b, y2: b + 2.5, stroke: "#222", "stroke-width": 0.5 }, p.wider);
      made("text", { x, y: b + 9.5, "text-anchor": "middle", style: "font: 7px 'Liberation Sans', Arial, sans-serif; fill: #222" }, p.wider).textContent = shown(data(p, x), "");
    }
    svg.append(guide);
  };
  let begun = null;
  svg.onpointermove = e => {
    const [x, y] = local(e), p = begun?.p || panels.find(p => inside(p, x, y));
    p ? place(p, Math.min(Math.max(x, p.box[0]), p.box[2]), y, e.clientX, e.clientY) : leave();
  };
  svg.onpointerleave = leave;
  svg.onpointerdown = e => {
    const [x, y] = local(e), p = panels.find(p => inside(p, x, y));
    if (p?.time && e.pointerType !== "touch") begun = { p, x }, e.preventDefault(), svg.focus();
  };
  addEventListener("pointerup", e => {
    if (!begun) return;
    const { p } = begun, part = x => p.from + (p.to - p.from) * (x - p.box[0]) / (p.box[2] - p.box[0]);
    const [a, b] = [begun.x, local(e)[0]].sort((a, b) => a - b);
    begun = null;
    if (b - a > 6) zoom(p, part(a), part(b));
  });
  svg.ondblclick = () => panels.forEach(p => zoom(p, 0, 1));
  svg.tabIndex = 0;
  svg.onblur = leave;
  svg.onkeydown = e => {
    if (e.key === "Escape") return svg.ondblclick(), leave(), e.stopPropagation();
    const first = !at;
    at ||= { p: panels[0], x: (panels[0].box[0] + panels[0].box[2]) / 2 };
    let { p, x } = at, k = panels.indexOf(p);
    const step = (p.box[2] - p.box[0]) / 50, middle = p.from + (p.to - p.from) * (x - p.box[0]) / (p.box[2] - p.box[0]), half = (p.to - p.from) / 2;
    const marks = [...new Set(p.marks.map(m => m.x))].sort((a, b) => a - b);
    switch (e.key) {
      case "ArrowRight": x = p.lines ? x + step : marks.find(m => m > x + 1e-6) ?? x; break;
      case "ArrowLeft": x = p.lines ? x - step : marks.findLast(m => m < x - 1e-6) ?? x; break;
      case "ArrowDown": k++; break;
      case "ArrowUp": k--; break;
      case "+": if (p.time) zoom(p, middle - half / 2, middle + half / 2); break;
      case "-": if (p.time) zoom(p, middle - half * 2, middle + half * 2); break;
      default: if (first) at = null; return;
    }
    e.preventDefault();
    const next = panels[(k + panels.length) % panels.length];
    if (next !== p) [p, x] = [next, (next.box[0] + next.box[2]) / 2];
    x = Math.min(Math.max(x, p.box[0]), p.box[2]);
    const q = new DOMPoint(x, p.box[1]).matrixTransform(svg.getScreenCTM());
    place(p, x, null, q.x, q.y);
  };
}
for (const svg of document.querySelectorAll("svg[data-panels]")) {
  figure(svg);
  document.querySelector(".pointer").hidden = false;
}
