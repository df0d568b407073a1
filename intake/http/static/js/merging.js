// Cases that are one problem, or not: merge, undo it, let a report leave. Each is asked about in plain words first.
import { $, make, toast } from "./dom.js";
import { ask } from "./net.js";
import { t } from "./words.js";

const NEAR_DEGREES = 0.008;
const OFFERED = 6;

/** Ask in the page's dialog; the answers of its form, or null when it was not confirmed. */
function confirmed(dialog, { title, words, fields = [], action }) {
  $("[data-slot=title]", dialog).textContent = title;
  $("[data-slot=words]", dialog).textContent = words;
  $("[data-fields]", dialog).replaceChildren(...fields);
  $("[data-slot=action]", dialog).textContent = action;
  const form = $("form", dialog);
  form.reset();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes" ? new FormData(form) : null), { once: true }));
}

function option(feature, apart) {
  const told = feature.properties;
  const input = make("input", { type: "radio", name: "near", value: told.number });
  const detail = `${told.number} · ${t(told.category_name, told.category_name_en || told.category_name)} · ${Math.round(apart)} ${t("米", "m")}`;
  return make("label", { className: "option" }, input, make("span", { text: told.address }), make("span", { className: "quiet", text: detail }));
}

async function nearOnes(item) {
  const { lon, lat } = item.location;
  const box = [lon - NEAR_DEGREES, lat - NEAR_DEGREES, lon + NEAR_DEGREES, lat + NEAR_DEGREES].map((one) => one.toFixed(6)).join(",");
  const { data } = await ask(`/api/v1/cases.geojson?bbox=${box}`);
  const apart = ({ geometry: { coordinates: [east, north] } }) => Math.hypot((east - lon) * 101_000, (north - lat) * 110_780);
  const strange = (feature) => (feature.properties.category_key === item.category.key ? 0 : 400);
  return data.features.filter((one) => one.id !== item.number)
    .map((one) => ({ one, apart: apart(one), rank: apart(one) + strange(one) }))
    .sort((left, right) => left.rank - right.rank).slice(0, OFFERED).map(({ one, apart: metres }) => option(one, metres));
}

export function merging(dialog, { may, done, show }) {
  async function send(item, path, body, words, etag) {
    try {
      const { data } = await ask(`/api/v1/cases/${item.number}/${path}`, { method: "POST", body, headers: { "If-Match": etag } });
      toast(words(data), "ok");
      await done(item, data, path);
    } catch (problem) {
      toast(problem.message, "late");
    }
  }

  async function merge(item, etag) {
    if (!may.dispatch || item.merged_into) return;
    const near = await nearOnes(item).catch(() => []);
    const number = make("input", { className: "input", name: "into", inputmode: "numeric", maxlength: "14", autocomplete: "off", placeholder: "26112400001" });
    const given = await confirmed(dialog, {
      title: t(`把 ${item.number} 并入哪一件？`, `Merge ${item.number} into which case?`),
      words: t("本案卷的诉求和催办都转到所选案卷，期限取两者中较早的一个；反映人查到的是所选案卷的进度。以后可以撤销。",
        "All its reports and reminders move to the chosen case, which keeps the earlier deadline; reporters follow that case. It can be undone."),
      fields: [...near, make("label", { className: "field" }, make("span", { className: "label", text: t("或输入案卷号", "Or its number") }), number)],
      action: t("并入", "Merge"),
    });
    const into = given && (given.get("into").trim() || given.get("near"));
    if (given && !into) toast(t("请选一件案卷。", "Choose a case."), "late");
    if (into) await send(item, "merge", { into }, () => t(`${item.number} 已并入 ${into}`, `${item.number} merged into ${into}`), etag);
  }

  async function unmerge(item, etag) {
    const given = await confirmed(dialog, {
      title: t(`撤销 ${item.number} 的并案？`, `Undo the merge of ${item.number}?`),
      words: t("它带来的诉求回到它自己名下，两件案卷各自恢复原来的期限；并案以后新到的诉求不动。",
        "The reports it brought go back to it, and both cases have their own deadlines again; reports that came since stay."),
      action: t("撤销并案", "Undo"),
    });
    if (given) await send(item, "unmerge", {}, () => t(`${item.number} 已恢复为单独案卷`, `${item.number} stands by itself again`), etag);
  }

  async function detach(item, etag, report) {
    const given = await confirmed(dialog, {
      title: t("这件诉求不是同一问题？", "Is this report of another problem?"),
      words: t(`“${report.text.slice(0, 60)}”将离开案卷 ${item.number}，另立一件新案卷，期限从现在算起。`,
        `“${report.text.slice(0, 60)}” leaves case ${item.number} and opens one of its own, whose time runs from now.`),
      action: t("移出，另立案卷", "Open its own case"),
    });
    if (given) await send(item, "detach", { report_id: report.id }, (data) => t(`已另立案卷 ${data.number}`, `Case ${data.number} opened`), etag);
  }

  /** What a merged case and one that took others in show of it. */
  function paint(panel, item, etag) {
    const notice = $("[data-merged]", panel);
    notice.hidden = !item.merged_into;
    if (item.merged_into) {
      const link = $("[data-merged-into]", panel);
      link.textContent = item.merged_into;
      link.addEventListener("click", () => show(item.merged_into));
      $("[data-unmerge]", panel).hidden = !may.dispatch;
      $("[data-unmerge]", panel).addEventListener("click", () => unmerge(item, etag));
    }
    const taken = item.merged ?? [];
    $("[data-taken-box]", panel).hidden = !taken.length;
    $("[data-taken]", panel).replaceChildren(...taken.map((number) => {
      const open = make("button", { className: "btn small plain mono", type: "button", text: number });
      open.addEventListener("click", () => show(number));
      return make("li", {}, open);
    }));
    const door = $("[data-merge]", panel);
    door.hidden = !may.dispatch || !!item.merged_into;
    door.addEventListener("click", () => merge(item, etag));
  }

  function leaveDoor(item, etag, report) {
    if (!may.dispatch || item.merged_into || item.report_count < 2) return [];
    const door = make("button", { className: "btn small plain leave", type: "button", text: t("不是同一问题，移出", "Not the same: let it leave") });
    door.addEventListener("click", () => detach(item, etag, report));
    return [door];
  }

  return { merge, paint, leaveDoor };
}
