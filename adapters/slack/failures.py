"""What a call that did not succeed means for the delivery that it was made for."""

from adapters.slack.web_api import Trouble
from core.deliveries import Failed, Lane, Scope, TryLater

# What Slack answers where the channel is gone, or doesn't take our messages any more; from the lists under
# chat.postMessage, chat.update and conversations.history on docs.slack.dev/reference/methods. A token that is refused
# is not among them: that is not the channel's fault, and ends with the next installation.
_LOST = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
    }
)


def failure(trouble: Trouble, lane: Lane) -> TryLater | Failed:
    """A rate limit is the whole conversation's, any other wait this delivery's alone. People are never lost."""
    if not trouble.temporary:
        return Failed(trouble.reason, lost=trouble.reason in _LOST and not lane.private)
    return TryLater(trouble.reason, trouble.after, Scope.LANE if trouble.limited else Scope.DELIVERY)
