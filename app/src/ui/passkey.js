for (const button of document.querySelectorAll("[data-passkey]")) {
  const { form, dataset, parentElement: field } = button;
  const asked = JSON.parse(dataset.passkey);
  const passkeys = window.PublicKeyCredential;
  if (!passkeys?.parseRequestOptionsFromJSON) continue;
  let waiting;
  const ask = async (mediation) => {
    waiting?.abort();
    const { signal } = (waiting = new AbortController());
    try {
      const answer = asked.user
        ? await navigator.credentials.create({
            signal,
            publicKey: passkeys.parseCreationOptionsFromJSON(asked),
          })
        : await navigator.credentials.get({
            signal,
            mediation,
            publicKey: passkeys.parseRequestOptionsFromJSON(asked),
          });
      field.querySelector("input").value = JSON.stringify(answer);
      form.requestSubmit();
    } catch (error) {
      // Nobody has asked, or the same question is asked again.
      if (!mediation && error.name != "AbortError")
        field.firstElementChild.textContent = dataset.failed;
    }
  };
  field.hidden = false;
  button.onclick = () => ask();
  if ("atOnce" in dataset)
    passkeys.isConditionalMediationAvailable?.().then((can) => can && ask("conditional"));
}
