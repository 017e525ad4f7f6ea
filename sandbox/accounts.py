"""Accounts, their tokens and codes, and the audience."""

from sandbox.clock import Clock
from sandbox.ids import Ids
from sandbox.records import SCOPES, Account, Code, Person, Token, load, load_if
from sandbox.store import Store

HOUR, DAY = 3600, 86_400
CODE_LIFE_S = HOUR  # oauth-authorize: valid for 1 hour
SHORT_LIFE_S = HOUR
LONG_LIFE_S = 60 * DAY

REMOVED, PASSWORD_CHANGED = 458, 460


class Accounts:
    """Reads and writes of accounts, tokens, codes and people."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def add(
        self,
        username: str,
        *,
        name: str | None = None,
        account_type: str = "BUSINESS",
        followers_count: int = 0,
        follows_count: int = 0,
        history_days: int = 0,
        biography: str = "",
        website: str = "",
        is_tester: bool = True,
    ) -> Account:
        """Create an account; raises sqlite3.IntegrityError when the username is taken."""
        account = Account(
            user_id=self._ids.next("user"),
            app_scoped_id=self._ids.next("scoped"),
            username=username,
            name=name,
            account_type=account_type,
            biography=biography,
            website=website,
            followers_count=followers_count,
            follows_count=follows_count,
            base_followers=followers_count,
            history_days=history_days,
            is_tester=int(is_tester),
            created_at=self._clock.now(),
        )
        self._store.insert("accounts", {field: getattr(account, field) for field in Account.__slots__})
        return account

    def find(self, any_id: str) -> Account | None:
        """Return the account with this professional or app-scoped id."""
        row = self._store.one("SELECT * FROM accounts WHERE user_id = ? OR app_scoped_id = ?", (any_id, any_id))
        return load_if(Account, row)

    def find_by_username(self, username: str) -> Account | None:
        """Return the account with this username."""
        return load_if(Account, self._store.one("SELECT * FROM accounts WHERE username = ?", (username,)))

    def list_accounts(self) -> list[Account]:
        """Return every account, oldest first."""
        return [load(Account, row) for row in self._store.all("SELECT * FROM accounts ORDER BY created_at, user_id")]

    def add_person(
        self,
        username: str,
        *,
        name: str | None = None,
        follows: bool = False,
        follower_count: int = 0,
        is_verified: bool = False,
        has_role: bool = False,
    ) -> Person:
        """Create somebody of the audience; raises sqlite3.IntegrityError when the username is taken."""
        person = Person(
            id=self._ids.next("person"),
            username=username,
            name=name,
            follows=int(follows),
            follower_count=follower_count,
            is_verified=int(is_verified),
            has_role=int(has_role),
            created_at=self._clock.now(),
        )
        self._store.insert("people", {field: getattr(person, field) for field in Person.__slots__})
        return person

    def list_people(self, limit: int) -> list[Person]:
        """Return people of the audience, the newest first."""
        sql = "SELECT * FROM people ORDER BY created_at DESC, id DESC LIMIT ?"
        return [load(Person, row) for row in self._store.all(sql, (limit,))]

    def find_person(self, person_id: str) -> Person | None:
        """Return somebody of the audience."""
        return load_if(Person, self._store.one("SELECT * FROM people WHERE id = ?", (person_id,)))

    def find_person_by_username(self, username: str) -> Person | None:
        """Return somebody of the audience by name."""
        return load_if(Person, self._store.one("SELECT * FROM people WHERE username = ?", (username,)))

    def issue_code(self, account: Account, *, client_id: str, redirect_uri: str, scopes: list[str]) -> str:
        """Return a new authorization code."""
        code = "AQ" + self._ids.text(160)
        self._store.insert(
            "codes",
            {
                "code": code,
                "user_id": account.user_id,
                "client_id": client_id,
                "redirect_uri": redirect_uri,
                "scopes": ",".join(scopes),
                "issued_at": self._clock.now(),
            },
        )
        return code

    def find_code(self, code: str) -> Code | None:
        """Return an authorization code, used or not."""
        return load_if(Code, self._store.one("SELECT * FROM codes WHERE code = ?", (code,)))

    def use_code(self, code: str) -> bool:
        """Mark a code used; False when somebody else was first."""
        return self._store.run("UPDATE codes SET is_used = 1 WHERE code = ? AND is_used = 0", (code,)) == 1

    def issue_token(
        self,
        user_id: str,
        *,
        kind: str = "long",
        scopes: str = ",".join(SCOPES),
        issued_at: float | None = None,
        expires_in: float | None = None,
    ) -> Token:
        """Create a token: `long` lives 60 days and `short` an hour, unless told otherwise."""
        begin = self._clock.now() if issued_at is None else issued_at
        life = expires_in if expires_in is not None else (LONG_LIFE_S if kind == "long" else SHORT_LIFE_S)
        token = Token(self._ids.token(), user_id, kind, scopes, begin, begin + life, None)
        self._store.insert("tokens", {field: getattr(token, field) for field in Token.__slots__})
        return token

    def prolong_token(self, token: Token) -> Token:
        """Give a token another 60 days from now under the same text."""
        now = self._clock.now()
        values = (now, now + LONG_LIFE_S, token.token)
        self._store.run("UPDATE tokens SET issued_at = ?, expires_at = ? WHERE token = ?", values)
        renewed = self.find_token(token.token)
        assert renewed is not None
        return renewed

    def find_token(self, text: str) -> Token | None:
        """Return a token, dead or alive."""
        return load_if(Token, self._store.one("SELECT * FROM tokens WHERE token = ?", (text,)))

    def kill_tokens(self, user_id: str, subcode: int) -> None:
        """End every token and code of an account."""
        with self._store.transaction():
            sql = "UPDATE tokens SET dead_subcode = ? WHERE user_id = ? AND dead_subcode IS NULL"
            self._store.run(sql, (subcode, user_id))
            self._store.run("UPDATE codes SET is_used = 1 WHERE user_id = ?", (user_id,))
