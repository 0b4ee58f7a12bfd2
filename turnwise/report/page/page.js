// The list of dialogues, filtered by what was chosen or by the number that was followed, and the pairs of two conditions.
const PAGE = 50, FUZZ = 1e-9;
const form = document.getElementById("filters");

async function load() {
  if (index) return;
  const found = await unpack("index"), { columns, measures } = found;
  const value = (name, n) => (measures[name] ? measures[name][2][n] : null);
  found.rows = columns.condition.map((condition, n) => ({ n, condition, scenario: columns.scenario[n], sample: columns.sample[n], trial: columns.trial[n], ended: columns.ended[n], flaws: columns.flaws[n], out: columns.out[n], goals: columns.goals[n], success: value("success", n), quality: value("iq_core", n), turns: value("turns", n), userTurns: value("user_turns", n) }));
  // The same scenario in all conditions and trials stands together.
  const by = new Intl.Collator("en", { numeric: true }).compare, place = (row) => found.scenarios[row.scenario][0];
  found.order = found.rows.slice().sort((a, b) => by(place(a), place(b)) || by(a.sample, b.sample) || a.scenario - b.scenario || a.condition - b.condition || a.trial - b.trial);
  found.met = new Map();
  for (const row of found.rows) if (!row.out) { if (!found.met.has(row.condition)) found.met.set(row.condition, new Set()); found.met.get(row.condition).add(row.scenario); }
  index = found;
}

// What a dialogue adds to a measure, over what; and the two of many.
const part = (name, row) => (index.measures[name] ? index.measures[name][2][row.n] : null);
const whole = (name, row) => { const over = index.measures[name] && index.measures[name][3]; return over ? over[row.n] : 1; };
function ratio(name, rows) {
  let above = 0, below = 0;
  for (const row of rows) if (part(name, row) !== null) { above += part(name, row); below += whole(name, row) || 0; }
  return below ? above / below : null;
}
const mean = (values) => (values.length ? values.reduce((sum, one) => sum + one, 0) / values.length : null);
const signed = (text, value) => (value > 0 ? `+${text}` : text.replace("-", "\u2212"));
const even = (value) => (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value)); // as the tables round
function byScenario(name, rows) {
  const held = new Map();
  for (const row of rows) held.set(row.scenario, [...(held.get(row.scenario) || []), row]);
  return mean([...held.values()].map((some) => ratio(name, some)).filter((value) => value !== null));
}
function shownAs(name, value) {
  if (value === null) return "-";
  const kind = index.measures[name] && index.measures[name][1];
  return kind === "rate" ? `${even(100 * value)}%` : Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(kind === "score" ? 3 : 2);
}

function matches(row, want) {
  const given = (name) => want.get(name) !== null && want.get(name) !== "", is = (name, value) => !given(name) || want.get(name) === String(value);
  const has = (name, test) => !given(name) || test(want.get(name)), met = (place) => index.met.get(Number(place)) || new Set();
  const measure = want.get("m"), value = measure ? part(measure, row) : null, places = want.getAll("c").filter(Boolean);
  const each = measure && index.measures[measure] && index.measures[measure][3] ? (value === null || !whole(measure, row) ? null : value / whole(measure, row)) : value;
  return (!places.length || places.includes(String(row.condition))) &&
    is("success", row.success) && is("ended", row.ended) && is("out", row.out) && has("in", () => !row.out) && is("completed", part("completed", row)) &&
    has("open", () => part("tasks", row) > part("completed", row)) &&
    is("user_turns", row.userTurns) && is("world", index.scenarios[row.scenario][0]) && is("scenario", row.scenario) &&
    has("shared", (both) => !row.out && both.split(",").every((place) => met(place).has(row.scenario))) && has("lacks", (place) => !row.out && !met(place).has(row.scenario)) &&
    (!measure || value !== null) && has("from", (from) => each !== null && each >= Number(from) - FUZZ) && has("to", (to) => each !== null && each < Number(to) - FUZZ) &&
    has("finding", (name) => row.flaws.includes(name)) &&
    has("low", (low) => row.quality !== null && row.quality >= Number(low)) &&
    has("high", (high) => row.quality !== null && row.quality <= Number(high)) &&
    has("goal", (words) => index.scenarios[row.scenario][1].toLowerCase().includes(words.toLowerCase()));
}

function grid(label, heads, rows) {
  return make("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, make("table", {},
    make("thead", {}, make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, name)))), make("tbody", {}, ...rows)));
}
function pager(name, want, page, some, shown) {
  const to = (n) => { const next = new URLSearchParams(want); next.set("page", n); return `#${name}?${next}`; };
  return some > PAGE ? make("p", { class: "pager" }, page ? link(to(page - 1), "Earlier") : null, `${page * PAGE + 1} to ${page * PAGE + shown}`, (page + 1) * PAGE < some ? link(to(page + 1), "Later") : null) : null;
}
const pageOf = (want) => Math.max(0, Math.floor(Number(want.get("page"))) || 0);

