// A document beside what was found in it (plans, proofreading): wholly by keyboard, each decision sent in place.
// J K move · A accepts · R rejects · U takes back · E goes into the item's fields, Esc comes back.

const items = [...document.querySelectorAll("[data-review] [data-item]:not(mark)")];
const english = document.documentElement.lang === "en";

function point(item) {
  for (const mark of document.querySelectorAll("mark.here")) mark.classList.remove("here");
  const mark = document.getElementById(`mark-${item.dataset.item}`);
  mark?.classList.add("here");
  // The page itself stays where the hands are; only the document scrolls.
  const paper = mark?.closest(".plan-text");
  if (paper) paper.scrollTo({ top: mark.offsetTop - paper.clientHeight / 2, behavior: "smooth" });
}

function count() {
  const decided = items.filter((item) => item.dataset.state !== "suggested").length;
  const place = document.querySelector("[data-decided]");
  if (place) place.textContent = `${decided}/${items.length}`;
  const accepted = document.querySelector("[data-accepted]");
  if (accepted) accepted.textContent = items.filter((item) => ["accepted", "done"].includes(item.dataset.state)).length;
  const bar = document.querySelector("progress[data-decided-bar]");
  if (bar) bar.value = decided;
}

function next(item, step = 1) {
  const to = items[Math.max(0, Math.min(items.length - 1, items.indexOf(item) + step))];
  to?.focus();
  to?.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

async function send(item, form, submitter) {
  const body = new URLSearchParams([...new FormData(form, submitter)]);
  body.set("_in_place", "1");
  const before = item.dataset.state;
  form.querySelector(".field-problem")?.remove();
  try {
    const answer = await fetch(form.action, {
      method: "POST", body, headers: { accept: "application/json", "x-csrf": document.body.dataset.csrf },
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error((said.problems ?? []).map((p) => p.message).join("；") || said.error);
    item.dataset.state = said.state;
    item.querySelector("[data-item-state]")?.replaceChildren(document.createRange().createContextualFragment(said.html));
    const warning = (text) => Object.assign(document.createElement("p"), { className: "field-problem warning", textContent: text });
    item.querySelector("[data-item-cautions]")?.replaceChildren(...(said.cautions ?? []).map(warning));
    const mark = document.querySelector(`#mark-${item.dataset.item} a`);
    if (mark && said.text !== undefined) mark.textContent = said.text;
    document.getElementById(`mark-${item.dataset.item}`)?.setAttribute("data-state", said.state);
  } catch (fault) {
    item.dataset.state = before;
    const offline = english ? "No network: not saved, try again" : "没有网络，未保存，请稍后再点";
    const text = fault instanceof TypeError ? offline : fault.message;
    form.prepend(Object.assign(document.createElement("p"), { className: "field-problem", textContent: text }));
    item.focus();
  }
  count();
}

for (const item of items) {
  item.addEventListener("focusin", () => point(item));
  const form = item.querySelector("[data-item-form]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    send(item, form, event.submitter);
    if (event.submitter?.dataset.key !== "u") next(item);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = items.find((item) => item.contains(document.activeElement));
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape" && at) { event.preventDefault(); at.focus(); }
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    event.preventDefault();
    if (at) next(at, key === "j" ? 1 : -1); else next(items[0], 0);
  } else if (at && key === "e") {
    const field = at.querySelector("[data-item-form] :is(input:not([type=hidden]), select, textarea)");
    if (field) { event.preventDefault(); field.focus(); }
  } else if (at && "aru".includes(key)) {
    const button = at.querySelector(`[data-key="${key}"]`);
    if (button) { event.preventDefault(); button.click(); }
  }
});

// A mark in the text leads to its item and shows it.
for (const link of document.querySelectorAll("[data-review] mark a")) {
  link.addEventListener("click", (event) => {
    const item = document.querySelector(link.getAttribute("href"));
    if (item) { event.preventDefault(); item.focus(); item.scrollIntoView({ block: "center" }); }
  });
}

count();
