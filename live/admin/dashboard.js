"use strict";
const $ = id => document.getElementById(id), txt = (n, d) => n == null ? "–" : Number(n).toFixed(d);

function el(tag, text, cls) {
  const e = document.createElement(tag);
  e.textContent = text;
  if (cls) e.className = cls;
  return e;
}

function svgEl(tag, attributes, text) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const k in attributes) e.setAttribute(k, attributes[k]);
  if (text != null) e.textContent = text;
  return e;
}

function rows(table, head, body) {
  const line = (tag, cells) => {
    const r = document.createElement("tr");
    cells.forEach(x => { const c = el(tag, ""); c.append(x); r.append(c); });
    return r;
  };
  table.replaceChildren(line("th", head), ...body.map(r => line("td", r)));
}

// shortened shows the end of a long name where there is little room, and all of it in a title.
function shortened(name) {
  const all = el("span", "");
  all.title = name;
  if (name.length > 16) all.append(el("span", name.slice(0, -8), "head"), name.slice(-8));
  else all.append(name);
  return all;
}

// ticks are round numbers from 0 up to the first that is not below top: three to five.
function ticks(top, least) {
  const raw = Math.max(top, least) / 3, power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(least, power * [1, 2, 5, 10].find(m => m * power >= raw * .999)), out = [0];
  while (out.at(-1) < top || out.length < 2) out.push(out.length * step);
  return out.map(v => Number(v.toPrecision(6)));
}

// lines draws [second, value] of the last 3 minutes; a value of null is a gap, and what
// stands alone a dash. Values are multiples of least.
function lines(svg, series, now, least) {
  const w = svg.clientWidth || 600, h = svg.clientHeight || 210, left = 46, right = 14, top = 12, bottom = 24;
  const marks = ticks(Math.max(...series.flatMap(s => s.points.map(p => p[1] || 0)), 0), least);
  const x = at => left + (w - left - right) * (1 - (now - at) / 180), y = v => h - bottom - (h - top - bottom) * v / marks.at(-1);
  svg.setAttribute("viewBox", `0 0 ${w} ${h}`);
  svg.replaceChildren();
  const grid = (x1, y1, x2, y2) => svg.append(svgEl("line", {x1, y1, x2, y2, stroke: "var(--line)"}));
  for (const v of marks) {
    grid(left, y(v), w - right, y(v));
    svg.append(svgEl("text", {x: left - 6, y: y(v) + 4, "text-anchor": "end"}, v));
  }
  for (const ago of [180, 120, 60, 0]) {
    grid(x(now - ago), top, x(now - ago), h - bottom);
    svg.append(svgEl("text", {x: x(now - ago), y: h - 7, "text-anchor": ago == 180 ? "start" : ago ? "middle" : "end"}, ago ? `−${ago} s` : "now"));
  }
  const draw = (points, stroke) => svg.append(svgEl("polyline", {fill: "none", stroke, "stroke-width": 2, points: points.map(([at, v]) => `${Math.max(left, x(at)).toFixed(1)},${y(v).toFixed(1)}`).join(" ")}));
  for (const s of series) {
    let run = [];
    for (const p of [...s.points, [0, null]]) {
      if (p[1] != null) { run.push(p); continue; }
      if (run.length) draw([[run[0][0] - .5, run[0][1]], ...run, [run.at(-1)[0] + .5, run.at(-1)[1]]], s.color);
      run = [];
    }
  }
  const caption = svg.previousElementSibling;
  if (caption.childElementCount) return;
  for (const s of series) {
    const entry = el("span", ""), swatch = el("i", "");
    swatch.style.background = s.color;
    entry.append(swatch, s.name);
    caption.append(entry);
  }
}

function tiles(d) {
  const sum = (list, k) => list.reduce((n, x) => n + x[k], 0), all = k => sum(d.pools, k), last = d.seconds.slice(-10), minute = d.seconds.slice(-60), ended = sum(minute, "answers");
  const left = d.time_left_s == null ? "–" : d.time_left_s < 600 ? txt(d.time_left_s, 0) + " s" : d.time_left_s < 3600 ? txt(d.time_left_s / 60, 0) + " min" : txt(d.time_left_s / 3600, 1) + " h";
  const list = [["ready VMs", all("ready")], ["booting", all("launching") + all("booting")], ["draining", all("draining")], [d.scaling_paused ? "wanted (scaling paused)" : "wanted", all("desired")],
    ["answers/s, last 10 s", txt(sum(last, "answers") / Math.max(last.length, 1), 1)], ["in flight", d.in_flight], ["queued", d.queued], ["functions at work", d.functions_in_flight],
    ["SLO misses, last min", ended ? txt(100 * sum(minute, "missed") / ended, 1) + " %" : "–"], ["failures, last 10 s", sum(last, "failures")], ["retries so far", d.counts.retries], ["rejected so far", d.counts.rejected + d.counts.shed],
    ["spent, $", txt(d.spend.usd, 4)], ["$ per hour now", txt(d.spend.usd_per_hour, 3)], ["budget, $", d.spend.budget_usd || "–"], ["time left", left]];
  if (d.counts.keyed) list.push(["found in the LRU cache", txt(100 * d.counts.recognised / d.counts.keyed, 1) + " %"]);
  if (d.table) list.push(["write units of the table", txt(d.table.write_units, 0)], ["read units of it", txt(d.table.read_units, 1)]);
  $("tiles").replaceChildren(...list.map(([k, v]) => { const t = el("div", "", "tile"); t.append(el("b", v), el("span", k)); return t; }));
}

