// The point of a report: tapped on the map or taken from the device, with the address it stands for.
import { $, say } from "./dom.js";
import { makeMap, pin } from "./map.js";
import { ask, query } from "./net.js";
import { t } from "./words.js";

const AROUND_ZOOM = 16;

export async function pointField(form, changed) {
  const fields = ["lon", "lat", "datum", "accuracy_metres"].map((name) => form.elements.namedItem(name));
  const [lon, lat, datum, accuracy] = fields;
  const words = $("#point-words");
  const clear = $("#clear-point");
  const made = await makeMap($("#map"));
  let marker = null;

  async function describe() {
    words.textContent = t("正在查这里是哪里……", "Looking up this place…");
    const where = { lon: lon.value, lat: lat.value, datum: datum.value };
    const found = await ask(`/api/v1/geocode/reverse${query(where)}`).then(({ data }) => data.candidate, () => undefined);
    if (where.lon !== lon.value || where.lat !== lat.value) return;
    if (found) words.textContent = t(`已标点：${found.name}`, `Point set: ${found.name}`);
    else if (found === null) words.textContent = t("这个点不在本市范围内，仍可提交，坐席会核对。", "This point is outside the county; you may still send it, an operator will look.");
    else words.textContent = t("已标点。", "Point set.");
    say(words.textContent);
  }

  function show(move) {
    marker?.remove();
    marker = null;
    clear.hidden = !lon.value;
    if (!lon.value) {
      words.textContent = t("还没有在地图上标点。", "No point set on the map.");
      return;
    }
    if (made) {
      const at = [Number(lat.value), Number(lon.value)];
      marker = pin(made.L, at, { sign: "●", title: t("您标的位置", "Your point") }).addTo(made.map);
      if (move) made.map.setView(at, AROUND_ZOOM);
    }
    describe();
  }

  function set(values, move) {
    fields.forEach((field, index) => (field.value = values[index]));
    show(move);
    changed();
  }

  made?.map.on("click", ({ latlng }) => {
    const at = latlng.wrap();
    set([at.lng.toFixed(6), at.lat.toFixed(6), "cgcs2000", ""], false);
  });
  clear.addEventListener("click", () => set(["", "", "", ""], false));
  $("#locate").addEventListener("click", () => {
    words.textContent = t("正在定位……", "Finding you…");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => set([coords.longitude.toFixed(6), coords.latitude.toFixed(6), "wgs84", Math.min(100000, Math.round(coords.accuracy))], true),
      () => (words.textContent = t("没能取得位置，请在地图上点一下或写明地点。", "Your place cannot be had: tap the map or write it down.")),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
    );
  });
  if (lon.value) show(true);
  return { clear: () => set(["", "", "", ""], false) };
}
