"""The Debian packages that the tests need beside Python's."""

import os
import shutil
import subprocess

from script.launch.stop import Stop

PROGRAMS = {"mariadbd": "mariadb-server", "chromium": "chromium"}
FONTS = {"fonts-noto-core": "NotoSans-Regular.ttf", "fonts-noto-color-emoji": "NotoColorEmoji.ttf"}
SEARCHED = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))

# Debian starts a server as soon as it is installed unless policy-rc.d forbids it; the tests start their own.
INSTALL = """
set -e
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends {packages} > /dev/null
"""


def install_missing() -> None:
    """Install what is missing, as root or with sudo. Raises Stop when that cannot be done here."""
    missing = _missing()
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise Stop(f"Install the equivalents of these Debian packages, then run this again: {' '.join(missing)}")
    print(f"apt-get install {' '.join(missing)} …", flush=True)
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    try:
        done = subprocess.run([*as_root, "sh", "-c", INSTALL.format(packages=" ".join(missing))])
    except FileNotFoundError:
        raise Stop(f"Neither root nor sudo. As root: apt-get install {' '.join(missing)}") from None
    if done.returncode:
        raise Stop(f"apt-get failed. As root: apt-get install {' '.join(missing)}")


def _missing() -> list[str]:
    programs = [package for program, package in PROGRAMS.items() if shutil.which(program, path=SEARCHED) is None]
    return programs + [package for package, font in FONTS.items() if not _has_font(font)]


def _has_font(name: str) -> bool:
    return any(name in files for _, _, files in os.walk("/usr/share/fonts"))
