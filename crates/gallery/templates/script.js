// What the pages do without where scripts are off: the filter of the index, tables that are sorted by a click on a column,
// figures that answer, and buttons that copy.
"use strict";

(() => {
  const form = document.getElementById("filter");
  if (form) startFilter(form);
  document.querySelectorAll("table.rows").forEach(makeSortable);
  const drawing = document.querySelector("svg.drawing");
  if (drawing) startFigure(drawing);
  document.querySelectorAll("button.copy").forEach(makeCopy);

  function startFilter(form) {
    const [text, topic, verdict, order] = ["text", "topic", "verdict", "order"].map((id) => document.getElementById(id));
    const fields = { q: text, topic, verdict, order };
    const count = document.getElementById("count");
    const nothing = document.getElementById("nothing");
    const sorted = document.getElementById("sorted");
    const plain = (string) => string.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const sections = [...document.querySelectorAll("section.topic")].map((section) => ({
      section,
      grid: section.querySelector(".cards"),
      topic: section.querySelector("h2").id,
      cards: [...section.querySelectorAll(".card")].map((card) => ({
        card,
        title: card.querySelector("h3").textContent,
        words: plain([card.id, card.querySelector("[title]").title, card.textContent, card.dataset.words].join(" ")),
      })),
    }));
    const all = sections.flatMap(({ cards }) => cards);

    function apply() {
      const wanted = plain(text.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const { section, topic: name, cards } of sections) {
        let visible = 0;
        for (const { card, words } of cards) {
          const matches =
            (!topic.value || topic.value === name) &&
            (!verdict.value || verdict.value === card.dataset.verdict) &&
            wanted.every((word) => words.includes(word));
          card.hidden = !matches;
          visible += matches;
        }
        section.hidden = visible === 0 || order.value !== "";
        shown += visible;
      }
      place();
      count.textContent = shown === all.length ? `${all.length} papers` : `${shown} of ${all.length} papers`;
      nothing.hidden = shown > 0;
      remember();
    }

    // The cards under their topics, or all of them in one order.
    function place() {
      sorted.hidden = order.value === "";
      if (sorted.hidden) {
        for (const { grid, cards } of sections) grid.append(...cards.map(({ card }) => card));
        return;
      }
      const number = (name, sign) => (a, b) => sign * (a.card.dataset[name] - b.card.dataset[name]);
      const orders = {
        year: number("year", -1),
        seconds: number("seconds", 1),
        name: (a, b) => a.title.localeCompare(b.title, "en"),
      };
      sorted.append(...[...all].sort(orders[order.value]).map(({ card }) => card));
    }

    // The query is in the address, so that it can be sent and comes back with the page.
    function remember() {
      const query = new URLSearchParams();
      for (const [name, field] of Object.entries(fields)) if (field.value) query.set(name, field.value);
      const search = query.toString();
      setAddress((search ? `?${search}` : "") + location.hash);
    }

    const query = new URLSearchParams(location.search);
    for (const [name, field] of Object.entries(fields)) if (query.has(name)) field.value = query.get(name);
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("change", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("clear").addEventListener("click", () => {
      form.reset();
      apply();
      text.focus();
    });
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest && event.target.closest("input, select, textarea");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        text.focus();
        text.select();
      }
    });
    // The browser may have kept what was typed before another page was visited.
    window.addEventListener("pageshow", apply);
    apply();
  }

  function startFigure(svg) {
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.hidden = true;
    document.body.append(tip);
    // The values of marks are shown here at once instead of by the browser after a while.
    for (const title of [...svg.querySelectorAll("title")]) {
      title.parentNode.dataset.value = title.textContent;
      title.remove();
    }
    showValues(svg, tip);
    svg.querySelectorAll("[data-entry]").forEach((entry) => makeToggle(svg, entry));
    makeEnlargeable(svg, tip);
    document.querySelectorAll("[data-claim]").forEach((row) => pointOut(svg, row));
  }

  // The value at a share from 0 to 1 of an axis, which says its kind and ends.
  function valueAt(axis, share) {
    const [kind, ...rest] = axis.split(" ");
    if (kind === "names") {
      const names = axis.slice(6).split("|");
      return names[Math.max(0, Math.min(names.length - 1, Math.floor(share * names.length)))];
    }
    const threshold = kind === "symlog" ? Number(rest.shift()) : 1;
    const scales = {
      linear: [(x) => x, (u) => u],
      log: [Math.log, Math.exp],
      symlog: [
        (x) => (Math.abs(x) <= threshold ? x / threshold : Math.sign(x) * (1 + Math.log10(Math.abs(x) / threshold))),
        (u) => (Math.abs(u) <= 1 ? u * threshold : Math.sign(u) * threshold * 10 ** (Math.abs(u) - 1)),
      ],
    };
    const [forward, back] = scales[kind];
    const [from, to] = rest.map((end) => forward(Number(end)));
    const value = back(from + share * (to - from));
    const long = Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3);
    return long ? value.toExponential(2) : String(Number(value.toPrecision(3)));
  }

  // Shows the series and the values of the mark at the pointer.
  function showValues(svg, tip) {
    // Values of x and y where the pointer is.
    function under(panel, event) {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const [left, top, width, height] = panel.dataset.frame.split(" ").map(Number);
      const [x, y] = [(point.x - left) / width, 1 - (point.y - top) / height];
      return `${valueAt(panel.dataset.x, x)}, ${valueAt(panel.dataset.y, y)}`;
    }

    // A mark at the pointer or, since lines are thin, a little beside it.
    function markAt(event) {
      for (const [dx, dy] of [[0, 0], [0, -4], [0, 4], [-4, 0], [4, 0]]) {
        const found = document.elementFromPoint(event.clientX + dx, event.clientY + dy);
        if (!found || !svg.contains(found)) continue;
        const series = found.closest("[data-series]");
        const value = found.closest("[data-value]")?.dataset.value;
        if (series || value) return { label: series?.dataset.series, value };
      }
      return null;
    }

    svg.addEventListener("pointermove", (event) => {
      const mark = markAt(event);
      const panel = event.target.closest("[data-panel]");
      tip.hidden = !mark || !panel;
      if (tip.hidden) return;
      tip.textContent = [mark.label, mark.value ?? under(panel, event)].filter(Boolean).join(": ");
      const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - tip.offsetWidth - 8);
      tip.style.transform = `translate(${Math.max(8, left)}px, ${event.clientY + 14}px)`;
    });
    svg.addEventListener("pointerleave", () => (tip.hidden = true));
  }

  // A click on an entry of a legend hides its series and shows it again.
  function makeToggle(svg, entry) {
    const scope = entry.closest("[data-panel]") ?? svg;
    const all = [...scope.querySelectorAll("[data-series]")];
    const series = all.filter((one) => one.dataset.series === entry.dataset.entry);
    if (!series.length) return;
    // The whole entry takes the click, not its glyphs alone.
    const area = document.createElementNS(svg.namespaceURI, "rect");
    const { x, y, width, height } = entry.getBBox();
    for (const [name, value] of Object.entries({ x, y, width, height, "fill-opacity": 0, fill: "#888" })) {
      area.setAttribute(name, value);
    }
    entry.prepend(area);
    entry.setAttribute("role", "button");
    entry.setAttribute("tabindex", "0");
    entry.setAttribute("aria-pressed", "true");
    entry.setAttribute("aria-label", `Show ${entry.dataset.entry}`);
    const toggle = (event) => {
      event.preventDefault();
      event.stopPropagation();
      const off = entry.getAttribute("aria-pressed") === "true";
      entry.setAttribute("aria-pressed", String(!off));
      series.forEach((one) => one.classList.toggle("off", off));
    };
    entry.addEventListener("click", toggle);
    entry.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") toggle(event);
    });
  }

  // A click on a panel enlarges it; another, or Escape, brings the whole back.
  function makeEnlargeable(svg, tip) {
    const panels = [...svg.querySelectorAll("[data-panel]")];
    if (panels.length < 2) return;
    const whole = svg.getAttribute("viewBox");
    let enlarged = null;
    const show = (panel) => {
      tip.hidden = true;
      enlarged = panel === enlarged ? null : panel;
      svg.setAttribute("viewBox", enlarged ? enlarged.dataset.box : whole);
      svg.classList.toggle("enlarged", enlarged !== null);
      panels.forEach((one) => one.classList.toggle("aside", enlarged !== null && one !== enlarged));
      setAddress(location.search + (enlarged ? `#${enlarged.id}` : ""));
    };
    svg.classList.add("can-enlarge");
    for (const panel of panels) {
      panel.setAttribute("aria-label", `${panel.getAttribute("aria-label")}; Enter enlarges it, Escape shows all`);
      panel.addEventListener("click", () => show(panel));
      panel.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.target === panel) show(panel);
      });
    }
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && enlarged) show(enlarged);
    });
    // The address of an enlarged panel can be sent.
    const asked = panels.find((panel) => location.hash === `#${panel.id}`);
    if (asked) show(asked);
  }

  // Puts another query or fragment into the address.
  function setAddress(end) {
    try {
      history.replaceState(null, "", location.pathname + end);
    } catch {
      // Some browsers keep the address of a file as it is.
    }
  }

  // Pointing at a claim, or reaching it by keyboard, shows what it is about.
  function pointOut(svg, row) {
    const of = (one) => one.dataset.claims.split(" ").includes(row.dataset.claim);
    const about = [...svg.querySelectorAll("[data-claims]")].filter(of);
    if (!about.length) return;
    row.classList.add("has-marks");
    const light = (on) => {
      svg.classList.toggle("pointing", on);
      about.forEach((one) => one.classList.toggle("lit", on));
    };
    for (const event of ["pointerenter", "focusin"]) row.addEventListener(event, () => light(true));
    for (const event of ["pointerleave", "focusout"]) row.addEventListener(event, () => light(false));
  }

  function makeCopy(button) {
    if (!navigator.clipboard) return;
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = words), 2000);
    });
  }

  function makeSortable(table) {
    const body = table.tBodies[0];
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = header.textContent;
      header.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = header.getAttribute("aria-sort") === "ascending";
        headers.forEach((other) => other.removeAttribute("aria-sort"));
        header.setAttribute("aria-sort", down ? "descending" : "ascending");
        const numeric = header.classList.contains("n");
        const rows = [...body.rows].map((row) => ({ row, key: key(row.cells[column].textContent.trim(), numeric) }));
        // Cells without a value stay at the end; equal ones keep their order.
        rows.sort((a, b) => {
          if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
          const order = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
          return down ? -order : order;
        });
        body.append(...rows.map(({ row }) => row));
      });
    });
  }

  function key(text, numeric) {
    if (text === "") return null;
    if (!numeric) return text;
    const number = Number(text.replace("inf", "Infinity"));
    return Number.isNaN(number) ? null : number;
  }
})();
