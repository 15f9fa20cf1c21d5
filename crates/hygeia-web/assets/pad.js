// The pad of a sheet: one dialog that takes the value of one cell, or shows everything about one child.

const english = document.documentElement.lang === "en";
const t = (zh, en) => (english ? en : zh);

/** An element with properties and children. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** What may stand in a number: full-width digits as plain ones, letters and units left out. */
const digitsOf = (text) => text.normalize("NFKC").replace(/[。．]/g, ".").replace(/[^0-9.\-]/g, "");

/** Temperatures are two digits, a point, one digit: 365 reads 36.5. */
const pointed = (field, text) => (field.unit === "℃" && /^\d{3}$/.test(text) ? `${text.slice(0, 2)}.${text.slice(2)}` : text);

/** Opens the dialog for one field; `done` gets the value, null for none. `typed` is the key that opened it. */
export function openEditor(dialog, { title, field, value, message = "", typed = "", done }) {
  const said = element("p", { className: "field-problem", textContent: message, hidden: !message });
  const finish = (value) => { dialog.close(); done(value); };
  dialog.replaceChildren(head(dialog, title), said, editor(field, value, typed, finish));
  dialog.showModal();
  dialog.querySelector("[data-first]")?.focus();
}

/** Opens the dialog for one child: the fields as buttons, `actions` below them. */
export function openDetail(dialog, { title, fields, actions }) {
  dialog.replaceChildren(head(dialog, title), element("div", { className: "pad-detail" }, ...fields), element("div", { className: "row" }, ...actions));
  dialog.showModal();
}

function head(dialog, text) {
  const title = element("h2", { id: "pad-title", textContent: text });
  const close = element("button", { type: "button", className: "btn icon-only", textContent: "×", ariaLabel: t("关闭", "Close") });
  close.addEventListener("click", () => dialog.close());
  return element("div", { className: "row" }, title, element("span", { className: "push" }), close);
}

function editor(field, value, typed, done) {
  if (field.kind === "choice" || field.kind === "bool") return options(field, value, done);
  if (field.kind === "choices") return ticks(field, value ?? [], done);
  if (field.kind === "decimal" || field.kind === "int") return digits(field, value, typed, done);
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

// The first key takes the place of what stood there, on the pad as in a selected text field.
function digits(field, value, typed, done) {
  const input = element("input", { type: "text", inputMode: "decimal", value: typed || String(value ?? ""), className: "big-number", autocomplete: "off" });
  input.dataset.first = "";
  let fresh = typed === "";
  if (fresh) input.addEventListener("focus", () => input.select(), { once: true });
  input.addEventListener("input", (event) => {
    fresh = false;
    if (!event.isComposing) input.value = digitsOf(input.value);
  });
  input.addEventListener("compositionend", () => { input.value = digitsOf(input.value); });
  const press = (key) => {
    const before = fresh ? "" : input.value;
    fresh = false;
    if (key === "⌫") input.value = before.slice(0, -1);
    else input.value = pointed(field, before + key);
  };
  const keys = element("div", { className: "pad-digits" });
  for (const key of ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", "⌫"]) {
    const button = element("button", { type: "button", className: "btn", textContent: key, tabIndex: -1 });
    if (key === "⌫") button.ariaLabel = t("退格", "Backspace");
    button.addEventListener("click", () => press(key));
    keys.append(button);
  }
  const clear = element("button", { type: "button", className: "btn wide", textContent: t("清空", "Clear"), tabIndex: -1 });
  clear.addEventListener("click", () => { fresh = false; input.value = ""; input.focus(); });
  keys.append(clear);
  return confirmed(element("div", {}, input, keys), () => {
    const text = digitsOf(input.value);
    done(text === "" ? null : pointed(field, text));
  });
}
