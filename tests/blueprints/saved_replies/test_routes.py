"""The pages of saved replies."""

from app.saved_replies.examples import EXAMPLES
from tests.web_client import Browser

PRICE = {"shortcut": "цена", "language": "ru", "text": "{name}, 1500 ₸"}


def test_an_empty_list_shows_examples_that_one_button_adds(member: Browser) -> None:
    page = member.get("/saved-replies").text
    assert EXAMPLES[0].text in page and "Add these examples" in page
    member.post("/saved-replies/examples")
    page = member.get("/saved-replies").text
    assert EXAMPLES[5].shortcut in page and "Add these examples" not in page


def test_a_reply_is_written_changed_deleted_and_brought_back(member: Browser) -> None:
    assert member.post("/saved-replies/new", PRICE).status_code == 303
    page = member.get("/saved-replies").text
    reply_id = page.partition('href="/saved-replies/')[2].partition('"')[0]
    while not reply_id.isdecimal():
        page = page.partition('href="/saved-replies/')[2]
        reply_id = page.partition('href="/saved-replies/')[2].partition('"')[0]
    assert member.post(f"/saved-replies/{reply_id}", PRICE | {"text": "2000 ₸"}).status_code == 303
    assert "2000 ₸" in member.get(f"/saved-replies/{reply_id}").text
    member.post(f"/saved-replies/{reply_id}/delete")
    page = member.get("/saved-replies").text
    assert "The saved reply is deleted." in page and 'name="text" value="2000 ₸"' in page
    member.post("/saved-replies/restore", PRICE | {"text": "2000 ₸"})
    assert "цена" in member.get("/saved-replies").text


def test_what_cannot_be_kept_is_given_back_with_the_sentence(member: Browser) -> None:
    answer = member.post("/saved-replies/new", PRICE | {"text": "{имя}, 1500 ₸"})
    assert answer.status_code == 422
    assert "{имя}, 1500 ₸" in answer.text and "{name}, {username}" in answer.text
    assert member.post("/saved-replies/new", PRICE | {"shortcut": ""}).status_code == 422
