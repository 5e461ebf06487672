"""Slack's limits, as far as Baton draws up to them.

Sources: docs.slack.dev/reference/block-kit (blocks, elements, composition objects) and docs.slack.dev/reference/views,
and the same numbers in slack_sdk 3.47 (slack_sdk/models/blocks, slack_sdk/models/views). Lengths are counted in UTF-16
units, the longer of the two ways to count, because Slack does not say which it uses.
"""

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
