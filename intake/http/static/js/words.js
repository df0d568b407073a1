// Words and times in the reader's language; times are always those of the city.
export const english = document.documentElement.lang.startsWith("en");
export const t = (zh, en) => (english ? en : zh);

export const percent = (share) => (share > 0.99 && share < 1 ? ">99%" : share > 0 && share < 0.01 ? "<1%" : `${Math.round(share * 100)}%`);

const ZONE = "Asia/Shanghai";
const parts = (date) =>
  Object.fromEntries(
    new Intl.DateTimeFormat("en-CA", {
      timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts(date).map(({ type, value }) => [type, value]),
  );

export function day(moment) {
  const { year, month, day: date } = parts(new Date(moment));
  return `${year}-${month}-${date}`;
}

export function full(moment) {
  if (!moment) return "—";
  const { hour, minute } = parts(new Date(moment));
  return `${day(moment)} ${hour}:${minute}`;
}

export function short(moment, now = Date.now()) {
  const { month, day: date, hour, minute } = parts(new Date(moment));
  const away = Math.round((Date.parse(day(moment)) - Date.parse(day(now))) / 86_400_000);
  const named = { 0: t("今天", "today"), 1: t("明天", "tomorrow"), "-1": t("昨天", "yesterday") }[away];
  return `${named ?? `${month}-${date}`} ${hour}:${minute}`;
}

export function span(seconds) {
  const minutes = Math.max(0, Math.floor(Math.abs(seconds) / 60));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days) return t(`${days}天${hours ? `${hours}小时` : ""}`, `${days} d${hours ? ` ${hours} h` : ""}`);
  if (hours) return t(`${hours}小时${rest ? `${rest}分` : ""}`, `${hours} h${rest ? ` ${rest} min` : ""}`);
  return t(`${rest}分钟`, `${rest} min`);
}

/** How a deadline stands: a level (ok, soon, late), its icon, its name and the time in words. */
export function remaining(startAt, dueAt, now = Date.now()) {
  const [start, due] = [Date.parse(startAt), Date.parse(dueAt)];
  const left = (due - now) / 1000;
  if (left < 0) {
    return { level: "late", icon: "late", name: t("已超期", "overdue"), words: t(`超期${span(left)}`, `${span(left)} over`) };
  }
  const soon = left < Math.max(1800, (due - start) / 4000);
  const words = t(`剩${span(left)}`, `${span(left)} left`);
  return soon
    ? { level: "soon", icon: "clock", name: t("将到期", "due soon"), words }
    : { level: "ok", icon: "check", name: t("正常", "on time"), words };
}

export const URGENCY = { normal: t("一般", "normal"), urgent: t("紧急", "urgent"), emergency: t("特急", "emergency") };
export const PRECISION = {
  point: t("点位", "point"), door: t("门牌", "door"), interpolated: t("门牌推算", "between doors"), crossing: t("路口", "crossing"),
  landmark: t("地标", "landmark"), road: t("道路", "road"), community: t("社区", "community"), town: t("镇街", "town"),
};
/** What a span of a text was taken for. */
export const ROLES = {
  county: t("市", "city"), town: t("镇街", "town"), community: t("社区", "community"), road: t("道路", "road"), landmark: t("地标", "landmark"),
  crossing: t("路口", "crossing"), between: t("之间", "between"), name: t("地名", "name"), guide: t("参照", "guide"), number: t("号码", "number"),
  relative: t("方位", "bearing"), home: t("住处", "home"), origin: t("籍贯", "origin"), work: t("单位", "work"), path: t("途经", "on the way"),
  past: t("以前", "past"), denied: t("否认", "denied"), elsewhere: t("外地", "elsewhere"), category: t("类别", "category"),
};
export const kindName = (kind) => ({ 部件: t("部件", "part"), 事件: t("事件", "event") })[kind] ?? kind;
let units = new Map();
/** What units are called in the reader's language, once `/api/v1/units` was read; cases carry the Chinese name. */
export const learnUnits = (list) => (units = new Map(list.map((unit) => [unit.code, (english && unit.name_en) || unit.name])));
export const unitName = ({ code, name }) => units.get(code) ?? name ?? "";
const CHANNELS = { web: t("网页", "web"), open311: "Open311", phone: t("电话", "phone"), sms: t("短信", "SMS"), cli: t("命令行", "command line"), camera: t("视频", "camera") };
export const channelName = (channel) => CHANNELS[channel] ?? channel;
