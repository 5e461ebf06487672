"""The rules of Baton: what a handoff is, who may do what to it, and what is owed to whom; standard library only."""
