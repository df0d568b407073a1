// Where a door's quota is used up, the page works for its entry while the reader sees how far it is.
import { Search } from "./proof_search.js";
import { t } from "./words.js";

const TRIES = 2000;
const ROUNDS = 4;

function beside(challenge, tell) {
  return new Promise((done, fail) => {
    const worker = new Worker(new URL("./proof_worker.js", import.meta.url), { type: "module" });
    const end = (settle, value) => (worker.terminate(), settle(value));
    worker.onmessage = ({ data }) => (data.header ? end(done, data.header) : tell(data.found, data.wanted));
    worker.onerror = (event) => (event.preventDefault(), end(fail, event));
    worker.postMessage(challenge);
  });
}

async function here(challenge, tell) {
  const search = new Search(challenge);
  while (!search.done) {
    search.step(TRIES);
    tell(search.found.length, search.wanted);
    await new Promise((next) => setTimeout(next));
  }
  return search.header;
}

/** The header that answers a challenge. Old browsers have no workers with modules: they search in pauses. */
export async function solve(challenge, tell) {
  try {
    return await beside(challenge, tell);
  } catch {
    return here(challenge, tell);
  }
}

/** Whatever `send(headers)` gives, sent again with a proof as often as one is asked for; `tell` gets a share and words. */
export async function proven(send, tell) {
  let headers = {};
  for (let round = 0; ; round += 1) {
    try {
      return await send(headers);
    } catch (problem) {
      if (!problem.challenge || round >= ROUNDS) throw problem;
      const said = (found, wanted) => tell(found / wanted, t(`请稍候，正在验证…… ${found}/${wanted}`, `One moment, checking… ${found}/${wanted}`));
      said(0, problem.challenge.answers);
      headers = { "Hub-Proof": await solve(problem.challenge, said) };
    }
  }
}
