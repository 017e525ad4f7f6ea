"""Ask a process of ours how it is, under the host name that it serves: `healthcheck.py PATH [HOST]`; 0 is well."""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 4


def main(path: str, host: str = "127.0.0.1") -> int:
    """Return 0 when the answer is 200."""
    asked = urllib.request.Request(f"http://{host}:{os.environ.get('PORT', '8000')}{path}")
    asked.add_header("Host", urlsplit(os.environ.get("PUBLIC_URL", "")).netloc or "127.0.0.1")
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - http, above
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError):
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
