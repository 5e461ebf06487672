"""The exceptions that may cross a floor: only for a part that is away, never for a rule that says no."""


class StorageAway(Exception):
    """Storage did not answer in time; unless it is ``StorageUnsure``, nothing that was asked of it has been done."""


class StorageUnsure(StorageAway):
    """Storage took a change and did not say in time whether it is done. Asked again, the same gesture is done once."""


class PlatformAway(Exception):
    """A platform did not answer a question in time; ask again later or go on without the answer."""


class PlatformRefuses(Exception):
    """A platform does not take our credentials; asking again can't help. The message says what to do."""


class StorageTaken(Exception):
    """The records can be served by one process at a time, and another one does. The message says what to do."""
