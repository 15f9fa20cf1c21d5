// One entry: fields appear when they matter, errors come as a field is left, a draft stays on this device.

const form = document.querySelector("form[data-form]");
if (form) start(form);

function start(form) {
  const english = document.documentElement.lang === "en";
  const account = document.body.dataset.account;
  const key = `hygeia.draft.${account}.${form.dataset.form}`;
  const keeps = form.hasAttribute("data-new");
  const said = form.querySelector("[data-draft]");
  // A page that came back refused was not saved; what it says beside its fields is looked at anew like what was typed.
  const refused = form.hasAttribute("data-refused");
  const touched = new Set([...form.querySelectorAll("[data-problem]:has(.field-problem)")].map((place) => place.dataset.problem));
  const id = form.elements._id;
  const sent = () => `hygeia.sent.${id.value}`;
  let asked = 0;

  // Gone back to, a page is the page it was: what it saves is the same entry, not another one.
  if (keeps) {
    if (history.state?.entry) id.value = history.state.entry;
    else history.replaceState({ ...history.state, entry: id.value }, "");
  }

  const pairs = () => [...new FormData(form)].filter(([name]) => name !== "_csrf" && name !== "_id");

  function keep() {
    if (!keeps) return;
    localStorage.setItem(key, JSON.stringify(pairs()));
    if (said) said.textContent = english ? "Draft kept on this device" : "草稿已存在本机";
  }

  function restore() {
    if (!keeps || refused) return;
    let draft;
    try { draft = JSON.parse(localStorage.getItem(key) ?? "null"); } catch { draft = null; }
    if (!draft?.length) return;
    const notice = note(english ? "There is an unsaved draft." : "上次有未保存的草稿。");
    const take = button(english ? "Continue the draft" : "继续填写草稿", () => { fill(draft); notice.remove(); check(); });
    const drop = button(english ? "Discard" : "丢弃", () => { localStorage.removeItem(key); notice.remove(); });
    notice.append(take, drop);
  }

  // Above the form and what stands beside it, so that neither gives way.
  function note(text) {
    const made = Object.assign(document.createElement("p"), { className: "note row", textContent: text });
    (form.closest(".form-beside") ?? form).before(made);
    return made;
  }

  // What was sent for the first time and refused has never been submitted.
  if (refused && sessionStorage.getItem(sent()) === "first") sessionStorage.removeItem(sent());

  function tellSent() {
    if (!keeps || refused || !sessionStorage.getItem(sent()) || document.querySelector("[data-sent]")) return;
    const notice = note(english ? "This page has been submitted: saving it again changes the same entry." : "这一页已提交过：再保存是修改同一条，不会多出一条。");
    notice.dataset.sent = "";
    notice.append(button(english ? "Enter another" : "登记新的一条", () => { history.replaceState(null, ""); location.reload(); }));
    // Which fields that shows the page as it came does not know.
    check();
  }

  function button(text, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: text });
    made.addEventListener("click", act);
    return made;
  }

  function fill(draft) {
    const values = new Map();
    for (const [name, value] of draft) values.set(name, [...(values.get(name) ?? []), value]);
    for (const input of form.elements) {
      if (!input.name || input.name.startsWith("_csrf") || input.name === "_id" || !values.has(input.name)) continue;
      const known = values.get(input.name);
      if (input.type === "radio" || input.type === "checkbox") input.checked = known.includes(input.value);
      else if (input.type !== "hidden") input.value = known[0];
    }
  }

  // The server decides what is shown and what is wrong: the same rules that hold when the entry is saved.
  async function check() {
    const mine = ++asked;
    const body = new URLSearchParams([...new FormData(form)]);
    try {
      const answer = await fetch(`/registers/${form.dataset.form}/check`, {
        method: "POST", body, headers: { accept: "application/json", "x-csrf": document.body.dataset.csrf },
      });
      if (!answer.ok || mine !== asked) return;
      const { shown, problems, entries } = await answer.json();
      for (const [name, options] of Object.entries(entries)) offer(form.elements.namedItem(name), options);
      const visible = new Set(shown);
      for (const field of form.querySelectorAll("[data-field]")) field.hidden = !visible.has(field.dataset.field);
      // Where the server could not judge, what it said last stands.
      for (const place of problems ? form.querySelectorAll("[data-problem]") : []) {
        const name = place.dataset.problem;
        const mine = touched.has(name) ? problems.filter((problem) => problem.field === name) : [];
        place.replaceChildren(...mine.map(message));
        const input = form.querySelector(`[name="${CSS.escape(name)}"]`);
        input?.toggleAttribute("aria-invalid", mine.some((problem) => !problem.warning));
      }
    } catch { /* Without a network the form still fills in; saving says what is wrong. */ }
  }

  // The entries a field may name, as the server lists them for the person chosen.
  function offer(select, options) {
    const known = [...(select?.options ?? [])].slice(1).map((option) => option.value);
    if (!select || known.join() === options.map(([id]) => id).join()) return;
    const chosen = select.value;
    const made = options.map(([id, title]) => new Option(title, id, false, id === chosen));
    select.replaceChildren(select.options[0], ...made);
  }

  function message({ message, warning }) {
    const made = document.createElement("p");
    made.className = warning ? "field-problem warning" : "field-problem";
    made.textContent = message;
    return made;
  }

  form.addEventListener("change", (event) => {
    if (event.target.closest(".fold-head")) return;
    const field = event.target.closest("[data-field]");
    if (field) touched.add(field.dataset.field);
    keep();
    check();
  });
  form.addEventListener("input", keep);
  form.addEventListener("submit", () => {
    localStorage.removeItem(key);
    if (keeps) sessionStorage.setItem(sent(), sessionStorage.getItem(sent()) ? "again" : "first");
  });
  // By then the browser has filled in again what stood there.
  addEventListener("pageshow", tellSent);
  form.elements._person?.addEventListener("change", (event) => {
    if (!keeps) return;
    const here = new URL(location.href);
    here.searchParams.set("person", event.target.value);
    keep();
    history.replaceState(history.state, "", here);
    showBeside(here);
  });

  // What stands beside the form is the chosen person's.
  async function showBeside(here) {
    const place = form.parentElement;
    let panel = null;
    try {
      const answer = await fetch(here);
      const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
      panel = page.querySelector("[data-beside]");
    } catch { /* Without a network nobody's entries stand there, rather than another's. */ }
    if (form.elements._person.value !== here.searchParams.get("person")) return;
    place.querySelector("[data-beside]")?.remove();
    if (panel) place.append(panel);
  }

  // Lots beside the form: those of the chosen item; a tap writes item and lot.
  const lots = form.parentElement.querySelector(".lots");
  function sift() {
    const chosen = form.elements.namedItem(lots.dataset.lots)?.value;
    for (const line of lots.querySelectorAll("[data-item]")) line.hidden = !!chosen && line.dataset.item !== chosen;
  }
  if (lots?.dataset.lots) {
    form.elements.namedItem(lots.dataset.lots)?.addEventListener("change", sift);
    sift();
  }
  for (const take of lots?.querySelectorAll("[data-take]") ?? []) {
    take.hidden = false;
    take.addEventListener("click", () => {
      for (const [name, value] of Object.entries(JSON.parse(take.dataset.take))) {
        form.elements.namedItem(name).value = value;
        touched.add(name);
      }
      if (lots.dataset.lots) sift();
      keep();
      check();
    });
  }

  for (const add of form.querySelectorAll("[data-add-row]")) {
    add.hidden = false;
    add.addEventListener("click", () => {
      const body = form.querySelector(`[data-rows="${add.dataset.addRow}"] tbody:last-of-type`);
      const row = body.lastElementChild.cloneNode(true);
      for (const input of row.querySelectorAll("input, select")) {
        input.name = input.name.replace(/\.(\d+)\./, (_, at) => `.${Number(at) + 1}.`);
        input.value = "";
      }
      body.append(row);
      row.querySelector("input, select")?.focus();
    });
  }
  restore();
}
