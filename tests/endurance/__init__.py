"""Long runs of the real program under violence: ``make crash`` and ``make replicas``, and a short one of each."""
