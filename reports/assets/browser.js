"use strict";

// The sample browser. It reads the page's own data, makes elements and sets their texts; nothing here parses markup.
(() => {
  const ROWS = 100; // made at a time
  const CHOICES = 50; // of a filter, the commonest
  const FAILED = "!pass"; // no verdict is called so
  const FILTERS = {
    verdict: (sample) => sample.verdict,
    reason: (sample) => sample.reason,
    set: (sample) => problemOf(sample).set,
    level: (sample) => problemOf(sample).level,
    decode: (sample) => problemOf(sample).decode,
  };
  const TABS = Object.keys(PANELS);
  const part = (name) => document.getElementById(name ? `browser-${name}` : "browser");
  const filters = [...document.querySelectorAll("[data-filter]")];
  const list = part("list");
  let data, shown = [], at = -1, made = 0, tab = "code";

  // Which samples.

  const problemOf = (sample) => data.problems[sample.problem];
  const counted = (count) => `${count.toLocaleString("en")} ${count === 1 ? "sample" : "samples"}`;

  // A choice says how many samples the box leaves of it.
  function fillFilter(select) {
    const counts = new Map(), left = new Map(), chosen = select.value;
    const add = (counted, value) => counted.set(value, (counted.get(value) ?? 0) + 1);
    for (const sample of data.samples) {
      const value = FILTERS[select.dataset.filter](sample);
      if (value) add(counts, value);
      if (value && (!part("flipped").checked || problemOf(sample).flip)) add(left, value);
    }
    const values = [...counts].sort((one, other) => other[1] - one[1]).slice(0, CHOICES);
    select.replaceChildren(
      new Option("any", ""),
      ...(select.dataset.filter === "verdict" ? [new Option("any but pass", FAILED)] : []),
      ...values.map(([value]) => new Option(`${value} (${left.get(value) ?? 0})`, value)),
    );
    select.value = chosen;
    select.parentElement.hidden = counts.size < (select.dataset.filter === "reason" ? 1 : 2);
  }

  function passes(sample, wanted, text, flipped) {
    const problem = problemOf(sample);
    const asked = ([name, value]) => value === FAILED ? sample.verdict !== "pass" : FILTERS[name](sample) === value;
    if ((flipped && !problem.flip) || !wanted.every(asked)) return false;
    const texts = text ? [problem.id, problem.prompt, sample.completion, sample.reason, sample.detail] : [];
    return !text || texts.some((each) => each.toLowerCase().includes(text));
  }

  function applyFilters() {
    const wanted = filters.filter((select) => select.value).map((select) => [select.dataset.filter, select.value]);
    const text = part("search").value.toLowerCase(), flipped = part("flipped").checked;
    const current = shown[at];
    const among = (boxed) => [...data.samples.keys()].filter((place) => passes(data.samples[place], wanted, text, boxed));
    shown = among(flipped);
    const hidden = flipped && !shown.length ? among(false).length : 0;
    part("hidden").textContent = hidden ? `The box above hides ${counted(hidden)} that would match.` : "";
    part("untick").hidden = !hidden;
    list.replaceChildren();
    made = 0;
    at = -1;
    grow(ROWS);
    part("status").textContent = `${counted(shown.length)} of ${data.samples.length.toLocaleString("en")}.`;
    select(Math.max(0, shown.indexOf(current)));
  }

  function clearFilters() {
    for (const each of [...filters, part("search")]) each.value = "";
    tick(false);
  }

  function tick(checked) {
    part("flipped").checked = checked;
    filters.forEach(fillFilter);
    applyFilters();
  }

  // The list.

  function grow(count) {
    const until = Math.min(shown.length, count);
    for (; made < until; made++) list.append(row(made));
  }

  function row(place) {
    const sample = data.samples[shown[place]], problem = problemOf(sample);
    const name = make("span", { class: "name" }, problem.id);
    const about = [`sample ${sample.index}`, sample.reason, problem.flip].filter(Boolean).join(" · ");
    const detail = sample.detail.split("\n", 1)[0];
    const position = { "aria-posinset": place + 1, "aria-setsize": shown.length, "aria-selected": false };
    const attributes = { role: "option", id: `browser-row-${place}`, "data-place": place, ...position };
    const lines = [about, detail].map((line) => make("small", {}, line));
    return make("li", attributes, badge(sample.verdict), " ", name, ...lines);
  }

  function select(place) {
    const before = list.children[at];
    before?.setAttribute("aria-selected", "false");
    at = Math.min(Math.max(place, 0), shown.length - 1);
    part("panes").classList.toggle("nothing", at < 0);
    if (at < 0) return list.removeAttribute("aria-activedescendant");
    grow(at + 50);
    const item = list.children[at];
    item.setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", item.id);
    const below = item.offsetTop + item.offsetHeight - list.clientHeight;
    list.scrollTop = Math.max(below, Math.min(item.offsetTop, list.scrollTop));
    show();
  }

  function step(by) {
    select(at + by);
    remember();
    part("panes").scrollIntoView({ block: "nearest" });
  }

  // One sample.

  function show() {
    const sample = data.samples[shown[at]], problem = problemOf(sample);
    const now = problem.rates.at(-1), before = data.before === null ? null : problem.rates[data.before];
    part("title").replaceChildren(badge(sample.verdict), ` ${problem.id} · sample ${sample.index}`);
    const solved = now && `problem solved ${rate(now)} times`;
    const earlier = before && `${data.rounds[data.before]}: ${rate(before)}`;
    part("facts").textContent = [sample.facts, solved, earlier, problem.flip].filter(Boolean).join(" · ");
    part("detail").textContent = sample.detail;
    openTab(tab);
  }

  function openTab(name) {
    tab = name;
    for (const button of part("tabs").children) {
      button.setAttribute("aria-selected", button.dataset.tab === tab);
      button.tabIndex = button.dataset.tab === tab ? 0 : -1;
    }
    const panel = part("panel");
    panel.setAttribute("aria-labelledby", `browser-tab-${tab}`);
    panel.replaceChildren(...(at < 0 ? [] : PANELS[tab](data, data.samples[shown[at]])));
    panel.scrollTop = 0;
  }

  // Links to a sample: #s=<problem>/<sample>.

  function remember() {
    const sample = data.samples[shown[at]];
    if (!sample) return;
    const id = encodeURIComponent(problemOf(sample).id).replaceAll("%2F", "/");
    try {
      history.replaceState(null, "", `#s=${id}/${sample.index}`);
    } catch { /* a browser that allows it only so often */ }
  }

  function follow() {
    let hash = location.hash;
    try {
      hash = decodeURIComponent(hash);
    } catch { /* as it is, then */ }
    const match = /^#s=(.+)\/(\d+)$/s.exec(hash);
    if (!match) return;
    const found = (fits) => data.samples.findIndex((each) => problemOf(each).id === match[1] && fits(each));
    const asked = found((each) => each.index === +match[2]);
    const place = asked < 0 ? found(() => true) : asked;
    part("").scrollIntoView();
    if (place >= 0 && !shown.includes(place)) clearFilters();
    if (place >= 0) select(shown.indexOf(place));
    if (asked >= 0) return;
    part("status").textContent = `Sample ${match[2]} of ${match[1]} is not on this page; a terminal shows it.`;
  }

  // Keys.

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => part("search").focus(),
    d: () => openTab("evolution"),
    "?": () => part("keys").showModal(),
    ...Object.fromEntries(TABS.map((name, place) => [place + 1, () => openTab(name)])),
  };

  function onKey(event) {
    const typing = event.target.matches("select, textarea, input:not([type=checkbox])");
    const meant = part("keys-on").checked && !part("keys").open && !typing;
    if (!meant || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  }

  function onListKey(event) {
    const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 };
    if (!(event.key in places)) return;
    event.preventDefault();
    select(places[event.key]);
    remember();
  }

  function onTabKey(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    openTab(TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length]);
    part(`tab-${tab}`).focus();
  }

  function listen() {
    for (const each of [...filters, part("search")]) each.addEventListener("input", applyFilters);
    part("flipped").addEventListener("input", () => tick(part("flipped").checked));
    part("untick").addEventListener("click", () => {
      tick(false);
      list.focus();
    });
    part("search").addEventListener("keydown", (event) => event.key === "Enter" && list.focus());
    list.addEventListener("scroll", () => {
      if (list.scrollTop + 2 * list.clientHeight > list.scrollHeight) grow(made + ROWS);
    });
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[data-place]");
      if (item) select(+item.dataset.place);
      if (item) remember();
    });
    list.addEventListener("keydown", onListKey);
    part("tabs").addEventListener("click", (event) => event.target.dataset.tab && openTab(event.target.dataset.tab));
    part("tabs").addEventListener("keydown", onTabKey);
    part("help").addEventListener("click", KEYS["?"]);
    part("keys-close").addEventListener("click", () => part("keys").close());
    document.addEventListener("keydown", onKey);
    addEventListener("hashchange", follow);
  }

  function bytesOf(packed) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(packed);
    const binary = atob(packed), bytes = new Uint8Array(binary.length);
    for (let place = 0; place < bytes.length; place++) bytes[place] = binary.charCodeAt(place);
    return bytes;
  }

  function unpack(packed) {
    const stream = new Blob([bytesOf(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  }

  async function start() {
    data = await unpack(part("data").textContent.trim());
    const flipped = data.samples.filter((sample) => problemOf(sample).flip).length;
    part("flipped").parentElement.hidden = !flipped;
    part("flipped").nextElementSibling.textContent = `Only problems newly solved or newly lost (${counted(flipped)})`;
    part("").hidden = false;
    part("fallback").remove();
    listen();
    tick(flipped > 0);
    follow();
    performance.mark("samples-ready");
  }

  if (part("data") && typeof DecompressionStream === "function") start();
})();
