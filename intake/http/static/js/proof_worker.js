// The search beside the page, so that the page stays lively.
import { Search } from "./proof_search.js";

const TRIES = 5000;

onmessage = ({ data }) => {
  const search = new Search(data);
  while (!search.done) {
    search.step(TRIES);
    postMessage({ found: search.found.length, wanted: search.wanted });
  }
  postMessage({ header: search.header });
};
