// <sf-menu><details>…: Escape and a click beside it close; arrows walk; one menu is open at a time.

class Menu extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this);
    this.addEventListener("toggle", this, true);
    document.addEventListener("pointerdown", this);
    document.addEventListener("focusin", this);
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this);
    document.removeEventListener("focusin", this);
  }

  handleEvent(event) {
    if (!this.#details) return;
    if (event.type === "keydown") this.#onKey(event);
    else if (event.type === "toggle") this.#place();
    else if (!this.contains(event.target)) this.#details.open = false;
  }

  get #details() {
    return this.querySelector("details");
  }

  #onKey(event) {
    const items = [...this.#details.querySelectorAll("a, button")].filter((item) => item.checkVisibility());
    const here = items.indexOf(document.activeElement);
    if (event.key === "Escape" && this.#details.open) {
      this.#details.open = false;
      this.#details.querySelector("summary").focus();
    } else if (event.key === "ArrowDown" && !this.#details.open) {
      this.#details.open = true;
      requestAnimationFrame(() => this.#details.querySelector("a, button")?.focus());
    } else if (this.#details.open && event.key in MOVES) {
      items.at(MOVES[event.key](here, items.length))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Open upwards, or to the other side, where there is no room. */
  #place() {
    const { classList, open } = this.#details;
    if (!open || !classList.contains("menu")) return;
    classList.remove("menu-flipped", "menu-to-start", "menu-to-end");
    const panel = this.#details.querySelector(".menu-panel").getBoundingClientRect();
    const { top } = this.#details.getBoundingClientRect();
    if (panel.bottom > innerHeight && panel.height < top) classList.add("menu-flipped");
    if (panel.right > document.documentElement.clientWidth) classList.add("menu-to-end");
    else if (panel.left < 0) classList.add("menu-to-start");
  }
}

const MOVES = {
  ArrowDown: (here, count) => (here + 1) % count,
  ArrowUp: (here) => here - 1,
  Home: () => 0,
  End: () => -1,
};

customElements.define("sf-menu", Menu);
