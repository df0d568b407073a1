// One question: places on the map, readings of the category, similar cases, and the answer.
import { $, $$, clone, fill, icon, make } from "./dom.js";
import { highlighted, legend } from "./highlight.js";
import { makeMap, pin } from "./map.js";
import { ask } from "./net.js";
import { PRECISION, channelName, english, full, kindName, percent, short, t } from "./words.js";

const NEAR_ZOOM = 15;
let catalogue = null;
const categories = () => (catalogue ??= ask("/api/v1/catalogue").then(({ data }) => data.items, () => []));
const nameOf = (category) => (english && category.name_en) || category.name;

// What speaks against a place (a home, "not there") stands behind what speaks for it.
const FIRST_REASONS = 3;

function option(name, value, title, detail, mark, checked, reasons = []) {
  const input = make("input", { type: "radio", name, value });
  input.checked = checked;
  const why = reasons.length ? [make("span", { className: "why-line", text: reasons.slice(0, FIRST_REASONS).join(t("；", "; ")), title: reasons.join("\n") })] : [];
  return make("label", { className: "option" }, input, make("span", { text: title }), ...(mark ? [mark] : []), make("span", { className: "quiet", text: detail }), ...why);
}

function photo({ sha256 }, item) {
  if (item.harmful.includes(sha256)) return make("li", { className: "photo-state" }, make("span", { className: "chip late" }, icon("late"), t("有害照片，已停止显示", "harmful photo, not shown")));
  const href = `/api/v1/evidence/${sha256}`;
  const waits = item.unscanned.includes(sha256) ? [make("span", { className: "chip soon" }, icon("clock"), t("未经扫描", "not scanned"))] : [];
  return make("li", {}, make("a", { href, target: "_blank", rel: "noopener" }, make("img", { src: href, alt: t("照片", "Photo") })), ...waits);
}

