// <sf-message-composer typing-url="…">: a message being written: its bytes counted, emoji and quick replies put in, files
// waited for, and the person told that somebody writes. Without it the form works all the same.

const TYPING_EVERY_MS = 10000;
const NEAR = 0.6; // of the limit: from here on a phone shows the count

class MessageComposer extends HTMLElement {
  #typedAt = -Infinity;
  #waitingFor;
  #isOver = false;

  connectedCallback() {
    for (const name of ["input", "click", "sf-upload:created", "sf-upload:done", "sf-upload:removed", "sf-upload:started"]) this.addEventListener(name, this);
    this.addEventListener("submit", this, true);
    document.addEventListener("htmx:after:swap", this);
    for (const name of ["dragover", "drop"]) this.#zone?.addEventListener(name, this);
    for (const tools of this.querySelectorAll("[data-script]")) tools.hidden = false;
    if (this.hasAttribute("answered") && matchMedia("(pointer: fine)").matches) this.#text.focus();
    this.#count();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:after:swap", this);
    for (const name of ["dragover", "drop"]) this.#zone?.removeEventListener(name, this);
  }

  handleEvent(event) {
    if (event.type === "input") this.#onInput(event);
    else if (event.type === "click") this.#onClick(event);
    else if (event.type === "submit") this.#onSubmit(event);
    else if (event.type === "htmx:after:swap") this.#goOn();
    else if (event.type.startsWith("drag") || event.type === "drop") this.#onDrag(event);
    else this.#onFiles(event);
  }

  get #form() {
    return this.querySelector("form");
  }

  get #text() {
    return this.querySelector("textarea[name=text]");
  }

  get #zone() {
    return this.closest(".desk-thread");
  }

  #onInput(event) {
    if (event.target !== this.#text) return;
    this.#count();
    if (!event.isTrusted || !this.#text.value.trim() || performance.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = performance.now();
    fetch(this.getAttribute("typing-url"), { method: "POST", headers: { "X-CSRFToken": this.getAttribute("csrf") } }).catch(() => {});
  }

  #count() {
    const counter = this.querySelector("[data-count]");
    const bytes = new TextEncoder().encode(this.#text.value.trim()).length;
    const isOver = bytes > Number(counter.dataset.limit);
    counter.querySelector("[data-value]").textContent = bytes;
    counter.toggleAttribute("data-over", isOver);
    counter.toggleAttribute("data-near", bytes > NEAR * Number(counter.dataset.limit));
    if (isOver !== this.#isOver) this.querySelector("[data-announce]").textContent = isOver ? this.getAttribute("text-over") : "";
    this.#isOver = isOver;
  }

  #onClick({ target }) {
    const button = target.closest("button");
    if (button?.dataset.emoji) this.#insert(button.dataset.emoji);
    else if (button?.dataset.quick) this.#takeQuick(button);
    else if (button?.dataset.toggle) this.#toggle(button.dataset.toggle);
  }

  #takeQuick(button) {
    const values = JSON.parse(this.#form.dataset.values);
    this.#insert(button.dataset.text.replace(/\{\s*(\w+)\s*\}/g, (gap, name) => values[name] ?? gap));
    this.#form.elements.saved_reply_id.value = button.dataset.quick;
  }

  #insert(words) {
    const area = this.#text;
    area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  }

  #toggle(name) {
    const details = this.querySelector(`details[data-${name}]`);
    details.open = !details.open;
    if (details.open) details.querySelector("input:not([type=hidden])")?.focus();
  }

  // Files

  #onFiles(event) {
    if (event.type === "sf-upload:started") this.querySelector("details[data-files]").open = true;
    this.#form.dispatchEvent(new Event("files-changed"));
    this.#goOn();
  }

  #onDrag(event) {
    if (![...event.dataTransfer.types].includes("Files") || event.target.closest("sf-upload")) return;
    event.preventDefault();
    if (event.type === "drop") this.querySelector("sf-upload").add?.(event.dataTransfer.files);
  }

  get #isPending() {
    return this.querySelector('.upload:is([data-state="uploading"], [data-state="waiting"], [data-state="resuming"]), [data-pending]') !== null;
  }

  /** A message whose files are still on their way goes out as soon as they are there. */
  #onSubmit(event) {
    if (!this.#isPending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#waitingFor = event.submitter;
    this.#waitingFor?.setAttribute("aria-busy", "true");
    this.querySelector("[data-announce]").textContent = this.getAttribute("text-waiting");
  }

  #goOn() {
    if (!this.#waitingFor || this.#isPending || !this.#waitingFor.isConnected) return;
    const submitter = this.#waitingFor;
    this.#waitingFor = undefined;
    submitter.removeAttribute("aria-busy");
    if (!this.querySelector("[data-refused]")) this.#form.requestSubmit(submitter);
  }
}

customElements.define("sf-message-composer", MessageComposer);
