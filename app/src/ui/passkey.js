for (const button of document.querySelectorAll("[data-passkey]")) {
  const { form, dataset, parentElement: field } = button;
  const asked = JSON.parse(dataset.passkey);
  const answer = field.querySelector("input");
  const passkeys = window.PublicKeyCredential;
  if (!passkeys?.parseRequestOptionsFromJSON) continue;
  let waiting;
  const ask = async (mediation) => {
    if (asked.user && !form.reportValidity()) return;
    waiting?.abort();
    const { signal } = (waiting = new AbortController());
    try {
      const given = asked.user
        ? await navigator.credentials.create({
            signal,
            publicKey: passkeys.parseCreationOptionsFromJSON(asked),
          })
        : await navigator.credentials.get({
            signal,
            mediation,
            publicKey: passkeys.parseRequestOptionsFromJSON(asked),
          });
      answer.value = JSON.stringify(given);
      form.requestSubmit(form.querySelector("button:not([type])"));
    } catch (error) {
      // Nobody has asked, or the same question is asked again.
      if (!mediation && error.name != "AbortError")
        field.firstElementChild.textContent = dataset.failed;
    }
  };
  field.hidden = false;
  button.onclick = () => ask();
  // A page that comes back has an answer that was used.
  addEventListener("pageshow", () => (answer.value = ""));
  // Enter, in a form that has no other button.
  form.addEventListener("submit", (event) => {
    if (!asked.user || answer.value) return;
    event.preventDefault();
    ask();
  });
  if ("atOnce" in dataset)
    passkeys.isConditionalMediationAvailable?.().then((can) => can && ask("conditional"));
}
