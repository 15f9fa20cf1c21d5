// Matching a plan: items by keyboard (J K, A accepts, R rejects), each sent in place.

const items = [...document.querySelectorAll(".plan-item")];

function point(item) {
  for (const mark of document.querySelectorAll("mark.here")) mark.classList.remove("here");
  const mark = document.getElementById(`mark-${item.dataset.item}`);
  mark?.classList.add("here");
  mark?.scrollIntoView({ block: "center", behavior: "smooth" });
}

for (const item of items) {
  item.addEventListener("focusin", () => point(item));
  const form = item.querySelector("[data-item-form]");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams([...new FormData(form, event.submitter)]);
    body.set("_in_place", "1");
    const state = item.querySelector("[data-item-state]");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, headers: { accept: "application/json", "x-csrf": document.body.dataset.csrf },
      });
      const said = await answer.json();
      item.querySelector(".field-problem")?.remove();
      if (!answer.ok) throw new Error((said.problems ?? []).map((p) => p.message).join("；") || said.error);
      item.dataset.state = said.state;
      state.replaceChildren(document.createRange().createContextualFragment(said.html));
    } catch (fault) {
      item.querySelector(".field-problem")?.remove();
      const text = fault instanceof TypeError ? "没有网络，未保存，请稍后再点" : fault.message;
      form.prepend(Object.assign(document.createElement("p"), { className: "field-problem", textContent: text }));
    }
  });
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    event.preventDefault();
    items[Math.max(0, Math.min(items.length - 1, at + (key === "j" ? 1 : -1)))]?.focus();
  } else if (at >= 0 && (key === "a" || key === "r")) {
    event.preventDefault();
    items[at].querySelector(`[data-key="${key}"]`)?.click();
    items[at + 1]?.focus();
  }
});

// A mark in the text leads to its item and shows it.
for (const link of document.querySelectorAll("mark a")) {
  link.addEventListener("click", (event) => {
    const item = document.querySelector(link.getAttribute("href"));
    if (item) { event.preventDefault(); item.focus(); item.scrollIntoView({ block: "center" }); }
  });
}
