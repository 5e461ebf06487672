"""Tests of the two simulated chats."""