export function deskItem(item, { may, resolve, close }) {
  const panel = clone("ask-template");
  const { report } = item;
  let point = null;
  let made = null;
  let pins = [];

  const chosen = (name) => $(`input[name=${name}]:checked`, panel)?.value ?? null;
  const fault = (words) => ($("[data-fault]", panel).textContent = words);

  function paint() {
    const who = report.unreadable ?? (report.confidential ? t("保密", "confidential") : report.contact_masked);
    fill(panel, {
      question: item.question, tracking_number: report.tracking_number,
      told: [channelName(report.channel), short(report.received_at), who].filter(Boolean).join(" · "),
    });
    paintWords();
    if (report.place_words) {
      $("[data-slot=place_words]", panel).replaceChildren(t("所说地点：", "Place told: "), ...highlighted(report.place_words, item.place_words_spans));
    }
    const photos = may.reports ? report.evidence.filter((one) => one.media_type.startsWith("image/")) : [];
    $("[data-photos]", panel).replaceChildren(...photos.map((one) => photo(one, item)));
    $("[data-places]", panel).append(...item.places.map((place, index) =>
      option("place", index, place.name, `${PRECISION[place.precision] ?? place.precision} · ±${Math.round(place.accuracy_metres)} ${t("米", "m")} · ${percent(place.confidence)}`, make("kbd", { text: index + 1 }), index === 0, place.reasons)));
    $("[data-readings]", panel).append(...item.readings.map((reading, index) =>
      option("reading", index, `${kindName(reading.category.kind)} · ${nameOf(reading.category)}`, reading.condition, make("span", { className: "chip", text: percent(reading.confidence) }), index === 0)));
    $("[data-similar-box]", panel).hidden = !item.similar.length;
    $("[data-similar]", panel).append(...item.similar.map((one) =>
      option("similar", one.number, one.text, `${one.number} · ${one.location.address} · ${full(one.opened_at)}`, make("span", { className: "chip info", text: t(one.state_name, one.state_name_en) }), false)));
    $("[data-reasons]", panel).append(...item.reasons.map((words) => make("li", { text: words })));
    for (const button of $$("[data-decide]", panel)) button.hidden = !may.resolve;
    $("[data-decide=attach]", panel).disabled = !item.similar.length;
  }

  /** The citizen's words with what was read in them: the place always, and what speaks for the category chosen. */
  function paintWords() {
    const reading = item.readings[chosen("reading") ?? 0];
    const spans = [...item.spans.filter((one) => one.role !== "category"), ...(reading?.spans ?? []).map((one) => ({ ...one, words: nameOf(reading.category) }))];
    $("[data-slot=text]", panel).replaceChildren(...highlighted(report.text, spans));
    $("[data-legend]", panel).replaceChildren(...legend([...item.place_words_spans, ...spans]));
  }

  function drawPins() {
    if (!made) return;
    for (const one of pins) one.remove();
    const place = chosen("place");
    pins = item.places.map((one, index) => pin(made.L, [one.lat, one.lon], { sign: index + 1, title: one.name, chosen: String(index) === place }).on("click", () => choosePlace(index)).addTo(made.map));
    if (point) pins.push(pin(made.L, [point.lat, point.lon], { sign: "●", level: "ok", title: t("您标的位置", "Your point"), chosen: true }).addTo(made.map));
  }

  /** As much of the map as a place may cover: a long road is not a spot. */
  function reach(places) {
    return places.reduce((bounds, one) => bounds.extend(made.L.latLng(one.lat, one.lon).toBounds(2 * (one.accuracy_metres ?? 50))), made.L.latLngBounds([]));
  }

  function choosePlace(index) {
    const input = $(`input[name=place][value="${index}"]`, panel);
    if (!input) return;
    input.checked = true;
    point = null;
    drawPins();
    made?.map.fitBounds(reach([item.places[index]]), { maxZoom: NEAR_ZOOM });
  }

  async function start() {
    panel.focus({ preventScroll: true });
    const list = document.getElementById("catalogue");
    if (!list.children.length) list.append(...(await categories()).map((one) => make("option", { value: `${one.name}（${one.key}）`, label: nameOf(one) })));
    made = await makeMap($("[data-map]", panel), { wheel: false });
    if (!made) return;
    made.map.on("click", ({ latlng }) => {
      point = { lon: Number(latlng.lng.toFixed(6)), lat: Number(latlng.lat.toFixed(6)) };
      for (const input of $$("input[name=place]", panel)) input.checked = false;
      $("[data-point-words]", panel).textContent = t("已采用您在地图上标的点。", "Your point on the map will be used.");
      drawPins();
    });
    const known = [...item.places, ...(report.point ? [report.point] : [])];
    if (known.length) made.map.fitBounds(reach(known), { maxZoom: NEAR_ZOOM, animate: false });
    drawPins();
  }

  async function category() {
    const typed = $("[data-category]", panel).value.trim();
    if (!typed) {
      const reading = item.readings[chosen("reading")];
      return reading && { category_key: reading.category.key, condition_number: reading.condition_number };
    }
    const found = (await categories()).find((one) => typed.includes(one.key) || typed === one.name || typed === one.name_en);
    return found && { category_key: found.key };
  }

  async function answer(decision) {
    const note = $("[data-note]", panel).value.trim();
    if (decision === "answer") return note ? { decision, note } : t("请在“说明”里写明怎样答复。", "Write in the note what is answered.");
    if (decision === "attach") {
      const number = chosen("similar");
      return number ? { decision, case_number: number, note } : t("请先选一件相似案卷。", "Choose a similar case first.");
    }
    const what = await category();
    if (!what) return t("请选择类别。", "Choose a category.");
    const place = chosen("place");
    if (!point && place === null) return t("请选择地点，或在地图上点出位置。", "Choose a place or press it on the map.");
    return { decision, ...what, ...(point ? { ...point, datum: "cgcs2000" } : { place: Number(place) }), note };
  }

  async function decide(decision) {
    if (!may.resolve) return;
    fault("");
    const resolution = await answer(decision);
    if (typeof resolution === "string") {
      fault(resolution);
      if (decision === "answer") $("[data-note]", panel).focus();
      return;
    }
    const buttons = $$("[data-decide]", panel);
    for (const one of buttons) one.disabled = true;
    try {
      await resolve(report.id, resolution);
    } catch (problem) {
      fault([problem.message, ...problem.faults.map((one) => one.detail)].join(" "));
      for (const one of buttons) one.disabled = false;
    }
  }

  function cycle(name) {
    const inputs = $$(`input[name=${name}]`, panel);
    if (!inputs.length) return;
    inputs[(inputs.findIndex((one) => one.checked) + 1) % inputs.length].checked = true;
    if (name !== "reading") return;
    $("[data-category]", panel).value = "";
    paintWords();
  }

  paint();
  panel.addEventListener("change", ({ target }) => {
    if (target.name === "place") choosePlace(Number(target.value));
    if (target.name === "reading") paintWords();
  });
  for (const button of $$("[data-decide]", panel)) button.addEventListener("click", () => decide(button.dataset.decide));
  $("[data-close]", panel).addEventListener("click", close);
  $("[data-form]", panel).addEventListener("submit", (event) => event.preventDefault());
  return { id: report.id, panel, start, decide, choosePlace, cycle };
}
