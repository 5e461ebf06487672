"""Slack's limits: how much fits into what Baton draws, and how often Slack lets itself be called.

Sources: docs.slack.dev/reference/block-kit (blocks, elements, composition objects) and docs.slack.dev/reference/views,
and the same numbers in slack_sdk 3.47 (slack_sdk/models/blocks, slack_sdk/models/views). Lengths are counted in UTF-16
units, the longer of the two ways to count, because Slack does not say which it uses.
"""

from collections.abc import Mapping

from core.limits import Act, Limit

TEXT = 4_000  # advised; Slack cuts at 40,000
HEADER = 150
SECTION = 3_000
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
URL = 3_000
OPTION_TEXT = 75
LABEL = 2_000  # of an input, and its hint
PLACEHOLDER = 150
INPUT_VALUE = 3_000
VIEW_TITLE = 24  # and submit, and close

# Not Slack's number: a rich_text block has no documented one, so it is held to that of a section.
RICH_TEXT = SECTION

# Published (docs.slack.dev/apis/web-api/rate-limits, and "Rate limiting" at chat.postMessage): one message a second in
# a channel, where short bursts may pass, and "several hundred" a minute in the whole workspace, taken for 200;
# chat.update is Tier 3, 50 calls a minute in a workspace. In a minute no more than burst + 60 / every calls leave here:
# 64 to one channel, 170 in all, and 47 corrections. The rest is for calls that the network brings closer together than
# they left.
_IN_CHANNEL = Limit("chat.postMessage in a channel", every=1.0, burst=4)
_IN_WORKSPACE = Limit("chat.postMessage", every=0.4, burst=20, shared=True)
_CORRECTIONS = Limit("chat.update", every=1.4, burst=5, shared=True)
PACE: Mapping[Act, tuple[Limit, ...]] = {
    Act.POST: (_IN_CHANNEL, _IN_WORKSPACE),
    Act.TELL: (_IN_CHANNEL, _IN_WORKSPACE),
    Act.CORRECT: (_CORRECTIONS,),
}
