"""What can be done on the page, through its own HTTP interface, with a real Baton behind it."""

from bot.playground.cast import SLACK_CHANNEL

from .conftest import pane


async def test_the_state_has_three_panes_with_two_conversations_each(state):
    seen = await state()
    assert [(p["id"], p["role"], p["platform"]) for p in seen["panes"]] == [
        ("jane", "junior", "slack"),
        ("dana", "senior", "teams"),
        ("sam", "senior", "slack"),
    ]
    for each in seen["panes"]:
        assert [c["kind"] for c in each["conversations"]] == ["channel", "direct"]
    assert list(seen) == ["panes", "accounts", "traffic"]
    assert pane(seen, "jane")["view"] is None
    assert {"sender", "receiver", "what", "status", "ok", "ms"} <= set(seen["traffic"][0])


async def test_a_form_opens_says_what_is_wrong_and_is_taken(press, state, since):
    assert (await press("command", pane="jane", conversation=SLACK_CHANNEL, text="/escalate Printer #7"))[0] == 200
    view = await state(lambda seen: pane(seen, "jane")["view"])
    assert view["content"]["title"]["text"] == "Escalate"

    status, answer = await press("submit", pane="jane", view=view["id"], values={"ticket": "no number"})
    assert (status, list(answer["errors"])) == (200, ["ticket"])
    status, answer = await press("submit", pane="jane", view=view["id"], values={"ticket": "#7"})
    assert (status, answer["errors"], answer["error"]) == (200, {}, None)

    cards = await state(lambda seen: [m for name in ("dana", "sam") for m in since(seen, name)][1:] and seen)
    [in_teams], [in_slack] = since(cards, "dana"), since(cards, "sam")
    assert in_teams["card"]["type"] == "AdaptiveCard" and in_teams["sent"]["attachments"]
    assert in_slack["blocks"][0]["type"] == "header" and in_slack["sent"]["metadata"]
    assert pane(cards, "jane")["view"]["content"]["title"]["text"] == "Baton"
    await press("close", pane="jane", view=view["id"])
    await state(lambda seen: pane(seen, "jane")["view"] is None)


async def test_a_press_in_teams_is_answered_for_its_maker_alone(press, state, since):
    await press("command", pane="jane", conversation=SLACK_CHANNEL, text="/escalate now Printer on fire")
    [card] = await state(lambda seen: since(seen, "dana"))
    where = {"pane": "dana", "conversation": card["conversation"], "message": card["id"]}
    assert (await press("execute", **where, verb="baton.claimed", inputs={}))[0] == 200
    [card] = await state(lambda seen: [m for m in since(seen, "dana") if m["answer"]])
    assert card["answer"]["text"] == "It's yours: you picked this up."
    assert card["answer"]["sent"]["value"]["type"] == "AdaptiveCard"
    status, answer = await press("execute", **where, verb="baton.claimed", inputs={})
    assert status == 200 and "no button" in answer["error"]


async def test_a_press_in_slack_is_answered_for_its_maker_alone(press, state, since):
    await press("command", pane="jane", conversation=SLACK_CHANNEL, text="/escalate now Printer on fire")
    [card] = await state(lambda seen: since(seen, "sam"))
    await press("click", pane="sam", conversation=SLACK_CHANNEL, message=card["id"], action="baton.claimed")
    told = await state(lambda seen: since(seen, "sam")[1:] and seen)
    assert [m["text"] for m in since(told, "sam") if m["private"]] == ["It's yours: you picked this up."]
    # Jane has the receipt of her own command, and nothing of Sam's.
    assert [m["text"].partition(":")[0] for m in since(told, "jane") if m["private"]] == ["Recorded"]


async def test_words_are_only_words_and_other_commands_are_refused(press, state, since):
    await press("command", pane="sam", conversation=SLACK_CHANNEL, text="Anybody seen the printer?")
    [said] = await state(lambda seen: since(seen, "jane"))
    assert (said["from"], said["text"], said["by_bot"]) == ("Sam Okafor", "Anybody seen the printer?", False)
    _, answer = await press("command", pane="jane", conversation=SLACK_CHANNEL, text="/remind me")
    assert answer["error"] == "/remind is not a command here. Try /escalate or /baton."
    _, answer = await press("command", pane="jane", conversation=SLACK_CHANNEL, text="  ")
    assert answer["error"] == "There is nothing to send."


async def test_baton_answers_in_its_teams_chat(press, state, since):
    chat = pane(await state(), "dana")["conversations"][1]["id"]
    await press("command", pane="dana", conversation=chat, text="help")
    asked, told = await state(lambda seen: since(seen, "dana", "direct")[1:] and since(seen, "dana", "direct"))
    assert (asked["from"], asked["text"], told["from"]) == ("Dana Ruiz", "help", "Baton")
    assert "whoami" in told["text"]


async def test_what_makes_no_sense_is_refused(press):
    assert (await press("command", pane="nobody", conversation="C", text="x"))[0] == 400
    assert (await press("command", pane="jane", conversation="C"))[0] == 400
    assert (await press("command", pane="jane", conversation="C", text=7))[0] == 400
    assert (await press("submit", pane="jane", view="V", values=[]))[0] == 400
    for name, more in (("submit", {"values": {}}), ("close", {})):
        _, answer = await press(name, pane="jane", view="V", **more)
        assert "has no modal V open" in answer["error"]


async def test_the_log_shows_both_ways(press, state):
    begun = (await state())["traffic"][-1]["number"]
    await press("command", pane="jane", conversation=SLACK_CHANNEL, text="/escalate now Printer on fire")

    def posted(seen):
        lines = [line for line in seen["traffic"] if line["number"] > begun]
        return [line for line in lines if (line["what"], line["status"]) == ("POST create", "201")]

    [told] = await state(posted)
    assert (told["sender"], told["receiver"], told["ok"]) == ("Baton", "Teams", True)
    [asked] = [t for t in (await state())["traffic"] if t["receiver"] == "Baton" and t["number"] > begun]
    assert (asked["sender"], asked["status"], asked["ok"]) == ("Jane's Slack", "200", True)
