"""Run a command with CELERY_BROKER_URL of a fresh temporary Redis server: tools/with_redis.py -- command …"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.services import command_after_dashes, redis, run_with

if __name__ == "__main__":
    usage = "Usage: python tools/with_redis.py -- command …"
    sys.exit(run_with([redis()], command_after_dashes(sys.argv[1:], usage)))
