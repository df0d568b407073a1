// The queue: rows live by the feed, worked by keyboard, filtered in the address, one case open beside it.
import { caseView } from "./case_view.js";
import { $, $$, say } from "./dom.js";
import { hotSpots } from "./hot_spots.js";
import { keyboard } from "./keyboard.js";
import { follow } from "./live.js";
import { ask, query } from "./net.js";
import { overviewMap } from "./overview.js";
import { compare, mark, newRow, paintRow, tick } from "./rows.js";
import { towns } from "./towns.js";
import { learnUnits, t } from "./words.js";

const first = JSON.parse($("#first").textContent);
const main = $("#main");
const may = { dispatch: !!main.dataset.mayDispatch, stream: !!main.dataset.mayStream, reports: !!main.dataset.mayReports, history: !!main.dataset.mayHistory };
const [list, scroll, news, more, empty, form] = ["#queue", "#scroll", "#news", "#more", "#empty", "#filters"].map((one) => $(one));
const PAGE = 50;
const items = new Map();
let nextCursor = null;
let held = new Map();
let counts = first.counts;
let generation = 0;

const filters = () => Object.fromEntries(["state", "street", "group", "urgency", "q"].map((name) => [name, form.elements[name].value.trim()]));
const asked = () => {
  const now = filters();
  return { ...now, state: now.state === "all" ? "" : now.state };
};
const rowOf = (number) => document.getElementById(`row-${number}`);
const rows = () => $$(".row:not(.leaving)", list);
const fits = (item) => {
  const { state, street, urgency } = asked();
  return item.state !== "merged" && (!state || item.state === state) && (!street || item.location.code12.startsWith(street)) && (!urgency || item.urgency === urgency);
};

function place(item, kind) {
  items.set(item.number, item);
  const row = newRow(item);
  const after = rows().find((other) => compare(item, items.get(other.dataset.number)) < 0);
  list.insertBefore(row, after ?? null);
  if (kind) mark(row, kind);
}

function remove(number) {
  const row = rowOf(number);
  items.delete(number);
  if (!row) return;
  row.classList.add("leaving");
  row.removeAttribute("id");
  setTimeout(() => row.remove(), 520);
}

const drawTowns = towns(form, refilter);
let overview = { draw() {} };
function after() {
  empty.hidden = items.size > 0;
  more.hidden = !nextCursor;
  news.hidden = held.size === 0;
  news.textContent = t(`${held.size} 件新案卷，点此查看`, `${held.size} new: press to see`);
  overview.draw([...items.values()]);
}

function select(number, { reveal = true } = {}) {
  for (const row of rows()) row.setAttribute("aria-selected", String(row.dataset.number === number));
  const row = number && rowOf(number);
  if (row) {
    list.setAttribute("aria-activedescendant", row.id);
    if (reveal) row.scrollIntoView({ block: "nearest" });
  } else list.removeAttribute("aria-activedescendant");
}
const selected = () => $(".row[aria-selected=true]", list)?.dataset.number ?? null;

function address(number) {
  const here = filters();
  history.replaceState(null, "", `/dispatch${query({ ...here, state: here.state === "filed" ? "" : here.state, case: number })}`);
}

const units = await ask("/api/v1/units").then(({ data }) => data.items, () => []);
learnUnits(units);
const view = caseView($("#case-place"), {
  may,
  units,
  closed() {
    $("#overview").hidden = false;
    address(null);
    list.focus({ preventScroll: true });
  },
  dispatched(item) {
    const order = rows().map((row) => row.dataset.number);
    const next = order[order.indexOf(item.number) + 1] ?? order[order.indexOf(item.number) - 1];
    settle(item);
    refreshCounts();
    if (next && !fits(item)) openCase(next, false);
    else if (!fits(item)) view.close();
    else view.reload();
  },
  async merged(item, answer, what) {
    for (const number of [item.number, answer.number, answer.merged_into, item.merged_into]) {
      if (number) await ask(`/api/v1/cases/${number}`).then(({ data }) => settleOrPlace(data), () => null);
    }
    refreshCounts();
    await openCase(what === "merge" ? answer.merged_into : answer.number);
  },
  show: (number) => openCase(number),
});
const spots = hotSpots($("#hot-spots"), (number) => openCase(number));

function settleOrPlace(item) {
  if (settle(item)) place(item, "fresh");
}

async function openCase(number, focus = true) {
  select(number);
  try {
    await view.load(number, { focus });
    $("#overview").hidden = true;
    $("#side").scrollTop = 0;
    address(number);
  } catch (problem) {
    say(problem.message);
  }
}

/** Bring one case of the list up to date: in place, out, or in. True when it is new to the list. */
function settle(item) {
  const row = rowOf(item.number);
  if (row && fits(item)) {
    const before = items.get(item.number);
    items.set(item.number, item);
    if (before.due_at !== item.due_at) {
      const chosen = selected() === item.number;
      row.remove();
      place(item, "changed");
      if (chosen) select(item.number, { reveal: false });
    } else if (before.version !== item.version) mark(paintRow(row, item), "changed");
    return false;
  }
  if (row) remove(item.number);
  return !row && fits(item);
}

