"""What Baton says about Teams itself: what can be done here, and what a card could not understand."""

HELP = (
    "Escalations from Slack appear here as cards. Press Pick Up to take one; whoever has it presses Release to put it "
    "back, or Resolve to close it with a note. Escalating is done in Slack with /escalate."
)
UNKNOWN_BUTTON = "Baton doesn't know this button. The card may be from another version: use the newest one."
NOBODY = "Teams didn't say who you are, so nothing was changed. Guests without an account can't use these buttons."
KEPT_TRUE = "This card is kept up to date by itself."
NOTE_HINT = "What helped? Everybody who sees the card can read it."
ANSWERED = "Answer from Baton"
ROOM_NAME = "the Teams channel"
BAD_LOGIN = "Check TEAMS_APP_PASSWORD: it is wrong or has expired. Make a new client secret and start Baton anew."
UNKNOWN_APP = "Check TEAMS_APP_ID and TEAMS_TENANT_ID: Microsoft knows no such app in this tenant."
