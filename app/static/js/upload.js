// <sf-upload endpoint="/uploads" name="asset_id" …>: resumable uploads by tus, one file after the other.
// The library is loaded with the first file. What is shown comes from the attributes text-* and label-*.
// Events: sf-upload:started (detail.file), sf-upload:created (detail.assetId), sf-upload:done (detail.assetId, detail.name, detail.file), sf-upload:removed (detail.assetId).

const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10000];
const RETRY_OFFLINE_MS = 15000;
const REMEMBER_MS = 24 * 60 * 60 * 1000;
const MEGABYTE = 1_000_000;

let library;

function loadTus(address) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.tus);
    script.onerror = () => {
      library = undefined;
      script.remove();
      reject(new Error("tus is not there"));
    };
    document.head.append(script);
  });
  return library;
}

class Upload extends HTMLElement {
  #queue = [];
  #current = null;
  #isReady = false;

  connectedCallback() {
    this.#input.removeAttribute("name");
    for (const name of ["click", "change"]) this.addEventListener(name, this);
    for (const name of ["dragover", "dragleave", "drop"]) this.addEventListener(name, this);
    document.addEventListener("paste", this);
    addEventListener("online", this);
    addEventListener("beforeunload", this);
    if (this.#isReady) return;
    this.#isReady = true;
    this.#showUnfinished();
    // On a slow line a file may have been chosen before this module was there.
    if (this.#input.files.length) this.#take({ target: this.#input });
  }

  disconnectedCallback() {
    document.removeEventListener("paste", this);
    removeEventListener("online", this);
    removeEventListener("beforeunload", this);
    this.#current?.pause();
  }

  handleEvent(event) {
    if (event.type === "click") this.#onClick(event);
    else if (event.type === "change") this.#take(event);
    else if (event.type === "online") this.#current?.goOn();
    else if (event.type === "beforeunload") this.#warn(event);
    else if (event.type === "paste") this.#onPaste(event);
    else this.#onDrag(event);
  }

  /** Put files into the list, as if they had been chosen. */
  add(files) {
    const chosen = this.#input.multiple ? [...files] : [...files].slice(0, 1);
    if (!this.#input.multiple && chosen.length) this.querySelectorAll(".upload").forEach((row) => this.#remove(row));
    for (const file of chosen) {
      this.querySelector(`.upload[data-unfinished="${CSS.escape(file.name)}"]`)?.remove();
      const item = new Item(this, file);
      this.querySelector(".upload-list").append(item.row);
      this.#queue.push(item);
      this.#tell("started", { file });
    }
    this.#next();
  }

  get #input() {
    return this.querySelector('input[type="file"]');
  }

  #take(event) {
    if (event.target !== this.#input) return;
    this.add(this.#input.files);
    this.#input.value = "";
  }

  #next() {
    if (this.#current || !this.#queue.length) return;
    this.#current = this.#queue.shift();
    this.#current.start();
  }

  /** Called by an item that needs no more time: it is done, failed, paused or removed. */
  settled(item) {
    if (this.#current !== item) return;
    this.#current = null;
    this.#next();
  }

  /** The server knows the file: the form may name it already, while its bytes are still on their way. */
  began(item, assetId) {
    const hidden = item.row.querySelector('input[type="hidden"]') ?? document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: this.getAttribute("name"), value: assetId });
    item.row.append(hidden);
    this.#tell("created", { assetId });
  }

  finished(item, assetId) {
    this.querySelector("[data-announce]").textContent = `${item.file.name}: ${this.getAttribute("text-done")}`;
    this.#tell("done", { assetId, name: item.file.name, file: item.file });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`sf-upload:${name}`, { bubbles: true, detail }));
  }

  #onClick(event) {
    const button = event.target.closest("button[data-action]");
    const row = button?.closest(".upload");
    if (!row) return;
    if (button.dataset.action === "remove") this.#remove(row);
    else if (button.dataset.action === "pause") row.item.pause();
    else {
      this.#queue.unshift(row.item);
      row.item.wait();
      this.#next();
    }
  }

  #remove(row) {
    const hidden = row.querySelector('input[type="hidden"]');
    this.#queue = this.#queue.filter((item) => item !== row.item);
    row.item?.cancel();
    if (row.dataset.unfinished) remember(this, row.dataset.unfinished, null);
    row.remove();
    this.#input.focus();
    if (hidden) this.#tell("removed", { assetId: hidden.value });
  }

  #onDrag(event) {
    const zone = this.querySelector(".drop-zone");
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    zone.classList.toggle("is-over", event.type === "dragover");
    if (event.type === "drop") this.add(event.dataTransfer.files);
  }

  #onPaste(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    this.add(event.clipboardData.files);
  }

  #warn(event) {
    if (this.#current) event.preventDefault();
  }

  /** Name the files that a reload interrupted: choosing the same file again goes on where it stopped. */
  #showUnfinished() {
    for (const [name, { percent }] of Object.entries(remembered(this))) {
      const item = new Item(this, { name, size: 0 });
      item.row.dataset.unfinished = name;
      item.show("unfinished", this.getAttribute("text-pick-again").replace("{percent}", percent), []);
      item.progress(percent, 100);
      this.querySelector(".upload-list").append(item.row);
    }
  }
}

/** One file on its way: its row in the list and its tus upload. */
class Item {
  #upload;
  #assetId;
  #timer;

