import { $ } from "./dom.js";
import { ask } from "./net.js";

const form = $("#sign-in");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = $("button", form);
  const fault = $("#sign-in-fault");
  button.disabled = true;
  fault.textContent = "";
  try {
    await ask("/api/v1/session", {
      method: "POST",
      body: { user: form.elements.user.value.trim(), password: form.elements.password.value },
    });
    // Who is signed in is led from there to a page they may see.
    location.assign(form.dataset.next || "/sign-in");
  } catch (problem) {
    fault.textContent = problem.message;
    form.elements.password.select();
    button.disabled = false;
  }
});
