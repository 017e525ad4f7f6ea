// <sf-theme> around the form with the three themes: repaints at once, and tells the server behind the scenes.

class Theme extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
  }

  handleEvent(event) {
    const { target: form, submitter } = event;
    if (submitter?.name !== "theme") return;
    event.preventDefault();
    event.stopPropagation();
    this.#paint(form, submitter.value);
    const body = new FormData(form, submitter);
    const headers = { "X-CSRFToken": body.get("csrf_token"), "HX-Request": "true" };
    fetch(form.action, { method: "POST", body: new URLSearchParams(body), headers, redirect: "manual" })
      .then((answer) => answer.ok || answer.type === "opaqueredirect" || form.submit())
      .catch(() => {});
  }

  #paint(form, theme) {
    document.documentElement.dataset.theme = theme;
    for (const button of form.elements) {
      if (button.name === "theme") button.setAttribute("aria-pressed", String(button.value === theme));
    }
    const surface = getComputedStyle(document.querySelector(".top-bar, .card") ?? document.body).backgroundColor;
    document.querySelector('meta[name="color-scheme"]').content = theme === "system" ? "light dark" : theme;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      meta.removeAttribute("media");
      meta.content = surface;
    }
  }
}

customElements.define("sf-theme", Theme);
