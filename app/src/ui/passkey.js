for (const button of document.querySelectorAll("[data-passkey]")) {
  const { form, dataset, parentElement: field } = button;
  const asked = JSON.parse(dataset.passkey);
  const answer = field.querySelector("input");
  const keys = window.PublicKeyCredential;
  if (!keys?.parseRequestOptionsFromJSON) continue;
  let waiting;
  const ask = async (mediation) => {
    if (asked.user && !form.reportValidity()) return;
    waiting?.abort();
    const { signal } = (waiting = new AbortController());
    try {
      const { credentials } = navigator;
      const given = asked.user
        ? await credentials.create({ signal, publicKey: keys.parseCreationOptionsFromJSON(asked) })
        : await credentials.get({ signal, mediation, publicKey: keys.parseRequestOptionsFromJSON(asked) });
      answer.value = JSON.stringify(given);
      form.requestSubmit(form.querySelector("button:not([type])"));
    } catch (error) {
      if (!mediation && error.name != "AbortError") field.firstElementChild.textContent = dataset.failed;
    }
  };
  field.hidden = false;
  button.onclick = () => ask();
  addEventListener("pageshow", () => (answer.value = ""));
  form.addEventListener("submit", (event) => {
    if (!asked.user || answer.value) return;
    event.preventDefault();
    ask();
  });
  if ("atOnce" in dataset) keys.isConditionalMediationAvailable?.().then((can) => can && ask("conditional"));
}
