// <template id="confirm-template"> of the layout, asked as a dialog.

/** Resolve to true when the person says yes. `label` is the word on the button that says so. */
export function ask(question, label) {
  const dialog = document.getElementById("confirm-template").content.firstElementChild.cloneNode(true);
  dialog.querySelector("[data-text]").textContent = question;
  if (label) dialog.querySelector("[data-confirm-yes]").textContent = label;
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    dialog.showModal();
  });
}