async function refreshCounts() {
  counts = await ask("/api/v1/cases/counts").then(({ data }) => data.items, () => counts);
  drawTowns(counts, filters().state);
}

function takeNew(fresh) {
  if (scroll.scrollTop > 40) for (const item of fresh) held.set(item.number, item);
  else {
    for (const item of fresh) place(item, "fresh");
    if (fresh.length) say(t(`新到 ${fresh.length} 件案卷`, `${fresh.length} new cases`));
  }
}

/** Known rows are read one by one; whatever is new comes with the first page as the filters see it. */
async function heard(numbers, everything) {
  const mine = generation;
  const known = everything ? [...items.keys()].slice(0, PAGE) : numbers.filter((number) => items.has(number));
  const pageAsked = everything || known.length < numbers.length;
  const [page, ...singles] = await Promise.all([
    pageAsked ? ask(`/api/v1/cases${query({ ...asked(), limit: Math.min(200, Math.max(PAGE, items.size)) })}`).catch(() => null) : null,
    ...known.slice(0, 20).map((number) => ask(`/api/v1/cases/${number}`).catch(() => null)),
  ]);
  if (mine !== generation) return;
  const seen = [...singles.filter(Boolean).map(({ data }) => data), ...(page?.data.items ?? [])];
  const fresh = new Map(seen.filter((item) => settle(item) && !held.has(item.number)).map((item) => [item.number, item]));
  takeNew([...fresh.values()]);
  if (numbers.includes(view.number())) await view.reload().catch(() => null);
  after();
  refreshCounts();
  spots.load();
}

function showHeld() {
  const fresh = [...held.values()].filter((item) => !items.has(item.number));
  held = new Map();
  for (const item of fresh) place(item, "fresh");
  scroll.scrollTo({ top: 0 });
  after();
}

async function load(cursor) {
  const mine = ++generation;
  const { data } = await ask(`/api/v1/cases${query({ ...asked(), cursor, limit: PAGE })}`);
  if (mine !== generation) return;
  if (!cursor) {
    items.clear();
    list.replaceChildren();
    scroll.scrollTop = 0;
    held = new Map();
  }
  for (const item of data.items) if (!items.has(item.number)) place(item);
  nextCursor = data.next_cursor;
  select(view.number(), { reveal: false });
  after();
}

function refilter() {
  main.dataset.state = filters().state;
  for (const pick of $$(".pick", form)) pick.classList.toggle("set", pick.value !== "");
  address(view.number());
  drawTowns(counts, filters().state);
  load(null).catch((problem) => say(problem.message));
}

function step(by) {
  const order = rows().map((row) => row.dataset.number);
  const at = order.indexOf(selected());
  const number = order[Math.max(0, Math.min(order.length - 1, at < 0 ? 0 : at + by))];
  if (!number) return;
  if (view.number() && innerWidth > 860) openCase(number, false);
  else select(number);
  if (number === order.at(-1) && nextCursor) load(nextCursor);
}

for (const item of first.items) {
  items.set(item.number, item);
  paintRow($(`.row[data-number="${item.number}"]`, list), item);
}
nextCursor = first.next_cursor;
list.addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  if (row) openCase(row.dataset.number);
});
let typing = 0;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => event.target.id !== "town-pick" && event.target.name !== "q" && refilter());
form.elements.q.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(refilter, 220);
});
news.addEventListener("click", showHeld);
scroll.addEventListener("scroll", () => scroll.scrollTop < 8 && held.size && showHeld());
more.addEventListener("click", () => load(nextCursor));
setInterval(() => items.forEach((item, number) => rowOf(number) && tick(rowOf(number), item)), 20_000);

keyboard({
  search: form.elements.q,
  help: $("#help"),
  helpDoor: $("#help-door"),
  keys: {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    Enter: () => selected() && openCase(selected()),
    d: () => (view.number() ? view.dispatch() : selected() && openCase(selected()).then(() => view.dispatch())),
    u: () => view.toggleUnits(),
    m: () => view.merge(),
    Escape: () => (view.number() ? view.close() : list.focus()),
  },
});

drawTowns(counts, filters().state);
after();
for (const pick of $$(".pick", form)) pick.classList.toggle("set", pick.value !== "");
if (may.stream) follow($("#live"), (numbers, everything) => heard(numbers, everything).catch(() => null));
else $("#live").hidden = true;
const wanted = new URL(location.href).searchParams.get("case");
if (wanted) openCase(wanted, false);
main.dataset.ready = "yes";
overviewMap($("#overview-map"), (number) => openCase(number)).then((made) => {
  overview = made;
  overview.draw([...items.values()]);
});
