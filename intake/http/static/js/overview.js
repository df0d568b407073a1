// All cases of the list on one map, for those who would rather look than read.
import { makeMap, pin } from "./map.js";
import { dueOf } from "./rows.js";

const SIGNS = { late: "!", soon: "◷", ok: "✓" };

export async function overviewMap(element, chosen) {
  if (getComputedStyle(element.parentElement).display === "none") return { draw() {} };
  const made = await makeMap(element);
  if (!made) return { draw() {} };
  const group = made.L.layerGroup().addTo(made.map);
  let framed = false;
  return {
    draw(items) {
      group.clearLayers();
      for (const item of items) {
        const { level, name } = dueOf(item);
        const marker = pin(made.L, [item.location.lat, item.location.lon], { sign: SIGNS[level], level, title: `${name} · ${item.category.name} · ${item.location.address}` });
        marker.on("click", () => chosen(item.number)).addTo(group);
      }
      if (!framed && items.length) {
        made.map.fitBounds(made.L.latLngBounds(items.map((item) => [item.location.lat, item.location.lon])).pad(0.15), { animate: false, maxZoom: 15 });
        framed = true;
      }
    },
  };
}
