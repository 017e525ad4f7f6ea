"""The one way to end with a message instead of a traceback."""


class Stop(Exception):
    """Something that the person who started us can mend; the message says how."""
