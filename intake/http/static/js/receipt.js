// The receipt: numbers to keep, copied by a press, carried to the tracking page outside any address.
import { $, $$, clone, fill, remember, say } from "./dom.js";
import { full, t } from "./words.js";

export const FOLLOW = "hub:follow";

export function wireReceipt(root, receipt) {
  remember(sessionStorage, FOLLOW, { number: receipt.tracking_number, secret: receipt.tracking_secret });
  for (const button of $$("[data-copy]", root)) {
    button.addEventListener("click", async () => {
      const words = $("span", button);
      try {
        await navigator.clipboard.writeText(receipt[button.dataset.copy]);
        words.textContent = t("已复制", "Copied");
        say(words.textContent);
      } catch {
        getSelection().selectAllChildren($(`[data-slot=${button.dataset.copy}]`, root));
        words.textContent = t("请手动复制", "Copy by hand");
      }
      setTimeout(() => (words.textContent = t("复制", "Copy")), 2500);
    });
  }
}

export function showReceipt(receipt, again) {
  const card = fill(clone("receipt-template"), { ...receipt, received_at: full(receipt.received_at) });
  for (const node of $$(".js-only", card)) node.hidden = false;
  wireReceipt(card, receipt);
  $("[data-again]", card).addEventListener("click", (event) => {
    event.preventDefault();
    again(card);
  });
  $("#compose").hidden = true;
  $("#compose").after(card);
  scrollTo({ top: 0 });
  card.focus();
}
