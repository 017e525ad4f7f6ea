"""Both sources together: what Instagram posts, doubled, shuffled and partly lost, and what asking it brings after."""

import random

from app import create_app
from app.config import Config
from app.conversations.models import Conversation, Message
from app.events.process_events import process_events
from app.sync.models import ImportState
from tests.sandbox.receiver import serve_receiver
from tests.sandbox_server import SandboxServer
from tests.sync.conftest import Desk
from tests.sync.test_sync import assert_in_step

HOST = "http://127.0.0.1:8000"
EVERY_KIND = "comments,live_comments,messages,message_reactions,message_edit,messaging_seen,messaging_postbacks"


def test_whatever_was_lost_on_its_way_the_cache_comes_to_equal_instagram(
    desk: Desk, config: Config, sandbox: SandboxServer
) -> None:
    desk.run()
    assert desk.sync().import_state is ImportState.DONE
    desk.call("POST", f"{desk.user.user_id}/subscribed_apps", subscribed_fields=EVERY_KIND)
    chance = random.Random(3)
    with serve_receiver() as receiver:
        sandbox.settings(webhook_url=receiver.url, webhook_retry_s=[])
        desk.fill()
        person = desk.instagram.add_person("aigul")
        gone = desk.instagram.say(desk.user, person, "Қате кетті")
        path = f"accounts/{desk.user.user_id}/messages"
        desk.instagram.control(path, {"from": person, "message": {"mid": gone, "is_deleted": True}})
        desk.instagram.say(desk.user, person, "Сәлем!")
        receiver.wait(lambda: len(receiver.got) >= 64)
        sandbox.settings(webhook_url=None)
    client = create_app(config, clock=desk.clock).test_client()
    bodies = [got for got in receiver.got if chance.random() < 0.6 for _ in range(chance.randint(1, 5))]
    chance.shuffle(bodies)
    assert len({raw for raw, _ in bodies}) < len(receiver.got)
    for raw, signature in bodies:
        headers = {"X-Hub-Signature-256": signature}
        assert client.post("/webhooks/instagram", data=raw, headers=headers, base_url=HOST).status_code == 200
        process_events(clock=desk.clock)
    came = {message.mid for message in desk.all(Message)}
    assert 0 < len(came) < 29
    desk.advance(minutes=10)
    desk.run()
    assert_in_step(desk)
    assert len(desk.all(Conversation)) == 3
