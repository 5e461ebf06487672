"""The house rules, tested."""
