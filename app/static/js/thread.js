// <sf-thread>: the messages of a conversation. Begins at the newest (or at the one that was searched for), keeps in its
// place what is being read when something changes, tells what is new below, and that what is seen was read.

const NEAR_PX = 48;

class Thread extends HTMLElement {
  #anchor;
  #resized;
  #known = new Set();
  #readAt = 0;

  connectedCallback() {
    this.addEventListener("scroll", this, { passive: true });
    this.addEventListener("click", this);
    document.addEventListener("visibilitychange", this);
    document.addEventListener("keydown", this);
    this.#resized = new ResizeObserver(() => this.#onChange());
    this.#resized.observe(this.querySelector(".thread-inside"));
    this.#known = new Set(this.#theirs());
    const help = document.querySelector("#hotkeys-help .key-list");
    for (const keys of document.querySelectorAll("template[data-keys]")) help?.append(keys.content);
    const found = this.querySelector("[data-found]");
    if (found) found.scrollIntoView({ block: "center" });
    this.#remember();
    this.#read();
  }

  disconnectedCallback() {
    this.#resized.disconnect();
    document.removeEventListener("visibilitychange", this);
    document.removeEventListener("keydown", this);
  }

  handleEvent(event) {
    if (event.type === "scroll") this.#onScroll();
    else if (event.type === "visibilitychange") this.#read();
    else if (event.type === "keydown") this.#onKey(event);
    else this.#onClick(event);
  }

  get #isAtEnd() {
    return Math.abs(this.scrollTop) < NEAR_PX;
  }

  #theirs() {
    return [...this.querySelectorAll(".thread-newest .is-theirs[id]")].map((bubble) => bubble.id);
  }

  #onScroll() {
    this.#remember();
    if (this.#isAtEnd) this.#forgetNews();
  }

  /** Remember what is being read, and where on the screen. */
  #remember() {
    const top = this.getBoundingClientRect().top;
    this.#anchor = undefined;
    if (this.#isAtEnd) return;
    for (const bubble of this.querySelectorAll(".bubble")) {
      const offset = bubble.getBoundingClientRect().top - top;
      if (offset < 0) continue;
      this.#anchor = { id: bubble.id, offset };
      return;
    }
  }

  #onChange() {
    const bubble = this.#anchor && document.getElementById(this.#anchor.id);
    if (bubble) this.scrollTop += bubble.getBoundingClientRect().top - this.getBoundingClientRect().top - this.#anchor.offset;
    else this.scrollTop = 0;
    const fresh = this.#theirs().filter((id) => !this.#known.has(id));
    if (!fresh.length) return;
    if (this.#isAtEnd) this.#forgetNews();
    else this.#showNews(fresh.length);
    this.#read();
  }

  #showNews(count) {
    const place = this.querySelector(".thread-news");
    const button = place.querySelector("button");
    button.lastElementChild.textContent = count === 1 ? button.dataset.wordsOne : button.dataset.words.replace("{count}", count);
    place.hidden = false;
  }

  #forgetNews() {
    this.querySelector(".thread-news").hidden = true;
    this.#known = new Set(this.#theirs());
    this.#read();
  }

  /** What stands on a screen that somebody looks at counts as read; once for each that came. */
  #read() {
    const newest = this.#theirs().length;
    if (document.hidden || !this.#isAtEnd || this.#readAt === newest + 1) return;
    this.#readAt = newest + 1;
    this.#post(this.dataset.readUrl, {}).catch(() => (this.#readAt = 0));
  }

  #post(url, fields) {
    return fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": this.dataset.csrf, "HX-Request": "true" } });
  }

  // Reactions

  get #picker() {
    return this.querySelector(".reaction-picker");
  }

  #onClick({ target }) {
    const button = target.closest("button");
    if (button && "newest" in button.dataset) this.scrollTop = 0;
    else if (button?.dataset.react) this.#open(button);
    else if (button && "emoji" in button.dataset) this.#react(button);
    else this.#picker?.remove();
  }

  #onKey(event) {
    if (event.key === "Escape" && this.#picker) this.#close();
  }

  /** Put the emoji to the message; a copy each time, because a refreshed message loses what was added to it. */
  #open(button) {
    this.#picker?.remove();
    const bubble = button.closest(".bubble");
    bubble.append(this.querySelector("template[data-reactions]").content.cloneNode(true));
    const picker = this.#picker;
    picker.dataset.message = button.dataset.react;
    picker.querySelector('[data-emoji=""]').hidden = !bubble.querySelector(".reaction.is-own");
    picker.classList.toggle("is-below", bubble.getBoundingClientRect().top - this.getBoundingClientRect().top < NEAR_PX * 2);
    picker.querySelector("button").focus();
  }

  #close() {
    const { message } = this.#picker.dataset;
    this.#picker.remove();
    this.querySelector(`[data-react="${message}"]`)?.focus();
    return message;
  }

  #react(button) {
    const message = this.#close();
    this.#post(this.dataset.reactUrl.replace("/0/", `/${message}/`), { emoji: button.dataset.emoji }).catch(() => {});
  }
}

customElements.define("sf-thread", Thread);
