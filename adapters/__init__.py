"""One folder for each chat platform; no folder knows another."""
