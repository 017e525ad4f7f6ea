"""Everything the sandbox knows, in one place."""

import json
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox.accounts import Accounts
from sandbox.bonds import Bonds
from sandbox.clock import Clock
from sandbox.comments import Comments
from sandbox.containers import Containers
from sandbox.deliveries import Deliveries
from sandbox.direct_files import DirectFiles
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.ids import Ids
from sandbox.journal import Journal
from sandbox.media import MediaShelf
from sandbox.messenger_profiles import MessengerProfiles
from sandbox.processing import Processing
from sandbox.rates import Rates
from sandbox.settings import SETTING_NAMES, Settings
from sandbox.store import Store
from sandbox.subscriptions import Subscriptions
from sandbox.threads import Threads
from sandbox.usage import Usage
from sandbox.webhooks import Webhooks

CLOCK_OFFSET = "clock offset"


class World:
    """The state and the threads of one sandbox. With `state`, it goes on where it was."""

    def __init__(self, *, files: Path, state: Path | None = None) -> None:
        self.store = Store(state)
        self.files = Files(files)
        self.era = 0
        self.origin = ""  # the address callers know us by, for links in webhooks
        self._lock = threading.Lock()
        saved = {str(row["name"]): json.loads(row["value"]) for row in self.store.all("SELECT * FROM settings")}
        self.clock = Clock(saved.pop(CLOCK_OFFSET, 0.0))
        self.settings = Settings().changed({name: value for name, value in saved.items() if name in SETTING_NAMES})
        self.ids = Ids()
        self.journal = Journal()
        self.faults = Faults()
        self.usage = Usage(self.clock)
        self.rates = Rates(self.clock)
        self.deliveries = Deliveries()
        self.accounts = Accounts(self.store, self.clock, self.ids)
        self.containers = Containers(self.store, self.clock, self.ids)
        self.media = MediaShelf(self.store, self.clock, self.ids)
        self.comments = Comments(self.store, self.clock, self.ids)
        self.bonds = Bonds(self.store, self.clock)
        self.threads = Threads(self.store, self.clock, self.ids)
        self.direct_files = DirectFiles(self)
        self.messenger_profiles = MessengerProfiles(self.store, self.clock, self.ids)
        self.subscriptions = Subscriptions(self.store)
        self.webhooks = Webhooks(self)
        self.processing = Processing(self)
        for container in self.containers.list_containers("fetching"):
            self.processing.enqueue(container.id)

    def reset(self, seed: int | None = None) -> None:
        """Forget everything; a seed makes the ids that follow reproducible."""
        with self.store.transaction():
            self.era += 1
            self.store.clear()
        self.settings = Settings()
        self.clock.offset = 0.0
        self.ids.reseed(seed)
        self.journal.clear()
        self.faults.clear()
        self.usage.clear()
        self.rates.clear()
        self.webhooks.clear()
        self.deliveries.clear()
        self.files.forget_partials()

    def change_settings(self, values: dict[str, Any]) -> Settings:
        """Switch settings and return all of them; raises ValueError and then changes nothing."""
        with self._lock:
            self.settings = self.settings.changed(values)
            for name, value in values.items():
                self._save(name, value)
        return self.settings

    def move_clock(self, *, advance_s: float | None = None, instant: float | None = None) -> None:
        """Move sandbox time, by seconds or to a unix time."""
        with self._lock:
            if instant is not None:
                self.clock.set(instant)
            if advance_s is not None:
                self.clock.advance(advance_s)
            self._save(CLOCK_OFFSET, self.clock.offset)

    def settings_json(self) -> dict[str, Any]:
        """Return all settings as JSON values."""
        return asdict(self.settings)

    def version(self) -> int:
        """Return a number that changes with everything people write or tap."""
        return self.comments.version + self.threads.version + self.bonds.version + self.messenger_profiles.version

    def _save(self, name: str, value: object) -> None:
        self.store.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))
