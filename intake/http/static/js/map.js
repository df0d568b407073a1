// Maps from the city's own lines: no tiles, nothing from outside.
import { t } from "./words.js";

const CSS = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const fetched = {};
const json = (path) => (fetched[path] ??= fetch(path).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status))));

async function library() {
  if (!window.L) await import("/static/vendor/leaflet/leaflet.js");
  return window.L;
}

function drawBase(L, map, base, renderer) {
  const of = (layer) => ({ type: "FeatureCollection", features: base.features.filter((one) => one.properties.layer === layer) });
  const options = (style) => ({ style, renderer, interactive: false });
  const county = L.geoJSON(of("county"), options({ color: CSS("--map-edge"), weight: 2, fillColor: CSS("--map-land"), fillOpacity: 1 })).addTo(map);
  L.geoJSON(of("community"), options({ color: CSS("--map-line"), weight: 1, dashArray: "3 3", fill: false })).addTo(map);
  const roads = L.geoJSON(of("road"), options({ color: CSS("--map-road"), weight: 1, fill: false })).addTo(map);
  const widths = () => roads.setStyle({ weight: Math.max(0.8, (map.getZoom() - 10) * 0.9) });
  map.on("zoomend", widths);
  widths();
  return county.getBounds();
}

function centres(L, base, divisions) {
  const communities = base.features
    .filter((one) => one.properties.layer === "community" && one.properties.name)
    .map((one) => ({ name: one.properties.name, code: one.properties.code ?? "", at: L.geoJSON(one).getBounds().getCenter() }));
  const towns = divisions
    .filter((one) => one.level === "town" && one.lon && one.lat)
    .map((one) => ({ name: one.short_name || one.name, at: L.latLng(one.lat, one.lon) }));
  const roads = base.features
    .filter((one) => one.properties.layer === "road" && one.properties.name)
    .map((one) => ({ name: one.properties.name, at: L.geoJSON(one).getBounds().getCenter() }));
  return { communities, towns, roads };
}

function label(L, map, places, most, small) {
  const seen = map.getBounds();
  return places.filter((one) => seen.contains(one.at)).slice(0, most).map((one) => {
    const words = document.createElement("span");
    words.textContent = one.name;
    return L.marker(one.at, { icon: L.divIcon({ className: `map-name${small ? " small" : ""}`, html: words }), interactive: false, keyboard: false });
  });
}

function keepLabels(L, map, names) {
  const group = L.layerGroup().addTo(map);
  const draw = () => {
    group.clearLayers();
    const zoom = map.getZoom();
    const shown = zoom >= 14 ? label(L, map, names.communities, 60, zoom < 16) : zoom >= 10.5 ? label(L, map, names.towns, 40, zoom < 12) : [];
    const streets = zoom >= 16 ? label(L, map, names.roads, 30, true) : [];
    for (const one of [...shown, ...streets]) group.addLayer(one);
  };
  map.on("moveend zoomend", draw);
  draw();
}

/** A map of the county in `element`. Answers `{L, map, bounds}`; null when the background cannot be had. */
export async function makeMap(element, { wheel = true, controls = true } = {}) {
  let L, base, divisions;
  try {
    [L, base, divisions] = await Promise.all([library(), json("/map/base.geojson"), json("/api/v1/divisions")]);
  } catch {
    element.textContent = t("地图暂时打不开。", "The map cannot be shown now.");
    return null;
  }
  const map = L.map(element, { preferCanvas: true, zoomControl: controls, scrollWheelZoom: wheel, zoomSnap: 0.5, minZoom: 9, maxZoom: 19, attributionControl: controls });
  map.attributionControl?.setPrefix(false).addAttribution(t("示意图，取自城市数据包", "Sketch from the city pack"));
  const renderer = L.canvas({ padding: 0.3 });
  const bounds = L.geoJSON({ type: "FeatureCollection", features: base.features.filter((one) => one.properties.layer === "county") }).getBounds();
  map.fitBounds(bounds, { animate: false });
  map.setMaxBounds(bounds.pad(0.6));
  drawBase(L, map, base, renderer);
  keepLabels(L, map, centres(L, base, divisions.items));
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(element);
  return { L, map, bounds };
}

/** A pin with a letter or sign in it; `level` colours it, the sign says the same. */
export function pin(L, at, { sign = "", level = "", title = "", chosen = false } = {}) {
  const words = document.createElement("div");
  words.className = `pin ${level}${chosen ? " chosen" : ""}`;
  const inner = document.createElement("span");
  inner.textContent = sign;
  words.append(inner);
  return L.marker(at, { icon: L.divIcon({ className: "spot", html: words, iconSize: [26, 26], iconAnchor: [13, 31] }), title, alt: title });
}
