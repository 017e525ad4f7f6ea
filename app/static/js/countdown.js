// <sf-countdown seconds="5400" hours="{h} h {m} min" minutes="{m} min {s} s" over="now">: the words are the server's,
// only the numbers in them change. Fires sf-countdown:over once.

class Countdown extends HTMLElement {
  #end;
  #timer;

  connectedCallback() {
    this.#end = performance.now() + Number(this.getAttribute("seconds")) * 1000;
    this.#timer = setInterval(() => this.#show(), 1000);
    this.#show();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show() {
    const left = Math.max(0, Math.round((this.#end - performance.now()) / 1000));
    const [h, m, s] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
    const words = this.getAttribute(left === 0 ? "over" : h ? "hours" : "minutes");
    this.firstElementChild.textContent = words.replace("{h}", h).replace("{m}", m).replace("{s}", s);
    if (left > 0) return;
    clearInterval(this.#timer);
    this.dispatchEvent(new CustomEvent("sf-countdown:over", { bubbles: true }));
  }
}

customElements.define("sf-countdown", Countdown);
