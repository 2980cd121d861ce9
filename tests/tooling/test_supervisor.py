"""The supervisor with real processes: nothing it started may outlive it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

SUPERVISE = """
import os, sys
from grants.core.supervisor import Supervisor
supervisor = Supervisor(polite_seconds=1)
scripts = dict(argument.split("=", 1) for argument in sys.argv[1:])
programs = {name: ([sys.executable, "-u", "-c", script], dict(os.environ)) for name, script in scripts.items()}
sys.exit(supervisor.run(programs, ready=lambda: supervisor.say("all started")))
"""

FOREVER = "import os, time; print('pid', os.getpid()); time.sleep(600)"
DEAF = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('pid', os.getpid()); time.sleep(600)"
)
WITH_CHILD = (
    "import os, subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print('pid', os.getpid()); print('pid', child.pid); time.sleep(600)"
)
ENDS_WITH_7 = "import sys, time; time.sleep(0.5); sys.exit(7)"
ENDS_WITH_0 = "import time; time.sleep(0.5)"
KILLS_ITSELF = "import os, signal, time; time.sleep(0.5); os.kill(os.getpid(), signal.SIGKILL)"


def supervise(**scripts: str) -> subprocess.Popen[str]:
    arguments = [f"{name}={script}" for name, script in scripts.items()]
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def pids_said(supervisor: subprocess.Popen[str], count: int) -> list[int]:
    """The first process numbers that the programs print."""
    assert supervisor.stdout is not None
    pids: list[int] = []
    while len(pids) < count:
        line = supervisor.stdout.readline()
        assert line, "the supervisor ended early"
        if "| pid " in line:
            pids.append(int(line.split()[-1]))
    return pids


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def none_alive(pids: list[int]) -> bool:
    deadline = time.monotonic() + 5
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(alive(pid) for pid in pids)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_program_and_its_children(number):
    supervisor = supervise(web=FOREVER, worker=WITH_CHILD)
    pids = pids_said(supervisor, 3)

    supervisor.send_signal(number)
    supervisor.communicate(timeout=20)

    assert supervisor.returncode == 0
    assert none_alive(pids)


def test_a_program_deaf_to_sigterm_is_killed_after_a_while():
    supervisor = supervise(web=FOREVER, worker=DEAF)
    pids = pids_said(supervisor, 2)

    began = time.monotonic()
    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=20)

    assert supervisor.returncode == 0
    assert none_alive(pids)
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(("script", "status"), [(ENDS_WITH_7, 7), (ENDS_WITH_0, 1), (KILLS_ITSELF, 137)])
def test_when_one_program_ends_the_others_end_with_its_status(script, status):
    supervisor = supervise(web=FOREVER, worker=script)
    pids = pids_said(supervisor, 1)

    output, _ = supervisor.communicate(timeout=20)

    assert supervisor.returncode == status
    assert "worker ended with status" in output
    assert none_alive(pids)


def test_what_programs_say_comes_with_their_names():
    supervisor = supervise(web="print('åäö')", worker=FOREVER)

    output, _ = supervisor.communicate(timeout=20)

    assert "web    | åäö" in output.split("\n")
    assert "all started" in output.split("\n")


def test_ending_works_when_nobody_reads_the_output_any_more():
    supervisor = supervise(web="import time\nfor n in range(6000): print(n); time.sleep(0.1)", worker=FOREVER)
    pids = pids_said(supervisor, 1)

    assert supervisor.stdout is not None
    supervisor.stdout.close()
    time.sleep(0.5)
    supervisor.send_signal(signal.SIGTERM)

    assert supervisor.wait(timeout=20) == 0
    assert none_alive(pids)