// What is asked for and has no field in the form, in words.
function further(want) {
  const name = want.get("m"), named = name && index.measures[name] ? index.measures[name][0] : name;
  const said = (key, words) => (want.get(key) ? words(want.get(key)) : null), conditions = (places) => places.split(",").map((place) => index.conditions[place]).join(" and ");
  return [
    want.getAll("c").filter(Boolean).length > 1 ? `of ${want.getAll("c").map((place) => index.conditions[place]).join(" or ")}` : null,
    said("shared", (both) => `on scenarios that both ${conditions(both)} met`), said("lacks", (place) => `on scenarios that ${conditions(place)} did not meet`),
    said("from", (from) => (want.get("to") ? `${named} from ${from} to below ${want.get("to")}` : `${named} at least ${from}`)),
    said("completed", (n) => `with ${n} goals completed`), said("user_turns", (n) => `in ${n} user turns`), said("open", () => "with a goal left open"),
    said("scenario", () => "of one scenario"), said("in", () => "in the numbers"), said("length", () => "whose quality, with their turns, makes the number at equal length"), said("out", (why) => `not in the numbers: they ${why}`),
  ].filter(Boolean).join("; ");
}

function browse(want) {
  const name = want.get("m"), least = (a, b) => (part(name, a) ?? Infinity) - (part(name, b) ?? Infinity), most = (a, b) => (part(name, b) ?? -Infinity) - (part(name, a) ?? -Infinity);
  const orders = { iq: (a, b) => (a.quality ?? 2) - (b.quality ?? 2), turns: (a, b) => (b.turns ?? 0) - (a.turns ?? 0), findings: (a, b) => b.flaws.length - a.flaws.length, ...(name ? { least, most } : {}) };
  let rows = index.order.filter((row) => matches(row, want));
  if (orders[want.get("order")]) rows = rows.slice().sort(orders[want.get("order")]);
  const page = pageOf(want), shown = rows.slice(page * PAGE, (page + 1) * PAGE), words = further(want), known = name && index.measures[name];
  const worth = !known ? "" : want.get("shared") ? ` ${known[0]}: ${shownAs(name, byScenario(name, rows))}, a mean over scenarios.` : ` ${known[0]}: ${shownAs(name, ratio(name, rows))} over them.`;
  count.textContent = `${rows.length.toLocaleString("en")} of ${index.rows.length.toLocaleString("en")} dialogues${words ? ` (${words})` : ""}.${worth}`;
  const over = known && known[3];
  const cell = (row) => (over ? `${number(part(name, row))} of ${number(whole(name, row))}` : shownAs(name, part(name, row)));
  const heads = ["Dialogue", "Outcome", ...(known ? [known[0]] : []), "Condition", "Goals", "User turns", "Quality", "Ended", "Findings in", "Goals in words"];
  const body = shown.map((row) => make("tr", {},
    make("th", { scope: "row" }, link(`#read?d=${row.n}`, title(row))),
    make("td", { class: row.success ? "done" : "open" }, outcome(row)), known ? make("td", { class: "n" }, cell(row)) : null,
    make("td", {}, key(row.condition), index.conditions[row.condition]),
    make("td", {}, row.goals || "-"),
    make("td", {}, number(row.userTurns)), make("td", {}, number(row.quality)), make("td", {}, row.ended.replace("_", " ")),
    make("td", {}, row.flaws.join(", ")), make("td", { class: "note" }, make("div", { class: "words" }, index.scenarios[row.scenario][1]))));
  const pages = pager("browse", want, page, rows.length, shown.length);
  view.replaceChildren(grid("List of dialogues", heads, body), ...(pages ? [pages] : []));
}

