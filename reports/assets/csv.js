"use strict";

// Under the numbers of each figure a button that saves them as CSV: exactly, where the table knows more than it shows.
(() => {
  const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/; // the last four are the first four in full width
  const NUMBER = /^-?\d+(\.\d+)?(e[-+]?\d+)?$/;
  const NOTHING = "\u2013";

  // A spreadsheet runs a text that begins like a formula; with an apostrophe before it, it is shown.
  function quoted(text) {
    const shown = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
    return `"${shown.replaceAll('"', '""')}"`;
  }

  // A cell's own value, the ends of its interval, and what else stands in small print below it.
  function partsOf(cell) {
    const small = cell.querySelector("small");
    const text = [...cell.childNodes].map((node) => (node === small ? "" : node.textContent)).join("").trim();
    const value = cell.querySelector("[data-exact]")?.dataset.exact ?? (text === NOTHING ? "" : text);
    const { low, high } = small?.dataset ?? {};
    return { "": value, ", low": low, ", high": high, ", note": low ? "" : small?.textContent };
  }

  function columnsOf(head, cells) {
    const told = cells.map(partsOf);
    const parts = Object.keys(told[0]).filter((part) => !part || told.some((each) => each[part]));
    return parts.map((part) => [head + part, ...told.map((each) => each[part] ?? "")]);
  }

  function csvOf(table) {
    const heads = [...table.tHead.rows[0].cells], rows = [...table.tBodies[0].rows];
    const columns = heads.flatMap((head, at) => columnsOf(head.textContent.trim(), rows.map((row) => row.cells[at])));
    return columns[0].map((_, at) => `${columns.map((column) => quoted(column[at])).join(",")}\r\n`).join("");
  }

  function save(table) {
    const address = URL.createObjectURL(new Blob([csvOf(table)], { type: "text/csv" }));
    const name = `${document.title} ${table.caption.textContent}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    make("a", { href: address, download: `${name}.csv` }).click();
    URL.revokeObjectURL(address);
  }

  for (const table of document.querySelectorAll(".numbers table")) {
    if (!table.tBodies[0]?.rows.length) continue;
    const label = `Save as CSV: ${table.caption.textContent}`;
    const button = make("button", { type: "button", class: "save", "aria-label": label }, "Save as CSV");
    button.addEventListener("click", () => save(table));
    table.parentElement.after(button);
  }
})();
