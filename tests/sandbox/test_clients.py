"""Clients that others publish for the real API run unchanged but for the host: publishing, messaging, reading."""

import datetime
import functools
import http.server
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from instagram_client.exceptions.http_exceptions import BadRequestApiException
from instagram_client.instagram import InstagramClient as MessagingClient
from instagram_client.schemes.conversation_schemes import SendMessageScheme
from instagram_platform import InstagramAPIError, InstagramAuthError, parse_webhook_payload, verify_webhook_signature
from instagram_platform import InstagramClient as ReadingClient
from instagram_publish import InstagramClient as PublishingClient
from instagram_publish import InstagramError

from tests.media_files import MediaFiles
from tests.sandbox.conftest import MediaHandler
from tests.sandbox.driver import APP_ID, APP_SECRET, Driver, User
from tests.sandbox.receiver import Receiver


def _certificate(folder: Path) -> Path:
    """Write a key and a certificate that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure_media(media_files: MediaFiles, tmp_path: Path) -> Iterator[str]:
    """The origin of a web server with the media files, over TLS, as clients demand."""
    handler = functools.partial(MediaHandler, directory=str(media_files.folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


# instagram-publish: publishing.


@pytest.fixture
def publisher(driver: Driver, user: User) -> PublishingClient:
    driver.control("settings", {"verify_tls": False})
    client = PublishingClient(user.access_token, user.user_id, poll_interval=0.02)
    client.base_url = driver.url
    return client


def test_a_published_client_publishes_every_kind(
    driver: Driver, user: User, publisher: PublishingClient, secure_media: str, media_files: MediaFiles
) -> None:
    picture, reel = (f"{secure_media}/{path.name}" for path in (media_files.picture(), media_files.reel()))
    square = media_files.reel(width=540, height=540)
    made = [
        publisher.publish(picture, "Латте"),
        publisher.publish(reel, "Как мы варим", is_ai_generated=True),
        publisher.publish([picture, f"{secure_media}/{square.name}"], "Оба"),
    ]
    story = publisher.publish(picture, story=True)
    listed = driver.get("/me/media", user, fields="media_type,media_product_type,caption")["data"]
    assert [row["id"] for row in listed] == made[::-1]
    assert [row["media_type"] for row in listed] == ["CAROUSEL_ALBUM", "VIDEO", "IMAGE"]
    assert driver.get("/me/stories", user)["data"] == [{"id": story}]


def test_a_published_client_hears_why_not(
    driver: Driver, publisher: PublishingClient, secure_media: str, media_files: MediaFiles
) -> None:
    png = media_files.picture(".png")
    with pytest.raises(InstagramError, match=r"ERROR: Error: Media upload has failed with error code 2207005"):
        publisher.publish(f"{secure_media}/{png.name}")
    with pytest.raises(InstagramError, match=r"code 100"):
        publisher.refresh_token()
    driver.advance(2 * 86_400)
    assert publisher.refresh_token()["token_type"] == "bearer"


# instagram-client: messaging.


@pytest.fixture
def messenger(driver: Driver, user: User) -> MessagingClient:
    client = MessagingClient(APP_ID, APP_SECRET, "http://127.0.0.1:8000/callback", ["instagram_business_basic"])
    client.BASE_URL = f"{driver.url}/v22.0"
    client.set_access_token(user.access_token)
    return client


def test_a_messaging_client_answers_and_reads_back(driver: Driver, user: User, messenger: MessagingClient) -> None:
    driver.control("settings", {"conversation_calls_per_s": 100})
    person = driver.add_person(name="Дана", follower_count=7)
    for number in range(15):
        driver.say(user, person, f"No {number}")
    payload = SendMessageScheme(recipient={"id": person}, message={"text": "Рахмет!"})
    sent = messenger.send_message(user.user_id, payload)
    assert sent["recipient_id"] == person
    (conversation,) = messenger.get_conversations()
    assert [one.username for one in conversation.participants.data] == ["dana", "alma.coffee"]
    assert messenger.get_user_conversation(int(person))[0].id == conversation.id
    profile = messenger.get_profile_info(int(person))
    assert (profile.username, profile.follower_count, profile.is_user_follow_business) == ("dana", 7, False)
    assert messenger.get_me().username == "alma.coffee"
    read = messenger.get_conversation_messages(conversation.id)
    assert {one.text for one in read} == {"Рахмет!", *(f"No {number}" for number in range(15))}


def test_a_messaging_client_hears_that_the_window_is_closed(
    driver: Driver, user: User, messenger: MessagingClient
) -> None:
    payload = SendMessageScheme(recipient={"id": driver.add_person()}, message={"text": "Hi"})
    with pytest.raises(BadRequestApiException) as refused:
        messenger.send_message(user.user_id, payload)
    assert refused.value.detail["error_subcode"] == 2534022
    assert messenger.subscribe_to_webhook(int(user.user_id)) == {"success": True}


# instagram-platform-sdk: reading.


@pytest.fixture
def reader(driver: Driver, user: User) -> Iterator[ReadingClient]:
    with ReadingClient(user.access_token, user.user_id, base_url=driver.url, max_retries=0) as client:
        yield client


def test_a_reading_client_reads_all_there_is(driver: Driver, user: User, reader: ReadingClient) -> None:
    person = driver.add_person(name="Дана")
    media_id = driver.control(f"accounts/{user.user_id}/media", {"media_type": "REELS", "caption": "One"})["id"]
    comment = driver.control(f"media/{media_id}/comments", {"from": person, "text": "Қанша?"})["id"]
    driver.call("POST", f"/{comment}/replies", user, data={"message": "900 ₸"})
    driver.say(user, person, "Hi")
    assert reader.user.get_profile().username == "alma.coffee"
    assert [row.caption for row in reader.media.get_user_media().data] == ["One"]
    assert reader.media.get_media_details(media_id).media_type == "VIDEO"
    (read,) = reader.comments.get_comments(media_id).data
    assert (read.text, read.username, read.hidden) == ("Қанша?", "dana", False)
    assert read.replies is not None
    assert read.replies["data"][0]["text"] == "900 ₸"
    assert reader.comments.set_hidden(comment, True) == {"success": True}
    (conversation,) = reader.messaging.get_conversations().data
    assert conversation.messages is not None
    assert conversation.messages["data"][0]["message"] == "Hi"
    assert reader.messaging.get_user_profile(person).name == "Дана"
    driver.advance(86_400)
    names = [metric.name for metric in reader.insights.get_media_insights(media_id, ["reach", "views"]).data]
    assert names == ["reach", "views"]
    assert len(reader.insights.get_account_insights(["reach"]).data[0].values) == 2


def test_a_reading_client_hears_errors_by_their_codes(driver: Driver, user: User, reader: ReadingClient) -> None:
    with pytest.raises(InstagramAPIError) as unknown:
        reader.media.get_media_details("17900000000000000")
    assert (unknown.value.code, unknown.value.subcode) == (100, 33)
    driver.control(f"accounts/{user.user_id}/revoke", {})
    with pytest.raises(InstagramAuthError) as removed:
        reader.user.get_profile()
    assert (removed.value.code, removed.value.subcode) == (190, 458)


def test_a_client_trusts_the_signature_of_what_it_gets(driver: Driver, user: User, receiver: Receiver) -> None:
    driver.subscribe(user)
    driver.say(user, driver.add_person(), "Қанша тұрады? 🌸 1/2")
    receiver.wait(lambda: len(receiver.got) == 1)
    raw, signature = receiver.got[0]
    assert verify_webhook_signature(raw, signature, APP_SECRET)
    assert not verify_webhook_signature(raw + b" ", signature, APP_SECRET)
    assert parse_webhook_payload(raw.decode())["entry"][0]["messaging"][0]["message"]["text"].startswith("Қанша")
