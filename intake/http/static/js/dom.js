// Building pages from their own templates. Everything told by anybody goes in as text, never as markup.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export function clone(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

export function fill(root, values) {
  for (const [name, value] of Object.entries(values)) {
    for (const slot of $$(`[data-slot="${name}"]`, root)) slot.textContent = value ?? "";
  }
  return root;
}

export function make(tag, { text, className, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function icon(name) {
  const NS = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(NS, "svg");
  const use = document.createElementNS(NS, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function chip(node, { level, icon: sign, words, name }) {
  node.className = `chip ${level}`;
  node.replaceChildren(icon(sign), words);
  node.title = name;
}

/** Say something to those who listen rather than look. */
export function say(words) {
  const voice = document.getElementById("say");
  voice.textContent = "";
  requestAnimationFrame(() => (voice.textContent = words));
}

let toastTimer = 0;
export function toast(words, level = "info") {
  let box = document.getElementById("toast");
  if (!box) document.body.append((box = make("div", { id: "toast", role: "alert" })));
  box.className = `toast ${level}`;
  box.replaceChildren(icon(level === "late" ? "late" : level === "ok" ? "check" : "info"), make("span", { text: words }));
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (box.hidden = true), level === "late" ? 9000 : 4500);
}

export function remembered(store, key, fallback) {
  try {
    return JSON.parse(store.getItem(key)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(store, key, value) {
  try {
    if (value === null) store.removeItem(key);
    else store.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows may refuse storage; the page works without it.
  }
}
