"""How Baton is spoken to in Slack: the command's syntax, and every sentence that is about Slack itself."""

COMMAND = "/escalate"
ORDERS = "/baton"

FORM_TITLE = "Escalate"
FORM_SUBMIT = "Escalate"
RESOLVE_TITLE = "Resolve"
RESOLVE_SUBMIT = "Resolve"
DONE_TITLE = "Baton"
CANCEL = "Cancel"
CLOSE = "Close"

PROBLEM_HINT = "One line. Others see it first."
TRIED_HINT = "Everything a colleague would ask you about: steps, error messages, when it began."
TICKET_HINT = "Like #12345, ABC-123 or INC0012345."
TARGET_HINT = "Leave empty for anyone. Whoever you choose is told directly; anyone else may still pick it up."
NOTE_HINT = "What helped? The escalator reads it, and so does whoever has this problem next."
CHOOSE_SOMEBODY = "Anyone"
YOUR_NOTE = "Your note"
YOUR_WORDS = "Your words"

ROOMS_SOUGHT = "Looking up where this will be shown…"
ROOMS_UNKNOWN = "Where this will be shown can't be looked up right now. You can send it all the same."

OPEN_FORM = "Open the form"
FORM_FAILED = (
    "Slack didn't open the form in time. Nothing was recorded yet, and your words are here: press the button, "
    f"or send them at once with {COMMAND} now, followed by your words."
)
FORM_FAILED_EMPTY = f"Slack didn't open the form in time. Press the button, or type {COMMAND} again."
BUTTON_CARRIES_START = "The button carries the first part of your words only. Copy the rest from here."
RESOLVE_FAILED = "Slack didn't open the form in time. Nothing was changed: press the button again."
OLD_BUTTON = "Baton doesn't know this button any more. Nothing was changed: use the newest card."
NOT_UNDERSTOOD = "Baton couldn't read what Slack sent. Nothing was changed: please try again."
NOTHING_SAID = f"Say what the problem is: {COMMAND} now Outlook isn't syncing #12345 !high"
NOT_RECORDED = "Nothing was recorded yet."
MAYBE_RECORDED = (
    "Baton's records did not answer in time, so this may or may not be recorded. Look whether its card appears before "
    "you send it again: typed again, it would be recorded again."
)

HELP = f"""{COMMAND} opens a form. What you type behind it is filled in for you:
{COMMAND} Outlook not syncing #12345 !high @sam
  #12345 is the ticket; ABC-123 and INC0012345 are known as well
  !low, !normal, !high or !critical is the priority
  @sam is who should pick it up; leave it out for anyone
  the first line is the problem, further lines are what was tried

{COMMAND} now Outlook not syncing #12345 !high
  records it at once, without the form

{COMMAND} help
  shows this

{ORDERS} help
  shows everything else: the queue, who may do what, where escalations are shown

Seniors see a card where they are, in Slack or elsewhere, and press Pick Up. The first one gets it. You are told once \
the card is up, when somebody picks it up and when it is resolved."""


def shown_in(names: list[str]) -> str:
    """Where an escalation will be shown."""
    if len(names) == 1:
        return f"It will be shown in {names[0]}."
    return f"It will be shown in {', '.join(names[:-1])} and {names[-1]}."


def more(left: int) -> str:
    """How many lines of a list are not shown."""
    return f"… and {left} more"


SOME_CHANNEL = "the Slack channel"
SOME_PRIVATE_CHANNEL = "this private channel"

SHOW_HERE = "Show escalations here"
ROOM_UNKNOWN = "Slack didn't say in time whether Baton is in this channel. Nothing was changed: please try again."

# Why a room shows nothing more, as it is told to admins.
ARCHIVED = "it was archived"
DELETED = "it was deleted"
REMOVED = "Baton was removed from it"

INSTALLED = "Baton is installed"
NOT_INSTALLED = "Baton was not installed"
INSTALL_AGAIN = "Start again"
BACK_TO_SLACK = "Back to Slack"
NEXT_STEPS = (
    "Go to the channel that should show escalations and type /invite @Baton",
    f"Type {ORDERS} show-here in that channel",
    f"If your team also works in Microsoft Teams, type {ORDERS} link to join the two",
    f"Type {COMMAND} to hand off your first problem",
)
INSTALL_DENIED = "You chose not to allow it in Slack, so nothing was changed. If that was a mistake, start again."
INSTALL_STALE = (
    "This page was opened before, or too long after the installation was begun: each installation can be finished "
    "once, within 10 minutes. If Baton answers in Slack already, you are done. Otherwise start again."
)
INSTALL_ELSEWHERE = (
    "This browser is not the one in which the installation was begun, or it keeps no cookies. Start again, and stay in "
    "this browser until you are done."
)
INSTALL_BROKEN = "Slack did not confirm the installation. Start again."
INSTALL_UNREADABLE = "This address is not complete. Start again."
SLACK_AWAY = "Slack did not answer in time. Start again in a moment."
RECORDS_AWAY = "Baton can't reach its records right now. Start again in a moment."
APP_SET_UP_WRONGLY = (
    "Slack does not accept how this Baton's app is set up. Ask whoever runs it to look into its log; starting again "
    "won't help before that."
)


def installed_in(workspace: str) -> str:
    """That it worked, and where."""
    where = workspace or "your workspace"
    return f"Baton now works in {where}, and you are its owner there unless somebody else was before. What to do next:"
