"""Settings: base (safe by default), development (make run), test (make test), production."""
