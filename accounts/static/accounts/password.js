// A password can be shown while it is typed, and Caps Lock is pointed out.
for (const box of document.querySelectorAll("[data-password]")) {
  const input = box.querySelector("input");
  const button = box.querySelector("button");
  const capsLock = box.parentElement.querySelector("[data-caps-lock]");

  function show(shown) {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-label", shown ? box.dataset.hide : box.dataset.show);
    button.querySelector("[data-when-hidden]").hidden = shown;
    button.querySelector("[data-when-shown]").hidden = !shown;
  }

  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  // Browsers offer to remember only what is sent from a password field.
  input.form.addEventListener("submit", () => show(false));
  for (const kind of ["keydown", "keyup"]) {
    input.addEventListener(kind, (event) => {
      capsLock.hidden = !event.getModifierState?.("CapsLock");
    });
  }
}
