"use strict";
// The dialogues of the page: a list to filter, one to read, two side by side. Text from dialogues only ever becomes text nodes.
(() => {
  const COLUMNS = ["condition", "scenario", "sample", "trial", "success", "completed", "tasks", "userTurns", "turns", "quality", "ended", "flaws", "out"];
  const SEVERITY = ["blemish", "flaw", "harm"];
  const PAGE = 50;
  const view = document.getElementById("view"), count = document.getElementById("count"), form = document.getElementById("filters");
  let index = null;
  const packs = new Map();

  async function unpack(id) {
    const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  async function load() {
    if (index) return index;
    const found = await unpack("index");
    found.rows = found.rows.map((row, n) => Object.assign({ n }, Object.fromEntries(COLUMNS.map((name, k) => [name, row[k]]))));
    // The same scenario in all conditions and trials stands together.
    const by = new Intl.Collator("en", { numeric: true }).compare, place = (row) => found.scenarios[row.scenario][0];
    found.order = found.rows.slice().sort((a, b) => by(place(a), place(b)) || by(a.sample, b.sample) || a.scenario - b.scenario || a.condition - b.condition || a.trial - b.trial);
    return (index = found);
  }

  async function dialogue(n) {
    const { per } = await load(), place = Math.floor(n / per);
    if (!packs.has(place)) packs.set(place, unpack(`pack-${place}`));
    const pack = await packs.get(place), record = pack.dialogues[n % per];
    return record ? { ...record, text: (t) => pack.texts[t] } : null;
  }

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) element.setAttribute(name, value);
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }
  const link = (href, text) => make("a", { href }, text);
  const number = (value) => (value === null || value === undefined ? "-" : String(value));
  const title = (row) => `${index.scenarios[row.scenario][0]} ${row.sample}${row.trial > 1 ? `, trial ${row.trial}` : ""}`;
  const outcome = (row) => (row.out ? "not in the numbers" : row.success === null ? "-" : row.success ? "success" : "failure");

  function matches(row, want) {
    const is = (name, value) => !want.get(name) || want.get(name) === String(value);
    const has = (name, test) => want.get(name) === null || want.get(name) === "" || test(want.get(name));
    return (!want.getAll("c").some(Boolean) || want.getAll("c").includes(String(row.condition))) &&
      is("success", row.success) && is("ended", row.ended) && is("out", row.out) && is("completed", row.completed) &&
      is("user_turns", row.userTurns) && is("world", index.scenarios[row.scenario][0]) && is("scenario", row.scenario) &&
      has("finding", (name) => row.flaws.includes(name)) &&
      has("low", (low) => row.quality !== null && row.quality >= Number(low)) &&
      has("high", (high) => row.quality !== null && row.quality <= Number(high)) &&
      has("goal", (words) => index.scenarios[row.scenario][1].toLowerCase().includes(words.toLowerCase()));
  }

  function browse(want) {
    const orders = { iq: (a, b) => (a.quality ?? 2) - (b.quality ?? 2), turns: (a, b) => (b.turns ?? 0) - (a.turns ?? 0), findings: (a, b) => b.flaws.length - a.flaws.length };
    let rows = index.order.filter((row) => matches(row, want));
    if (orders[want.get("order")]) rows = rows.slice().sort(orders[want.get("order")]);
    const page = Math.max(0, Number(want.get("page")) || 0), shown = rows.slice(page * PAGE, (page + 1) * PAGE);
    const extra = ["completed", "user_turns", "scenario", "out"].filter((name) => want.get(name)).map((name) => `${name.replace("_", " ")} ${want.get(name)}`);
    count.textContent = `${rows.length.toLocaleString("en")} of ${index.rows.length.toLocaleString("en")} dialogues${extra.length ? ` (${extra.join(", ")})` : ""}`;
    const head = make("tr", {}, ...["Dialogue", "Outcome", "Condition", "Goals", "User turns", "Quality", "Ended", "Findings in", "Goals in words"].map((name) => make("th", { scope: "col" }, name)));
    const body = shown.map((row) => make("tr", {},
      make("th", { scope: "row" }, link(`#read?d=${row.n}`, title(row))),
      make("td", { class: row.success ? "done" : "open" }, outcome(row)),
      make("td", {}, make("i", { class: `key c${row.condition % 8}`, "aria-hidden": "true" }), index.conditions[row.condition]),
      make("td", {}, row.tasks ? `${row.completed} of ${row.tasks}` : "-"),
      make("td", {}, number(row.userTurns)), make("td", {}, number(row.quality)), make("td", {}, row.ended.replace("_", " ")),
      make("td", {}, row.flaws.join(", ")), make("td", { class: "note" }, make("div", { class: "words" }, index.scenarios[row.scenario][1]))));
    const to = (n) => { const next = new URLSearchParams(want); next.set("page", n); return `#browse?${next}`; };
    const pager = rows.length > PAGE ? make("p", { class: "pager" }, page ? link(to(page - 1), "Earlier") : null, `${page * PAGE + 1} to ${page * PAGE + shown.length}`, (page + 1) * PAGE < rows.length ? link(to(page + 1), "Later") : null) : null;
    view.replaceChildren(make("div", { class: "scroll", role: "region", "aria-label": "Dialogues", tabindex: "0" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...body))), ...(pager ? [pager] : []));
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
        make("p", { class: "finding" }, make("strong", {}, `${name} (${SEVERITY[severity - 1] || severity}): `), found.text(evidence)));
      const said = found.text(text);
      if (kind === "u") {
        reached();
        turn += 1; fold = null;
        items.push(make("li", { class: "user", id: `m${place}` }, make("span", { class: "who" }, `user, turn ${turn}`), make("div", { class: "said", dir: "auto" }, said || "(says nothing)"), ...flaws));
      } else if (kind === "a") {
        const item = make("li", { class: "agent", id: `m${place}` });
        if (said.trim() || !extra) { fold = null; item.append(make("span", { class: "who" }, "agent"), make("div", { class: "said", dir: "auto" }, said || "(says nothing)")); }
        if (extra) {
          if (!fold) { fold = make("details", { class: "calls" }, make("summary", {}, "")); fold.calls = 0; item.append(fold); }
          for (const [name, args] of extra) fold.append(make("code", {}, `→ ${name}(${found.text(args)})`));
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
    return make("ol", {}, ...found.g.map(([id, words, requests]) => make("li", {}, `${found.text(words)} `, make("ul", {}, ...requests.map(([request, raised, done, evidence]) =>
      make("li", { class: done === null ? "open" : "done" }, done === null ? `${request}: open: ${found.text(evidence)}` : `${request}: done at user turn ${done}${raised ? `, asked at ${raised}` : ""}`))))));
  }

  function about(row, found) {
    const same = index.rows.filter((other) => other.scenario === row.scenario && other.n !== row.n);
    return make("aside", {}, make("h4", {}, "Goals"), found.g.length ? goals(found) : make("p", {}, "Its goals are not known."),
      ...found.w.map((text) => make("p", { class: "open" }, found.text(text))), found.x === undefined ? null : make("p", { class: "open" }, found.text(found.x)),
      make("p", {}, `${outcome(row)}; ended: ${row.ended.replace("_", " ")}; quality ${number(row.quality)}; ${number(row.turns)} turns`),
      found.f.length ? make("h4", {}, "Findings") : null, found.f.length ? make("ul", {}, ...found.f.map(([at, name, severity]) => {
        const button = make("button", { type: "button" }, `${name} (${SEVERITY[severity - 1] || severity})`);
        button.addEventListener("click", () => { const target = document.getElementById(`m${at}`) || view; target.scrollIntoView({ block: "center" }); });
        return make("li", {}, button);
      })) : null,
      same.length ? make("h4", {}, "The same scenario, side by side") : null,
      same.length ? make("ul", {}, ...same.slice(0, 12).map((other) => make("li", {}, link(`#compare?a=${row.n}&b=${other.n}`, `${index.conditions[other.condition]}${other.trial > 1 ? `, trial ${other.trial}` : ""}: ${outcome(other)}`)))) : null);
  }

  async function read(n) {
    const row = index.rows[n], found = row && (await dialogue(n));
    if (!found) { view.replaceChildren(make("p", {}, "There is no such dialogue on this page.")); return; }
    count.textContent = "";
    const heading = make("h3", { tabindex: "-1" }, make("i", { class: `key c${row.condition % 8}` }), `${title(row)}: ${index.conditions[row.condition]}`);
    view.replaceChildren(make("p", {}, link("#browse?", "All dialogues")), heading, make("div", { class: "reading" }, chat(found), about(row, found)));
    heading.focus({ preventScroll: true }); heading.scrollIntoView();
  }

  const shape = (found, place) => { const [kind, text, extra] = found.m[place]; return JSON.stringify([kind, found.text(text), kind === "a" ? (extra || []).map(([name, args]) => [name, found.text(args)]) : 0]); };

  async function compare(a, b) {
    const rows = [index.rows[a], index.rows[b]];
    if (!rows[0] || !rows[1]) { view.replaceChildren(make("p", {}, "There are no such dialogues on this page.")); return; }
    const [one, two] = [await dialogue(a), await dialogue(b)], most = Math.min(one.m.length, two.m.length);
    let part = 0;
    while (part < most && shape(one, part) === shape(two, part)) part += 1;
    const same = part === one.m.length && part === two.m.length, who = { u: "the user", a: "the agent", t: "a tool" };
    const words = same ? "" : part === most ? "First divergence: one of them goes on here." : `First divergence: message ${part + 1}, by ${who[one.m[part][0]]}.`;
    const closed = (found) => found.g.flatMap(([, , requests]) => requests.filter(([, , done]) => done !== null).map(([id]) => id));
    const only = (x, y) => closed(x).filter((id) => !closed(y).includes(id));
    const lost = [[only(one, two), "left"], [only(two, one), "right"]].filter(([ids]) => ids.length).map(([ids, side]) => `done on the ${side} only: ${ids.join(", ")}`).join("; ");
    count.textContent = "";
    const heading = make("h3", { tabindex: "-1" }, `${title(rows[0])}, side by side`);
    const side = (row, found) => make("div", {}, make("h4", {}, make("i", { class: `key c${row.condition % 8}` }), link(`#read?d=${row.n}`, index.conditions[row.condition]), `: ${outcome(row)}`),
      make("details", {}, make("summary", {}, `Goals: ${number(row.completed)} of ${number(row.tasks)} completed`), goals(found)), chat(found, part, words));
    view.replaceChildren(make("p", {}, link("#browse?", "All dialogues")), heading, make("p", { class: "divergence" }, [rows[0].scenario === rows[1].scenario ? "" : "These are two scenarios. ", same ? "They are the same, message by message." : words, lost ? ` Requests ${lost}.` : ""].join("")),
      make("div", { class: "sides" }, side(rows[0], one), side(rows[1], two)));
    heading.focus({ preventScroll: true }); heading.scrollIntoView();
  }

  async function route(first) {
    const [name, query] = location.hash.slice(1).split("?"), want = new URLSearchParams(query || "");
    if (name && !["browse", "read", "compare"].includes(name)) { if (first) { await load(); browse(new URLSearchParams()); } return; }
    await load();
    form.hidden = name === "read" || name === "compare";
    if (name === "read") return read(Number(want.get("d")));
    if (name === "compare") return compare(Number(want.get("a")), Number(want.get("b")));
    for (const field of form.elements) if (field.name && document.activeElement !== field) field.value = want.get(field.name) || "";
    browse(want);
    if (name === "browse" && !form.contains(document.activeElement)) document.getElementById("dialogues").scrollIntoView();
  }

  function filter() {
    const want = new URLSearchParams();
    for (const field of form.elements) if (field.name && field.value) want.set(field.name, field.value);
    history.replaceState(null, "", `#browse?${want}`);
    browse(want);
  }

  async function begin() {
    try {
      await load();
      const flaws = [...new Set(index.rows.flatMap((row) => row.flaws))].sort();
      form.elements.finding.append(...flaws.map((name) => make("option", { value: name }, name)));
      form.addEventListener("input", filter);
      form.addEventListener("reset", () => setTimeout(filter));
      form.addEventListener("submit", (event) => event.preventDefault());
      window.addEventListener("hashchange", () => route(false));
      await route(true);
    } catch (error) {
      count.textContent = `The dialogues cannot be shown: ${error.message}`;
    }
  }
  begin();
})();
