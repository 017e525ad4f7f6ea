// Keeps a page of profiles fresh: asks every two seconds whether something changed, and then swaps the main part.
const PERIOD_MS = 2000;

async function refresh(main) {
  const answer = await fetch(main.dataset.pulseUrl);
  if (!answer.ok || (await answer.json()).pulse === main.dataset.pulse) return;
  const page = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("main");
  if (fresh) main.replaceWith(document.adoptNode(fresh));
}

setInterval(() => {
  const main = document.querySelector("main[data-pulse]");
  if (main && !document.hidden) refresh(main).catch(() => {});
}, PERIOD_MS);
