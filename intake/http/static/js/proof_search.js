// The work that a challenge asks for, a piece at a time: numbers whose hash begins with zeros.
import { START, compress, sha256 } from "./sha256.js";

const BLOCK_END = 0x80000000 | 0;
const MESSAGE_BITS = 40 * 8;

export class Search {
  constructor({ token, bits, answers }) {
    this.token = token;
    this.wanted = answers;
    this.found = [];
    this.shift = 32 - bits;
    this.seed = sha256(new TextEncoder().encode(token));
    this.words = new Int32Array(64);
    this.state = new Int32Array(8);
    this.number = 0;
  }

  get done() {
    return this.found.length >= this.wanted;
  }

  /** What the request carries as `Hub-Proof`. */
  get header() {
    return `${this.token}:${this.found.join(",")}`;
  }

  /** Try so many numbers. */
  step(tries) {
    for (let tried = 0; tried < tries && !this.done; tried += 1) {
      if (this.fits(this.found.length, this.number)) {
        this.found.push(this.number);
        this.number = 0;
      } else {
        this.number += 1;
      }
    }
  }

  fits(index, number) {
    const { words, state } = this;
    words.set(this.seed);
    words[8] = index;
    words[9] = number;
    words[10] = BLOCK_END;
    words.fill(0, 11, 15);
    words[15] = MESSAGE_BITS;
    state.set(START);
    compress(state, words);
    return state[0] >>> this.shift === 0;
  }
}
