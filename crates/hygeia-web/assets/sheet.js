// The sheet: tap a cell to make an exception, arrows and Enter move, N marks normal. Every row is saved as it
// changes; without a network it is queued on this device and sent when there is one again. The last changes can be
// taken back; where two people entered the same child, one of both is chosen.

const sheet = document.querySelector("[data-sheet]");
if (sheet?.querySelector("tbody")) start(sheet, await import(sheet.dataset.pad));

function start(sheet, { element, openEditor, openDetail }) {
  const english = document.documentElement.lang === "en";
  const t = (zh, en) => (english ? en : zh);
  const { day, presence, fields } = JSON.parse(document.getElementById("sheet-fields").textContent);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const pad = document.getElementById("pad");
  const may = sheet.hasAttribute("data-enter");
  const { register, org, day: date } = sheet.dataset;
  const queueKey = `hygeia.queue.${document.body.dataset.account}.${register}.${org}.${date}`;
  const rows = [...sheet.querySelectorAll("tbody tr")].map((tr) => ({
    tr, person: tr.dataset.person, name: tr.querySelector("th").textContent.trim(),
    id: tr.dataset.id ?? null, version: tr.dataset.version ? Number(tr.dataset.version) : null,
    values: JSON.parse(tr.dataset.values), shown: new Set(tr.dataset.shown.split(" ")),
    start: { values: JSON.parse(tr.dataset.start), shown: tr.dataset.startShown.split(" ") },
    absent: tr.hasAttribute("data-absent"), mayVoid: tr.hasAttribute("data-may-void"),
    state: tr.dataset.id ? "saved" : "blank", problems: JSON.parse(tr.dataset.problems), other: null, changed: 0,
  }));
  const byPerson = new Map(rows.map((row) => [row.person, row]));
  if (isOlder()) { location.reload(); return; }
  const taken = []; // What can be taken back, the last at the end.
  let cursor = { row: 0, cell: 0 };

  // The page that was left may have had a row confirmed while this one was being made: then it is asked for once more.
  function isOlder() {
    const confirmed = JSON.parse(sessionStorage.getItem(queueKey) ?? "{}");
    sessionStorage.removeItem(queueKey);
    return rows.some((row) => (confirmed[row.person] ?? 0) > (row.version ?? 0));
  }

  function noteConfirmed(row) {
    const confirmed = JSON.parse(sessionStorage.getItem(queueKey) ?? "{}");
    confirmed[row.person] = row.version ?? 0;
    sessionStorage.setItem(queueKey, JSON.stringify(confirmed));
  }

  // Drawing ---------------------------------------------------------------------------------------------------

  const MARKS = {
    blank: ["○", t("未登记：点此记为正常", "Not entered: tap for normal")], saved: ["✓", t("已保存", "Saved")], saving: ["…", t("正在保存", "Saving")],
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
    const blank = row.state === "blank";
    row.tr.classList.toggle("todo", blank);
    for (const cell of row.tr.querySelectorAll("[data-cell]")) {
      const field = byName.get(cell.dataset.cell);
      const shown = row.shown.has(field.name);
      const value = row.values[field.name];
      const wrong = row.problems.some((problem) => problem.field === field.name && !problem.warning);
      // A row without an entry has no values; only what another register says stands in it.
      const said = blank && row.absent && field.name === presence;
      cell.textContent = blank && !said ? (shown ? "·" : "") : shown ? short(textOf(field, value)) : "";
      cell.classList.toggle("blank", !shown);
      cell.classList.toggle("off", shown && isOdd(field, value) && (!blank || said));
      cell.classList.toggle("ok", !isOdd(field, value) || blank);
      cell.classList.toggle("bad", wrong);
    }
    const [mark, title] = MARKS[row.state];
    const place = row.tr.querySelector(".row-state");
    place.replaceChildren(element("span", { className: `state ${row.state}`, textContent: mark, title }));
    if (blank) place.append(element("span", { className: "print-only", textContent: t("未登记", "not entered") }));
    drawProblems(row);
    count();
  }

  // Messages stand in a line of their own under the row, so that they fit a phone.
  function drawProblems(row) {
    const after = row.tr.nextElementSibling;
    if (after?.classList.contains("row-problem")) after.remove();
    if (!row.problems.length && !row.other) return;
    const line = document.createElement("tr");
    line.className = "row-problem";
    const cell = line.insertCell();
    cell.colSpan = row.tr.cells.length;
    for (const problem of row.other ? [] : row.problems) {
      cell.append(element("p", { className: problem.warning ? "field-problem warning" : "field-problem", textContent: problem.message }));
    }
    if (row.other) cell.append(...choice(row));
    row.tr.after(line);
  }

  // Somebody else entered the same child: both values, and the way to keep either.
  function choice(row) {
    const { other } = row;
    const differing = difference(row, other);
    const list = (values) => differing.map((field) => `${field.title} ${textOf(field, values[field.name] ?? null)}`).join("，");
    const mine = element("button", { type: "button", className: "btn small go", textContent: t("用我的", "Use mine") });
    mine.addEventListener("click", () => { Object.assign(row, { id: other.id, version: other.version, other: null }); save([row]); });
    const theirs = element("button", { type: "button", className: "btn small", textContent: t("保留对方的", "Keep theirs") });
    theirs.addEventListener("click", () => {
      accept(row, other);
      draw(row);
      remember();
    });
    return [
      element("p", { className: "field-problem", textContent: t(`${other.by} ${other.at} 已登记：${list(other.values)}。您填的是：${list(row.values)}`, `${other.by} ${other.at} entered: ${list(other.values)}. Yours: ${list(row.values)}`) }),
      element("p", { className: "row" }, mine, theirs, element("a", { href: `/entries/${register}/${other.id}`, textContent: t("打开对方的记录", "Open their entry") })),
    ];
  }

  // The fields in which a row and the entry that stands in its place differ.
  function difference(row, other) {
    return fields.filter((field) => {
      const theirs = other.values[field.name] ?? null;
      return (row.shown.has(field.name) || theirs !== null) && textOf(field, theirs) !== textOf(field, row.shown.has(field.name) ? row.values[field.name] : null);
    });
  }

  function accept(row, other) {
    Object.assign(row, { id: other.id, version: other.version, values: other.values, shown: new Set(other.shown), state: "saved", problems: [], other: null, mayVoid: false });
    noteConfirmed(row);
  }

  const inState = (state) => rows.filter((row) => row.state === state).length;

  function count() {
    const left = inState("blank");
    // Who did not come is counted apart: an absence is no finding of the check.
    const entered = rows.filter((row) => row.state !== "blank");
    const absent = entered.filter((row) => presence && String(row.values[presence]) === "false").length;
    const isFinding = (row) => (field) => field.name !== presence && row.shown.has(field.name) && isOdd(field, row.values[field.name]);
    const odd = entered.filter((row) => fields.some(isFinding(row))).length;
    const leftTag = document.querySelector("[data-left]");
    const oddTag = document.querySelector("[data-odd]");
    if (leftTag) {
      leftTag.textContent = t(`${left} 人未登记`, `${left} left`);
      leftTag.hidden = left === 0;
    }
    const found = [];
    if (odd) found.push(t(`${odd} 例异常`, `${odd} exceptions`));
    if (absent) found.push(t(`${absent} 人未到`, `${absent} absent`));
    oddTag.textContent = found.join(" · ");
    oddTag.hidden = !found.length;
    const queued = inState("queued");
    const wrong = inState("wrong");
    const parts = [];
    if (queued) parts.push(t(`${queued} 行已存本机，联网后自动发送`, `${queued} rows kept on this device`));
    if (wrong) parts.push(t(`${wrong} 行需补充，其余 ${inState("saved")} 行已保存`, `${wrong} rows to correct`));
    say(parts.join("；"));
    const last = taken.at(-1);
    const undoButton = document.querySelector("[data-undo]");
    if (undoButton) {
      undoButton.hidden = !last;
      undoButton.querySelector("[data-undone]").textContent = last ? t(`撤销：${last.what}`, `Undo: ${last.what}`) : "";
    }
  }

  const say = (text) => { document.querySelector("[data-said]").textContent = text; };

  // A sheet that has been signed and changed since is to be signed again.
  function unsigned() {
    const tag = document.querySelector("[data-signed]");
    if (!tag) return;
    tag.replaceChildren(tag.dataset.again);
    tag.className = "tag due";
    tag.removeAttribute("data-signed");
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

  // What the server has not confirmed stays on this device: rows on their way, which a page that is left may take
  // with it, rows without a network, and rows it refused.
  function remember() {
    const waiting = rows.filter((row) => ["saving", "queued", "wrong"].includes(row.state)).map((row) => payload(row));
    if (waiting.length) localStorage.setItem(queueKey, JSON.stringify(waiting));
    else localStorage.removeItem(queueKey);
  }

  function post(what, body) {
    return fetch(`/sheets/${register}/${what}?org=${encodeURIComponent(org)}`, {
      method: "POST", headers: { "content-type": "application/json", accept: "application/json", "x-csrf": document.body.dataset.csrf },
      body: JSON.stringify(body),
    });
  }

  // Only one request at a time: two taps on one row must not race each other to the server.
  let busy = Promise.resolve();
  function save(changed, after) {
    for (const row of changed) { row.state = "saving"; row.changed += 1; draw(row); }
    remember();
    busy = busy.then(() => send(changed)).then(() => after?.());
    return busy;
  }

  async function send(changed) {
    const stamps = new Map(changed.map((row) => [row, row.changed]));
    let answer;
    try {
      answer = await post("rows", { rows: changed.map(payload) });
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
      row.other = result.other ?? null;
      if (result.ok) {
        row.id = result.id;
        row.version = result.version;
        if (result.outcome === "created") row.mayVoid = true;
        if (result.outcome !== "unchanged") unsigned();
        noteConfirmed(row);
      }
      // What was voided meanwhile is entered anew by the next save.
      if (result.voided) { row.id = null; row.version = null; }
      if (stamps.get(row) === row.changed) {
        row.state = result.ok ? "saved" : "wrong";
        // Entered twice and alike, by two people or by a page that was left: there is nothing to choose.
        if (row.other && !difference(row, row.other).length) accept(row, row.other);
      }
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

  // Rows of an earlier visit that never reached the server, as of the version they were made from.
  try {
    for (const kept of JSON.parse(localStorage.getItem(queueKey) ?? "[]")) {
      const row = byPerson.get(kept.person);
      if (!row) continue;
      row.values = Object.fromEntries(Object.entries(kept.values).filter(([name, value]) => value !== null && name !== day));
      row.shown = new Set([...row.shown, ...Object.keys(row.values)]);
      Object.assign(row, { id: kept.id, version: kept.version, state: "queued" });
    }
  } catch { localStorage.removeItem(queueKey); }

  // Filling in ------------------------------------------------------------------------------------------------

  // Keeps what rows were before a change, under a name for the button that takes it back.
  function keep(changed, what) {
    const before = changed.map((row) => ({ row, id: row.id, version: row.version, values: { ...row.values }, shown: new Set(row.shown), state: row.state }));
    taken.push({ what, before });
  }

  function change(row, name, value) {
    if (!may) return;
    keep([row], `${row.name} ${byName.get(name).title}`);
    if (value === null) delete row.values[name]; else row.values[name] = value;
    row.problems = row.problems.filter((problem) => problem.field !== name);
    row.other = null;
    save([row], () => askNext(row, name));
  }

  // A rule that asks for another cell opens that cell: one tap less for every exception.
  function askNext(row, name) {
    if (pad.open) return;
    const next = row.problems.find((problem) => !problem.warning && problem.field !== name && byName.has(problem.field) && row.shown.has(problem.field));
    if (next) openPad(row, byName.get(next.field), next.message);
  }

  // Everything normal; a row that is not entered yet takes what it begins with, an absence known elsewhere included.
  function normal(row) {
    row.problems = [];
    row.other = null;
    if (row.state === "blank") return row;
    for (const field of fields) if (field.start !== null) row.values[field.name] = field.start; else if (field.normal === null && !field.column) delete row.values[field.name];
    for (const field of fields) if (field.normal !== null) row.values[field.name] = field.normal;
    row.shown = new Set(fields.map((field) => field.name));
    return row;
  }

  function saveNormal(changed, what) {
    keep(changed, what);
    save(changed.map(normal));
  }

  // Takes the last change back: an entry made by it is voided, one changed by it gets its values again.
  async function undo() {
    const last = taken.pop();
    if (!last) return;
    await busy;
    const made = last.before.filter(({ row, state }) => state === "blank" && row.version !== null);
    for (const { row, state } of last.before) if (state === "blank" && row.version === null) blank(row);
    if (made.length && !(await voidRows(made.map(({ row }) => row)))) taken.push(last);
    const again = last.before.filter(({ state }) => state !== "blank");
    for (const { row, values, shown } of again) Object.assign(row, { values, shown, problems: [], other: null });
    if (again.length) save(again.map(({ row }) => row));
    remember();
    count();
  }

  function blank(row) {
    Object.assign(row, { id: null, version: null, values: { ...row.start.values }, shown: new Set(row.start.shown), state: "blank", problems: [], other: null, mayVoid: false });
    row.changed += 1;
    draw(row);
  }

  // Voids entries; whether all of them are.
  async function voidRows(voided) {
    let said;
    try {
      const answer = await post("void", { rows: voided.map(({ id, person }) => ({ id, person })) });
      said = await answer.json();
      if (!answer.ok) throw new Error(said.error);
    } catch (error) {
      say(t(`没有撤销：${error.message || "网络不通"}`, `Not undone: ${error.message}`));
      return false;
    }
    let all = true;
    for (const result of said.rows) {
      const row = byPerson.get(result.person);
      if (result.ok) { blank(row); noteConfirmed(row); unsigned(); } else { all = false; row.problems = result.problems; draw(row); }
    }
    return all;
  }
  document.querySelector("[data-undo]")?.addEventListener("click", undo);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
    if (event.target.closest?.("input, textarea, dialog[open]")) return;
    event.preventDefault();
    undo();
  });

  function openPad(row, field, message = "", typed = "") {
    if (!may) return;
    openEditor(pad, {
      title: `${row.name} · ${field.title}${field.unit ? ` ${field.unit}` : ""}`, field, message, typed,
      value: row.values[field.name] ?? null, done: (value) => change(row, field.name, value),
    });
  }

  // Everything about one child, the fields that are no columns included.
  function openRow(row) {
    const buttons = fields.filter((field) => row.shown.has(field.name)).map((field) => {
      const open = element("button", { type: "button", className: "btn" },
        element("span", { className: "muted", textContent: field.title }), element("strong", { textContent: row.state === "blank" ? "—" : textOf(field, row.values[field.name]) }));
      open.disabled = !may;
      open.addEventListener("click", () => { pad.close(); openPad(row, field); });
      return open;
    });
    const actions = [];
    if (row.id && row.version !== null) actions.push(element("a", { className: "btn", href: `/entries/${register}/${row.id}`, textContent: t("记录与历史", "Entry and history") }));
    if (may && row.version !== null && row.mayVoid) {
      const away = element("button", { type: "button", className: "btn danger", textContent: t("作废此行", "Void this row") });
      away.addEventListener("click", () => { pad.close(); busy.then(() => voidRows([row])); });
      actions.push(away);
    }
    if (may) {
      const all = element("button", { type: "button", className: "btn go", textContent: row.absent && row.state === "blank" ? t("按缺勤登记", "Enter as absent") : t("正常", "Normal") });
      all.addEventListener("click", () => { pad.close(); saveNormal([row], `${row.name} ${t("正常", "normal")}`); });
      actions.push(all);
    }
    openDetail(pad, { title: row.name, fields: buttons, actions });
  }

  // Moving ----------------------------------------------------------------------------------------------------

  const cells = (row) => [...row.tr.querySelectorAll("[data-cell]")];
  function moveTo(rowAt, cellAt, still = false) {
    cells(rows[cursor.row])[cursor.cell].tabIndex = -1;
    cursor = { row: Math.max(0, Math.min(rows.length - 1, rowAt)), cell: Math.max(0, Math.min(cells(rows[0]).length - 1, cellAt)) };
    for (const row of rows) row.tr.removeAttribute("aria-selected");
    rows[cursor.row].tr.setAttribute("aria-selected", "true");
    const cell = cells(rows[cursor.row])[cursor.cell];
    cell.tabIndex = 0;
    cell.focus({ preventScroll: still });
  }

  sheet.addEventListener("click", (event) => {
    const tr = event.target.closest("tbody tr");
    const row = rows.find((row) => row.tr === tr);
    if (!row) return;
    if (event.target.closest("[data-detail]")) { openRow(row); return; }
    if (event.target.closest(".row-state") && may) {
      if (row.state === "blank") saveNormal([row], `${row.name} ${t("正常", "normal")}`);
      else if (!row.other) save([row]);
      return;
    }
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
      saveNormal([row], `${row.name} ${t("正常", "normal")}`);
      moveTo(cursor.row + 1, cursor.cell);
    } else if (/^[0-9]$/.test(event.key) && may && row.shown.has(field.name)) {
      event.preventDefault();
      if (field.kind === "decimal" || field.kind === "int") openPad(row, field, "", event.key);
      else if (field.options[Number(event.key) - 1]) change(row, field.name, field.options[Number(event.key) - 1][0]);
    }
  });
  pad.addEventListener("close", () => cells(rows[cursor.row])[cursor.cell]?.focus());
  pad.addEventListener("click", (event) => { if (event.target === pad) pad.close(); });

  document.querySelector("[data-rest]")?.addEventListener("click", () => {
    const rest = rows.filter((row) => row.state === "blank");
    if (rest.length) saveNormal(rest, t(`其余 ${rest.length} 人全部正常`, `${rest.length} normal`));
  });
  document.querySelector("[data-sign]")?.addEventListener("submit", (event) => {
    if (inState("saved") === rows.length) return;
    event.preventDefault();
    const form = event.target;
    busy.then(() => {
      const left = [
        [inState("blank"), t("人未登记", "not entered")], [inState("queued"), t("行已存本机、等待联网发送", "waiting for the network")],
        [inState("wrong"), t("行需补充", "to correct")],
      ].filter(([number]) => number > 0);
      if (!left.length) { form.submit(); return; }
      say(t("还有 ", "Still ") + left.map(([number, what]) => `${number} ${what}`).join("，") + t("，完成后再签名", ""));
    });
  });
  rows.forEach(draw);
  // Where the work is: the first child that is not entered yet.
  const first = rows.findIndex((row) => row.state === "blank");
  if (may && first >= 0) {
    moveTo(first, 0, true);
    const { bottom } = rows[first].tr.getBoundingClientRect();
    const bar = document.querySelector(".bar").getBoundingClientRect().top;
    if (bottom > bar) rows[first].tr.scrollIntoView({ block: "center" });
  } else cells(rows[0])[0].tabIndex = 0;
  flush();
}
