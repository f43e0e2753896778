// Two conveniences that the pages do without where scripts are off: the filter of the index, and tables that are sorted
// by a click on a column.
"use strict";

(() => {
  const form = document.getElementById("filter");
  if (form) startFilter(form);
  document.querySelectorAll("table.rows").forEach(makeSortable);

  function startFilter(form) {
    const text = document.getElementById("text");
    const topic = document.getElementById("topic");
    const count = document.getElementById("count");
    const nothing = document.getElementById("nothing");
    const plain = (string) => string.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const sections = [...document.querySelectorAll("section.topic")].map((section) => ({
      section,
      topic: section.querySelector("h2").id,
      cards: [...section.querySelectorAll(".card")].map((card) => ({
        card,
        words: plain([card.id, card.querySelector("[title]").title, card.textContent].join(" ")),
      })),
    }));
    const total = sections.reduce((sum, { cards }) => sum + cards.length, 0);

    function apply() {
      const wanted = plain(text.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const { section, topic: name, cards } of sections) {
        let visible = 0;
        for (const { card, words } of cards) {
          const matches = (!topic.value || topic.value === name) && wanted.every((word) => words.includes(word));
          card.hidden = !matches;
          visible += matches;
        }
        section.hidden = visible === 0;
        shown += visible;
      }
      count.textContent = shown === total ? `${total} papers` : `${shown} of ${total} papers`;
      nothing.hidden = shown > 0;
    }

    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("change", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("clear").addEventListener("click", () => {
      form.reset();
      apply();
      text.focus();
    });
    // The browser may have kept what was typed before another page was visited.
    window.addEventListener("pageshow", apply);
    apply();
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