  constructor(host, file) {
    this.host = host;
    this.file = file;
    this.row = document.createElement("li");
    this.row.className = "upload";
    this.row.item = this;
    this.row.append(part("span", "upload-name"), part("span", "upload-actions"), part("span", "upload-status"), part("progress", ""));
    this.row.querySelector(".upload-name").textContent = file.name;
    const bar = this.row.querySelector("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", this.#text("label-progress").replace("{name}", file.name));
    this.wait();
  }

  wait() {
    this.show("waiting", this.#text("text-waiting"), []);
  }

  async start() {
    this.show("uploading", this.#text("text-waiting"), ["pause"]);
    try {
      const tus = await loadTus(this.host.getAttribute("tus"));
      this.#upload ??= await this.#prepare(tus);
      if (this.row.dataset.state === "uploading") this.#upload.start();
    } catch {
      this.#fail();
    }
  }

  async #prepare(tus) {
    const upload = new tus.Upload(this.file, {
      endpoint: this.host.getAttribute("endpoint"),
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRFToken": this.host.getAttribute("csrf") },
      metadata: { filename: this.file.name, filetype: this.file.type, ...purposeOf(this.host) },
      onAfterResponse: (_request, response) => {
        const assetId = response.getHeader("SocialFlow-Asset");
        if (!assetId || assetId === this.#assetId) return;
        this.#assetId = assetId;
        this.host.began(this, assetId);
      },
      onProgress: (sent, total) => this.progress(sent, total),
      onSuccess: () => this.#succeed(),
      onError: (error) => this.#setback(error),
    });
    const [previous] = await upload.findPreviousUploads();
    if (previous) upload.resumeFromPreviousUpload(previous);
    return upload;
  }

  pause() {
    clearTimeout(this.#timer);
    this.#upload?.abort();
    this.show("paused", this.#text("text-paused").replace("{percent}", this.#percent), ["resume"]);
    this.host.settled(this);
  }

  /** Try at once when the connection is back. */
  goOn() {
    if (this.row.dataset.state === "resuming") this.start();
  }

  cancel() {
    clearTimeout(this.#timer);
    if (this.row.dataset.state !== "done") this.#upload?.abort(true).catch(() => {});
    remember(this.host, this.file.name, null);
    this.row.dataset.state = "removed";
    this.host.settled(this);
  }

  progress(sent, total) {
    const percent = total ? Math.floor((sent / total) * 100) : 0;
    const bar = this.row.querySelector("progress");
    const changed = percent !== bar.value;
    bar.value = percent;
    if (this.row.dataset.state === "resuming") this.row.dataset.state = "uploading";
    if (this.row.dataset.state !== "uploading") return;
    const size = Math.max(1, Math.round(this.file.size / MEGABYTE));
    this.#status(this.#text("text-uploading").replace("{percent}", percent).replace("{size}", size));
    if (changed) remember(this.host, this.file.name, percent);
  }

  #succeed() {
    remember(this.host, this.file.name, null);
    if (!this.#assetId) return this.#fail();
    this.show("done", this.#text("text-done"), []);
    this.host.finished(this, this.#assetId);
    this.host.settled(this);
  }

  /** No answer: the network's fault, so go on by ourselves. An answer: the server's words, and a button. */
  #setback(error) {
    const answer = error.originalResponse;
    if (this.row.dataset.state === "removed" || this.row.dataset.state === "paused") return;
    if (answer && answer.getStatus() < 500) return this.#fail(answerText(answer));
    this.show("resuming", this.#text(navigator.onLine ? "text-resuming" : "text-offline"), ["pause"]);
    this.#timer = setTimeout(() => this.goOn(), RETRY_OFFLINE_MS);
  }

  #fail(words) {
    this.#upload = undefined;
    this.show("failed", words || this.#text("text-failed"), ["retry"]);
    this.host.settled(this);
  }

  /** Show a state: its words and the buttons that make sense in it. */
  show(state, words, actions) {
    this.row.dataset.state = state;
    this.#status(words);
    const place = this.row.querySelector(".upload-actions");
    const hadFocus = place.contains(document.activeElement);
    place.replaceChildren(...[...actions, "remove"].map((action) => this.#button(action)));
    if (hadFocus) place.firstElementChild.focus();
  }

  #button(action) {
    const button = part("button", "button button-quiet button-s");
    button.type = "button";
    button.dataset.action = action;
    button.textContent = this.#text(`label-${action}`);
    return button;
  }

  #status(words) {
    this.row.querySelector(".upload-status").textContent = words;
  }

  #text(name) {
    return this.host.getAttribute(name);
  }

  get #percent() {
    return this.row.querySelector("progress").value;
  }
}

/** What the file is for decides what it must be like: a post, when nothing is said. */
function purposeOf(host) {
  return host.hasAttribute("purpose") ? { purpose: host.getAttribute("purpose") } : {};
}

function part(tag, className) {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

/** The server's own sentence, if it sent one: an upload's answer is the sentence itself, any other is JSON. */
function answerText(answer) {
  if (answer.getHeader("Content-Type")?.startsWith("text/plain")) return answer.getBody();
  try {
    return JSON.parse(answer.getBody()).error.message;
  } catch {
    return "";
  }
}

// What a reload of this page would interrupt, by file name: {percent, until}.

function store(host) {
  return `sf-upload:${document.body.dataset.user ?? ""}:${location.pathname}#${host.id}`;
}

function remembered(host) {
  try {
    const all = Object.entries(JSON.parse(localStorage.getItem(store(host))) ?? {});
    return Object.fromEntries(all.filter(([, { until }]) => until > Date.now()));
  } catch {
    return {};
  }
}

function remember(host, name, percent) {
  const all = remembered(host);
  if (percent === null) delete all[name];
  else all[name] = { percent, until: Date.now() + REMEMBER_MS };
  try {
    localStorage.setItem(store(host), JSON.stringify(all));
  } catch {
    // Without a store an upload still works; only a reload starts it over.
  }
}

customElements.define("sf-upload", Upload);
