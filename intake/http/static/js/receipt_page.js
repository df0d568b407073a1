import { $ } from "./dom.js";
import { wireReceipt } from "./receipt.js";

const card = $(".receipt");
const slot = (name) => $(`[data-slot=${name}]`, card).textContent.trim();
wireReceipt(card, { tracking_number: slot("tracking_number"), tracking_secret: slot("tracking_secret") });
