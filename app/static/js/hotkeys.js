// <sf-hotkeys enabled go-t="/today" … compose="/posts/new" search="/search">: keys by their place on the keyboard
// (event.code), so that they work on Russian and Kazakh layouts. A page adds its own with data-hotkey="KeyR" on a link,
// a button or a field; a list with .list-row-link is walked with J and K.

const SEQUENCE_MS = 1500;

class Hotkeys extends HTMLElement {
  #awaitsGo = 0;

  connectedCallback() {
    document.addEventListener("keydown", this);
    for (const button of document.querySelectorAll("[data-hotkeys-help]")) {
      button.hidden = false;
      button.onclick = () => this.#help();
    }
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
  }

  handleEvent(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) return this.#sendForm(event);
    if (!this.hasAttribute("enabled") || document.querySelector("dialog[open]")) return;
    if (event.code === "KeyK" && (event.ctrlKey || event.metaKey)) return this.#go(event, "search");
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    this.#onPlainKey(event);
  }

  #onPlainKey(event) {
    const wasGo = performance.now() < this.#awaitsGo;
    this.#awaitsGo = 0;
    if (wasGo) return this.#go(event, `go-${event.code.replace("Key", "").toLowerCase()}`);
    if (event.code === "KeyG" && !event.shiftKey) this.#awaitsGo = performance.now() + SEQUENCE_MS;
    else if (event.code === "Slash" && event.shiftKey) this.#help();
    else if (this.#press(event)) return;
    else if (event.code === "Slash") this.#go(event, "search");
    else if (event.code === "KeyC" && !event.shiftKey) this.#go(event, "compose");
    else if (event.code === "KeyJ") this.#walk(event, 1);
    else if (event.code === "KeyK") this.#walk(event, -1);
  }

  /** Use what the page itself offers for this key. */
  #press(event) {
    const target = document.querySelector(`[data-hotkey="${CSS.escape(event.code)}"]`);
    if (!target || target.disabled || !target.checkVisibility()) return false;
    event.preventDefault();
    if (isTyping(target)) target.focus();
    else target.click();
    return true;
  }

  #go(event, name) {
    const url = this.getAttribute(name);
    if (!url) return;
    event.preventDefault();
    location.assign(url);
  }

  #walk(event, step) {
    const links = [...document.querySelectorAll(".list-row-link")];
    if (!links.length) return;
    const here = links.indexOf(document.activeElement);
    const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
    links[next]?.focus();
    event.preventDefault();
  }

  #sendForm(event) {
    const { form } = event.target;
    if (!form || event.target.tagName !== "TEXTAREA") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.button-primary:not([type=button])") ?? undefined);
  }

  #help() {
    document.getElementById("hotkeys-help")?.showModal();
  }
}

function isTyping(element) {
  return element.matches?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");
}

customElements.define("sf-hotkeys", Hotkeys);
