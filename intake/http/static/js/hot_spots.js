// Bursts of reports on one place: one line each above the list, gone when it is over.
import { icon, make, say } from "./dom.js";
import { ask } from "./net.js";
import { short, t } from "./words.js";

const AGAIN_MS = 15_000;
const LEAST_MS = 2_000;

export function hotSpots(box, open) {
  let known = new Set();
  let last = 0;

  function line(one) {
    const words = t(
      `集中反映：${one.address}，已有 ${one.reports} 件诉求、${one.cases} 件案卷，最近 ${short(one.last_at)}`,
      `Many reports at ${one.address}: ${one.reports} reports, ${one.cases} cases, the last ${short(one.last_at)}`,
    );
    const door = make("button", { className: "btn small plain", type: "button", text: t("看案卷", "See the case") });
    door.addEventListener("click", () => open(one.case_number));
    return make("p", { className: "hot-spot" }, icon("urgent"), make("span", { text: words }), door);
  }

  async function load() {
    if (document.hidden || Date.now() - last < LEAST_MS) return;
    last = Date.now();
    const { data } = await ask("/api/v1/hotspots").catch(() => ({ data: null }));
    if (!data) return;
    box.hidden = !data.items.length;
    box.replaceChildren(...data.items.map(line));
    const fresh = data.items.filter((one) => !known.has(one.id));
    if (fresh.length) say(t(`集中反映：${fresh[0].address}`, `Many reports at ${fresh[0].address}`));
    known = new Set(data.items.map((one) => one.id));
  }

  load();
  setInterval(load, AGAIN_MS);
  return { load };
}