function charts(d) {
  const points = k => d.seconds.map(x => [x.at_s + .5, x[k]]);
  const line = (name, color, k) => ({name, color: `var(--${color})`, points: points(k)});
  lines($("rate"), [line("all", "blue", "answers"), line("by functions", "gold", "functions"), line("SLO missed", "red", "missed")], d.uptime_s, 1);
  lines($("times"), [line("median", "blue", "p50_s"), line("99th percentile", "red", "p99_s")], d.uptime_s, .001);
  lines($("fleet"), [line("wanted", "gold", "wanted"), line("ready", "blue", "ready")], d.uptime_s, 1);
  lines($("inside"), [line("all", "blue", "inside"), line("queued at the gateway", "red", "queued")], d.uptime_s, 1);
}

function decision(d, x) {
  const l = el("li", ""), at = el("time", new Date(Date.now() - 1000 * (d.uptime_s - x.at_s)).toLocaleTimeString([], {hour12: false}));
  at.title = txt(x.at_s, 1) + " s after the start";
  l.append(at, el("span", x.what, /lost|failed|reject|taken/.test(x.what) ? "lost" : /launch/.test(x.what) ? "launch" : /ready/.test(x.what) ? "ready" : ""), el("small", " · " + x.because));
  return l;
}

function show(d) {
  document.title = $("title").textContent = "cnv: " + (d.title || d.policy);
  $("paused").style.display = d.scaling_paused ? "block" : "none";
  $("pause").textContent = d.scaling_paused ? "Resume scaling" : "Pause scaling";
  $("pause").value = d.scaling_paused ? "resume" : "pause";
  if ($("pool").childElementCount != d.pools.length) $("pool").replaceChildren(...d.pools.map(p => el("option", p.name)));
  $("pool").hidden = d.pools.length < 2;
  document.querySelector(".size").hidden = d.pools.length == 0;
  tiles(d);
  charts(d);
  rows($("workers"), ["worker", "instance", "pool", "in flight", "work left, s", "CPU", "failures"], d.workers.map(w => [w.worker, shortened(w.where || "–"), w.pool, w.in_flight, txt(w.work_left_s, 2), w.cpu_age_s < 0 ? "–" : txt(100 * w.cpu, 0) + " %", w.failures + (w.standing ? " (" + w.standing + ")" : "")]));
  const total = "total" + (d.spend.budget_usd ? ` of a budget of $${d.spend.budget_usd}` : "");
  rows($("spend"), ["line", "$ per hour", "$ so far"], (d.spend.lines || []).map(l => [l.name, txt(l.usd_per_hour, 4), txt(l.usd, 6)]).concat([[total, txt(d.spend.usd_per_hour, 4), txt(d.spend.usd, 6)]]));
  if ($("name").childElementCount != d.settings.length) $("name").replaceChildren(...d.settings.map(s => el("option", s.name)));
  rows($("settings"), ["setting", "is", "meaning"], d.settings.map(s => [s.name, s.value, s.doc]));
  $("decisions").replaceChildren(...d.decisions.map(x => decision(d, x)));
}

// What changes something wants the token where no cookie says who asks: it is asked for
// once, and kept by this page only.
let token = "", waiting = "";

function say(text) {
  $("note").textContent = text;
  $("note").hidden = !text;
}

async function change(path) {
  try {
    const r = await fetch(path, {method: "POST", headers: token ? {Authorization: "Bearer " + token} : {}, signal: AbortSignal.timeout(10000)});
    const body = await r.text();
    $("ask").hidden = r.status != 401;
    if (r.status == 401) {
      say(token ? "The gateway does not know this token." : "A change wants the token: live --serve prints it, or takes it from --admin-token FILE.");
      [token, waiting] = ["", path];
      $("token").value = "";
      $("token").focus();
      return;
    }
    say(r.ok ? JSON.parse(body).note || "Done." : body);
  } catch (e) {
    say("The gateway does not answer: try again.");
  }
}

function send() {
  token = $("token").value.trim();
  if (token) change(waiting);
}
$("pause").addEventListener("click", () => change($("pause").value));
$("send").addEventListener("click", send);
$("token").addEventListener("keydown", e => { if (e.key == "Enter") { e.preventDefault(); send(); } });
$("change").addEventListener("submit", e => { e.preventDefault(); change("set?" + new URLSearchParams({n: $("n").value, pool: $("pool").value})); });
$("setting").addEventListener("submit", e => { e.preventDefault(); change("set?" + new URLSearchParams({name: $("name").value, value: $("value").value})); });

async function tick() {
  try {
    const r = await fetch("dashboard.json", {cache: "no-store", signal: AbortSignal.timeout(3000)});
    if (!r.ok) throw 0;
    show(await r.json());
    $("stale").style.display = "none";
  } catch (e) {
    $("stale").style.display = "block";
  }
  setTimeout(tick, 1000);
}
tick();
