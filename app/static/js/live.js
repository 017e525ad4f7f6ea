// <sf-live url="/live" after="57" hidden>: keeps the page up to date. Put {{ ui.live() }} once on the page; then mark:
//
//   data-live="conversation:12"   gets the event "live" when that row has changed. With hx-get and hx-trigger="live" it
//                                 fetches itself: <article data-live="comment:7" hx-get="/comments/7" hx-trigger="live"
//                                 hx-swap="outerMorph">. Several marks are separated by spaces.
//   data-live="conversation"      the same, for any row of the kind: a list, a count.
//   data-live-new="conversation"  counts the rows that have changed and have no element of their own here, in the
//                                 [data-count] inside it, and shows itself: {{ ui.live_news("conversation", url) }}.
//
// Kinds: conversation, comment (the top of its thread), dispatch, import (the account). Elements are told at most once
// a second. Whoever needs more listens on document: "sf-live:hint" (detail.kind, detail.id) and "sf-live:reload".
//
// The stream is closed while the page is hidden and goes on where it was. Where streams do not work it asks instead.

const BURST_MS = 100;
const REFRESH_MS = 1000;
const AGAIN_MS = 4000;
const SILENCE_MS = 40000; // the server beats every 15 s
const POLL_MS = 5000;
const POLLS = 6;
const LONGEST_MS = 30000;
const MOST_TOLD = 1000;
const ALL = "*";

class Live extends HTMLElement {
  #after;
  #source;
  #next;
  #failures = 0;
  #polls = POLLS;
  #told = new Set();
  #due = new Set();
  #refresh;
  #refreshed = 0;
  #news = new WeakMap();

  connectedCallback() {
    this.#after ??= this.getAttribute("after");
    document.addEventListener("visibilitychange", this);
    for (const name of ["pagehide", "pageshow", "online"]) addEventListener(name, this);
    for (const name of ["htmx:error", "htmx:response:error"]) document.addEventListener(name, this);
    this.#open();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this);
    for (const name of ["pagehide", "pageshow", "online"]) removeEventListener(name, this);
    for (const name of ["htmx:error", "htmx:response:error"]) document.removeEventListener(name, this);
    clearTimeout(this.#refresh);
    this.#close();
  }

  handleEvent(event) {
    if (event.type.startsWith("htmx")) this.#onFailed(event.detail.ctx);
    else if (event.type === "pagehide" || document.hidden) this.#close();
    else if (!this.#source || event.type === "online") this.#open();
  }

  #open() {
    this.#close();
    if (document.hidden) return;
    const source = new EventSource(`${this.getAttribute("url")}?after=${this.#after}`);
    this.#source = source;
    for (const name of ["hint", "reload", "beat"]) source.addEventListener(name, (event) => this.#hear(event));
    source.onerror = () => this.#lose();
    this.#then(() => this.#lose(), SILENCE_MS);
  }

  #close() {
    clearTimeout(this.#next);
    this.#source?.close();
    this.#source = undefined;
  }

  #hear({ type, data, lastEventId }) {
    this.#after = lastEventId;
    this.#failures = 0;
    this.#then(() => this.#lose(), SILENCE_MS);
    if (type === "hint") this.#take(data);
    else if (type === "reload") this.#reload();
  }

  /** Try again a little later; after a second failure by asking. */
  #lose() {
    this.#close();
    this.#failures += 1;
    const wait = Math.min(LONGEST_MS, 500 * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#then(() => (this.#failures > 1 ? this.#poll() : this.#open()), wait);
  }

  async #poll() {
    const turn = this.#next;
    const answer = await fetch(`${this.getAttribute("url")}/poll?after=${this.#after}`).catch(() => undefined);
    const news = answer?.ok && (await answer.json().catch(() => undefined));
    if (turn !== this.#next || document.hidden) return;
    if (answer?.status === 401 || answer?.status === 403) return; // signed out: coming back to the page tries again
    if (!news) {
      this.#polls = 1; // once it answers again, the stream will do too
      return this.#lose();
    }
    this.#after = news.position;
    this.#failures = 1;
    if (news.reload) this.#reload();
    for (const hint of news.hints) this.#take(hint);
    this.#polls -= 1;
    if (this.#polls > 0) return this.#then(() => this.#poll(), POLL_MS);
    this.#polls = POLLS;
    this.#open();
  }

  #then(step, ms) {
    clearTimeout(this.#next);
    this.#next = setTimeout(step, ms);
  }

  #take(hint) {
    if (this.#told.has(hint)) return;
    if (this.#told.size > MOST_TOLD) this.#told.clear();
    this.#told.add(hint);
    const [, kind, id] = hint.split(":");
    this.#due.add(kind).add(`${kind}:${id}`);
    this.#refreshIn(BURST_MS);
    if (!document.querySelector(`[data-live~="${kind}:${id}"]`)) this.#count(kind, id);
    document.dispatchEvent(new CustomEvent("sf-live:hint", { detail: { kind, id: Number(id) } }));
  }

  #reload() {
    this.#told.clear();
    this.#due.add(ALL);
    this.#refreshIn(BURST_MS);
    document.dispatchEvent(new CustomEvent("sf-live:reload"));
  }

  #count(kind, id) {
    for (const pill of document.querySelectorAll(`[data-live-new="${kind}"]`)) {
      const ids = this.#news.get(pill) ?? new Set();
      this.#news.set(pill, ids.add(id));
      pill.querySelector("[data-count]").textContent = ids.size;
      pill.hidden = false;
    }
  }

  #refreshIn(ms) {
    const wait = Math.max(ms, this.#refreshed + REFRESH_MS - performance.now());
    this.#refresh ??= setTimeout(() => this.#tell(), wait);
  }

  #tell() {
    const due = this.#due;
    this.#due = new Set();
    this.#refresh = undefined;
    this.#refreshed = performance.now();
    for (const element of document.querySelectorAll("[data-live]")) {
      const marks = element.dataset.live.split(" ");
      if (due.has(ALL) || marks.some((mark) => due.has(mark))) element.dispatchEvent(new CustomEvent("live"));
    }
  }

  /** What an element could not fetch while the server was away, it fetches later. */
  #onFailed(ctx) {
    if (ctx?.sourceEvent?.type !== "live" || (ctx.response && ctx.response.status < 500)) return;
    for (const mark of ctx.sourceElement.dataset.live?.split(" ") ?? []) this.#due.add(mark);
    this.#refreshIn(AGAIN_MS);
  }
}

customElements.define("sf-live", Live);
