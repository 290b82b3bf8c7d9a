"""Tests of the web page, on small stand-ins for the use cases."""
