/* Passkeys: asks the browser for one, and sends what it answers with the form. Without script the page says what it needs. */
"use strict";
(() => {
  const form = document.querySelector("[data-passkey]");
  if (!form) return;
  const said = form.querySelector("[role=status]");
  const say = (words) => { said.textContent = words; };
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const read = () => {
    const options = JSON.parse(form.dataset.passkey);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    if (options.allowCredentials) options.allowCredentials = named(options.allowCredentials);
    if (options.excludeCredentials) options.excludeCredentials = named(options.excludeCredentials);
    return options;
  };

  const written = ({ id, rawId, type, response }) => {
    const parts = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) parts[name] = text(response[name]);
    }
    return JSON.stringify({ id, rawId: text(rawId), type, response: parts, clientExtensionResults: {} });
  };

  const ask = async () => {
    if (!window.PublicKeyCredential) { say(form.dataset.missing); return; }
    say(form.dataset.waiting);
    try {
      const publicKey = read();
      const credential = await (publicKey.user ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
      form.elements.credential.value = written(credential);
      form.submit();
    } catch (error) {
      say(error.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed);
    }
  };

  form.querySelector("button").hidden = false;
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  ask();
})();
