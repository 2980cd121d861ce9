"""Speed and memory as ratios within one run: ``make benchmark``. Never part of the tests."""
