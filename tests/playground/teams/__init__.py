"""The stand-in for Teams, tested."""
