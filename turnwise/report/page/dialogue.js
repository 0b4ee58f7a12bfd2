// One dialogue to read, and two side by side. Text from dialogues only ever becomes text nodes.
const SEVERITY = ["blemish", "flaw", "harm"];
const view = document.getElementById("view"), count = document.getElementById("count");
let index = null, heard = "#browse?";
const packs = new Map();

async function unpack(id) {
  const held = document.getElementById(id), bytes = Uint8Array.from(atob(held.textContent), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(unlzma(bytes, Number(held.dataset.size))));
}

// The list stands before the packs are there, which come last in the page and are many megabytes of a large one.
const everything = document.readyState === "loading" ? new Promise((ready) => document.addEventListener("DOMContentLoaded", ready)) : null;

async function dialogue(n) {
  const place = Math.floor(n / index.per);
  if (!document.getElementById(`pack-${place}`)) await everything;
  if (!packs.has(place)) packs.set(place, unpack(`pack-${place}`));
  return (await packs.get(place))[n % index.per] || null;
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
const link = (href, text, more = {}) => make("a", { href, ...more }, text);
const number = (value) => (value === null || value === undefined ? "-" : Number.isInteger(value) ? value.toLocaleString("en") : String(Number(Number(value).toPrecision(4))));
const title = (row) => `${index.scenarios[row.scenario][0]} ${row.sample}${row.trial > 1 ? `, trial ${row.trial}` : ""}`;
const outcome = (row) => (row.out ? "not in the numbers" : row.success === null ? "not judged" : row.success ? "success" : "failure");
const key = (place) => make("i", { class: `key c${place % 8}`, "aria-hidden": "true" });
const back = () => make("p", {}, link(heard, "Back to the list"));

function heading(...words) {
  const found = make("h3", { tabindex: "-1" }, ...words);
  requestAnimationFrame(() => { found.focus({ preventScroll: true }); found.scrollIntoView(); });
  return found;
}

// Messages of a dialogue as list items; results of calls are folded into the message that made them.
function chat(found, marked = -1, words = "") {
  const items = [], done = new Map();
  for (const [, , requests] of found.g) for (const [id, , turn] of requests) if (turn !== null) done.set(turn, [...(done.get(turn) || []), id]);
  let turn = 0, fold = null;
  const reached = () => { if (done.has(turn)) items.push(make("li", { class: "reached" }, `✓ done: ${done.get(turn).join(", ")}`)); };
  found.m.forEach(([kind, text, extra, failed], place) => {
    if (place === marked) items.push(make("li", { class: "parts" }, words));
    if (found.s && place === found.s) items.push(make("li", { class: "parts" }, "Taken up here; nothing before is scored."));
    const flaws = found.f.filter(([at]) => at === place).map(([, name, severity, evidence]) =>
      make("p", { class: "finding" }, make("strong", {}, `${name} (${SEVERITY[severity - 1] || severity}): `), evidence));
    const said = text;
    if (kind === "u") {
      reached();
      turn += 1; fold = null;
      items.push(make("li", { class: "user", id: `m${place}` }, make("span", { class: "who" }, `user, turn ${turn}`), make("div", { class: "said", dir: "auto" }, said || "(says nothing)"), ...flaws));
    } else if (kind === "a") {
      const item = make("li", { class: "agent", id: `m${place}` });
      if (said.trim() || !extra) { fold = null; item.append(make("span", { class: "who" }, "agent"), make("div", { class: "said", dir: "auto" }, said || "(says nothing)")); }
      if (extra) {
        if (!fold) { fold = make("details", { class: "calls" }, make("summary", {}, "")); fold.calls = 0; item.append(fold); }
        for (const [name, args] of extra) fold.append(make("code", {}, `→ ${name}(${args})`));
        fold.calls += extra.length;
        fold.names = [...(fold.names || []), ...extra.map(([name]) => name)];
        fold.firstChild.textContent = `${fold.calls} call${fold.calls > 1 ? "s" : ""}: ${[...new Set(fold.names)].join(", ")}`;
      }
      item.append(...flaws);
      if (item.childNodes.length) items.push(item);
    } else {
      const result = make("pre", { class: failed ? "failed" : "" }, `← ${failed ? "refused: " : ""}${said}`);
      if (fold) fold.append(result, ...flaws); else items.push(make("li", { class: "calls" }, result, ...flaws));
      if (fold && (failed || flaws.length)) fold.firstChild.classList.add("failed");
      if (fold && flaws.length) fold.open = true;
    }
  });
  reached();
  return make("ol", { class: "chat" }, ...items);
}

function goals(found) {
  return make("ol", {}, ...found.g.map(([, words, requests]) => make("li", {}, `${words} `, make("ul", {}, ...requests.map(([request, raised, done, evidence]) =>
    make("li", { class: done === null ? "open" : "done" }, done === null ? `${request}: open: ${evidence}` : `${request}: done at user turn ${done}${raised ? `, asked at ${raised}` : ""}`))))));
}

// The tree that a dialogue is part of: what it took up, and those that took it up, by turn.
function tree(row) {
  const from = new Map(index.branches.map((branch) => [branch[0], branch]));
  const seen = new Set();
  let root = row.n;
  while (from.has(root) && from.get(root)[1] !== null && !seen.has(root)) { seen.add(root); root = from.get(root)[1]; }
  const siblings = from.has(root) ? from.get(root)[2] : null;
  const below = (test) => index.branches.filter(test).sort((x, y) => x[3] - y[3] || x[0] - y[0]);
  const children = (n) => below(([, parent]) => parent === n);
  const said = (n) => { const it = index.rows[n]; return [key(it.condition), n === row.n ? make("strong", {}, `${title(it)} (this one)`) : link(`#read?d=${n}`, title(it)), `: ${index.conditions[it.condition]}, ${outcome(it)}, ended: ${it.ended.replace("_", " ")}, quality ${number(it.quality)}`]; };
  const node = ([n, parent, , turn, change]) => make("li", {}, `at user turn ${turn}, ${change}: `, ...said(n), parent === null ? null : " ", parent === null ? null : link(`#compare?a=${parent}&b=${n}`, "side by side"), list(children(n)));
  const list = (some) => (some.length ? make("ul", { class: "tree" }, ...some.map(node)) : null);
  if (siblings) return make("div", {}, make("p", {}, `${siblings}, which is not on this page`), list(below(([, parent, named]) => parent === null && named === siblings)));
  const found = children(root);
  return found.length ? make("div", {}, make("p", {}, ...said(root)), list(found)) : null;
}

function about(row, found) {
  const same = index.rows.filter((other) => other.scenario === row.scenario && other.n !== row.n), branched = tree(row);
  return make("aside", { "aria-label": "About this dialogue" }, make("h4", {}, "Goals"), found.g.length ? goals(found) : make("p", {}, "Its goals are not known."),
    ...found.w.map((text) => make("p", { class: "open" }, text)), found.x === undefined ? null : make("p", { class: "open" }, found.x), row.out ? make("p", { class: "open" }, `Not in the numbers: it ${row.out}.`) : null,
    make("p", {}, `${outcome(row)}; ended: ${row.ended.replace("_", " ")}; quality ${number(row.quality)}; ${number(row.turns)} turns`),
    found.f.length ? make("h4", {}, "Findings") : null, found.f.length ? make("ul", {}, ...found.f.map(([at, name, severity]) => {
      const button = make("button", { type: "button" }, `${name} (${SEVERITY[severity - 1] || severity})`);
      button.addEventListener("click", () => { const target = document.getElementById(`m${at}`) || view; target.setAttribute("tabindex", "-1"); target.scrollIntoView({ block: "center" }); target.focus({ preventScroll: true }); });
      return make("li", {}, button);
    })) : null,
    branched ? make("h4", {}, "Branches") : null, branched,
    same.length ? make("h4", {}, "The same scenario, side by side") : null,
    same.length ? make("ul", {}, ...same.slice(0, 12).map((other) => make("li", {}, link(`#compare?a=${row.n}&b=${other.n}`, `${index.conditions[other.condition]}${other.trial > 1 ? `, trial ${other.trial}` : ""}: ${outcome(other)}`)))) : null);
}

async function read(n) {
  const row = index.rows[n], found = row && (await dialogue(n));
  if (!found) { view.replaceChildren(back(), make("p", {}, "There is no such dialogue on this page.")); return; }
  count.textContent = "";
  view.replaceChildren(back(), heading(key(row.condition), `${title(row)}: ${index.conditions[row.condition]}`), make("div", { class: "reading" }, found.m.length ? chat(found) : make("p", {}, "Nothing was said."), about(row, found)));
}

const shape = (found, place) => { const [kind, text, extra] = found.m[place]; return JSON.stringify([kind, text, kind === "a" ? extra || [] : 0]); };

async function compare(a, b) {
  const rows = [index.rows[a], index.rows[b]];
  if (!rows[0] || !rows[1]) { view.replaceChildren(back(), make("p", {}, "There are no such dialogues on this page.")); return; }
  const [one, two] = [await dialogue(a), await dialogue(b)], most = Math.min(one.m.length, two.m.length);
  let part = 0;
  while (part < most && shape(one, part) === shape(two, part)) part += 1;
  const same = part === one.m.length && part === two.m.length, who = { u: "the user", a: "the agent", t: "a tool" };
  const words = same ? "" : part === most ? "First divergence: one of them goes on here." : `First divergence: message ${part + 1}, by ${who[one.m[part][0]]}.`;
  const closed = (found) => found.g.flatMap(([, , requests]) => requests.filter(([, , done]) => done !== null).map(([id]) => id));
  const only = (x, y) => closed(x).filter((id) => !closed(y).includes(id));
  const lost = [[only(one, two), "left"], [only(two, one), "right"]].filter(([ids]) => ids.length).map(([ids, side]) => `done on the ${side} only: ${ids.join(", ")}`).join("; ");
  const branch = index.branches.find(([n, parent]) => (n === a && parent === b) || (n === b && parent === a));
  const related = branch ? `The one takes up the other at user turn ${branch[3]}: ${branch[4]}. ` : rows[0].scenario === rows[1].scenario ? "" : "These are two scenarios. ";
  count.textContent = "";
  const side = (row, found, name) => make("section", { "aria-label": `${name}: ${index.conditions[row.condition]}` }, make("h4", {}, key(row.condition), link(`#read?d=${row.n}`, index.conditions[row.condition]), `: ${outcome(row)}`),
    make("details", {}, make("summary", {}, `Goals: ${row.goals || "not known"} completed`), goals(found)), chat(found, part, words));
  view.replaceChildren(back(), heading(`${title(rows[0])}, side by side`), make("p", { class: "divergence" }, [related, same ? "They are the same, message by message." : words, lost ? ` Requests ${lost}.` : ""].join("")),
    make("div", { class: "sides" }, side(rows[0], one, "left"), side(rows[1], two, "right")));
}
