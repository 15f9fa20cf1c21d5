// The shell: search shortcut, menus, chart tooltips, questions before what cannot be taken back, online state.

const english = document.documentElement.lang === "en";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, dialog[open]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
  if (event.key === "Escape") closeMenus(null);
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

document.addEventListener("click", (event) => {
  const asks = event.target.closest("[data-confirm]");
  if (asks && !window.confirm(asks.dataset.confirm)) event.preventDefault();
  if (event.target.closest("[data-print]")) window.print();
  if (event.target.closest("[data-back]")) history.length > 1 ? history.back() : location.assign("/today");
});

document.querySelector("[data-focus]")?.focus();

// A last day before the first is told before the form goes: a file chosen beside them would not come back.
for (const form of document.querySelectorAll("form[data-span]")) {
  const { from, to } = form.elements;
  const compare = () => {
    const said = english ? "The end is before the beginning" : "结束日期早于开始日期";
    to.setCustomValidity(from.value && to.value && to.value < from.value ? said : "");
  };
  form.addEventListener("input", compare);
  compare();
}

// Numbers as people type them: full-width digits become plain ones, the field's own unit behind them goes.
document.addEventListener("change", (event) => {
  const input = event.target.closest?.("input[inputmode=decimal], input[inputmode=numeric]");
  if (!input) return;
  let text = input.value.normalize("NFKC").replace("。", ".").trim();
  const unit = input.dataset.unit?.normalize("NFKC");
  if (unit && text.endsWith(unit)) text = text.slice(0, -unit.length).trim();
  input.value = text;
});

const online = document.querySelector("[data-online]");
function showOnline() {
  if (!online) return;
  online.dataset.onlineText ??= online.textContent;
  online.textContent = navigator.onLine ? online.dataset.onlineText : online.dataset.offlineText;
  online.classList.toggle("late", !navigator.onLine);
}
addEventListener("online", showOnline);
addEventListener("offline", showOnline);
showOnline();

// Suggestions under the search field; Enter still opens the full page.
const field = document.querySelector("[data-search]");
if (field) {
  const list = document.createElement("div");
  list.className = "suggestions";
  list.hidden = true;
  field.closest("form").append(list);
  let waiting = 0;
  let asked = 0;
  const suggest = async () => {
    const text = field.value.trim();
    if (!text) { list.hidden = true; return; }
    const mine = ++asked;
    try {
      const answer = await fetch(`/search?format=json&q=${encodeURIComponent(text)}`, { headers: { accept: "application/json" } });
      if (!answer.ok || mine !== asked) return;
      const found = await answer.json();
      list.replaceChildren(...found.slice(0, 10).map(({ href, title, about }) => {
        const link = document.createElement("a");
        link.href = href;
        link.append(Object.assign(document.createElement("strong"), { textContent: title }),
          Object.assign(document.createElement("small"), { textContent: about }));
        return link;
      }));
      list.hidden = found.length === 0;
    } catch { list.hidden = true; }
  };
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(suggest, 180); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && !list.hidden) { event.preventDefault(); list.firstElementChild?.focus(); }
    if (event.key === "Escape") { list.hidden = true; field.blur(); }
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!step) return;
    event.preventDefault();
    (document.activeElement[step] ?? field).focus();
  });
  document.addEventListener("click", (event) => { if (!event.target.closest(".search")) list.hidden = true; });
}

// Chart tooltips: one SVG element per chart, placed by attributes, so that no inline style is needed.
const SVG = "http://www.w3.org/2000/svg";
function tip(chart, mark) {
  let group = chart.querySelector(".tip");
  if (!mark) { group?.remove(); return; }
  if (!group) {
    group = document.createElementNS(SVG, "g");
    group.setAttribute("class", "tip");
    group.setAttribute("pointer-events", "none");
    group.append(document.createElementNS(SVG, "rect"), document.createElementNS(SVG, "text"));
  }
  chart.append(group);
  const [box, text] = group.children;
  text.textContent = mark.dataset.tip;
  const around = mark.getBBox();
  const view = chart.viewBox.baseVal;
  const width = text.getComputedTextLength() + 16;
  const x = Math.max(0, Math.min(around.x + around.width / 2 - width / 2, view.width - width));
  const y = around.y > 30 ? around.y - 28 : around.y + around.height + 6;
  for (const [name, value] of Object.entries({ x, y, width, height: 24, rx: 4 })) box.setAttribute(name, value);
  text.setAttribute("x", x + 8);
  text.setAttribute("y", y + 16);
}
for (const chart of document.querySelectorAll("svg.chart")) {
  chart.addEventListener("pointerover", (event) => tip(chart, event.target.closest("[data-tip]")));
  chart.addEventListener("pointerleave", () => tip(chart, null));
  chart.addEventListener("focusin", (event) => tip(chart, event.target.closest("[data-tip]")));
  chart.addEventListener("focusout", () => tip(chart, null));
}

// Drafts and queued rows belong to one account on one device: say so before leaving them behind.
document.querySelector("[data-leaving]")?.addEventListener("submit", (event) => {
  const mine = `hygeia.queue.${document.body.dataset.account}.`;
  const queued = Object.keys(localStorage).filter((key) => key.startsWith(mine));
  const question = english ? "Some rows are not sent yet. Sign out all the same? They stay on this device."
    : "本机还有未发送的登记，仍要退出吗？它们会保留在本机，重新登录后继续发送。";
  if (queued.length && !window.confirm(question)) event.preventDefault();
});
