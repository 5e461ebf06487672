"""One file per thing that Baton does."""
