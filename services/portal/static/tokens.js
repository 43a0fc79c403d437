// A persona's token in a field, ready to be copied.
const panel = document.getElementById("token-panel");
const field = document.getElementById("token");
const status = document.getElementById("token-status");

async function fetchToken(persona) {
  const answer = await fetch("/issuer/token", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ persona }),
  });
  if (!answer.ok) throw new Error(`the issuer answered ${answer.status}`);
  return (await answer.json()).access_token;
}

async function show(persona) {
  panel.hidden = false;
  try {
    field.value = await fetchToken(persona);
    status.textContent = `Token for ${persona}, good for eight hours.`;
    field.focus();
    field.select();
  } catch (problem) {
    field.value = "";
    status.textContent = `No token for ${persona}: ${problem.message}.`;
  }
}

async function copy() {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    status.textContent = "Copied.";
  } catch {
    status.textContent = "The token is selected: copy it with your keyboard.";
  }
}

for (const button of document.querySelectorAll("button[data-persona]")) {
  button.hidden = false;
  button.addEventListener("click", () => show(button.dataset.persona));
}
document.getElementById("copy").addEventListener("click", copy);
