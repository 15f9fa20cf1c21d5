// The sheet: tap a cell to make an exception, arrows and Enter move, N marks normal. Every row is saved as it
// changes; without a network it is queued on this device and sent when there is one again.

const sheet = document.querySelector("[data-sheet]");
if (sheet?.querySelector("tbody")) start(sheet);

function start(sheet) {
  const english = document.documentElement.lang === "en";
  const t = (zh, en) => (english ? en : zh);
  const { day, fields } = JSON.parse(document.getElementById("sheet-fields").textContent);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const pad = document.getElementById("pad");
  const may = sheet.hasAttribute("data-enter");
  const { register, org, day: date } = sheet.dataset;
  const queueKey = `hygeia.queue.${document.body.dataset.account}.${register}.${org}.${date}`;
  const rows = [...sheet.querySelectorAll("tbody tr")].map((tr) => ({
    tr, person: tr.dataset.person, name: tr.querySelector("th").textContent.trim(),
    id: tr.dataset.id ?? null, version: tr.dataset.version ? Number(tr.dataset.version) : null,
    values: JSON.parse(tr.dataset.values), shown: new Set(tr.dataset.shown.split(" ")),
    state: tr.dataset.id ? "saved" : "blank", problems: [], changed: 0,
  }));
  const byPerson = new Map(rows.map((row) => [row.person, row]));
  let cursor = { row: 0, cell: 0 };

  // Drawing ---------------------------------------------------------------------------------------------------

  const MARKS = {
    blank: ["○", t("未登记", "Not entered")], saved: ["✓", t("已保存", "Saved")], saving: ["…", t("正在保存", "Saving")],
    queued: ["↻", t("已存本机，待发送", "Kept here, to be sent")], wrong: ["!", t("需补充", "To correct")],
  };

  function textOf(field, value) {
    if (value === null || value === undefined || value === "") return "—";
    if (Array.isArray(value)) return value.map((code) => textOf(field, code)).join("、");
    return field.options.find(([code]) => code === String(value))?.[1] ?? String(value);
  }

  // What stands in brackets gives way, so that a row fits a phone.
  const short = (text) => text.split("（")[0];

  const isOdd = (field, value) => field.normal !== null && value !== null && value !== undefined && String(value) !== field.normal;

  function draw(row) {
    for (const cell of row.tr.querySelectorAll("[data-cell]")) {
      const field = byName.get(cell.dataset.cell);
      const shown = row.shown.has(field.name);
      const value = row.values[field.name];
      const wrong = row.problems.some((problem) => problem.field === field.name && !problem.warning);
      cell.textContent = shown ? short(textOf(field, value)) : "";
      cell.classList.toggle("blank", !shown);
      cell.classList.toggle("off", shown && isOdd(field, value));
      cell.classList.toggle("ok", !isOdd(field, value));
      cell.classList.toggle("bad", wrong);
    }
    const [mark, title] = MARKS[row.state];
    const place = row.tr.querySelector(".row-state");
    place.replaceChildren(Object.assign(document.createElement("span"), { className: `state ${row.state}`, textContent: mark, title }));
    drawProblems(row);
    count();
  }

  // Messages stand in a line of their own under the row, so that they fit a phone.
  function drawProblems(row) {
    const after = row.tr.nextElementSibling;
    if (after?.classList.contains("row-problem")) after.remove();
    if (!row.problems.length) return;
    const line = document.createElement("tr");
    line.className = "row-problem";
    const cell = line.insertCell();
    cell.colSpan = row.tr.cells.length;
    for (const problem of row.problems) {
      const said = document.createElement("p");
      said.className = problem.warning ? "field-problem warning" : "field-problem";
      said.textContent = problem.message;
      cell.append(said);
    }
    row.tr.after(line);
  }

  function count() {
    const left = rows.filter((row) => row.state === "blank").length;
    const odd = rows.filter((row) => row.state !== "blank" && fields.some((field) => row.shown.has(field.name) && isOdd(field, row.values[field.name]))).length;
    const leftTag = document.querySelector("[data-left]");
    const oddTag = document.querySelector("[data-odd]");
    leftTag.textContent = t(`${left} 人未登记`, `${left} left`);
    leftTag.hidden = left === 0;
    oddTag.textContent = t(`${odd} 例异常`, `${odd} exceptions`);
    oddTag.hidden = odd === 0;
    const queued = rows.filter((row) => row.state === "queued").length;
    const wrong = rows.filter((row) => row.state === "wrong").length;
    const parts = [];
    if (queued) parts.push(t(`${queued} 行已存本机，联网后自动发送`, `${queued} rows kept on this device`));
    if (wrong) parts.push(t(`${wrong} 行需补充，其余 ${rows.filter((row) => row.state === "saved").length} 行已保存`, `${wrong} rows to correct`));
    document.querySelector("[data-said]").textContent = parts.join("；");
  }

  // Saving ----------------------------------------------------------------------------------------------------

  function payload(row) {
    row.id ??= crypto.randomUUID();
    const values = { ...row.values, [day]: date };
    for (const field of fields) {
      if (!row.shown.has(field.name)) values[field.name] = null;
      else if (!(field.name in values)) values[field.name] = null;
    }
    return { id: row.id, person: row.person, values, version: row.version };
  }

  function remember() {
    const waiting = rows.filter((row) => row.state === "queued").map((row) => payload(row));
    if (waiting.length) localStorage.setItem(queueKey, JSON.stringify(waiting));
    else localStorage.removeItem(queueKey);
  }

  // Only one request at a time: two taps on one row must not race each other to the server.
  let busy = Promise.resolve();
  function save(changed, after) {
    for (const row of changed) { row.state = "saving"; row.changed += 1; draw(row); }
    busy = busy.then(() => send(changed)).then(() => after?.());
    return busy;
  }

  async function send(changed) {
    const stamps = new Map(changed.map((row) => [row, row.changed]));
    let answer;
    try {
      answer = await fetch(`/sheets/${register}/rows?org=${encodeURIComponent(org)}`, {
        method: "POST", headers: { "content-type": "application/json", accept: "application/json", "x-csrf": document.body.dataset.csrf },
        body: JSON.stringify({ rows: changed.map(payload) }),
      });
      if (answer.status >= 500) throw new Error(String(answer.status));
    } catch {
      for (const row of changed) { row.state = "queued"; row.problems = []; draw(row); }
      remember();
      return;
    }
    const said = await answer.json().catch(() => ({ error: t("服务器的回答不完整", "Broken answer") }));
    if (!answer.ok) {
      // Refused as a whole: signed out, page too old, no right. Nothing typed is lost.
      for (const row of changed) { row.state = answer.status === 401 ? "queued" : "wrong"; row.problems = [{ field: "", message: said.error }]; draw(row); }
      remember();
      return;
    }
    for (const result of said.rows) {
      const row = byPerson.get(result.person);
      if (!row) continue;
      if (result.shown) { row.shown = new Set(result.shown); clean(row); }
      row.problems = result.problems ?? [];
      if (result.ok) { row.id = result.id; row.version = result.version; }
      if (stamps.get(row) === row.changed) row.state = result.ok ? "saved" : "wrong";
      draw(row);
    }
    remember();
  }

  // A field that comes into view starts with its default, one that goes loses its value.
  function clean(row) {
    for (const field of fields) {
      if (row.shown.has(field.name)) { if (row.values[field.name] === undefined && field.start !== null) row.values[field.name] = field.start; }
      else delete row.values[field.name];
    }
  }

  function flush() {
    const waiting = rows.filter((row) => row.state === "queued");
    if (waiting.length) save(waiting);
  }
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
  setInterval(flush, 20000);

  // Rows of an earlier visit that were never sent.
  try {
    for (const kept of JSON.parse(localStorage.getItem(queueKey) ?? "[]")) {
      const row = byPerson.get(kept.person);
      if (!row) continue;
      row.values = Object.fromEntries(Object.entries(kept.values).filter(([name, value]) => value !== null && name !== day));
      row.id = kept.id;
      row.state = "queued";
      draw(row);
    }
  } catch { localStorage.removeItem(queueKey); }

  // Filling in ------------------------------------------------------------------------------------------------

  function change(row, name, value) {
    if (!may) return;
    if (value === null) delete row.values[name]; else row.values[name] = value;
    row.problems = row.problems.filter((problem) => problem.field !== name);
    save([row], () => askNext(row, name));
  }

  // A rule that asks for another cell opens that cell: one tap less for every exception.
  function askNext(row, name) {
    if (pad.open) return;
    const next = row.problems.find((problem) => !problem.warning && problem.field !== name && byName.has(problem.field) && row.shown.has(problem.field));
    if (next) openPad(row, byName.get(next.field), next.message);
  }

  function normal(row) {
    for (const field of fields) if (field.start !== null) row.values[field.name] = field.start; else if (field.normal === null && !field.column) delete row.values[field.name];
    for (const field of fields) if (field.normal !== null) row.values[field.name] = field.normal;
    row.shown = new Set(fields.map((field) => field.name));
    row.problems = [];
    return row;
  }

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function openPad(row, field, message = "") {
    if (!may) return;
    const title = element("h2", { id: "pad-title", textContent: `${row.name} · ${field.title}${field.unit ? ` ${field.unit}` : ""}` });
    const close = element("button", { type: "button", className: "btn icon-only", textContent: "×", ariaLabel: t("关闭", "Close") });
    close.addEventListener("click", () => pad.close());
    const said = element("p", { className: "field-problem", textContent: message, hidden: !message });
    pad.replaceChildren(element("div", { className: "row" }, title, element("span", { className: "push" }), close), said, editor(row, field, (value) => {
      pad.close();
      change(row, field.name, value);
    }));
    pad.showModal();
    pad.querySelector("[data-first]")?.focus();
  }

  function editor(row, field, done) {
    const value = row.values[field.name] ?? null;
    if (field.kind === "choice" || field.kind === "bool") return options(field, value, done);
    if (field.kind === "choices") return ticks(field, value ?? [], done);
    if (field.kind === "decimal" || field.kind === "int") return digits(field, value, done);
    const type = ["date", "time", "datetime-local"].includes(field.kind) ? field.kind : "text";
    const input = element("input", { type, value: value ?? "", maxLength: 500 });
    input.dataset.first = "";
    return confirmed(input, () => done(input.value.trim() || null));
  }

  function confirmed(input, done) {
    const ok = element("button", { type: "submit", className: "btn go", textContent: t("确定", "OK") });
    const made = element("form", { className: "stack" }, input, ok);
    made.addEventListener("submit", (event) => { event.preventDefault(); done(); });
    return made;
  }

  function options(field, value, done) {
    const list = element("div", { className: "pad-options" });
    field.options.forEach(([code, text], at) => {
      const option = element("button", { type: "button", className: String(value) === code ? "btn go" : "btn", textContent: text });
      option.dataset.digit = String(at + 1);
      if (String(value) === code || (at === 0 && value === null)) option.dataset.first = "";
      option.addEventListener("click", () => done(code));
      list.append(option);
    });
    if (field.normal === null && value !== null) {
      const none = element("button", { type: "button", className: "btn", textContent: t("清除", "Clear") });
      none.addEventListener("click", () => done(null));
      list.append(none);
    }
    list.addEventListener("keydown", (event) => {
      const all = [...list.children];
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (step) { event.preventDefault(); all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus(); }
      else list.querySelector(`[data-digit="${event.key}"]`)?.click();
    });
    return list;
  }

  function ticks(field, value, done) {
    const list = element("div", { className: "ticks" });
    for (const [code, text] of field.options) {
      const box = element("input", { type: "checkbox", value: code, checked: value.includes(code) });
      list.append(element("label", {}, box, element("span", { textContent: text })));
    }
    if (list.firstElementChild) list.querySelector("input").dataset.first = "";
    return confirmed(list, () => {
      const chosen = [...list.querySelectorAll("input:checked")].map((box) => box.value);
      done(chosen.length ? chosen : null);
    });
  }

  function digits(field, value, done) {
    const input = element("input", { type: "text", inputMode: "decimal", value: value ?? "", className: "big-number", autocomplete: "off" });
    input.dataset.first = "";
    const keys = element("div", { className: "pad-digits" });
    for (const key of ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", "⌫"]) {
      const press = element("button", { type: "button", className: "btn", textContent: key, tabIndex: -1 });
      press.addEventListener("click", () => {
        input.value = key === "⌫" ? input.value.slice(0, -1) : input.value + key;
        // Temperatures are two digits, a point, one digit: 365 reads 36.5.
        if (field.unit === "℃" && /^\d{3}$/.test(input.value)) input.value = `${input.value.slice(0, 2)}.${input.value.slice(2)}`;
      });
      keys.append(press);
    }
    return confirmed(element("div", {}, input, keys), () => {
      const text = input.value.trim();
      done(text === "" ? null : field.unit === "℃" && /^\d{3}$/.test(text) ? `${text.slice(0, 2)}.${text.slice(2)}` : text);
    });
  }

  // Everything about one child, the fields that are no columns included.
  function openDetail(row) {
    const list = element("div", { className: "pad-detail" });
    for (const field of fields.filter((field) => row.shown.has(field.name))) {
      const open = element("button", { type: "button", className: "btn" },
        element("span", { className: "muted", textContent: field.title }), element("strong", { textContent: textOf(field, row.values[field.name]) }));
      open.disabled = !may;
      open.addEventListener("click", () => { pad.close(); openPad(row, field); });
      list.append(open);
    }
    const title = element("h2", { id: "pad-title", textContent: row.name });
    const close = element("button", { type: "button", className: "btn icon-only", textContent: "×", ariaLabel: t("关闭", "Close") });
    close.addEventListener("click", () => pad.close());
    const links = element("div", { className: "row" });
    if (row.id && row.version !== null) links.append(element("a", { className: "btn", href: `/entries/${register}/${row.id}`, textContent: t("记录与历史", "Entry and history") }));
    if (may) {
      const all = element("button", { type: "button", className: "btn go", textContent: t("正常", "Normal") });
      all.addEventListener("click", () => { pad.close(); save([normal(row)]); });
      links.append(all);
    }
    pad.replaceChildren(element("div", { className: "row" }, title, element("span", { className: "push" }), close), list, links);
    pad.showModal();
  }

  // Moving ----------------------------------------------------------------------------------------------------

  const cells = (row) => [...row.tr.querySelectorAll("[data-cell]")];
  function moveTo(rowAt, cellAt) {
    cursor = { row: Math.max(0, Math.min(rows.length - 1, rowAt)), cell: Math.max(0, Math.min(cells(rows[0]).length - 1, cellAt)) };
    for (const row of rows) row.tr.removeAttribute("aria-selected");
    rows[cursor.row].tr.setAttribute("aria-selected", "true");
    cells(rows[cursor.row])[cursor.cell].focus();
  }

  sheet.addEventListener("click", (event) => {
    const tr = event.target.closest("tbody tr");
    const row = rows.find((row) => row.tr === tr);
    if (!row) return;
    if (event.target.closest("[data-detail]")) { openDetail(row); return; }
    if (event.target.closest(".row-state") && may) { save([row.state === "blank" ? normal(row) : row]); return; }
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    moveTo(rows.indexOf(row), cells(row).indexOf(cell));
    if (!row.shown.has(cell.dataset.cell)) return;
    const field = byName.get(cell.dataset.cell);
    // Yes and no: one tap turns it over.
    if (field.kind === "bool" && may) change(row, field.name, String(row.values[field.name]) === "true" ? "false" : "true");
    else openPad(row, field);
  });

  sheet.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[cursor.row];
    const field = byName.get(cell.dataset.cell);
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (step) { event.preventDefault(); moveTo(cursor.row + step[0], cursor.cell + step[1]); return; }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (row.shown.has(field.name)) openPad(row, field);
    } else if (event.key.toLowerCase() === "n" && may) {
      event.preventDefault();
      save([normal(row)]);
      moveTo(cursor.row + 1, cursor.cell);
    } else if (/^[0-9]$/.test(event.key) && may && row.shown.has(field.name)) {
      event.preventDefault();
      if (field.kind === "decimal" || field.kind === "int") {
        openPad(row, field);
        const input = pad.querySelector("input");
        input.value = event.key;
      } else if (field.options[Number(event.key) - 1]) change(row, field.name, field.options[Number(event.key) - 1][0]);
    }
  });
  pad.addEventListener("close", () => cells(rows[cursor.row])[cursor.cell]?.focus());
  pad.addEventListener("click", (event) => { if (event.target === pad) pad.close(); });
  for (const row of rows) for (const cell of cells(row)) cell.tabIndex = row === rows[0] && cell === cells(row)[0] ? 0 : -1;

  document.querySelector("[data-rest]")?.addEventListener("click", () => {
    const rest = rows.filter((row) => row.state === "blank");
    if (rest.length) save(rest.map(normal));
  });
  document.querySelector("[data-sign]")?.addEventListener("submit", (event) => {
    const open = rows.filter((row) => row.state !== "saved");
    if (!open.length) return;
    event.preventDefault();
    const form = event.target;
    busy.then(() => {
      const still = rows.filter((row) => row.state !== "saved");
      if (!still.length) { form.submit(); return; }
      document.querySelector("[data-said]").textContent = t(`还有 ${still.length} 人未登记或需补充，完成后再签名`, `${still.length} rows are not saved yet`);
    });
  });
  rows.forEach(draw);
}
