// Tables fit the screen. On a phone a row wider than the screen reads as a card, a word before each value. On a desk long
// texts wrap before a table scrolls. Paper is set closer, but never too small to read; what is still too wide goes on
// sideways and says so.

const phone = matchMedia("(max-width: 720px)");
const CLOSE = "close";
const CLOSER = "closer";

const isWide = (box, table) => table.getBoundingClientRect().width > box.clientWidth + 1;

function label(table) {
  const heads = [...table.tHead.rows[0].cells].map((head) => head.innerText.trim());
  for (const row of table.rows) {
    if (row.parentElement === table.tHead) continue;
    [...row.cells].forEach((cell, at) => { if (cell.colSpan === 1) cell.dataset.label = heads[at] ?? ""; });
  }
}

function setClose(box, table) {
  table.classList.add(CLOSE);
  if (isWide(box, table)) table.classList.add(CLOSER);
  // Nothing is gained by the smallest print where a finger has to push the table anyway.
  if (phone.matches && isWide(box, table)) table.classList.remove(CLOSER);
  box.parentElement.classList.toggle("goes-on", isWide(box, table));
}

function fit(box) {
  const table = box.querySelector("table");
  if (!table) return;
  table.classList.remove("stack", "tight", CLOSE, CLOSER);
  box.parentElement.classList.remove("goes-on");
  if (!isWide(box, table)) return;
  if (table.classList.contains("official")) {
    setClose(box, table);
  } else if (phone.matches && table.tHead?.rows.length === 1) {
    label(table);
    table.classList.add("stack");
  } else {
    table.classList.add("tight");
  }
}

function fitAll() {
  for (const box of document.querySelectorAll(".scroll, .doc-scroll")) fit(box);
}

// A box that scrolls sideways would hold the head of its table; one that need not lets it stay in sight.
function fitSheets() {
  for (const box of document.querySelectorAll(".sheet")) {
    box.classList.remove("fits");
    box.classList.toggle("fits", box.scrollWidth <= box.clientWidth);
  }
}

phone.addEventListener("change", fitAll);
addEventListener("resize", fitSheets);
fitSheets();
document.addEventListener("toggle", fitAll, true); // What opens may hold a table that had no width before.
fitAll();

// On a phone the entries come first; the filter opens when asked for or in use.
if (phone.matches) {
  for (const filter of document.querySelectorAll("details.folds:not([data-used])")) filter.open = false;
}
