// How many cases wait where: the rail of towns and the numbers on the tabs.
import { $, $$, make } from "./dom.js";
import { t } from "./words.js";

export function towns(form, changed) {
  const rail = $("#towns");
  const pick = $("#town-pick");
  const before = new Map();
  const street = form.elements.street;
  const choose = (code) => {
    street.value = code;
    changed();
  };
  pick.addEventListener("change", () => choose(pick.value));

  return function draw(counts, state) {
    const wanted = counts.filter((one) => state === "all" || one.state === state);
    const sums = new Map();
    for (const one of counts) sums.set(one.street9, { name: one.street_name, count: sums.get(one.street9)?.count ?? 0 });
    for (const one of wanted) sums.get(one.street9).count += one.count;
    const total = wanted.reduce((sum, one) => sum + one.count, 0);
    const lines = [["", { name: t("全部镇街", "All towns"), count: total }], ...[...sums].sort((a, b) => b[1].count - a[1].count || a[0].localeCompare(b[0]))];
    rail.replaceChildren(...lines.map(([code, { name, count }]) => {
      const button = make("button", { type: "button", "aria-pressed": String(street.value === code) }, make("span", { text: name }), make("b", { text: count }));
      button.addEventListener("click", () => choose(code));
      const bumped = before.has(code) && before.get(code) !== count;
      before.set(code, count);
      return make("li", { className: bumped ? "bump" : "" }, button);
    }));
    pick.replaceChildren(...lines.map(([code, { name, count }]) => make("option", { value: code, text: `${name} ${count}` })));
    pick.value = street.value;
    for (const place of $$("[data-count]")) {
      const inTown = counts.filter((one) => (place.dataset.count === "all" || one.state === place.dataset.count) && (!street.value || one.street9 === street.value));
      place.textContent = inTown.reduce((sum, one) => sum + one.count, 0);
    }
  };
}
