for (const button of document.querySelectorAll(".reveal")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const caps = document.getElementById(input.id + "-caps");
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", shown);
  };
  button.hidden = false;
  button.onclick = () => show(input.type == "password");
  // So that no browser remembers it as a text.
  input.form?.addEventListener("submit", () => show(false));
  for (const type of ["keydown", "keyup"])
    input.addEventListener(type, (event) => {
      const on = event.getModifierState && event.getModifierState("CapsLock");
      caps.textContent = on ? caps.dataset.words : "";
    });
}
document.addEventListener("submit", (event) => {
  const sent = event.target.dataset;
  // A double click is one form. Some seconds later it may be another try.
  if (event.timeStamp - sent.at < 3000) event.preventDefault();
  else sent.at = event.timeStamp;
});
