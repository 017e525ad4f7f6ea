"""What is between accounts and people: following, blocking, consent."""

from sandbox.clock import Clock
from sandbox.days import day_of
from sandbox.records import Account, Bond, Person, load
from sandbox.store import Store


class Bonds:
    """Reads and writes of bonds. Without a row, the person's own `follows` holds."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.version = 0  # grows with every change; the pages watch it

    def get(self, account: Account, person: Person) -> Bond:
        """Return what is between the two."""
        sql = "SELECT * FROM bonds WHERE user_id = ? AND person_id = ?"
        row = self._store.one(sql, (account.user_id, person.id))
        return load(Bond, row) if row else Bond(account.user_id, person.id, person.follows, 0, 0, 0)

    def change(self, account: Account, person: Person, **values: bool) -> None:
        """Change a bond: `follows`, `is_followed_back`, `is_blocked`, `has_consent`."""
        with self._store.transaction():
            bond = self.get(account, person)
            row = {name: getattr(bond, name) for name in Bond.__slots__}
            row |= {name: int(value) for name, value in values.items()}
            marks = ", ".join("?" * len(row))
            self._store.run(f"INSERT OR REPLACE INTO bonds ({', '.join(row)}) VALUES ({marks})", list(row.values()))  # noqa: S608
            self._count_follow(account, bond.follows, row["follows"])
            self.version += 1

    def _count_follow(self, account: Account, before: int, after: int) -> None:
        """Let the account's number of followers and the day's figures follow a change."""
        if before == after:
            return
        change = after - before
        sql = "UPDATE accounts SET followers_count = max(0, followers_count + ?) WHERE user_id = ?"
        self._store.run(sql, (change, account.user_id))
        sql = (
            "INSERT INTO follow_days VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " follows = follows + excluded.follows, unfollows = unfollows + excluded.unfollows"
        )
        day = day_of(self._clock.now())
        self._store.run(sql, (account.user_id, day, int(change > 0), int(change < 0)))

    def list_follow_days(self, user_id: str, first: int, last: int) -> dict[int, tuple[int, int]]:
        """Return the follows and unfollows of people here, by day."""
        sql = "SELECT day, follows, unfollows FROM follow_days WHERE user_id = ? AND day BETWEEN ? AND ?"
        return {row["day"]: (row["follows"], row["unfollows"]) for row in self._store.all(sql, (user_id, first, last))}
