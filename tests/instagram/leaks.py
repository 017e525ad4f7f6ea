"""Looking for credentials where they must not be."""

import traceback


def everything_about(error: BaseException | None) -> str:
    """Return all texts a log could take from an exception and from those it grew out of."""
    texts = []
    while error is not None:
        texts += [str(error), repr(error), repr(error.args), *traceback.format_exception(error)]
        error = error.__cause__ or error.__context__
    return "\n".join(texts)
