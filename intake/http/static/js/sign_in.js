import { $ } from "./dom.js";
import { ask } from "./net.js";

const form = $("#sign-in");
const ROOMS = { operator: "/desk" };

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = $("button", form);
  const fault = $("#sign-in-fault");
  button.disabled = true;
  fault.textContent = "";
  try {
    const { data } = await ask("/api/v1/session", {
      method: "POST",
      body: { user: form.elements.user.value.trim(), password: form.elements.password.value },
    });
    location.assign(form.dataset.next || (ROOMS[data.role] ?? "/dispatch"));
  } catch (problem) {
    fault.textContent = problem.message;
    form.elements.password.select();
    button.disabled = false;
  }
});
