// Rows of the queue: made from the page's own template, updated in place, kept in order of due time.
import { $, chip, clone, fill } from "./dom.js";
import { URGENCY, english, remaining, short, t, unitName } from "./words.js";

export const compare = (one, other) => Date.parse(one.due_at) - Date.parse(other.due_at) || one.number.localeCompare(other.number);
export const dueOf = (item) => remaining(item.dispatched_at ?? item.opened_at, item.due_at);
export const categoryName = (item) => (english && item.category.name_en) || item.category.name;

export function showUrgency(root, item) {
  const mark = $("[data-urgency]", root);
  mark.hidden = item.urgency === "normal";
  mark.className = `chip ${item.urgency === "emergency" ? "hottest" : "hot"}`;
}

export function paintRow(row, item) {
  fill(row, {
    text: item.text, category: categoryName(item), address: item.location.address, unit: unitName(item.unit),
    state: t(item.state_name, item.state_name_en), report_count: item.report_count, urgency: URGENCY[item.urgency] ?? item.urgency,
  });
  row.dataset.number = item.number;
  row.id = `row-${item.number}`;
  showUrgency(row, item);
  $("[data-joined]", row).hidden = item.report_count < 2;
  fill(row, { chase_count: item.chase_count });
  $("[data-chased]", row).hidden = !item.chase_count;
  tick(row, item);
  return row;
}

export function tick(row, item) {
  chip($("[data-due]", row), dueOf(item));
  fill(row, { due_short: short(item.due_at) });
}

export const newRow = (item) => paintRow(clone("row-template"), item);

/** Play a mark of what changed, once. */
export function mark(row, kind) {
  row.classList.remove("fresh", "changed");
  void row.offsetWidth;
  row.classList.add(kind);
  setTimeout(() => row.classList.remove(kind), 2600);
}
