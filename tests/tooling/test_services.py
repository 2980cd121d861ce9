"""Temporary servers: they answer, and leave neither process nor folder, however the command under them ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis as redis_client

from tools import services

ROOT = Path(__file__).resolve().parent.parent.parent
SAYS_WHERE = "import os; print(os.environ['DATABASE_URL'], flush=True)"


def run(script: str, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, f"tools/{script}", "--", *command], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def socket_folder(url: str) -> Path:
    return Path(url.split("@/", 1)[1]).parent


def processes_in(folder: Path) -> list[str]:
    """Numbers of the processes that were started with this folder among their arguments."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder) in entry.read_bytes().decode(errors="replace"):
                found.append(entry.parent.name)
        except OSError:
            continue
    return found


def test_postgresql_answers_and_leaves_nothing_behind():
    with services.postgres() as service:
        folder = service.folder
        with psycopg.connect(host=str(folder), user=services.DATABASE, dbname=services.DATABASE) as connection:
            row = connection.execute("SELECT current_setting('fsync'), pg_encoding_to_char(encoding) FROM pg_database")
            assert row.fetchone() == ("off", "UTF8")

    assert not folder.exists()
    assert service.process.poll() is not None
    assert processes_in(folder) == []


def test_a_durable_cluster_writes_through():
    with (
        services.postgres(durable=True) as service,
        psycopg.connect(host=str(service.folder), user=services.DATABASE, dbname=services.DATABASE) as connection,
    ):
        row = connection.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        assert row.fetchone() == ("on", "on")


def test_redis_answers_and_leaves_nothing_behind():
    with services.redis() as service:
        client = redis_client.Redis.from_url(service.url)
        assert client.ping() is True
        client.close()

    assert not service.folder.exists()
    assert service.process.poll() is not None


def test_a_failing_test_inside_still_ends_the_server():
    with pytest.raises(RuntimeError), services.redis() as service:
        raise RuntimeError("inside")

    assert service.process.poll() is not None
    assert not service.folder.exists()


def test_with_postgres_hands_the_status_of_the_command_on():
    wrapper = run("with_postgres.py", sys.executable, "-c", f"{SAYS_WHERE}; raise SystemExit(3)")

    output, _ = wrapper.communicate(timeout=60)

    assert wrapper.returncode == 3
    assert not socket_folder(output.strip()).exists()


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGTERM]])
def test_with_postgres_cleans_up_when_it_is_told_to_end(signals):
    wrapper = run("with_postgres.py", sys.executable, "-c", f"{SAYS_WHERE}; import time; time.sleep(600)")
    assert wrapper.stdout is not None
    folder = socket_folder(wrapper.stdout.readline().strip())
    assert processes_in(folder) != []

    for number in signals:
        # A wrapper that got Ctrl-C waits for its command, which the terminal would have told as well.
        wrapper.send_signal(number)
        time.sleep(0.2)
    wrapper.communicate(timeout=60)

    assert processes_in(folder) == []
    assert not folder.exists()


def test_a_wrapper_without_a_command_says_how_it_is_used():
    done = subprocess.run([sys.executable, "tools/with_redis.py", "--"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 2
    assert done.stderr.startswith("Usage:")
