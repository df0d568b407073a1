// The words of a report with what was read in them: colour and a line of its own kind under each, and a name.
import { make } from "./dom.js";
import { ROLES, t } from "./words.js";

const KINDS = {
  place: t("地点", "place"), number: t("号码", "number"), relative: t("方位", "bearing"),
  away: t("不是事发地", "not the place"), category: t("类别", "category"),
};
const AWAY = new Set(["home", "origin", "work", "path", "past", "denied", "elsewhere"]);
const OWN = new Set(["number", "relative", "category"]);
const kindOf = (role) => (OWN.has(role) ? role : AWAY.has(role) ? "away" : "place");
const nameOf = (role) => ROLES[role] ?? role;

/** A text as nodes, its spans marked. Spans count characters, of which a JavaScript string may hold two for one. */
export function highlighted(text, spans) {
  const letters = [...text];
  const nodes = [];
  let done = 0;
  for (const { start, end, role, words } of [...spans].sort((a, b) => a.start - b.start)) {
    if (start < done || end > letters.length) continue;
    nodes.push(letters.slice(done, start).join(""));
    const title = words ? `${nameOf(role)}${t("：", ": ")}${words}` : nameOf(role);
    nodes.push(make("mark", { text: letters.slice(start, end).join(""), className: `told-${kindOf(role)}`, "data-role": role, title }));
    done = end;
  }
  return [...nodes, letters.slice(done).join("")].filter((node) => node !== "");
}

/** What the marks mean: one entry for each kind there is, with what was understood for those who do not see them. */
export function legend(spans) {
  return Object.entries(KINDS).flatMap(([kind, name]) => {
    const said = [...new Set(spans.filter((one) => kindOf(one.role) === kind).map((one) => `${nameOf(one.role)} ${one.words}`))];
    if (!said.length) return [];
    const heard = make("span", { className: "visually-hidden", "data-said": "", text: `${t("：", ": ")}${said.join(t("，", ", "))}` });
    return [make("li", {}, make("mark", { className: `told-${kind}`, text: name }), heard)];
  });
}
