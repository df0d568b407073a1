// The public form with scripts: keeps a draft, sends with progress, shows faults beside their fields.
import { $, $$ } from "./dom.js";
import { draft } from "./draft.js";
import { Problem, parse } from "./net.js";
import { photoList } from "./photos.js";
import { pointField } from "./point_field.js";
import { proven } from "./proof.js";
import { showReceipt } from "./receipt.js";
import { t } from "./words.js";

const form = $("#report");
const text = form.elements.text;
const summary = $("#form-fault");
const progress = $("#progress");
const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(18)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const faultOf = (name) => $(`[data-fault="${name}"]`);
function tell(name, words) {
  const place = faultOf(name);
  if (!place) return false;
  place.textContent = words;
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLElement) words ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
  return true;
}

const photos = photoList($("#photo"), $("#photos"), (words) => tell("photo", words));
const count = () => ($("#text-count").textContent = text.value.length > 1500 ? `${text.value.length} / 2000` : "");
let keeping = 0;
function keep() {
  keeping = 0;
  draft.keep(form);
}
function forget() {
  clearTimeout(keeping);
  keeping = 0;
  draft.clear();
}
function changed() {
  clearTimeout(keeping);
  keeping = setTimeout(keep, 250);
  count();
}

function clearFaults() {
  summary.hidden = true;
  for (const place of $$("[data-fault]")) tell(place.dataset.fault, "");
}

function showProblem(problem) {
  const unplaced = problem.faults.filter(({ pointer, detail }) => !tell(pointer.split("/")[1] ?? "", detail)).map(({ detail }) => detail);
  $("span", summary).textContent = [problem.message, ...unplaced].join(" ");
  summary.hidden = false;
  const first = $("[aria-invalid=true]");
  (first ?? summary).focus();
  (first ?? summary).scrollIntoView({ block: "center" });
}

function body() {
  const sent = new FormData();
  for (const [name, value] of new FormData(form)) if (name !== "photo" && value !== "") sent.append(name, value);
  photos.blobs().forEach((blob, index) => sent.append("photo", blob, `photo-${index + 1}.jpg`));
  return sent;
}

function showProgress(share, words) {
  progress.hidden = false;
  $(".progress-bar", progress).style.width = `${Math.round(100 * share)}%`;
  $("span", progress).textContent = words;
}

function send(headers) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/reports");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.setRequestHeader("Idempotency-Key", form.elements.idempotency_key.value);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.timeout = 180_000;
    request.upload.onprogress = ({ loaded, total }) => {
      if (progress.hidden) return;
      const share = total ? Math.round((100 * loaded) / total) : 0;
      showProgress(share / 100, share < 100 ? t(`正在上传 ${share}%`, `Sending ${share}%`) : t("正在保存……", "Saving…"));
    };
    request.onload = () => {
      const answer = parse(request.responseText);
      request.status < 300 ? done(answer) : fail(new Problem(request.status, answer));
    };
    request.onerror = request.ontimeout = () =>
      fail(new Problem(0, { detail: t("没有连上。内容已保存在本机，请稍后再按“提交”，不会重复。", "No connection. Everything is kept here: press Send again later, nothing is sent twice.") }));
    request.send(body());
  });
}

async function sendOnce() {
  try {
    return await proven(send, showProgress);
  } catch (problem) {
    // The key was used by an earlier try whose answer was lost and whose words have changed since: this is a new report.
    if (problem.code !== "idempotency-conflict") throw problem;
    form.elements.idempotency_key.value = newKey();
    return proven(send, showProgress);
  }
}

form.noValidate = true;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearFaults();
  if (!text.value.trim()) {
    showProblem({ message: t("请先写明发生了什么。", "Say what happened first."), faults: [{ pointer: "/text", detail: t("请写明发生了什么问题。", "Say what the problem is.") }] });
    return;
  }
  const button = $("#submit");
  button.disabled = true;
  progress.hidden = photos.blobs().length === 0;
  try {
    const receipt = await sendOnce();
    forget();
    showReceipt(receipt, startOver);
  } catch (problem) {
    showProblem(problem);
  } finally {
    button.disabled = false;
    progress.hidden = true;
  }
});

let point = null;
function startOver(card) {
  form.reset();
  form.elements.idempotency_key.value = newKey();
  photos.clear();
  point?.clear();
  clearFaults();
  forget();
  count();
  card?.remove();
  $("#compose").hidden = false;
  text.focus();
}

$("#forget").addEventListener("click", () => startOver());
form.addEventListener("input", changed);
addEventListener("pagehide", () => keeping && keep());
draft.restore(form);
count();
point = await pointField(form, changed);
