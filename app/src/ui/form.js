for (const button of document.querySelectorAll(".reveal")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const caps = document.getElementById(input.id + "-caps");
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", shown);
  };
  button.hidden = false;
  button.onclick = () => show(input.type == "password");
  input.form?.addEventListener("submit", () => show(false));
  for (const type of ["keydown", "keyup"])
    input.addEventListener(type, (event) => {
      const on = event.getModifierState && event.getModifierState("CapsLock");
      caps.textContent = on ? caps.dataset.words : "";
    });
}
document.addEventListener("submit", (event) => {
  const sent = event.target.dataset;
  if (event.timeStamp - sent.at < 3000) event.preventDefault();
  else sent.at = event.timeStamp;
});
