"""The programs that tests need beside Python packages, the Debian package of each, and how a missing one is had."""

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.common import fail, run

POSTGRESQL_HOME = Path("/usr/lib/postgresql")
"""Debian keeps the server's programs per major version below this folder, off the path."""


@dataclass(frozen=True)
class Program:
    """A program by its usual names on the path, the first one found wins."""

    names: tuple[str, ...]
    package: str
    why: str


PROGRAMS = (
    Program(("initdb",), "postgresql", "the suite runs on PostgreSQL too"),
    Program(("redis-server",), "redis-server", "fault tests use it as broker"),
    Program(("chromium", "chromium-browser", "google-chrome"), "chromium", "browser tests drive it"),
    Program(("soffice", "libreoffice"), "libreoffice-calc", "produced workbooks are opened with it"),
    Program(("pdftotext",), "poppler-utils", "letters are read back with it"),
    Program(("pdftoppm",), "poppler-utils", "letters are looked at with it"),
)


def find(name: str) -> str | None:
    """Path of a program: on the path, or where Debian keeps PostgreSQL's (newest version first)."""
    found = shutil.which(name)
    if found:
        return found
    versions = sorted(POSTGRESQL_HOME.glob("*/bin"), key=lambda folder: _number(folder.parent.name), reverse=True)
    return next((str(folder / name) for folder in versions if (folder / name).exists()), None)


def browser() -> str | None:
    """Path of the browser that the browser tests drive."""
    names = next(program.names for program in PROGRAMS if program.package == "chromium")
    return next((path for name in names if (path := find(name))), None)


def missing(programs: Iterable[Program] = PROGRAMS, found: Callable[[str], str | None] = find) -> list[Program]:
    return [program for program in programs if not any(found(name) for name in program.names)]


def packages_of(programs: Iterable[Program]) -> list[str]:
    """Names of the Debian packages, each once, in the order of need."""
    return list(dict.fromkeys(program.package for program in programs))


def install_commands(packages: list[str]) -> list[list[str]]:
    return [
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ]


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def complaint(programs: Iterable[Program]) -> str:
    """What is missing, why it is needed, and the one command that brings it."""
    programs = list(programs)
    lines = [f"  {program.names[0]} (Debian package {program.package}): {program.why}" for program in programs]
    return "\n".join(
        [
            "These programs are missing:",
            *lines,
            f"Install them, for example: sudo apt-get install {' '.join(packages_of(programs))}",
        ]
    )


def ensure(programs: Iterable[Program] = PROGRAMS) -> None:
    """Have every program, by installing what is missing where we may; otherwise end with the complaint."""
    absent = missing(programs)
    if not absent:
        return
    if not may_install():
        fail(complaint(absent))
    install(packages_of(absent))
    absent = missing(absent)
    if absent:
        fail(complaint(absent))


def install(packages: list[str]) -> None:
    """Install Debian packages as root, without starting the services they bring."""
    print(f"Installing with apt-get: {' '.join(packages)}", flush=True)
    # Run level 1 tells Debian's scripts not to start a new service: tests start their own, in temporary folders.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in install_commands(packages):
        run(command, env=environment, quiet=True)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
