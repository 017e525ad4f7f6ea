// <sf-toast [keep]>: a message over the page. It leaves after 8 seconds, but not while somebody reads or holds it.

const STAY_MS = 8000;

class Toast extends HTMLElement {
  #timer;

  connectedCallback() {
    const close = this.querySelector("[data-close]");
    if (close) {
      close.hidden = false;
      close.onclick = () => this.remove();
    }
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, () => clearTimeout(this.#timer));
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, () => this.#start());
    this.#start();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #start() {
    clearTimeout(this.#timer);
    if (!this.hasAttribute("keep")) this.#timer = setTimeout(() => this.remove(), STAY_MS);
  }
}

/** Show a sentence. tone: "ok", "warn", "bad", or anything else for neutral. */
export function showToast(text, tone = "info") {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const toast = document.createElement("sf-toast");
  toast.className = "toast";
  toast.toggleAttribute("keep", tone === "bad");
  const words = document.createElement("p");
  words.className = "toast-text";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-s";
  close.dataset.close = "";
  close.textContent = document.body.dataset.textClose;
  toast.append(icon(region.dataset.icons, tone), words, close);
  for (const old of region.querySelectorAll(".toast")) if (old.querySelector(".toast-text")?.textContent === text) old.remove();
  region.append(toast);
}

function icon(sprite, tone) {
  const name = { ok: "circle-check", warn: "alert-triangle", bad: "alert-circle" }[tone] ?? "info-circle";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

customElements.define("sf-toast", Toast);
