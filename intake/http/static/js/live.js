// The live feed: events in small batches, resumed where it broke off, its state always visible.
import { t } from "./words.js";

const GATHER_MS = 300;
const AGAIN_MS = 5000;

export function follow(badge, heard) {
  const words = badge.querySelector("span:last-child");
  const waiting = new Set();
  let timer = 0;
  let away = false;
  let source = null;

  function state(on) {
    badge.classList.toggle("off", !on);
    words.textContent = on ? t("实时", "Live") : t("重新连接中", "Reconnecting");
  }
  function flush() {
    timer = 0;
    const numbers = [...waiting];
    waiting.clear();
    heard(numbers, false);
  }
  function listen() {
    source = new EventSource("/stream");
    source.onopen = () => {
      state(true);
      if (away) heard([], true);
      away = false;
    };
    source.onerror = () => {
      state(false);
      away = true;
      // A refusal is final for the browser. Reading the list anew tells whether the session or only the feed has ended.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => (heard([], true), listen()), AGAIN_MS);
    };
    source.addEventListener("case", (event) => {
      waiting.add(JSON.parse(event.data).case_number);
      timer ||= setTimeout(flush, GATHER_MS);
    });
  }
  addEventListener("pagehide", () => source.close());
  listen();
}
