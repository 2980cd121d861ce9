"""Run a command with DATABASE_URL of a fresh temporary PostgreSQL cluster: tools/with_postgres.py -- command …"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.services import command_after_dashes, postgres, run_with

if __name__ == "__main__":
    usage = "Usage: python tools/with_postgres.py -- command …"
    sys.exit(run_with([postgres()], command_after_dashes(sys.argv[1:], usage)))
