// The hub's API: JSON in and out, problems as errors, the session's CSRF token on every change.
import { t } from "./words.js";

export class Problem extends Error {
  constructor(status, document) {
    super(document.detail ?? t("没有连上，请稍后再试。", "No connection: try again later."));
    this.status = status;
    this.code = document.code ?? "";
    this.faults = document.faults ?? [];
    this.challenge = document.challenge ?? null;
  }
}

export function parse(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return {};
  }
}

const PATIENCE_MS = 20_000;

/** `{data, etag}` of an answer. Throws Problem; its status is 0 when nothing answered. */
export async function ask(path, { method = "GET", body, headers = {} } = {}) {
  const sent = { Accept: "application/json", ...headers };
  if (method !== "GET") sent["X-CSRF-Token"] = document.querySelector("meta[name=csrf]")?.content ?? "";
  if (body !== undefined) sent["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Problem(0, {});
  }
  const data = parse(await response.text());
  // The session ended while the page lay open: read anew, it is the sign-in form, which leads back here.
  if (response.status === 401 && document.getElementById("sign-out")) location.reload();
  if (!response.ok) throw new Problem(response.status, data);
  return { data, etag: response.headers.get("ETag") };
}

export function query(values) {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given).toString();
  return text ? `?${text}` : "";
}
