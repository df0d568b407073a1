// What a citizen typed, kept on this device until it was sent; never who they are, for the device may be anybody's.
import { remember, remembered } from "./dom.js";

const PLACE = "hub:report-draft";
const FIELDS = ["text", "place_words", "confidential", "category", "lon", "lat", "datum", "accuracy_metres"];

export const draft = {
  read: () => remembered(localStorage, PLACE, {}),
  clear: () => remember(localStorage, PLACE, null),
  keep(form) {
    const values = Object.fromEntries([...new FormData(form)].filter(([name, value]) => FIELDS.includes(name) && value !== ""));
    remember(localStorage, PLACE, Object.keys(values).length ? values : null);
  },
  restore(form) {
    const values = draft.read();
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements.namedItem(name);
      if (!field) continue;
      if (field.type === "checkbox") field.checked = value === "true";
      else if (!field.value || field instanceof RadioNodeList) field.value = value;
    }
    return values;
  },
};
