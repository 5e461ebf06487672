"""When the records took a change and didn't say in time whether it is done: nobody is told that nothing happened."""

from adapters.slack import wording as slack_wording
from core import wording
from core.handoff import Status
from tests.adapters.slack.conftest import DANA, JANE, SENIORS, Stage


async def test_a_form_says_so_and_sent_again_it_is_recorded_once(stage: Stage) -> None:
    outcome = await stage.client.command(JANE, "/escalate", "Outlook fails", SENIORS)
    with stage.desk.mute():
        sent = await stage.client.submit(JANE, outcome.view.id)
    assert sent.errors == {"problem": wording.UNSURE_FORM}
    assert (await stage.client.submit(JANE, outcome.view.id)).ok
    assert await stage.desk.recorded() == 1


async def test_now_gives_the_words_back_and_says_what_typing_them_again_would_do(stage: Stage) -> None:
    with stage.desk.mute():
        [message] = (await stage.client.command(JANE, "/escalate", "now Outlook fails", SENIORS)).seen
    assert message.text == slack_wording.MAYBE_RECORDED and "Outlook fails" in str(message.blocks)
    assert await stage.desk.recorded() == 1


async def test_a_press_says_so_and_pressed_again_it_is_theirs(stage: Stage) -> None:
    ts = await stage.escalated()
    with stage.desk.mute():
        await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
        assert await stage.told(DANA) == wording.UNSURE
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    assert (await stage.told(DANA)).startswith("It's already yours")


async def test_a_note_says_so_and_sent_again_it_is_resolved(stage: Stage) -> None:
    ts = await stage.escalated()
    await stage.client.click(DANA, SENIORS, ts, "baton.claimed")
    outcome = await stage.client.click(DANA, SENIORS, await stage.post_card(), "baton.resolved")
    with stage.desk.mute():
        sent = await stage.client.submit(DANA, outcome.view.id, {"note": "Restarted"})
    assert sent.errors == {"note": wording.UNSURE_FORM}
    assert (await stage.client.submit(DANA, outcome.view.id)).ok
    handoff = await stage.desk.handoff()
    assert handoff.status is Status.RESOLVED and handoff.resolution == "Restarted"
