"""How Baton is spoken to in Slack: the command's syntax, and every sentence that is about Slack itself."""

COMMAND = "/escalate"

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

Seniors see a card where they are, in Slack or elsewhere, and press Pick Up. The first one gets it. You are told once \
the card is up, when somebody picks it up and when it is resolved."""


def shown_in(names: list[str]) -> str:
    """Where an escalation will be shown."""
    if len(names) == 1:
        return f"It will be shown in {names[0]}."
    return f"It will be shown in {', '.join(names[:-1])} and {names[-1]}."


SOME_CHANNEL = "the Slack channel"
