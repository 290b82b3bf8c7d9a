"""Tests with a real browser, or a real process."""
