// <sf-comments tab="unanswered">: the keys of the comments desk, and going on to the next thread. Threads are
// <article data-thread>, each with one form; what can be done is buttons with data-act, which keys press.
// A key concerns the comment that has the focus, else the one its thread says is meant (data-main).
// Which comment is answered, how, and whether the field is open stands in hidden fields (data-kept): whenever a thread is
// drawn anew they go along, so that the server draws it as it stands.

const KEYS = {
  KeyJ: (desk) => desk.walk(1),
  KeyK: (desk) => desk.walk(-1),
  KeyR: (desk) => desk.answer("public"),
  KeyD: (desk) => desk.answer("direct"),
  KeyH: (desk) => desk.press("hide", { goesOn: true }) || desk.press("unhide"),
  KeyE: (desk) => desk.press("done", { goesOn: true }) || desk.walk(1),
  KeyL: (desk) => desk.press("like"),
  KeyX: (desk) => desk.select(),
  KeyQ: (desk) => desk.pick(),
  Delete: (desk) => desk.press("delete"),
  Backspace: (desk) => desk.press("delete"),
};

class Comments extends HTMLElement {
  #here;
  #goingOn = new Set();

  connectedCallback() {
    document.addEventListener("keydown", this, true);
    for (const name of ["focusin", "click", "input", "change", "htmx:after:request", "htmx:after:swap"]) this.addEventListener(name, this);
    this.addEventListener("sf-saved-replies:send", this);
    this.addEventListener("toggle", this, true);
    this.#ownTexts();
    this.#showKeys();
    this.#showSelection();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this, true);
    document.getElementById("hotkeys-help")?.querySelectorAll("[data-of-comments]").forEach((line) => line.remove());
  }

  handleEvent(event) {
    const act = {
      keydown: () => this.#onKey(event),
      focusin: () => this.#onFocus(event.target),
      click: () => this.#onClick(event),
      input: () => this.#onInput(event.target),
      change: () => this.#onChange(event.target),
      "htmx:after:request": () => this.#onAnswer(event.detail.ctx),
      toggle: () => this.#onToggle(event.target),
      "htmx:after:swap": () => this.#onSwap(),
      "sf-saved-replies:send": () => this.#goingOn.add(event.target.closest("[data-thread]")?.id),
    }[event.type];
    act();
  }

  // Where one is

