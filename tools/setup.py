"""make setup: .venv with the locked packages, assets, database with the reference data.

Every step leaves a stamp of what it was made from, so that a second run does nothing and needs no network.
"""

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tools import build_assets, system
from tools.common import PYTHON, ROOT, VENV, Command, fail, fingerprint, run, stamped, write_stamp

UV_REQUIREMENTS = ROOT / "requirements-uv.txt"
PACKAGES_STAMP = VENV / ".packages-stamp"
PROFILES = {"run": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
SEEDS_OF_THE_DATABASE = (
    "*/migrations/*.py",
    "grants/*/migrations/*.py",
    "grants/strategy/**/*",
    "grants/core/triggers.py",
    "*/apps.py",
    "grants/*/apps.py",
)
"""Files that decide what a fresh database holds: tables, triggers, reference data."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make setup", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also the packages for testing and building")
    parser.add_argument("--no-database", action="store_true", help="leave the database alone")
    options = parser.parse_args(arguments)
    did = setup(dev=options.dev, database=not options.no_database)
    print(f"Set-up: {', '.join(did) or 'nothing to do'}.", flush=True)


def setup(*, dev: bool = False, database: bool = True) -> list[str]:
    """Do what is left to do; returns a phrase for each thing done."""
    did = []
    if create_venv():
        did.append("created .venv")
    installed = install_packages("dev" if dev else "run")
    if installed:
        did.append(f"installed {installed} packages")
    if build_assets.build():
        did.append("built assets")
    if database:
        did += prepare_database()
    return did


def create_venv() -> bool:
    """Make .venv unless it holds a working interpreter that is new enough."""
    if PYTHON.exists():
        works = subprocess.run([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], check=False)
        if works.returncode == 0:
            return False
    if find_spec("ensurepip") is None:
        # Debian keeps it in a package of its own; without it a virtual environment has no pip.
        if not system.may_install():
            fail("Python's venv module is incomplete. Install it, for example: sudo apt-get install python3-venv")
        system.install(["python3-venv"])
    print("Creating .venv …", flush=True)
    run([sys.executable, "-m", "venv", "--clear", VENV], quiet=True)
    return True


def install_packages(profile: str) -> int:
    """Bring the packages of .venv to the lock file; returns how many it holds then, 0 when nothing was to do.

    An environment that has the development packages keeps them: they include what running needs.
    """
    if profile == "run" and PACKAGES_STAMP.is_file() and PACKAGES_STAMP.read_text(encoding="utf-8").startswith("dev "):
        profile = "dev"
    locked = PROFILES[profile]
    wanted = f"{profile} {fingerprint(locked, extra=interpreter())}"
    if stamped(PACKAGES_STAMP, wanted):
        return 0
    print(f"Installing the packages of {locked.name} …", flush=True)
    PACKAGES_STAMP.unlink(missing_ok=True)
    if not sync_with_uv(locked):
        print("uv could not install them: installing with pip, which takes some minutes …", flush=True)
        run([*pip(), "--require-hashes", "-r", locked], quiet=True)
    write_stamp(PACKAGES_STAMP, wanted)
    return len(list(VENV.glob("lib/python3*/site-packages/*.dist-info")))


def sync_with_uv(locked: Path) -> bool:
    """Install exactly the locked packages with uv, itself installed by hash. False when uv does not work here."""
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        got = subprocess.run([*pip(), "--require-hashes", "-r", UV_REQUIREMENTS], cwd=ROOT, capture_output=True)
        if got.returncode != 0:
            return False
    # uv reads no configuration of pip: --system-certs makes it trust what the machine trusts.
    command: Command = [uv, "pip", "sync", "--quiet", "--system-certs", "--require-hashes", "-p", PYTHON, locked]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
    return done.returncode == 0


def pip() -> list[str | Path]:
    return [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def interpreter() -> str:
    """The version that .venv was made for, from its own record: another one needs other wheels."""
    return (VENV / "pyvenv.cfg").read_text(encoding="utf-8")


def prepare_database() -> list[str]:
    """Migrate, make the cache table, load the reference data. Skipped when the SQLite file already has them.

    A database named by DATABASE_URL is always asked: we cannot know what happened to it.
    """
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var")
    file = var / "projektmedel.sqlite3"
    stamp = var / ".database-stamp"
    inputs = fingerprint(*database_inputs())
    own_file = not os.environ.get("DATABASE_URL")
    if own_file and file.exists() and stamped(stamp, f"{inputs} {file.stat().st_ino}"):
        return []
    existed = file.exists() if own_file else True
    var.mkdir(parents=True, exist_ok=True)
    for command in (["migrate", "--no-input"], ["createcachetable"], ["load_reference_data"]):
        run([PYTHON, ROOT / "manage.py", *command], quiet=True)
    if own_file:
        write_stamp(stamp, f"{inputs} {file.stat().st_ino}")
    return ["updated the database" if existed else "created the database"]


def database_inputs() -> list[Path]:
    found = {path for pattern in SEEDS_OF_THE_DATABASE for path in ROOT.glob(pattern) if path.is_file()}
    own = (path for path in found if "__pycache__" not in path.parts and ".venv" not in path.parts)
    return sorted(own)


if __name__ == "__main__":
    main()
