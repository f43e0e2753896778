// The page of a paper in the explorer: parameters as controls, previews while they move, runs, and what they changed.
"use strict";

(() => {
  const slug = document.body.dataset.paper;
  const api = `../api/${slug}`;
  const byId = (id) => document.getElementById(id);
  const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  /** Steps of a slider; milliseconds without a movement before a preview, and between two looks at a job. */
  const STEPS = 300, REST = 120, LOOK = 120;

  let paper, controls = [];
  let committed, unchanged; // What is committed, and the preview with no parameter changed.
  let following = null; // The job that is looked at.
  let turn = 0; // Counts what was asked for: only the last counts.
  let current = null; // The name of what is shown as new.
  let running = false; // Whether it is a run.
  let missed = false; // Whether something was moved while a run was in progress.
  let resting; // The timer before the next preview.

  function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  /** Asks the explorer; what it refuses becomes an error with its sentence. */
  async function ask(path, body) {
    const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    let answer;
    try {
      answer = await fetch(path, body === undefined ? {} : post);
    } catch {
      throw new Error("The explorer does not answer: it has ended, or this machine is very busy.");
    }
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  // ---- Values and controls.

  /** A value as it is written after --set. */
  function flow(value) {
    if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
    if (value !== null && typeof value === "object") {
      return `{${Object.entries(value).map(([key, of]) => `${key}: ${flow(of)}`).join(", ")}}`;
    }
    return String(value);
  }

  const isNumber = (parameter) => ["number", "whole number"].includes(parameter.type) && typeof parameter.default === "number";

  /** How the steps of a slider become values: around the values at the three scales, within the range of the parameter. */
  function slider({ type, low, high, above_low, below_high, default: own, smoke, paper: full }) {
    const values = [own, smoke, full].filter((value) => typeof value === "number");
    const whole = type === "whole number";
    const [least, greatest] = [Math.min(...values), Math.max(...values)];
    const bounded = low !== null && high !== null;
    const log = bounded ? low > 0 && high / low >= 100 : least > 0 && !(whole && greatest <= 30);
    let [from, to] = [low, high];
    if (log && !bounded) {
      [from, to] = [Math.max(least / 10, low ?? 0), Math.min(10 * greatest, high ?? Infinity)];
    } else if (!bounded) {
      from = low ?? Math.min(-2 * Math.abs(least), -1);
      to = high ?? Math.max(2 * greatest, from + (whole ? 10 : 1));
    }
    if (whole) [from, to] = [Math.ceil(from), Math.floor(to)];
    if (!(to > from)) to = from + 1;
    const step = (to - from) / STEPS;
    if (!log && !whole && above_low && from === low) from += step;
    if (!log && !whole && below_high && to === high) to -= step;
    const value = (at) => (log ? from * (to / from) ** (at / STEPS) : from + ((to - from) * at) / STEPS);
    const round = (number) => (whole ? Math.round(number) : Number(number.toPrecision(3)));
    return {
      value: (at) => Math.min(Math.max(round(value(at)), from), to),
      at: (number) => {
        const at = log ? (Math.log(number / from) / Math.log(to / from)) * STEPS : ((number - from) / (to - from)) * STEPS;
        return Number.isFinite(at) ? Math.round(Math.min(Math.max(at, 0), STEPS)) : 0;
      },
    };
  }

  /** The control of a parameter: its element, its value as text, and how to set it. */
  function control(parameter) {
    const { key, doc, range, choices, list, default: own } = parameter;
    const id = `set-${key.replaceAll(".", "-")}`;
    const start = flow(own);
    const options = list ? [] : parameter.type === "true or false" ? ["true", "false"] : choices;
    const field = options.length
      ? el("select", { id }, ...options.map((option) => el("option", { value: option }, option)))
      : el("input", { id, type: "text", spellcheck: "false", autocapitalize: "off", inputmode: isNumber(parameter) ? "decimal" : "text" });
    const steps = isNumber(parameter) ? slider(parameter) : null;
    const track = steps && el("input", { type: "range", min: 0, max: STEPS, step: 1, "aria-labelledby": `${id}-label`, "data-key": key });
    const back = el("button", { type: "button", hidden: true, title: `back to ${start}`, "aria-label": `${key} back to ${start}` }, "↺");
    const words = [list ? "a list" : "", list && choices.length ? `of ${choices.join(", ")}` : "", options.length ? "" : range];
    const small = flow(parameter.smoke);
    const at = [list ? "" : `default ${start}`, small === start ? "" : `preview ${small}`];
    const element = el("div", { class: "control" },
      el("label", { for: id, id: `${id}-label` }, el("code", {}, key), doc),
      el("div", { class: "inputs" }, track, field, back),
      el("span", { class: "range" }, [...words, ...at].filter(Boolean).join(" · ")));
    const mark = () => {
      const text = field.value.trim();
      back.hidden = text === start;
      element.classList.toggle("changed", text !== start);
      element.classList.remove("wrong");
      track?.setAttribute("aria-valuetext", text);
    };
    const set = (text) => {
      field.value = text;
      if (track) track.value = steps.at(Number(text));
      mark();
    };
    track?.addEventListener("input", () => {
      // The step nearest to the default is the default itself.
      field.value = Number(track.value) === steps.at(own) ? start : flow(steps.value(Number(track.value)));
      mark();
      moved();
    });
    field.addEventListener("input", () => {
      if (track) track.value = steps.at(Number(field.value));
      mark();
      moved();
    });
    back.addEventListener("click", () => {
      set(start);
      field.focus();
      moved();
    });
    set(start);
    return { key, element, group: parameter.group, set, reset: () => set(start), changed: () => field.value.trim() !== start, text: () => field.value.trim() };
  }

  const changes = () => Object.fromEntries(controls.filter((one) => one.changed()).map((one) => [one.key, one.text()]));

  /** What is changed, as the part of the address behind the #. */
  const address = () => `#${new URLSearchParams(changes())}`;

  function apply(set) {
    controls.forEach((one) => (one.key in set ? one.set(set[one.key]) : one.reset()));
    byId("reset").hidden = Object.keys(set).length === 0;
  }

  function moved() {
    byId("reset").hidden = Object.keys(changes()).length === 0;
    history.replaceState(null, "", address());
    clearTimeout(resting);
    resting = setTimeout(preview, REST);
  }

  // ---- Jobs.

  function message(lines, warnings = []) {
    byId("message").replaceChildren(
      ...lines.map((line) => el("p", {}, line)), ...warnings.map((line) => el("p", { class: "warning" }, line)));
    // The paper's messages name the key.
    const names = (line, { key }) => line.includes(`\`${key}\``) || line.startsWith(`--set ${key}=`);
    for (const one of controls) one.element.classList.toggle("wrong", lines.some((line) => names(line, one)));
  }

  const status = (text) => (byId("status").textContent = text);

  function busy(job) {
    byId("run").hidden = Boolean(job) && running;
    byId("cancel").hidden = !(job && running);
    byId("progress").hidden = !job;
    byId("new").classList.toggle("old", Boolean(job));
  }

  async function preview() {
    if (running) missed = true;
    else await start("preview");
  }

  async function start(what) {
    clearTimeout(resting);
    [following, missed] = [null, false];
    const own = ++turn;
    try {
      const { id } = await ask(`${api}/${what}`, { set: changes() });
      if (own === turn) await follow(id, what === "run");
    } catch (error) {
      if (own !== turn) return;
      busy(null);
      status("");
      message([error.message]);
    }
  }

  /** Looks at a job until it is over, or another one has taken its place. */
  async function follow(id, isRun) {
    [following, running] = [id, isRun];
    for (;;) {
      let job;
      try {
        job = await ask(`../api/jobs/${id}`);
      } catch (error) {
        if (following === id) running = false;
        throw error;
      }
      if (following !== id) return;
      if (job.phase !== "waiting" && job.phase !== "running") return finish(job);
      busy(job);
      progress(job);
      await sleep(LOOK);
    }
  }

  function progress({ preview: small, cells, finished, left }) {
    const what = small ? "Preview at smoke scale" : "Run at default scale";
    byId("meter").removeAttribute("value");
    if (!cells) return status(`${what} …`);
    if (finished) byId("meter").value = finished / cells;
    const seconds = left === null ? "" : `, about ${Math.max(1, Math.round(left))} s left`;
    status(`${what}: ${finished} of ${cells} cells${seconds}`);
  }

  async function finish(job) {
    const wasRun = running;
    [following, running] = [null, false];
    busy(null);
    if (job.phase === "done") {
      message([], job.warnings);
      if (wasRun) paper = await ask(api);
      await show(job.run, job.id);
    } else {
      status(job.phase === "stopped" ? "Ended." : "Not computed.");
      const cancelled = job.why === "cancelled" ? ["Cancelled. The cells that finished are kept: running again goes on from there."] : [job.why];
      message(job.phase === "stopped" ? cancelled : job.errors.length ? job.errors : ["The paper's program ended without a result."], job.warnings);
    }
    if (missed) preview();
  }

  // ---- What is shown.

  function figure(id, name, details, query = "") {
    const place = byId(id);
    const image = place.querySelector("img");
    image.src = `${api}/runs/${name}/figure.svg${query}`;
    image.alt = details.caption;
    // The first sentence is the message.
    const [, first, rest] = details.caption.match(/^(.*?[.:?!])(\s.*)?$/s) ?? [null, details.caption, ""];
    place.querySelector(".caption").replaceChildren(el("strong", {}, first), rest ?? "");
  }

  async function show(name, id = 0) {
    const details = await ask(`${api}/runs/${name}`);
    const { record } = details;
    if (record.scale === "smoke" && !Object.keys(record.set).length) unchanged = details;
    figure("new", name, details, `?${id}`);
    const small = record.scale === "smoke";
    const bent = summary(record.set);
    byId("new").querySelector(".note").textContent = `${small ? "preview at smoke scale" : `run ${name} at default scale`}: ${bent}`;
    const kept = record.cells - record.computed;
    status(`${small ? "Preview" : `Run ${name}`} of ${bent}: ${record.cells} cells in ${record.seconds.toFixed(1)} s${kept ? `, ${kept} of them kept from before` : ""}`);
    byId("command").textContent = details.command;
    const files = details.files.map((file) => el("a", { href: `${api}/runs/${name}/${file}`, download: `${slug}-${name}-${file}` }, file));
    byId("downloads").replaceChildren("Download ", ...files);
    claims(details, small);
    current = name;
    list();
  }

  const summary = (set) => Object.entries(set).map(([key, value]) => `${key}=${value}`).join(", ") || "nothing changed";

  function list() {
    byId("no-runs").hidden = paper.runs.length > 0;
    const items = [...paper.runs].reverse().map(({ name, record }) => {
      const button = el("button", { type: "button", "aria-current": name === current ? "true" : null }, `${name}: ${summary(record.set)}`);
      button.addEventListener("click", async () => {
        apply(record.set);
        history.pushState(null, "", address());
        message([]);
        await show(name).catch((error) => message([error.message]));
      });
      const held = `${record.holds} of ${record.holds + record.misses} claims hold`;
      return el("li", {}, button, el("span", {}, `${held} · ${record.seconds.toFixed(1)} s · ${new Date(1000 * record.when).toLocaleString()}`));
    });
    byId("history").replaceChildren(...items);
  }

  const shown = (value) => (typeof value === "number" ? String(Number(value.toPrecision(4))) : "NaN");

  function threshold({ relation, low, high }) {
    switch (relation) {
      case "at-least": return `≥ ${shown(low)}`;
      case "at-most": return `≤ ${shown(high)}`;
      case "above": return `> ${shown(low)}`;
      case "below": return `< ${shown(high)}`;
      case "within": return `${shown(low)} to ${shown(high)}`;
      case "true": return "true";
      default: return "–";
    }
  }

  const WORDS = { "holds": ["holds", "holds"], "fails": ["fails", "fails"], "known-deviation": ["known deviation", "known"], "not-applicable": ["does not apply", "none"] };

  /** The verdict of a claim; at smoke scale, where the thresholds are not meant, only in grey. */
  function verdict(claim, judged) {
    if (!claim) return el("span", {}, "–");
    const [words, look] = WORDS[claim.verdict] ?? [claim.verdict, ""];
    return judged || look === "none" ? el("span", { class: look }, words) : el("small", {}, `${words}, not judged`);
  }

  function claims(details, small) {
    const flips = details.claims.map((claim) => [claim, committed?.claims.find((other) => other.id === claim.id)])
      .filter(([claim, before]) => before && before.verdict !== claim.verdict)
      .map(([claim, before]) => `${claim.id} (${WORDS[before.verdict]?.[0]} → ${WORDS[claim.verdict]?.[0]})`);
    byId("scale-note").textContent = small
      ? "A preview is at smoke scale: its values are not comparable with the committed ones, and the thresholds are not meant for it. “Unchanged” is the preview with no parameter changed."
      : `Both at default scale. ${flips.length ? `Verdicts that changed: ${flips.join(", ")}.` : "No verdict changed."}`;
    const of = (run, id) => run?.claims.find((claim) => claim.id === id);
    const table = el("table", { class: "compare" },
      el("thead", {}, el("tr", {}, ...["Claim", "Quantity", "Threshold", "Committed", "New"].map((name) => el("th", { scope: "col" }, name)))));
    for (const claim of details.claims) {
      const before = of(committed, claim.id), base = small ? of(unchanged, claim.id) : null;
      const flip = !small && before && before.verdict !== claim.verdict ? el("span", { class: "flip" }, `was: ${WORDS[before.verdict]?.[0]}`) : null;
      const reason = claim.verdict === "not-applicable" ? claim.not_applicable : claim.verdict === "known-deviation" ? claim.known_deviation : null;
      const rows = claim.measures.map((measure, at) => row(measure, before?.measures[at], base?.measures[at]));
      const heads = el("tr", {},
        el("th", { scope: "rowgroup", rowspan: rows.length + 1 }, claim.statement, el("small", {}, el("code", {}, claim.id))),
        el("td", { colspan: 2 }),
        el("td", { "data-label": "Committed" }, verdict(before, true)),
        el("td", { "data-label": "New" }, verdict(claim, !small), flip, reason && el("small", {}, reason)));
      table.append(el("tbody", { "data-claim": claim.id }, heads, ...rows));
    }
    byId("claims").replaceChildren(el("div", { class: "scroll", role: "region", tabindex: 0, "aria-labelledby": "claims-title" }, table));
  }

  function row(measure, before, base) {
    const value = shown(measure.value);
    const against = base ?? before;
    const moved = against && shown(against.value) !== value;
    const limit = threshold(measure);
    const old = before && threshold(before) !== limit ? el("small", {}, `was ${threshold(before)}`) : null;
    return el("tr", { class: moved ? "moved" : null },
      el("td", { "data-label": "Quantity" }, measure.what),
      el("td", { "data-label": "Threshold", class: "threshold" }, limit, old),
      el("td", { "data-label": "Committed", class: "n" }, before ? shown(before.value) : "–"),
      el("td", { "data-label": "New", class: "n new" }, value, base && moved ? el("small", {}, `unchanged: ${shown(base.value)}`) : null));
  }

  // ---- Start.

  function draw() {
    document.title = `Explore: ${paper.about.title}`;
    byId("title").textContent = paper.about.title;
    byId("byline").textContent = `${paper.about.authors.join(", ")}, ${paper.about.year}`;
    controls = paper.parameters.map(control);
    const groups = new Map();
    for (const one of controls) {
      const prefix = one.key.split(".").slice(0, -1).join(".");
      const name = `${prefix ? `${prefix}: ` : ""}${one.group.split(". ")[0].replace(/\.$/, "")}`;
      groups.set(name, [...(groups.get(name) ?? []), one.element]);
    }
    byId("controls").replaceChildren(...[...groups].map(([name, elements]) => el("fieldset", {}, el("legend", {}, name), ...elements)));
  }

  function listen() {
    byId("controls").addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(resting);
      preview();
    });
    byId("run").addEventListener("click", () => start("run"));
    byId("cancel").addEventListener("click", () => following && ask(`../api/jobs/${following}/cancel`, {}).catch((error) => message([error.message])));
    byId("reset").addEventListener("click", () => {
      apply({});
      moved();
    });
    byId("copy").addEventListener("click", async () => {
      await navigator.clipboard.writeText(byId("command").textContent).then(() => (byId("copy").textContent = "Copied"), () => getSelection().selectAllChildren(byId("command")));
      setTimeout(() => (byId("copy").textContent = "Copy"), 1500);
    });
    window.addEventListener("popstate", () => {
      // The link that skips to the parameters changes none.
      if (location.hash === "#controls") return history.replaceState(null, "", address());
      apply(Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
      preview();
    });
  }

  async function begin() {
    paper = await ask(api);
    draw();
    listen();
    committed = await ask(`${api}/runs/committed`).catch(() => null);
    if (committed) figure("committed", "committed", committed);
    list();
    const wanted = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    if (paper.running) {
      // A run that another page, or this one before it was closed, has begun.
      apply(paper.running.set);
      return follow(paper.running.id, true);
    }
    await start("preview");
    if (!Object.keys(wanted).length || running) return;
    apply(wanted);
    await preview();
  }

  begin().catch((error) => message([error.message]));
})();
