// An inspection on a phone: the item under the thumb is marked with the bar below; every mark is saved at once, kept on
// this device while there is no network, and sent when there is one.

const page = document.querySelector("[data-inspect]");
if (page && isFresh(page)) start(page);

/** The page that was left may have sent a mark while this one was being made: then it is asked for once more. */
function isFresh(page) {
  const key = versionKey(page);
  const sent = Number(sessionStorage.getItem(key) ?? 0);
  sessionStorage.removeItem(key);
  if (sent <= Number(page.dataset.version)) return true;
  location.reload();
  return false;
}

function versionKey(page) {
  return `hygeia.inspect.version.${page.dataset.inspect}`;
}

function start(page) {
  const english = document.documentElement.lang === "en";
  const key = `hygeia.inspect.${document.body.dataset.account}.${page.dataset.inspect}`;
  const items = [...page.querySelectorAll("[data-item]")];
  const bar = page.querySelector(".thumb-bar");
  const sync = page.querySelector("[data-sync]");
  const waiting = read();
  let current = null;
  let sending = false;

  function read() {
    try { return new Map(JSON.parse(localStorage.getItem(key) ?? "[]")); } catch { return new Map(); }
  }

  function keep() {
    if (waiting.size) localStorage.setItem(key, JSON.stringify([...waiting]));
    else localStorage.removeItem(key);
  }

  const code = (item) => item.dataset.item;
  const most = (item) => Number(item.dataset.points);
  const judged = (item) => item.mark.skipped || item.mark.failed != null || item.mark.points != null;

  function blank(item) {
    return { item: code(item), points: null, skipped: false, failed: null, reasons: [], note: null, photos: [], requirement: null, due: null };
  }

  function show(item) {
    const { mark } = item;
    const shown = item.querySelector("[data-shown]");
    const points = mark.points == null ? "—" : mark.points;
    if (mark.skipped) shown.textContent = english ? "N/A" : "不适用";
    else if (mark.failed) shown.textContent = english ? "Fails" : "不合格";
    else if (item.hasAttribute("data-veto") && most(item) === 0) shown.textContent = mark.failed === false ? (english ? "Passes" : "合格") : "—";
    else shown.textContent = `${points} / ${most(item)}`;
    item.classList.toggle("judged", judged(item));
    item.classList.toggle("taken", Boolean(mark.failed) || (mark.points != null && Number(mark.points) < most(item) && !item.hasAttribute("data-bonus")));
    item.classList.toggle("here", item === current);
    item.classList.toggle("waiting", waiting.has(code(item)));
    for (const reason of item.querySelectorAll("[data-reason]")) {
      const taken = mark.reasons.find(([no]) => no === Number(reason.dataset.reason));
      reason.setAttribute("aria-pressed", String(Boolean(taken)));
      reason.querySelector("[data-times]").textContent = taken?.[1] > 1 ? ` ×${taken[1]}` : "";
    }
    if (item === current) showBar();
  }

  function showBar() {
    const veto = current.hasAttribute("data-veto");
    const measured = current.hasAttribute("data-measured") && current.mark.points != null;
    const only = veto && most(current) === 0;
    const find = (name) => bar.querySelector(`[data-do="${name}"]`);
    bar.querySelector("[data-current]").textContent = current.querySelector("strong").textContent;
    bar.querySelector("[data-value]").textContent = current.mark.skipped ? "—" : current.mark.points ?? "—";
    find("skip").hidden = !current.hasAttribute("data-skip");
    find("fail").hidden = !veto;
    find("minus").hidden = find("plus").hidden = only || measured;
    bar.querySelector("[data-value]").hidden = only;
    find("full").textContent = measured ? (english ? "Next" : "下一项") : veto ? (english ? "Passes" : "合格") : current.hasAttribute("data-bonus") ? (english ? "Bonus" : "加满") : (english ? "Full" : "满分");
  }

  function choose(item, scroll) {
    const before = current;
    current = item;
    if (before) show(before);
    show(item);
    if (scroll) item.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  function next() {
    const at = items.indexOf(current);
    const open = [...items.slice(at + 1), ...items.slice(0, at)].find((item) => !judged(item) && !item.hasAttribute("data-bonus"));
    if (open) choose(open, true);
    else page.querySelector("[data-finish]").scrollIntoView({ block: "center", behavior: "smooth" });
  }

  function change(item, values) {
    item.mark = { ...item.mark, ...values };
    // The number tells whether the item changed again while this mark was on its way.
    const turn = (waiting.get(code(item))?.turn ?? 0) + 1;
    waiting.set(code(item), { turn, mark: item.mark });
    keep();
    say(item, "");
    show(item);
    flush();
    showSync();
  }

  function say(item, text) {
    const place = item.querySelector("[data-wrong]");
    place.textContent = text;
    place.hidden = !text;
  }

  function wire(mark) {
    const reasons = mark.reasons.map(([no, times]) => (times > 1 ? `${no}*${times}` : String(no))).join(",");
    return { ...mark, reasons };
  }

  async function flush() {
    if (sending) return;
    sending = true;
    for (const [name, kept] of [...waiting]) {
      const item = items.find((item) => code(item) === name);
      if (!item) { waiting.delete(name); continue; }
      let answer;
      try {
        answer = await fetch(page.dataset.save, {
          method: "POST", body: JSON.stringify(wire(kept.mark)),
          headers: { "content-type": "application/json", accept: "application/json", "x-csrf": document.body.dataset.csrf },
        });
      } catch { break; }
      if (answer.status === 401 || answer.status === 403 || answer.status >= 500) {
        say(item, (await answer.json().catch(() => ({}))).error ?? (english ? "Not saved yet" : "尚未保存"));
        break;
      }
      const body = await answer.json().catch(() => ({}));
      const changed = waiting.get(name)?.turn !== kept.turn;
      if (!answer.ok) {
        say(item, body.problems?.map(({ message }) => message).join("；") || body.error);
        if (!changed) waiting.delete(name);
        continue;
      }
      if (!changed) {
        waiting.delete(name);
        item.mark = body.mark;
        say(item, "");
      }
      sessionStorage.setItem(versionKey(page), body.version);
      page.querySelector("[data-judged]").textContent = body.judged;
      page.querySelector("[data-lost]").textContent = body.lost;
      show(item);
    }
    keep();
    sending = false;
    showSync();
    if (navigator.onLine && [...waiting.values()].length) setTimeout(flush, 3000);
  }

  function showSync() {
    const left = waiting.size;
    if (left && sending && navigator.onLine) {
      sync.textContent = english ? "Saving…" : "正在保存…";
      sync.className = "tag due";
      return;
    }
    if (!left && !navigator.onLine) {
      sync.textContent = english ? "No network; all marks are saved" : "没有网络，评分均已保存";
      sync.className = "tag due";
      return;
    }
    sync.textContent = left ? (english ? `${left} waiting on this device` : `${left} 项存在本机，待上传`) : (english ? "Saved" : "已保存");
    sync.className = left ? "tag due" : "tag done";
  }

  const actions = {
    full(item) {
      if (item.hasAttribute("data-measured") && item.mark.points != null) return next();
      const points = most(item) === 0 ? null : item.dataset.points;
      change(item, { points, skipped: false, failed: item.hasAttribute("data-veto") ? false : null, reasons: [] });
      next();
    },
    minus(item) {
      const now = item.mark.points == null ? (item.hasAttribute("data-bonus") ? 0 : most(item)) : Number(item.mark.points);
      change(item, { points: String(Math.max(0, now - 1)), skipped: false, failed: item.hasAttribute("data-veto") ? false : null, reasons: [] });
      open(item);
    },
    plus(item) {
      const now = item.mark.points == null ? (item.hasAttribute("data-bonus") ? 0 : most(item) - 1) : Number(item.mark.points);
      change(item, { points: String(Math.min(most(item), now + 1)), skipped: false, failed: item.hasAttribute("data-veto") ? false : null, reasons: [] });
    },
    skip(item) {
      change(item, { ...blank(item), skipped: true, note: item.mark.note });
      next();
    },
    fail(item) {
      change(item, { failed: true, skipped: false, points: "0", reasons: [] });
      open(item);
    },
  };

  /** Points were taken: the reason is asked for where it happened. */
  function open(item) {
    item.querySelector(".mark-more").open = true;
    if (item.dataset.requirement && !item.mark.requirement && !item.querySelector("[data-asked]").value) {
      item.querySelector("[data-asked]").value = item.dataset.requirement;
      change(item, { requirement: item.dataset.requirement });
    }
  }

  function take(item, button) {
    const no = Number(button.dataset.reason);
    const reasons = item.mark.reasons.map((pair) => [...pair]);
    const taken = reasons.find(([own]) => own === no);
    if (!taken) reasons.push([no, 1]);
    else if (button.hasAttribute("data-each") && taken[1] < 9) taken[1] += 1;
    else reasons.splice(reasons.indexOf(taken), 1);
    const minus = reasons.reduce((sum, [own, times]) => {
      const listed = item.querySelector(`[data-reason="${own}"]`);
      return sum + Number(listed.dataset.minus) * times;
    }, 0);
    change(item, { reasons, skipped: false, points: String(Math.max(0, Math.round((most(item) - minus) * 1e6) / 1e6)) });
    if (reasons.length) open(item);
  }

  for (const item of items) {
    item.mark = { ...blank(item), ...JSON.parse(item.dataset.mark) };
    if (waiting.has(code(item))) item.mark = waiting.get(code(item)).mark;
    item.querySelector("[data-note]").value = item.mark.note ?? "";
    item.querySelector("[data-asked]").value = item.mark.requirement ?? "";
    item.querySelector("[data-due]").value = item.mark.due ?? "";
    item.addEventListener("click", (event) => {
      if (item !== current) choose(item, false);
      const reason = event.target.closest("[data-reason]");
      if (reason) take(item, reason);
    });
    item.addEventListener("focusin", () => { if (item !== current) choose(item, false); });
    const text = (selector, name) => item.querySelector(selector).addEventListener("change", (event) => change(item, { [name]: event.target.value.trim() || null }));
    text("[data-note]", "note");
    text("[data-asked]", "requirement");
    text("[data-due]", "due");
    item.querySelector("[data-ids]").addEventListener("change", (event) => change(item, { photos: event.target.value.split(",").filter(Boolean) }));
  }
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button && current) actions[button.dataset.do](current);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, button") || !current) return;
    const act = { "-": "minus", "+": "plus", "=": "plus", Enter: "full" }[event.key];
    if (act) { event.preventDefault(); actions[act](current); }
  });
  page.querySelector("[data-finish]").addEventListener("submit", (event) => {
    if (!waiting.size && navigator.onLine && !page.querySelector("[data-uploading]")) return;
    event.preventDefault();
    flush();
    showSync();
    sync.scrollIntoView({ block: "center" });
  });
  addEventListener("online", flush);
  addEventListener("offline", showSync);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
  choose(items.find((item) => !judged(item)) ?? items[0], false);
  items.forEach(show);
  showSync();
  flush();
}