  #threads() {
    return [...this.querySelectorAll("[data-thread]")];
  }

  #thread() {
    const focused = document.activeElement?.closest?.("[data-thread]");
    if (focused && this.contains(focused)) return focused;
    return this.#here?.isConnected ? this.#here : this.#threads()[0];
  }

  #comment() {
    const thread = this.#thread();
    const focused = document.activeElement?.closest?.("[data-comment]");
    if (focused && thread?.contains(focused)) return focused;
    return thread?.querySelector("[data-comment][data-main]") ?? thread?.querySelector("[data-comment]");
  }

  #onFocus(target) {
    this.#here = target.closest("[data-thread]") ?? this.#here;
  }

  /** Go to another thread; past the last one, fetch more. */
  walk(step) {
    const threads = this.#threads();
    const focused = document.activeElement?.closest?.("[data-thread]");
    const here = threads.indexOf(focused ?? this.#here);
    const next = here < 0 ? (step > 0 ? 0 : threads.length - 1) : here + step;
    if (threads[next]) this.#goTo(threads[next]);
    else if (step > 0 && this.#more) this.#more.click();
    else if (step > 0) this.#say();
    return true;
  }

  get #more() {
    return this.querySelector("[data-more]");
  }

  #goTo(thread) {
    this.#here = thread;
    thread.focus({ preventScroll: true });
    thread.scrollIntoView({ block: "nearest" });
  }

  #say() {
    const status = this.querySelector("[data-announce]");
    if (status) status.textContent = status.dataset.textEnd;
  }

  // Keys

  #onKey(event) {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const isTyping = event.target.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
    if (isTyping) return this.#onTypingKey(event);
    if (!document.querySelector("sf-hotkeys[enabled]") || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.code === "KeyG") this.#awaitsGo = performance.now() + 1500;
    else if (performance.now() > this.#awaitsGo && KEYS[event.code]?.(this)) event.preventDefault();
    else if (KEYS[event.code]) this.#awaitsGo = 0;
  }

  // The letter after G leads to a section and is not ours.
  #awaitsGo = 0;

  #onTypingKey(event) {
    const thread = event.target.closest("[data-thread]");
    if (!thread || event.target.localName !== "textarea") return;
    if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#goingOn.add(thread.id);
      if (thread.querySelector("form").elements.mode.value === "direct") thread.querySelector("[data-act=send-direct]").click();
      else thread.querySelector("form").requestSubmit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.#goTo(thread);
    }
  }

  /** Press a button of the comment, or of its thread; whether there was one. */
  press(act, { goesOn = false } = {}) {
    const find = (within) => within?.querySelector(`[data-act="${act}"]`);
    const button = find(this.#comment()) ?? (act === "done" ? find(this.#thread()) : undefined);
    if (!button) return false;
    const thread = this.#thread();
    button.click();
    if (goesOn) this.#goOn(thread);
    return true;
  }

  select() {
    const box = this.#thread()?.querySelector("[form=bulk]");
    if (!box) return false;
    box.click();
    return true;
  }

  /** Open the field to answer in, for the comment that is meant. */
  answer(mode, comment = this.#comment()) {
    const thread = comment?.closest("[data-thread]");
    const details = thread?.querySelector("details.discussion-answer");
    if (!details || (mode === "direct" && !comment.dataset.direct)) return false;
    this.#aim(thread, comment, mode);
    details.open = true;
    const area = details.querySelector("textarea");
    if (!area.value && comment.dataset.mention && mode === "public") area.value = comment.dataset.mention;
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
    return true;
  }

  #aim(thread, comment, mode) {
    const { elements } = thread.querySelector("form");
    elements.mode.value = mode;
    elements.to.value = comment.dataset.comment;
    const note = thread.querySelector("[data-direct-note]");
    const area = thread.querySelector("textarea");
    note.textContent = comment.dataset.direct ?? comment.dataset.noDirect ?? "";
    area.placeholder = area.dataset.placeholder.replace("{name}", JSON.parse(comment.dataset.values).username);
    const [open, direct] = [thread.querySelector("[data-send=public]"), thread.querySelector("[data-act=send-direct]")];
    open.classList.toggle("button-primary", mode === "public");
    direct.classList.toggle("button-primary", mode === "direct");
  }

  /** Choose among the answers kept ready; a digit sends at once. */
  pick() {
    const [comment, thread] = [this.#comment(), this.#thread()];
    const picker = document.querySelector("sf-saved-replies");
    if (!comment || !picker?.openFor || !thread.querySelector("details.discussion-answer")) return false;
    this.#aim(thread, comment, "public");
    picker.openFor(thread.querySelector("form"), { values: JSON.parse(comment.dataset.values), sends: !thread.querySelector("textarea").value });
    return true;
  }

  // The pointer

  #onClick(event) {
    const opener = event.target.closest("[data-act=reply], [data-act=direct]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const mode = opener.dataset.act === "direct" ? "direct" : "public";
    if (this.answer(mode, opener.closest("[data-comment]"))) event.preventDefault();
  }

  /** A draft that came back shows itself. */
  #onInput(target) {
    const details = target.closest?.("details.discussion-answer");
    if (details && target.value) details.open = true;
  }

  // Answers of the server

  #onToggle(details) {
    const form = details.matches("details.discussion-answer") && details.closest("form");
    if (form) form.elements.open.value = details.open ? "1" : "";
  }

  #onSwap() {
    this.#ownTexts();
    this.#showSelection();
  }

  /** Take texts that the server gave for typed ones: a field with a text of its own would get it back when redrawn. */
  #ownTexts() {
    for (const area of this.querySelectorAll("textarea")) {
      if (!area.defaultValue) continue;
      const { value } = area;
      area.defaultValue = "";
      area.value = value;
    }
  }

  #onAnswer(context) {
    const thread = context?.sourceElement?.closest?.("[data-thread]");
    if (!thread || context.request.method === "GET") return;
    const goesOn = this.#goingOn.delete(thread.id);
    if (context.response.status >= 300) return;
    if (/replies$/.test(new URL(context.request.action, location.href).pathname)) this.#clear(thread);
    if (goesOn) this.#goOn(thread);
  }

  #clear(thread) {
    const area = thread.querySelector("textarea");
    area.value = area.defaultValue = "";
    area.blur();
    thread.querySelector("[name=saved_reply_id]").value = "";
    thread.querySelector("details.discussion-answer").open = false;
    thread.querySelector("sf-autosave-draft")?.forget?.();
  }

  #goOn(thread) {
    const threads = this.#threads();
    const next = threads[threads.indexOf(thread) + 1];
    if (next) this.#goTo(next);
    else {
      this.#goTo(thread);
      if (this.#more) this.#more.click();
      else this.#say();
    }
  }

  // Several at once

  #onChange(target) {
    if (target.closest("[data-select-all]")) for (const box of this.#boxes()) box.checked = target.checked;
    if (target.type === "checkbox") this.#showSelection();
  }

  #boxes() {
    return [...this.querySelectorAll("input[form=bulk]")];
  }

  #showSelection() {
    const bar = this.querySelector("[data-bulk]");
    if (!bar) return;
    const boxes = this.#boxes();
    const chosen = boxes.filter((box) => box.checked).length;
    bar.querySelector("[data-count]").textContent = chosen;
    bar.toggleAttribute("data-active", chosen > 0);
    const all = bar.querySelector("[data-select-all]");
    all.hidden = false;
    all.querySelector("input").checked = chosen > 0 && chosen === boxes.length;
  }

  #showKeys() {
    const list = document.querySelector("#hotkeys-help .key-list");
    const keys = this.querySelector("template[data-keys]");
    if (!list || !keys) return;
    const lines = keys.content.cloneNode(true);
    for (const line of lines.children) line.dataset.ofComments = "";
    list.append(lines);
  }
}

customElements.define("sf-comments", Comments);
