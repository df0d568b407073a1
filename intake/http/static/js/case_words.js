// A case's history, reasons and changes as sentences.
import { PRECISION, URGENCY, english, full, percent, t, unitName } from "./words.js";

const KINDS = {
  opened: t("立案", "Case opened"), dispatched: t("派遣", "Dispatched"), report_attached: t("又一件诉求并入", "Another report joined"),
  chased_up: t("市民催办", "The citizen asked again"), merged_into: t("并入另一件案卷", "Merged into another case"),
  case_merged: t("另一件案卷并入", "Another case was merged into it"), unmerged: t("撤销并案，恢复为单独案卷", "Merge undone, a case of its own again"),
  case_unmerged: t("撤销并案，另一件案卷移出", "Merge undone, the other case left"), report_detached: t("一件诉求移出，另立案卷", "A report left and opened its own case"),
  hot_spot: t("集中反映提醒", "Many reports at this place"), hot_spot_ended: t("集中反映结束", "The burst of reports is over"), corrected: t("更正", "Corrected"),
};

const categoryOf = (category) => (english && category.name_en) || category.name;
const list = (value) => (Array.isArray(value) ? value.filter((one) => typeof one === "string" && one) : []);

export function historyLine(event) {
  const told = event.payload ?? {};
  const unit = told.unit_code && unitName({ code: told.unit_code });
  const detail = [];
  if (unit) detail.push(`${t("责任单位：", "Unit: ")}${unit}`);
  if (told.due_ms) detail.push(`${t("截止：", "Due: ")}${full(told.due_ms)}`);
  const other = told.into ?? told.from ?? told.to ?? (event.kind === "case_unmerged" ? told.number : null);
  if (other) detail.push(`${t("案卷：", "Case: ")}${other}`);
  if (told.report_ids) detail.push(`${t("诉求：", "Reports: ")}${told.report_ids.length}`);
  if (told.note) detail.push(`${t("意见：", "Note: ")}${told.note}`);
  if (event.kind !== "opened") detail.push(...list(told.reasons));
  return { title: KINDS[event.kind] ?? event.kind, detail };
}

export function whyParts(item, steps, events) {
  const opened = events.find((event) => event.kind === "opened")?.payload ?? {};
  const known = item.reasons ?? {};
  const others = (item.alternatives ?? []).map((one) => `${categoryOf(one.category)} ${percent(one.confidence)}`);
  const named = [
    [t("为什么是这个单位", "Why this unit"), list(known.unit)],
    [t("为什么是这个期限", "Why this deadline"), list(known.due)],
    [t("为什么是这个类别", "Why this category"), list(known.category)],
    [t("也可能是", "It may also be"), others],
    [t("为什么是这个地点", "Why this place"), list(steps.find((one) => one.step === "locate")?.reasons)],
    [t("为什么是新案卷", "Why a new case"), list(opened.reasons)],
  ];
  return named.filter(([, lines]) => lines.length).map(([title, lines]) => ({ title, lines: [...new Set(lines)] }));
}

export function changesBetween(before, after) {
  const arrow = (name, from, to) => (from === to ? [] : [`${name}：${from} → ${to}`]);
  const place = (item) => `${item.location.address} (${PRECISION[item.location.precision] ?? item.location.precision})`;
  const found = [
    ...arrow(t("状态", "State"), t(before.state_name, before.state_name_en), t(after.state_name, after.state_name_en)),
    ...arrow(t("责任单位", "Unit"), unitName(before.unit), unitName(after.unit)),
    ...arrow(t("截止", "Due"), full(before.due_at), full(after.due_at)),
    ...arrow(t("类别", "Category"), before.category.name, after.category.name),
    ...arrow(t("紧急程度", "Urgency"), URGENCY[before.urgency], URGENCY[after.urgency]),
    ...arrow(t("诉求数", "Reports"), before.report_count, after.report_count),
    ...arrow(t("地点", "Place"), place(before), place(after)),
  ];
  return found.length ? found : [t("经过中多了一条记录。", "There is a new line in its history.")];
}
