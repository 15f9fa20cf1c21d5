// Tables fit the screen. On a phone a row wider than the screen reads as a card, a word before each value, and paper is
// drawn smaller, as a picture of it would be. On a desk long texts wrap before a table scrolls.

const phone = matchMedia("(max-width: 720px)");
const SIZES = ["fit-9", "fit-8", "fit-7", "fit-6", "fit-5", "fit-4"];

const isWide = (box, table) => table.getBoundingClientRect().width > box.clientWidth + 1;

function label(table) {
  const heads = [...table.tHead.rows[0].cells].map((head) => head.innerText.trim());
  for (const row of table.rows) {
    if (row.parentElement === table.tHead) continue;
    [...row.cells].forEach((cell, at) => { if (cell.colSpan === 1) cell.dataset.label = heads[at] ?? ""; });
  }
}

function shrink(box, table) {
  for (const size of SIZES) {
    table.classList.remove(...SIZES);
    table.classList.add(size);
    if (!isWide(box, table)) return;
  }
}

function fit(box) {
  const table = box.querySelector("table");
  if (!table) return;
  table.classList.remove("stack", "tight", ...SIZES);
  if (!isWide(box, table)) return;
  if (table.classList.contains("official")) {
    if (phone.matches) shrink(box, table);
  } else if (phone.matches && table.tHead?.rows.length === 1) {
    label(table);
    table.classList.add("stack");
  } else {
    table.classList.add("tight");
  }
}

function fitAll() {
  for (const box of document.querySelectorAll(".scroll, .doc-table")) fit(box);
}

phone.addEventListener("change", fitAll);
document.addEventListener("toggle", fitAll, true); // What opens may hold a table that had no width before.
fitAll();

// On a phone the entries come first; the filter opens when asked for or in use.
if (phone.matches) {
  for (const filter of document.querySelectorAll("details.folds:not([data-used])")) filter.open = false;
}
