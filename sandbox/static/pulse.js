// Keeps a page fresh: asks every second whether something changed, and then swaps the part that shows it.
const PERIOD_MS = 1000;
const PART = "[data-pulse]";

function followEnd(part) {
  if (!("follow" in part.dataset)) return;
  const scroll = () => { part.scrollTop = part.scrollHeight; };
  scroll();
  for (const image of part.querySelectorAll("img")) image.addEventListener("load", scroll, { once: true });
}

async function refresh(part) {
  const answer = await fetch(part.dataset.pulseUrl);
  if (!answer.ok || (await answer.json()).pulse === part.dataset.pulse) return;
  const page = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector(PART);
  if (!fresh) return;
  part.replaceWith(document.adoptNode(fresh));
  followEnd(fresh);
}

const shown = document.querySelector(PART);
if (shown) followEnd(shown);

// A chosen file is sent at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
});

setInterval(() => {
  const part = document.querySelector(PART);
  // Somebody who is writing inside it is not interrupted.
  if (part && !document.hidden && !part.querySelector("details[open]")) refresh(part).catch(() => {});
}, PERIOD_MS);
