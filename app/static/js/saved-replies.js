// <sf-saved-replies>: a dialog of answers kept ready ({{ saved_replies_picker(…) }}). A button with data-saved-replies inside
// a form opens it; other scripts call openFor(form, {values, sends}). What is chosen goes into the form's text area, its id
// into saved_reply_id; places such as {name} are filled from `values`, else from data-values of the nearest element around.
// With `sends`, a digit submits the form too: the event "sf-saved-replies:send" on the form comes first (cancelable).

const LETTERS = { ё: "е", ә: "а", ғ: "г", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и" };

class SavedReplies extends HTMLElement {
  #form;
  #values = {};
  #sends = false;

  connectedCallback() {
    document.addEventListener("click", this);
    this.addEventListener("input", this);
    this.addEventListener("keydown", this);
    for (const button of document.querySelectorAll("[data-saved-replies]")) button.hidden = false;
    document.addEventListener("htmx:after:swap", this);
  }

  disconnectedCallback() {
    document.removeEventListener("click", this);
    document.removeEventListener("htmx:after:swap", this);
  }

  handleEvent(event) {
    if (event.type === "input") this.#search();
    else if (event.type === "keydown") this.#onKey(event);
    else if (event.type === "click") this.#onClick(event);
    else for (const button of document.querySelectorAll("[data-saved-replies][hidden]")) button.hidden = false;
  }

  /** Let somebody choose an answer for the form. */
  openFor(form, { values, sends = false } = {}) {
    this.#form = form;
    this.#values = values ?? {};
    this.#sends = sends;
    const hint = this.querySelector("[data-hint-sends]");
    if (hint) hint.hidden = !sends;
    for (const choice of this.#choices()) choice.querySelector("[data-shown]").textContent = this.#filled(choice);
    const field = this.#field;
    if (field) field.value = "";
    this.#search();
    this.#dialog.showModal();
    field?.focus();
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  get #field() {
    return this.querySelector("[data-search]");
  }

  #choices() {
    return [...this.querySelectorAll("[data-reply]")];
  }

  #shown() {
    return this.#choices().filter((choice) => !choice.closest("li").hidden);
  }

  #onClick({ target }) {
    const opener = target.closest?.("[data-saved-replies]");
    const choice = target.closest?.("[data-reply]");
    if (opener) this.openFor(opener.form, { values: valuesAround(opener) });
    else if (choice && this.contains(choice)) this.#take(choice, false);
  }

  #onKey(event) {
    const shown = this.#shown();
    const here = shown.indexOf(document.activeElement);
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    if (digit && !this.#field?.value && !event.ctrlKey && !event.metaKey && !event.altKey) this.#take(shown[digit - 1], this.#sends);
    else if (event.key === "Enter" && event.target === this.#field) this.#take(shown[0], false);
    else if (event.key === "ArrowDown") shown[Math.min(here + 1, shown.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (here > 0 ? shown[here - 1] : this.#field).focus();
    else return;
    event.preventDefault();
  }

  #search() {
    const words = fold(this.#field?.value ?? "").split(" ").filter(Boolean);
    for (const choice of this.#choices()) {
      const text = ` ${choice.closest("li").dataset.folded}`;
      choice.closest("li").hidden = !words.every((word) => text.includes(` ${word}`));
    }
    const shown = this.#shown();
    shown.forEach((choice, index) => {
      const key = choice.querySelector("[data-digit]");
      key.textContent = index + 1;
      key.hidden = index > 8;
    });
    const none = this.querySelector("[data-none]");
    if (none) none.hidden = shown.length > 0;
  }

  #filled(choice) {
    return choice.dataset.text.replace(/\{\s*(\w+)\s*\}/g, (gap, name) => this.#values[name] ?? gap);
  }

  #take(choice, sends) {
    if (!choice) return;
    const form = this.#form;
    const area = form.querySelector("textarea[name=text]");
    this.#dialog.close();
    area.closest("details")?.setAttribute("open", "");
    area.focus();
    area.setRangeText(this.#filled(choice), area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    if (form.elements.saved_reply_id) form.elements.saved_reply_id.value = choice.dataset.reply;
    if (sends && form.dispatchEvent(new CustomEvent("sf-saved-replies:send", { bubbles: true, cancelable: true }))) form.requestSubmit();
  }
}

function valuesAround(element) {
  return JSON.parse(element.closest("[data-values]")?.dataset.values ?? "{}");
}

/** As app/search/folding.py: one form for capitals, ё and the Kazakh letters, words a space apart. */
function fold(text) {
  const plain = text.normalize("NFKC").toLowerCase().replace(/[ёәғқңөұүһі]/g, (letter) => LETTERS[letter]);
  return plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

customElements.define("sf-saved-replies", SavedReplies);
