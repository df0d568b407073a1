// One case beside the queue: what was told, where, why, what happened; and dispatch in one press.
import { $, $$, chip, clone, fill, icon, make, say, toast } from "./dom.js";
import { makeMap, pin } from "./map.js";
import { merging } from "./merging.js";
import { ask } from "./net.js";
import { categoryName, dueOf, showUrgency } from "./rows.js";
import { PRECISION, URGENCY, channelName, full, percent, short, t, unitName } from "./words.js";
import { changesBetween, historyLine, whyParts } from "./case_words.js";

const DETAIL_ZOOM = 16;
const MOST_REPORTS = 20;

export function caseView(place, { may, units, closed, dispatched, merged, show: showCase }) {
  let open = null;
  const joining = merging($("#confirm"), { may, done: merged, show: showCase });

  function paint(panel, item) {
    const due = dueOf(item);
    fill(panel, {
      number: item.number, state: t(item.state_name, item.state_name_en), text: item.text, address: item.location.address, unit: unitName(item.unit),
      proposed: unitName(item.unit), report_count: item.report_count > 1 ? item.report_count : "", category_full: `${item.category.kind} ${item.category.class_name} ${categoryName(item)}（${item.category.code}）`,
      condition: item.condition, closing: item.closing, opened: full(item.opened_at), cell: item.location.cell, urgency: URGENCY[item.urgency],
      due_full: `${full(item.due_at)}${item.dispatched_at ? "" : t("（按现在派遣推算）", " (as if dispatched now)")}`,
      placed: `${PRECISION[item.location.precision] ?? item.location.precision} · ±${Math.round(item.location.accuracy_metres)} ${t("米", "m")} · ${t("把握", "confidence")} ${percent(item.location.confidence)}`,
    });
    showUrgency(panel, item);
    $("[data-chased]", panel).hidden = !item.chase_count;
    fill(panel, { chased: t(`催办 ${item.chase_count} 次`, `${item.chase_count} reminders`) });
    chip($("[data-due]", panel), due);
    $("[data-do]", panel).hidden = !(may.dispatch && item.state === "filed");
  }

  async function map(panel, item) {
    const made = await makeMap($("[data-map]", panel), { wheel: false });
    if (!made || open?.panel !== panel) return;
    const at = [item.location.lat, item.location.lon];
    made.map.setView(at, DETAIL_ZOOM, { animate: false });
    const reach = made.L.circle(at, { radius: item.location.accuracy_metres, weight: 1.5, dashArray: "4 4", fillOpacity: 0.08, interactive: false }).addTo(made.map);
    made.map.fitBounds(reach.getBounds(), { animate: false, maxZoom: DETAIL_ZOOM + 1 });
    pin(made.L, at, { sign: "●", level: dueOf(item).level, title: item.location.address }).addTo(made.map);
  }

  function told(report, item, etag) {
    const photos = report.evidence.filter((one) => one.media_type.startsWith("image/")).map((one, index) =>
      make("a", { href: `/api/v1/evidence/${one.sha256}`, target: "_blank", rel: "noopener" }, make("img", { src: `/api/v1/evidence/${one.sha256}`, loading: "lazy", alt: t(`照片 ${index + 1}`, `Photo ${index + 1}`) })));
    const who = report.unreadable ?? (report.confidential ? t("保密", "confidential") : report.contact_masked || t("未留电话", "no number"));
    const meta = make("p", { className: "meta" }, channelName(report.channel), make("span", { text: short(report.received_at) }), make("span", { className: "mono" }, report.confidential ? icon("lock") : "", who));
    const words = report.place_words ? [make("p", { className: "quiet", text: `${t("地点：", "Place: ")}${report.place_words}` })] : [];
    return make("li", {}, make("p", { text: report.text }), ...words, meta, make("div", { className: "thumbs" }, ...photos), ...joining.leaveDoor(item, etag, report));
  }

  async function more(panel, item, etag) {
    const none = () => null;
    const reports = may.reports ? item.report_ids.slice(0, MOST_REPORTS).map((id) => ask(`/api/v1/reports/${id}`).catch(none)) : [];
    const [history, trace, ...answers] = await Promise.all([
      may.history ? ask(`/api/v1/cases/${item.number}/history`).catch(none) : null,
      may.reports && item.report_ids.length ? ask(`/api/v1/reports/${item.report_ids[0]}/trace`).catch(none) : null,
      ...reports,
    ]);
    if (open?.panel !== panel) return;
    $("[data-reports]", panel).replaceChildren(...answers.filter(Boolean).map(({ data }) => told(data, item, etag)));
    const events = history?.data.items ?? [];
    $("[data-history-box]", panel).hidden = !events.length;
    $("[data-history]", panel).replaceChildren(...[...events].reverse().map((event) => {
      const { title, detail } = historyLine(event);
      return make("li", {}, make("strong", { text: title }), make("span", { className: "quiet", text: `${full(event.at)} · ${event.by === "hub" ? t("系统", "the hub") : event.by}` }), ...detail.map((line) => make("span", { className: "quiet", text: line })));
    }));
    const why = whyParts(item, trace?.data.steps ?? [], events);
    $("[data-why-box]", panel).hidden = !why.length;
    $("[data-why]", panel).replaceChildren(...why.flatMap(({ title, lines }) => [make("dt", { text: title }), ...lines.map((line) => make("dd", { text: line }))]));
  }

  function wire(panel) {
    $("[data-close]", panel).addEventListener("click", close);
    $("[data-dispatch]", panel).addEventListener("click", dispatch);
    $("[data-more]", panel).addEventListener("click", toggleUnits);
    const select = $("[data-unit]", panel);
    select.append(...units.map((unit) => make("option", { value: unit.code, text: unitName(unit) })));
    select.value = open.item.unit.code;
    select.addEventListener("change", () => fill(panel, { proposed: select.selectedOptions[0].textContent }));
  }

  function show(item, etag, { changes = [], focus = false } = {}) {
    const panel = clone("case-template");
    open = { number: item.number, item, etag, panel };
    paint(panel, item);
    wire(panel);
    $("[data-changed]", panel).hidden = !changes.length;
    $("[data-changes]", panel).replaceChildren(...changes.map((words) => make("li", { text: words })));
    place.replaceChildren(panel);
    document.body.classList.add("open");
    if (focus) panel.focus({ preventScroll: true });
    map(panel, item);
    joining.paint(panel, item, etag);
    more(panel, item, etag);
  }

  async function load(number, options) {
    const { data, etag } = await ask(`/api/v1/cases/${number}`);
    show(data, etag, options);
    return data;
  }

  /** Read the open case again and say what is different. */
  async function reload() {
    if (!open) return null;
    const { number, item: before, etag } = open;
    const answer = await ask(`/api/v1/cases/${number}`);
    if (open?.number !== number || answer.etag === etag) return answer.data;
    const changes = changesBetween(before, answer.data);
    show(answer.data, answer.etag, { changes });
    say(changes.join("；"));
    return answer.data;
  }

  function toggleUnits() {
    if (!open || open.item.state !== "filed") return;
    const [other, button] = [$("[data-other]", open.panel), $("[data-more]", open.panel)];
    other.hidden = !other.hidden;
    button.setAttribute("aria-expanded", String(!other.hidden));
    if (!other.hidden) $("[data-unit]", other).focus();
  }

  async function dispatch() {
    if (!open || !may.dispatch || open.item.state !== "filed") return;
    const { number, item, etag, panel } = open;
    const chosen = $("[data-unit]", panel).value;
    const buttons = $$("[data-do] button", panel);
    for (const one of buttons) one.disabled = true;
    try {
      const body = { unit_code: chosen && chosen !== item.unit.code ? chosen : null, note: $("[data-note]", panel).value.trim() };
      const { data } = await ask(`/api/v1/cases/${number}/dispatch`, { method: "POST", body, headers: { "If-Match": etag } });
      toast(t(`${number} 已派遣至${unitName(data.unit)}`, `${number} dispatched to ${unitName(data.unit)}`), "ok");
      dispatched(data);
    } catch (problem) {
      for (const one of buttons) one.disabled = false;
      toast(problem.message, "late");
      if (problem.status === 412 || problem.status === 409) await reload().catch(() => null);
    }
  }

  function merge() {
    if (open) joining.merge(open.item, open.etag);
  }

  function close() {
    open = null;
    place.replaceChildren();
    document.body.classList.remove("open");
    closed();
  }

  return { load, reload, dispatch, merge, toggleUnits, close, number: () => open?.number ?? null, item: () => open?.item ?? null };
}
