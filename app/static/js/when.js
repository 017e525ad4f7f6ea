// <sf-when>: chips fill the date and time inputs with values the server made. No time is computed here.

class When extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    this.addEventListener("change", this);
    this.#mark();
  }

  handleEvent(event) {
    const chip = event.target.closest("button[data-date]");
    if (event.type === "click" && chip) {
      this.#date.value = chip.dataset.date;
      this.#time.value = chip.dataset.time;
      this.#time.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.#mark();
  }

  get #date() {
    return this.querySelector('input[type="date"]');
  }

  get #time() {
    return this.querySelector('input[type="time"]');
  }

  #mark() {
    for (const chip of this.querySelectorAll("button[data-date]")) {
      const chosen = chip.dataset.date === this.#date.value && chip.dataset.time === this.#time.value;
      chip.setAttribute("aria-pressed", String(chosen));
    }
  }
}

customElements.define("sf-when", When);
