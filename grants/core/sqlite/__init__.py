"""Django's SQLite backend, waiting for its turn to write more evenly (``base``). It goes by ``ENGINE`` in the settings."""
