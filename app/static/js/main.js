// On every page: loads the custom elements the page uses, and what belongs to no element.

const loaded = new Set();

/** Import the module of every custom element in the tree: <sf-upload> lives in upload.js. */
function loadElements(root) {
  for (const element of root.querySelectorAll(":not(:defined)")) {
    const tag = element.localName;
    if (!tag.startsWith("sf-") || loaded.has(tag)) continue;
    loaded.add(tag);
    import(`./${tag.slice(3)}.js`).catch(() => loaded.delete(tag));
  }
}

/** Show a message over the page; the words come from the server, as attributes of <body>. */
async function say(key, tone) {
  const { showToast } = await import("./toast.js");
  showToast(document.body.dataset[key], tone);
}

function focusErrors(root) {
  root.querySelector("[data-error-summary]")?.focus();
}

// Requests of htmx

let waiting = 0;
let busyTimer;

function setBusy(change) {
  waiting = Math.max(0, waiting + change);
  clearTimeout(busyTimer);
  if (!waiting) document.documentElement.classList.remove("is-busy");
  else busyTimer = setTimeout(() => document.documentElement.classList.add("is-busy"), 300);
}

document.addEventListener("htmx:before:request", () => setBusy(1));
document.addEventListener("htmx:finally:request", () => setBusy(-1));
document.addEventListener("htmx:after:swap", (event) => {
  loadElements(document);
  if (event.detail.ctx?.response?.status === 422) focusErrors(document);
});
// What a page fetches by itself to stay up to date (live.js) is tried again without a word.
const isByItself = (event) => event.detail.ctx?.sourceEvent?.type === "live";

document.addEventListener("htmx:response:error", (event) => {
  if (isByItself(event)) return;
  const { status } = event.detail.ctx.response;
  if (status >= 500) say("textFailed", "bad");
  else if (status === 401 || status === 403 || status === 400) say("textForbidden", "bad");
});
document.addEventListener("htmx:error", (event) => {
  // Without a network the bar on top says so already, and goes away with its cause.
  if (event.detail.ctx && navigator.onLine && !isByItself(event)) say("textUnreachable", "bad");
});

// Questions before what cannot be undone

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.ctx?.confirm) return;
  event.preventDefault();
  const { ask } = await import("./confirm.js");
  const yes = await ask(event.detail.ctx.confirm, event.target.dataset?.confirmLabel);
  event.detail[yes ? "issueRequest" : "dropRequest"]();
});

const confirmed = new WeakSet();

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const asking = submitter?.dataset.confirm ? submitter : form;
  if (!asking.dataset?.confirm || confirmed.has(form)) return;
  event.preventDefault();
  const { ask } = await import("./confirm.js");
  if (!(await ask(asking.dataset.confirm, asking.dataset.confirmLabel))) return;
  confirmed.add(form);
  form.requestSubmit(submitter?.isConnected ? submitter : undefined);
  confirmed.delete(form);
});

// A form that was sent cannot be sent twice; the button stays readable, and Back or some seconds give it free again.
// Forms that answer with a file say data-repeatable.

const SENT_MS = 10000;

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const { target: form } = event;
  if (event.defaultPrevented || form.method !== "post" || "repeatable" in form.dataset) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), SENT_MS);
});

addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(release);
});

// Dialogs

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  } else if (event.target.matches?.("dialog.dialog")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientY >= box.top && event.clientY <= box.bottom && event.clientX >= box.left && event.clientX <= box.right;
    if (!inside) event.target.close();
  }
});

// The network

function showOffline() {
  const words = document.querySelector("#offline-bar > span");
  if (words) words.hidden = navigator.onLine;
}
addEventListener("online", showOffline);
addEventListener("offline", showOffline);

/**
 * Forget the draft whose form was answered with a redirect into the signed-in site: that is how a server says «taken».
 * A login page or an error is no such answer, and the draft stays.
 */
function forgetAcceptedDraft() {
  const sent = sessionStorage.getItem("sf-draft-sent");
  const [navigation] = performance.getEntriesByType("navigation");
  if (!sent || !navigation?.redirectCount || !document.querySelector(".shell")) return;
  localStorage.removeItem(sent);
  sessionStorage.removeItem("sf-draft-sent");
}

forgetAcceptedDraft();

loadElements(document);
focusErrors(document);
showOffline();
