"""What make calls: set-up, assets, services for tests, the test run. Standard library only."""
