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
  const communities = L.geoJSON(of("community"), options({ color: CSS("--map-line"), weight: 1, dashArray: "3 3", fill: false })).addTo(map);
  const roads = L.geoJSON(of("road"), options({ color: CSS("--map-road"), weight: 1, fill: false })).addTo(map);
  const widths = () => {
    roads.setStyle({ weight: Math.max(0.8, (map.getZoom() - 10) * 0.9) });
    communities.setStyle({ opacity: map.getZoom() < 12 ? 0.35 : 1 });
  };
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

const LINE_PIXELS = 16;
const PIN_PIXELS = { left: 15, top: 34, height: 38 };
const apart = (one, other) => one.right < other.left || other.right < one.left || one.bottom < other.top || other.bottom < one.top;

/** What names must keep clear of: the edge, the zoom buttons, the pins. */
function obstacles(L, map) {
  const taken = [{ left: 0, top: 0, right: 52, bottom: 84 }];
  map.eachLayer((layer) => {
    if (!layer.options?.icon?.options.className?.includes("spot")) return;
    const { x, y } = map.latLngToContainerPoint(layer.getLatLng());
    const [left, top] = [x - PIN_PIXELS.left, y - PIN_PIXELS.top];
    taken.push({ left, top, right: x + PIN_PIXELS.left, bottom: top + PIN_PIXELS.height });
  });
  return taken;
}

/** Where a name fits: at its place, else a line or two below or above it; null when nowhere. */
function roomFor(map, one, letter, taken) {
  const { x, y } = map.latLngToContainerPoint(one.at);
  const half = (one.name.length * letter) / 2;
  const { x: width, y: height } = map.getSize();
  for (const shift of [0, LINE_PIXELS, -LINE_PIXELS, 2 * LINE_PIXELS]) {
    const box = { left: x - half, right: x + half, top: y + shift - LINE_PIXELS / 2, bottom: y + shift + LINE_PIXELS / 2 };
    const inside = box.left > 6 && box.right < width - 6 && box.top > 2 && box.bottom < height - 2;
    if (inside && taken.every((other) => apart(box, other))) return { box, shift };
  }
  return null;
}

function label(L, map, places, small, taken) {
  const shown = [];
  for (const one of places) {
    const room = roomFor(map, one, small ? 11 : 12, taken);
    if (!room) continue;
    taken.push(room.box);
    const words = document.createElement("span");
    words.textContent = one.name;
    const icon = L.divIcon({ className: `map-name${small ? " small" : ""}`, html: words, iconAnchor: [0, -room.shift] });
    shown.push(L.marker(one.at, { icon, interactive: false, keyboard: false }));
  }
  return shown;
}

function keepLabels(L, map, names) {
  const group = L.layerGroup().addTo(map);
  let asked = 0;
  const draw = () => {
    asked = 0;
    group.clearLayers();
    const zoom = map.getZoom();
    const taken = obstacles(L, map);
    const near = zoom >= 14 ? label(L, map, names.communities, zoom < 16, taken) : label(L, map, names.towns, zoom < 12, taken);
    const streets = zoom >= 16 ? label(L, map, names.roads, true, taken) : [];
    for (const one of [...near, ...streets]) group.addLayer(one);
  };
  const soon = () => (asked ||= requestAnimationFrame(draw));
  map.on("moveend zoomend resize", soon);
  map.on("layeradd layerremove", ({ layer }) => layer.options?.icon?.options.className?.includes("spot") && soon());
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
  const map = L.map(element, { preferCanvas: true, zoomControl: controls, scrollWheelZoom: wheel, zoomSnap: 0.25, minZoom: 9, maxZoom: 19, attributionControl: controls });
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
