// One place for a room's keys: never in the way of typing, and never with a modifier held.
import { $ } from "./dom.js";

const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";

export function keyboard({ search, help, helpDoor, keys }) {
  helpDoor?.addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
    const typing = event.target.closest?.(TYPING);
    if (typing && event.key === "Escape") {
      typing.blur();
      $("[role=listbox]")?.focus({ preventScroll: true });
      return;
    }
    const pressing = event.key === "Enter" && event.target.closest?.("button, a, label, summary");
    if (typing || pressing) return;
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "?" && help) help.showModal();
    else if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key](event);
    }
  });
}
