// The desk: one question after the other, answered by pointing, reading and three keys.
import { $, $$, clone, fill, make, say, toast } from "./dom.js";
import { deskItem } from "./desk_item.js";
import { hotSpots } from "./hot_spots.js";
import { keyboard } from "./keyboard.js";
import { mark } from "./rows.js";
import { ask } from "./net.js";
import { channelName, short, t } from "./words.js";

const first = JSON.parse($("#first").textContent);
const [list, empty, place] = ["#questions", "#empty", "#ask-place"].map((one) => $(one));
const may = { resolve: !!$("#main").dataset.mayResolve, reports: !!$("#main").dataset.mayReports };
const items = new Map();
const LISTEN_MS = 4000;
const IDLE = [...place.childNodes];
let open = null;

const rows = () => $$(".row", list);
const rowOf = (id) => $(`[data-id="${id}"]`, list);
const selected = () => $("[aria-selected=true]", list)?.dataset.id ?? null;

function paint(row, item) {
  row.dataset.id = item.report.id;
  return fill(row, { text: item.report.text, question: item.question, when: short(item.created_at), channel: channelName(item.report.channel) });
}

function take(page, announce) {
  const now = new Set(page.items.map((item) => item.report.id));
  for (const id of [...items.keys()]) if (!now.has(id) && id !== open?.id && page.next_cursor === null) drop(id);
  for (const item of page.items) {
    const id = item.report.id;
    if (items.has(id)) continue;
    items.set(id, item);
    const row = rowOf(id) ?? list.appendChild(clone("question-template"));
    paint(row, item);
    if (announce) mark(row, "fresh");
  }
  count();
}

function count() {
  $("#desk-count").textContent = items.size;
  empty.hidden = items.size > 0;
}

function drop(id) {
  items.delete(id);
  rowOf(id)?.remove();
  count();
}

function select(id) {
  for (const row of rows()) row.setAttribute("aria-selected", String(row.dataset.id === id));
  rowOf(id)?.scrollIntoView({ block: "nearest" });
}

function show(id) {
  const item = items.get(id);
  if (!item) return;
  select(id);
  open = deskItem(item, { may, resolve, close });
  place.replaceChildren(open.panel);
  document.body.classList.add("open");
  $("#side").scrollTop = 0;
  open.start();
}

function close() {
  open = null;
  place.replaceChildren(...IDLE);
  document.body.classList.remove("open");
  list.focus({ preventScroll: true });
}

function step(by) {
  const order = rows().map((row) => row.dataset.id);
  const at = order.indexOf(selected());
  const id = order[Math.max(0, Math.min(order.length - 1, at < 0 ? 0 : at + by))];
  if (id) innerWidth > 860 ? show(id) : select(id);
}

async function resolve(id, resolution) {
  const order = rows().map((row) => row.dataset.id);
  const next = order[order.indexOf(id) + 1] ?? order[order.indexOf(id) - 1];
  const { data } = await ask(`/api/v1/desk/${id}/resolve`, { method: "POST", body: resolution });
  const what = { open: t("已立案", "Case opened"), attach: t("已并入案卷", "Joined the case"), answer: t("已记为答复", "Noted as answered") }[resolution.decision];
  toast(`${what}${data.case_number ? ` ${data.case_number}` : ""}`, "ok");
  drop(id);
  if (next && innerWidth > 860) show(next);
  else close();
}

async function listen() {
  if (document.hidden) return;
  const before = items.size;
  try {
    take((await ask("/api/v1/desk?limit=50")).data, true);
    if (items.size > before) say(t("有新的诉求待判断", "A new question came"));
  } catch {
    // The next round asks again.
  }
}

take(first, false);
hotSpots($("#hot-spots"), (number) => location.assign(`/dispatch?state=all&case=${number}`));
list.addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  if (row) show(row.dataset.id);
});
keyboard({
  help: $("#help"),
  helpDoor: $("#help-door"),
  keys: {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), Enter: () => selected() && show(selected()),
    o: () => open?.decide("open"), m: () => open?.decide("attach"), r: () => open?.decide("answer"),
    c: () => open?.cycle("reading"), s: () => open?.cycle("similar"), Escape: close,
    ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => [String(number), () => open?.choosePlace(number - 1)])),
  },
});
setInterval(listen, LISTEN_MS);
document.addEventListener("visibilitychange", listen);
$("#main").dataset.ready = "yes";
if (innerWidth > 860 && items.size) show(items.keys().next().value);
