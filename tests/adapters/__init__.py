"""Tests of the adapters, a folder for each platform."""
