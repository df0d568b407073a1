// What every page does: language, sign-out, and what only works with scripts is shown.
import { $, $$ } from "./dom.js";
import { ask } from "./net.js";

document.documentElement.classList.add("js");
for (const node of $$(".js-only")) node.hidden = false;

$("#language")?.addEventListener("click", (event) => {
  event.preventDefault();
  const lang = document.documentElement.lang.startsWith("en") ? "zh" : "en";
  document.cookie = `lang=${lang}; path=/; max-age=31536000; SameSite=Lax`;
  const here = new URL(location.href);
  here.searchParams.delete("lang");
  location.replace(here);
});
const asked = new URL(location.href).searchParams.get("lang");
if (asked === "zh" || asked === "en") document.cookie = `lang=${asked}; path=/; max-age=31536000; SameSite=Lax`;

const out = $("#sign-out");
if (out) {
  out.hidden = false;
  out.addEventListener("click", async () => {
    await ask("/api/v1/session", { method: "DELETE" }).catch(() => null);
    location.assign("/sign-in");
  });
}
