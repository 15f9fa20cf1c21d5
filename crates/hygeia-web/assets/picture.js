// Pictures and drawn signatures: uploaded at once, the form carries their ids.

const english = document.documentElement.lang === "en";

/** Register and unit an upload belongs to: those of the inspection, or of the form around it. */
function owner(element) {
  const page = element.closest("[data-inspect]");
  if (page) return { register: page.dataset.register, unit: page.dataset.unit };
  const form = element.closest("form[data-form], form[data-register]");
  return { register: form?.dataset.form ?? form?.dataset.register ?? "", unit: form?.elements._org?.value ?? form?.dataset.unit ?? "" };
}

/** The next moment worth trying again: the network is back, or some seconds have gone by. */
function network() {
  return new Promise((done) => {
    addEventListener("online", done, { once: true });
    setTimeout(done, 5000);
  });
}

/** Uploads; without a network the picture stays here, `waits` is told, and it is sent when there is one again. */
async function upload(element, file, waits) {
  const { register, unit } = owner(element);
  const body = new FormData();
  body.append("id", crypto.randomUUID());
  body.append("register", register);
  body.append("unit", unit);
  body.append("file", file, "picture");
  element.toggleAttribute("data-uploading", true);
  try {
    for (;;) {
      try {
        const answer = await fetch("/attachments", { method: "POST", body, headers: { accept: "application/json", "x-csrf": document.body.dataset.csrf } });
        const said = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(said.error ?? (english ? "Not uploaded" : "没有上传成功"));
        return said.id;
      } catch (problem) {
        if (!(problem instanceof TypeError)) throw problem;
        waits(english ? "No network: kept on this page, sent when there is one" : "没有网络，留在本页，联网后自动上传，请勿关闭");
        await network();
      }
    }
  } finally {
    element.toggleAttribute("data-uploading", false);
  }
}

addEventListener("beforeunload", (event) => {
  if (document.querySelector("[data-uploading]")) event.preventDefault();
});

/** A smaller picture of the same scene, so that a slow network can carry it; the original when that fails. */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob((blob) => done(blob ?? file), "image/jpeg", 0.85));
  } catch {
    return file;
  }
}

function thumb(id) {
  const link = Object.assign(document.createElement("a"), { className: "thumb", href: `/attachments/${id}` });
  link.dataset.id = id;
  link.append(Object.assign(document.createElement("img"), { src: link.href, alt: "" }));
  return link;
}

function said(place, text) {
  let note = place.querySelector(".field-problem");
  if (!note) { note = Object.assign(document.createElement("p"), { className: "field-problem" }); place.append(note); }
  note.textContent = text;
}

for (const place of document.querySelectorAll("[data-photos]")) {
  const kept = place.querySelector("input[type=hidden]");
  const button = place.querySelector("label");
  const ids = () => kept.value.split(",").filter(Boolean);
  const set = (list) => { kept.value = list.join(","); kept.dispatchEvent(new Event("change", { bubbles: true })); };
  place.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    for (const file of files) {
      if (ids().length >= Number(place.dataset.most)) { said(place, english ? `At most ${place.dataset.most}` : `最多 ${place.dataset.most} 张`); break; }
      said(place, english ? "Uploading…" : "正在上传…");
      try {
        const id = await upload(place, await smaller(file), (text) => said(place, text));
        button.before(thumb(id));
        set([...ids(), id]);
        said(place, "");
      } catch (problem) {
        said(place, problem.message);
      }
    }
  });
}

for (const pad of document.querySelectorAll("[data-pad]")) {
  const canvas = pad.querySelector("canvas");
  const kept = pad.querySelector("input[type=hidden]");
  const state = pad.querySelector("[data-state]");
  const pen = canvas.getContext("2d");
  let drawing = false;
  let timer = 0;

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  }

  /** On white, so that it can be read on any paper. */
  function clear() {
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#0f172a" });
  }

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    clearTimeout(timer);
    drawing = true;
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...place(event));
    pen.stroke();
  });
  const lift = () => {
    if (!drawing) return;
    drawing = false;
    state.textContent = english ? "Saving…" : "正在保存…";
    timer = setTimeout(save, 900);
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);

  async function save() {
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    try {
      kept.value = await upload(pad, blob, (text) => { state.textContent = text; });
      kept.dispatchEvent(new Event("change", { bubbles: true }));
      state.textContent = english ? "Signature kept" : "签名已保存";
    } catch (problem) {
      state.textContent = problem.message;
    }
  }

  pad.querySelector("[data-clear]").addEventListener("click", () => { clear(); kept.value = ""; state.textContent = ""; });
  clear();
}
