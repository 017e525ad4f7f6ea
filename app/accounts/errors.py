"""What connecting, using and disconnecting an account may be refused for."""

from app.errors import RuleError


class AppNotSetUp(RuleError):
    """The server lacks the settings of an Instagram app; `values["settings"]` names them."""

    key = "instagram_not_set_up"


class StateRefused(RuleError):
    """The browser came back from Instagram with a state that we will not act on."""

    key = "connect_state_unknown"


class ConnectRefused(RuleError):
    """The login at Instagram succeeded, but its account cannot be connected here."""

    key = "connect_refused"


class AccountUnusable(RuleError):
    """Nothing can be done in the account's name until somebody connects it again."""

    key = "account_disconnected"
