for (const button of document.querySelectorAll(".reveal")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const caps = document.getElementById(input.id + "-caps");
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", shown);
  };
  button.hidden = false;
  button.onclick = () => show(input.type == "password");
  input.form?.addEventListener("submit", (event) => {
    // So that no browser remembers it as a text.
    show(false);
    // A double click is one form. Some seconds later it may be another try.
    if (event.timeStamp - input.form.dataset.sentAt < 3000) event.preventDefault();
    else input.form.dataset.sentAt = event.timeStamp;
  });
  for (const type of ["keydown", "keyup"])
    input.addEventListener(type, (event) => {
      const on = event.getModifierState && event.getModifierState("CapsLock");
      caps.textContent = on ? caps.dataset.words : "";
    });
}
