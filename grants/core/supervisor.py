"""Starts several programs, shows what they say, and ends them all when one ends or when asked to."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import IO

POLITE_SECONDS = 10
"""How long a program may take to end after SIGTERM, before SIGKILL."""

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Owns the programs it started: none of them, nor a child of theirs, outlives ``run``."""

    def __init__(self, out: IO[str] | None = None, polite_seconds: float = POLITE_SECONDS) -> None:
        self.out = out or sys.stdout
        self.polite_seconds = polite_seconds
        self.processes: dict[str, subprocess.Popen[str]] = {}
        self.asked = threading.Event()
        self.impatient = False
        self._writing = threading.Lock()
        self._readers: list[threading.Thread] = []

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start a program in a process group of its own, so that Ctrl-C reaches us alone and we end things in order."""
        process = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.processes[name] = process
        reader = threading.Thread(target=self._forward, args=(name, process), daemon=True)
        reader.start()
        self._readers.append(reader)

    def run(self, programs: Mapping[str, tuple[Sequence[str], Mapping[str, str]]], ready: Callable[[], None]) -> int:
        """Start all programs, call ``ready`` in a thread, wait; then end everything.

        Returns 0 when a signal asked for the end, else the status of the program that ended first (1 if that was 0).
        """
        before = {number: signal.signal(number, self._on_signal) for number in ENDING_SIGNALS}
        try:
            for name, (command, env) in programs.items():
                self.start(name, command, env)
            threading.Thread(target=ready, daemon=True).start()
            return self._wait()
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def say(self, text: str) -> None:
        with self._writing:
            try:
                self.out.write(f"{text}\n")
                self.out.flush()
            except (BrokenPipeError, ValueError, OSError):
                # Whoever read our output has gone. The programs must still be ended in order.
                self.out = open(os.devnull, "w")  # noqa: SIM115

    def _wait(self) -> int:
        while not self.asked.wait(0.2):
            for name, process in self.processes.items():
                status = process.poll()
                if status is not None:
                    self.say(f"{name} ended with status {status}; ending the others.")
                    # A shell reports a program that a signal ended as 128 and the signal's number.
                    return 128 - status if status < 0 else status or 1
        return 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # A second Ctrl-C means: now.
        self.impatient = self.asked.is_set()
        self.asked.set()

    def _end_all(self) -> None:
        """SIGTERM to every program, SIGKILL to what is left of its group after a while (or at a second Ctrl-C)."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + self.polite_seconds
        while any(process.poll() is None for process in self.processes.values()):
            if time.monotonic() > deadline or self.impatient:
                break
            time.sleep(0.05)
        for process in self.processes.values():
            # The group may hold children that their parent left behind.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for reader in self._readers:
            reader.join(timeout=1)

    def _forward(self, name: str, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self.say(f"{name:<6} | {line.rstrip()}")
