"""Tests of the Teams channel: what is drawn, checked without any server, and what comes back."""
