// <sf-autosave-draft key="post-12">: keeps typed text on this device until the server has taken it.
// Each field is stored with the value the server had given; it comes back only while the server still gives that value,
// so an old draft never overwrites something newer. Passwords, files and hidden fields are not kept.

const PREFIX = "sf-draft:";
// main.js forgets the draft named here when the next page shows that the server has taken it.
const SENT = "sf-draft-sent";
const SAVE_AFTER_MS = 400;
const FIELDS = "textarea[name], select[name], input[name]:not([type=password], [type=file], [type=hidden], [type=submit], [autocomplete=one-time-code])";

class AutosaveDraft extends HTMLElement {
  #timer;

  connectedCallback() {
    for (const name of ["input", "change", "submit", "htmx:after:request"]) this.addEventListener(name, this);
    addEventListener("pagehide", this);
    // The fields of a page that is still being read are not all there yet.
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => this.#restore(), { once: true });
    else this.#restore();
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this);
    this.#flush();
  }

  handleEvent(event) {
    if (event.type === "submit") this.#onSubmit(event);
    else if (event.type === "pagehide") this.#flush();
    else if (event.type === "htmx:after:request") this.#onAnswer(event.detail.ctx);
    else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#save(), SAVE_AFTER_MS);
    }
  }

  /** The server has what was typed: keep nothing of it here. */
  forget() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    localStorage.removeItem(this.#name);
  }

  get #name() {
    return `${PREFIX}${document.body.dataset.user ?? ""}:${this.getAttribute("key")}`;
  }

  #fields() {
    return [...this.querySelectorAll(FIELDS)].map((field, index) => [`${field.name}#${index}`, field]);
  }

  #flush() {
    if (this.#timer) this.#save();
  }

  #save() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const kept = {};
    for (const [name, field] of this.#fields()) {
      if (valueOf(field) !== givenValueOf(field)) kept[name] = [givenValueOf(field), valueOf(field)];
    }
    try {
      if (Object.keys(kept).length) localStorage.setItem(this.#name, JSON.stringify(kept));
      else localStorage.removeItem(this.#name);
    } catch {
      // A full or forbidden store must not disturb typing.
    }
  }

  #restore() {
    if (sessionStorage.getItem(SENT) === this.#name) sessionStorage.removeItem(SENT);
    const kept = read(this.#name);
    let restored = false;
    for (const [name, field] of this.#fields()) {
      const [given, typed] = kept[name] ?? [];
      if (typed === undefined || given !== givenValueOf(field) || typed === valueOf(field)) continue;
      putValue(field, typed);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      restored = true;
    }
    const notice = this.querySelector("[data-restored]");
    if (!restored || !notice) return;
    notice.hidden = false;
    notice.querySelector("button").onclick = () => this.#discard(notice);
  }

  #discard(notice) {
    for (const [, field] of this.#fields()) {
      putValue(field, givenValueOf(field));
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    notice.hidden = true;
    this.#save();
  }

  #onSubmit(event) {
    if (event.defaultPrevented) return;
    this.#save();
    sessionStorage.setItem(SENT, this.#name);
  }

  #onAnswer(context) {
    const { form } = context.sourceElement;
    const sent = context.sourceElement.matches("form") || form;
    if (sent && context.request.method !== "GET" && context.response.status < 300) this.forget();
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}

const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const valueOf = (field) => (isTick(field) ? String(field.checked) : field.value);

function givenValueOf(field) {
  if (isTick(field)) return String(field.defaultChecked);
  if (field.localName !== "select") return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
}

function putValue(field, value) {
  if (isTick(field)) field.checked = value === "true";
  else field.value = value;
}

customElements.define("sf-autosave-draft", AutosaveDraft);
