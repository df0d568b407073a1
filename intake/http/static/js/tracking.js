// The tracking page: the secret goes in a header, is remembered for this tab only, and the page keeps itself fresh.
import { $, $$, clone, fill, make, remember, remembered, say } from "./dom.js";
import { ask } from "./net.js";
import { proven } from "./proof.js";
import { FOLLOW } from "./receipt.js";
import { english, full, short, t } from "./words.js";

const form = $("#track");
const place = $("#found");
const fault = $("#track-fault");
const REFRESH_MS = 15_000;
const positions = Object.fromEntries(form.dataset.positions.trim().split(/\s+/).map((pair) => pair.split(":")).map(([name, at]) => [name, Number(at)]));
let following = null;
let shown = "";

function marks(list, stage) {
  const here = positions[stage] ?? 0;
  $$("li", list).forEach((item, number) => {
    item.className = number < here ? "done" : number === here ? "now" : "later";
    item.toggleAttribute("aria-current", false);
    if (number === here) item.setAttribute("aria-current", "step");
    $(".bead", item).textContent = number < here ? "✓" : number + 1;
  });
}

function show(view) {
  const card = clone("track-template");
  const values = {
    stage_name: t(view.stage_name, view.stage_name_en), tracking_number: view.tracking_number, text: view.text,
    category: english ? view.category_name_en || view.category_name : view.category_name, address: view.address,
    unit_name: view.unit_name, due_at: view.due_at ? full(view.due_at) : "", case_number: view.case_number,
  };
  fill(card, values);
  for (const fact of $$("[data-fact]", card)) fact.hidden = !values[fact.dataset.fact];
  marks($(".stages", card), view.stage);
  $("[data-steps]", card).replaceChildren(
    ...[...view.steps].reverse().map((step) => make("li", {}, make("time", { datetime: step.at, text: full(step.at) }), make("span", { text: t(step.title, step.title_en) }))),
  );
  place.replaceChildren(card);
}

function freshness() {
  const line = $("[data-fresh]", place);
  line.hidden = false;
  line.textContent = t(`本页自动更新，最近一次 ${short(Date.now())}。`, `This page updates itself, last ${short(Date.now())}.`);
}

async function look(quietly) {
  const { number, secret } = following;
  try {
    const send = (proof) => ask(`/api/v1/tracking/${encodeURIComponent(number)}`, { headers: { "Tracking-Secret": secret, ...proof } });
    const { data } = quietly ? await send() : await proven(send, (share, words) => (fault.textContent = words));
    const again = JSON.stringify(data);
    if (again !== shown) {
      if (quietly) say(t(`进度有更新：${data.stage_name}`, `Something happened: ${data.stage_name_en}`));
      show(data);
    }
    shown = again;
    fault.textContent = "";
    remember(sessionStorage, FOLLOW, following);
    freshness();
  } catch (problem) {
    if (quietly) return;
    following = null;
    place.replaceChildren();
    fault.textContent = problem.status === 400 || problem.status === 404 || problem.status === 422
      ? t("查询号或查询码不正确，请对照回执再填一次。", "The number or the secret is not right: compare with your receipt.")
      : problem.message;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  following = { number: form.elements.number.value.replace(/\s/g, ""), secret: form.elements.secret.value.trim() };
  shown = "";
  const ascii = /^[\x21-\x7e]+$/;
  if (!ascii.test(following.secret)) following.secret = "-";
  await look(false);
  $(".track", place)?.focus({ preventScroll: true });
});

const known = remembered(sessionStorage, FOLLOW, null);
if (known?.number && !place.children.length) {
  form.elements.number.value = known.number;
  form.elements.secret.value = known.secret;
  following = known;
  look(false);
}
setInterval(() => following && !document.hidden && look(true), REFRESH_MS);
document.addEventListener("visibilitychange", () => following && !document.hidden && look(true));
