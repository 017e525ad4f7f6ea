// <sf-cover> around <video> and a range in milliseconds: shows the frame under the slider and a strip of frames to pick.
// The range itself is the form field, so arrows, Home and End work, and it works without pictures too.
// setFile(file) shows a local video before it is uploaded.

const FRAMES = 7;

class Cover extends HTMLElement {
  #objectUrl;
  #drawing = 0;

  connectedCallback() {
    this.#range.addEventListener("input", () => this.#seek());
    this.#video.addEventListener("loadedmetadata", () => this.#onVideo());
    if (this.#video.readyState >= 1) this.#onVideo();
    this.#showTime();
  }

  disconnectedCallback() {
    this.#drawing += 1;
    URL.revokeObjectURL(this.#objectUrl);
  }

  /** Show a file of this device. */
  setFile(file) {
    URL.revokeObjectURL(this.#objectUrl);
    this.#objectUrl = URL.createObjectURL(file);
    this.#video.src = this.#objectUrl;
    this.#video.load();
  }

  get #video() {
    return this.querySelector("video");
  }

  get #range() {
    return this.querySelector('input[type="range"]');
  }

  get #strip() {
    return this.querySelector(".cover-strip");
  }

  #onVideo() {
    const { duration } = this.#video;
    if (!Number.isFinite(duration)) return;
    this.#range.max = Math.floor(duration * 1000);
    this.#seek();
    this.#drawStrip(this.#video.currentSrc, duration);
  }

  #seek() {
    this.#video.currentTime = Number(this.#range.value) / 1000;
    this.#showTime();
  }

  #showTime() {
    const time = clock(Number(this.#range.value));
    const words = this.getAttribute("frame-label").replace("{time}", time);
    this.querySelector("[data-time]").textContent = words;
    this.#range.setAttribute("aria-valuetext", words);
    for (const button of this.#strip.children) {
      button.setAttribute("aria-pressed", String(button.dataset.ms === this.#range.value));
    }
  }

  /** Draw some frames from a second copy of the video, one after the other. */
  async #drawStrip(source, duration) {
    const turn = ++this.#drawing;
    const video = document.createElement("video");
    Object.assign(video, { muted: true, playsInline: true, preload: "auto", src: source });
    this.#strip.replaceChildren();
    try {
      await once(video, "loadeddata");
      for (let index = 0; index < FRAMES && turn === this.#drawing; index += 1) {
        const seconds = (duration * (index + 0.5)) / FRAMES;
        video.currentTime = seconds;
        await once(video, "seeked");
        if (turn === this.#drawing) this.#strip.append(this.#frame(video, seconds));
        this.#strip.hidden = false;
      }
      this.#showTime();
    } catch {
      this.#strip.hidden = this.#strip.children.length === 0;
    } finally {
      video.removeAttribute("src");
      video.load();
    }
  }

  #frame(video, seconds) {
    const ms = Math.floor(seconds * 10) * 100;
    const canvas = document.createElement("canvas");
    canvas.width = 90;
    canvas.height = 160;
    const scale = Math.max(canvas.width / video.videoWidth, canvas.height / video.videoHeight);
    const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
    canvas.getContext("2d").drawImage(video, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.ms = ms;
    button.setAttribute("aria-label", this.getAttribute("frame-label").replace("{time}", clock(ms)));
    button.append(canvas);
    button.onclick = () => {
      this.#range.value = ms;
      this.#range.dispatchEvent(new Event("input", { bubbles: true }));
      this.#range.dispatchEvent(new Event("change", { bubbles: true }));
    };
    return button;
  }
}

function once(target, name) {
  return new Promise((resolve, reject) => {
    target.addEventListener(name, resolve, { once: true });
    target.addEventListener("error", reject, { once: true });
  });
}

/** 83400 → «1:23.4» */
function clock(ms) {
  const tenths = Math.floor(ms / 100);
  return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, "0")}.${tenths % 10}`;
}

customElements.define("sf-cover", Cover);
