"""Tests of the Teams adapter, over real HTTP, with real tokens."""
