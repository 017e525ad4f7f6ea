// The composer: keys, the live preview, and sending the form while the video is still on its way.

const form = document.getElementById("composer");
const media = document.getElementById("media");

/** Whether a file is on its way: leaving the page would break it off. */
function isUploading() {
  return form.querySelector('sf-upload .upload:is([data-state="uploading"], [data-state="waiting"], [data-state="resuming"])') !== null;
}

// Keys

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.repeat) return;
  if (document.querySelector("dialog[open]")) return;
  const action = { Enter: "schedule", NumpadEnter: "schedule", KeyS: "draft" }[event.code];
  if (!action) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.requestSubmit(form.querySelector(`button[name="action"][value="${action}"]`));
}, true);

// The preview

const caption = form.querySelector('[name="caption"]');
const shownCaption = document.querySelector("[data-preview-caption]");
const account = form.querySelector('select[name="account_id"]');
const shownAccount = document.querySelector("[data-preview-account]");

caption?.addEventListener("input", () => {
  shownCaption.textContent = caption.value;
});
account?.addEventListener("change", () => {
  shownAccount.textContent = account.selectedOptions[0].textContent.replace(/^@/, "");
});

/** Show the chosen video at once, from this device. */
function showLocalFile(file) {
  const place = document.querySelector("[data-preview-media]");
  if (place) {
    const video = document.createElement("video");
    Object.assign(video, { muted: true, playsInline: true, preload: "metadata", className: "phone-media", src: URL.createObjectURL(file) });
    video.dataset.previewMedia = "";
    if (place.localName === "video") URL.revokeObjectURL(place.src);
    place.replaceWith(video);
  }
  customElements.whenDefined("sf-cover").then(() => form.querySelector("sf-cover")?.setFile(file));
}

media?.addEventListener("sf-upload:started", (event) => showLocalFile(event.detail.file));

for (const name of ["sf-upload:created", "sf-upload:done", "sf-upload:removed"]) {
  form.addEventListener(name, () => form.dispatchEvent(new Event("media-changed")));
}

// A form that is sent during an upload stays on the page: leaving would break the upload off.

let takenTo;

form.addEventListener("submit", async (event) => {
  if (event.defaultPrevented || !isUploading()) return;
  event.preventDefault();
  const { submitter } = event;
  submitter?.setAttribute("aria-busy", "true");
  try {
    await send(new FormData(form, submitter));
  } finally {
    submitter?.removeAttribute("aria-busy");
  }
});

async function send(data) {
  const { showToast } = await import("./toast.js");
  let answer;
  try {
    answer = await fetch(form.getAttribute("action"), { method: "POST", body: data, headers: { "HX-Request": "true" }, redirect: "manual" });
  } catch {
    showToast(document.body.dataset.textUnreachable, "bad");
    return;
  }
  if (answer.status === 201) {
    takenTo = answer.headers.get("Location");
    form.closest("sf-autosave-draft")?.forget();
    showToast(form.dataset.textPlanned, "ok");
    if (!isUploading()) leave();
  } else if (answer.status === 422) showErrors(await answer.text());
  else showToast(document.body.dataset.textFailed, "bad");
}

/** Put what is wrong on top of the form, and leave everything else, the running upload too, as it is. */
function showErrors(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const summary = page.querySelector("[data-error-summary]");
  form.querySelector("[data-error-summary]")?.remove();
  if (!summary) return;
  form.prepend(summary);
  summary.focus();
}

function leave() {
  location.assign(takenTo);
}

form.addEventListener("sf-upload:done", () => {
  if (takenTo && !isUploading()) leave();
});
