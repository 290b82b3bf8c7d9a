"""Tests of the Slack channel: what is drawn, checked without any server, and what comes back."""