// Each scenario that two conditions met, with a measure in both: what a difference is made of.
function pairs(want) {
  const places = [Number(want.get("a")), Number(want.get("b"))], name = want.get("m"), met = places.map((place) => index.met.get(place) || new Set());
  const held = places.map(() => new Map());
  for (const row of index.order) {
    const side = places.indexOf(row.condition);
    if (side >= 0 && !row.out && met[1 - side].has(row.scenario)) held[side].set(row.scenario, [...(held[side].get(row.scenario) || []), row]);
  }
  const flipped = ([, one, two]) => { const all = (rows, value) => rows.every((row) => row.success === value); return want.get("flip") === "lost" ? all(one, 1) && all(two, 0) : all(one, 0) && all(two, 1); };
  let found = [...held[0].keys()].map((scenario) => [scenario, held[0].get(scenario), held[1].get(scenario)]);
  if (want.get("flip")) found = found.filter(flipped);
  const rows = found.map(([, one, two]) => [one, two, ratio(name, one), ratio(name, two)]).filter(([, , x, y]) => x !== null && y !== null);
  rows.sort((a, b) => Math.abs(b[3] - b[2]) - Math.abs(a[3] - a[2]));
  const [x, y] = [mean(rows.map((row) => row[2])), mean(rows.map((row) => row[3]))], named = index.measures[name] ? index.measures[name][0] : name;
  const gap = (from, to) => { const apart = to - from, text = index.measures[name] && index.measures[name][1] === "rate" ? `${even(100 * apart)} points` : shownAs(name, Number(apart.toFixed(6))); return signed(text, apart); };
  const page = pageOf(want), shown = rows.slice(page * PAGE, (page + 1) * PAGE);
  const why = { lost: " where the first succeeds and the second fails", won: " where the first fails and the second succeeds" }[want.get("flip")] || "";
  count.textContent = `${rows.length.toLocaleString("en")} scenarios that both ${index.conditions[places[0]]} and ${index.conditions[places[1]]} met${why}. ${named}: ${shownAs(name, x)} and ${shownAs(name, y)}${rows.length ? `, difference ${gap(x, y)}` : ""}. ${want.get("length") ? "With their turns they make the number at equal length. " : ""}The largest difference comes first.`;
  const body = shown.map(([one, two, from, to]) => make("tr", {}, make("th", { scope: "row" }, link(`#compare?a=${one[0].n}&b=${two[0].n}`, title(one[0]))),
    ...[[one, from], [two, to]].map(([some, value]) => make("td", { class: "n" }, ...some.flatMap((row, n) => [n ? " " : null, link(`#read?d=${row.n}`, n ? `trial ${row.trial}` : shownAs(name, value))]))),
    make("td", { class: "n" }, gap(from, to)), make("td", { class: "note" }, make("div", { class: "words" }, index.scenarios[one[0].scenario][1]))));
  const pages = pager("pairs", want, page, rows.length, shown.length);
  view.replaceChildren(grid("Scenarios that both met", ["Side by side", index.conditions[places[0]], index.conditions[places[1]], "Difference", "Goals in words"], body), ...(pages ? [pages] : []));
}

async function route(first) {
  const [name, query] = location.hash.slice(1).split("?"), want = new URLSearchParams(query || "");
  if (name && !["browse", "pairs", "read", "compare"].includes(name)) { if (first) { await load(); form.hidden = false; browse(new URLSearchParams()); } return; }
  await load();
  form.hidden = Boolean(name) && name !== "browse";
  if (name === "read") return read(Number(want.get("d")));
  if (name === "compare") return compare(Number(want.get("a")), Number(want.get("b")));
  heard = location.hash || "#browse?";
  for (const field of form.elements) if (field.name && document.activeElement !== field) field.value = want.get(field.name) || "";
  if (name === "pairs") pairs(want); else browse(want);
  if (name && !form.contains(document.activeElement)) { const top = document.getElementById("h-dialogues"); top.focus({ preventScroll: true }); top.scrollIntoView(); }
}

function filter() {
  const want = new URLSearchParams(location.hash.startsWith("#browse?") ? location.hash.slice(8) : "");
  for (const field of form.elements) if (field.name) { if (field.value) { if (want.getAll(field.name).join() !== field.value) want.set(field.name, field.value); } else if (!(field.name === "c" && want.getAll("c").length > 1)) want.delete(field.name); }
  want.delete("page");
  if (!want.get("m")) { want.delete("from"); want.delete("to"); }
  history.replaceState(null, "", `#browse?${want}`);
  heard = location.hash;
  browse(want);
}

async function begin() {
  try {
    await load();
    const flaws = [...new Set(index.rows.flatMap((row) => row.flaws))].sort();
    form.elements.finding.append(...flaws.map((name) => make("option", { value: name }, name)));
    form.elements.m.append(...Object.entries(index.measures).map(([name, [words]]) => make("option", { value: name }, words)));
    form.addEventListener("input", filter);
    form.addEventListener("reset", () => { history.replaceState(null, "", "#browse?"); setTimeout(filter); });
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("hashchange", () => route(false));
    await route(true);
  } catch (error) {
    count.textContent = `The dialogues cannot be shown: ${error.message}`;
  }
}
// Before anything is printed, what is folded is unfolded.
window.addEventListener("beforeprint", () => { for (const folded of document.querySelectorAll("details:not([open])")) { folded.open = true; folded.dataset.unfolded = "1"; } });
window.addEventListener("afterprint", () => { for (const folded of document.querySelectorAll("details[data-unfolded]")) { folded.open = false; delete folded.dataset.unfolded; } });
begin();
