"""What every page owes, whatever a journey does on it."""

import json

from playwright.sync_api import ConsoleMessage, Page, Response

from app.config import PROJECT_DIR

AXE = (PROJECT_DIR / "tests/vendor/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROWEST = 320
PHONE_WIDTH = 500
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`))"""


class Watch:
    """Listens to a page for as long as it is open; `faults` is what it should not have done."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin
        self.faults: list[str] = []
        self.expected: tuple[str, ...] = ()
        """Parts of console messages that the journey itself brings about, such as a broken connection."""
        page.context.add_init_script(REPORT_VIOLATIONS)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("console", self._on_console)
        page.on("response", self._on_response)

    def expect(self, *parts: str) -> None:
        """Let messages that contain one of these parts pass from now on."""
        self.expected += parts

    def look(self, locale: str) -> None:
        """Check the page as it stands now: language, title, accessibility, and its width on a phone."""
        page = self.page
        assert page.locator("html").get_attribute("lang") == locale, page.url
        title = page.title()
        assert len(title) > len(" · SocialFlow") and not title.startswith(" ·"), f"{page.url}: {title!r}"
        faults = [*accessibility_faults(page), *sticks_out(page)]
        assert not faults, "\n".join([page.url, *faults])

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Security Policy" in message.text:
            self._note(f"console at {self.page.url}: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500 and response.url.startswith(self.origin):
            self._note(f"{response.status} {response.request.method} {response.url}")

    def _note(self, fault: str) -> None:
        if not any(part in fault for part in self.expected):
            self.faults.append(fault)


def accessibility_faults(page: Page) -> list[str]:
    """Return what axe finds: the rule, the first place, and what is wrong there."""
    page.evaluate(AXE + ";0")
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run(document, {json.dumps(options)}).then((run) => run.violations)")
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"][:2]]


def sticks_out(page: Page) -> list[str]:
    """Return what makes the page scroll sideways, at its own width and, for a phone, at the narrowest one."""
    found: list[str] = page.evaluate(WIDER)
    viewport = page.viewport_size
    if not viewport or viewport["width"] > PHONE_WIDTH:
        return found
    page.set_viewport_size({"width": NARROWEST, "height": viewport["height"]})
    found += [f"{NARROWEST} px: {one}" for one in page.evaluate(WIDER)]
    page.set_viewport_size(viewport)
    return found


WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > width + 1);
  return ["the page", ...wide.slice(-3).map((one) => one.outerHTML.slice(0, 120))];
}"""
