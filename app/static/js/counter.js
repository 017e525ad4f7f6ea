// <sf-counter for="caption">: counts as Instagram does, by the rules of app/instagram/caption.py. Both are held to
// tests/instagram/caption_vectors.json.

/** Return characters (code points), hashtags and mentions of a caption. */
export function countCaption(text) {
  const letters = [...text.replace(/\r\n?/g, "\n")];
  return {
    characters: letters.length,
    hashtags: countMarks(letters, "#＃", opensHashtag, continuesHashtag),
    mentions: countMarks(letters, "@＠", isNameStart, isNamePart),
  };
}

/** Count the marks that begin a tag: what follows opens one, and no word runs up to them but another tag. */
function countMarks(letters, marks, opens, continues) {
  let count = 0;
  let inTag = false;
  let before = "";
  letters.forEach((letter, index) => {
    if (marks.includes(letter)) {
      inTag = opens(letters[index + 1] ?? " ") && (inTag || !isWord(before));
      if (inTag) count += 1;
    } else {
      inTag = inTag && continues(letter);
      before = letter;
    }
  });
  return count;
}

const isWord = (letter) => /^[_\p{L}\p{N}]$/u.test(letter);
const opensHashtag = (letter) => /^[_\p{L}\p{N}\p{So}]$/u.test(letter);
const continuesHashtag = (letter) => /^[_\p{L}\p{N}\p{M}\p{S}\u200d]$/u.test(letter);
const isNameStart = (letter) => /^[_0-9A-Za-z]$/.test(letter);
const isNamePart = (letter) => /^[._0-9A-Za-z]$/.test(letter);

if (globalThis.customElements) {
  customElements.define(
    "sf-counter",
    class extends HTMLElement {
      #isOver = false;

      connectedCallback() {
        document.addEventListener("input", this);
        this.#show();
      }

      disconnectedCallback() {
        document.removeEventListener("input", this);
      }

      handleEvent(event) {
        if (event.target === this.#field) this.#show();
      }

      get #field() {
        return document.getElementById(this.getAttribute("for"));
      }

      #show() {
        if (!this.#field) return;
        const counts = countCaption(this.#field.value);
        const over = [];
        for (const counter of this.querySelectorAll("[data-count]")) {
          const count = counts[counter.dataset.count];
          const isOver = count > Number(counter.dataset.limit);
          counter.querySelector("[data-value]").textContent = count;
          counter.toggleAttribute("data-over", isOver);
          if (isOver) over.push(counter.textContent.trim());
        }
        this.#announce(over);
      }

      /** Say it when a limit is passed, not at every letter. */
      #announce(over) {
        const status = this.querySelector("[data-announce]");
        if (status && over.length > 0 !== this.#isOver) {
          status.textContent = over.length ? `${status.dataset.overText}: ${over.join(", ")}` : "";
        }
        this.#isOver = over.length > 0;
      }
    },
  );
}
