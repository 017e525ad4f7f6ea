"""How each route is called by the access walk. A new route needs a line in ROUTES."""

from dataclasses import dataclass, field

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}


@dataclass(frozen=True)
class Call:
    """How to call a route. In `path`, `fields` and `query`, a name stands for what the side at hand has under it.

    `path`: of each variable part; `fields`: of the form; `query`: of the address. `fixed` is sent as it stands.
    """

    path: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    by_script: bool = False
    is_callback: bool = False
    """Whether programs call it, which have no CSRF token."""

    @property
    def names_something(self) -> bool:
        """Whether a call can name another workspace's things at all."""
        return bool(self.path or self.fields or self.query)


ACCOUNT = {"account_id": "account_id"}
ASSET = {"asset_id": "asset_id"}
POST = {"post_id": "post_id"}
BATCH = {"batch": "batch"}
COMMENT = {"comment_id": "comment_id"}
COMMENT_DISPATCH = {"dispatch_id": "comment_dispatch_id"}
UPLOAD = {"public_id": "upload_public_id"}
TALK = {"conversation_id": "conversation_id"}
SENT = TALK | {"dispatch_id": "dispatch_id"}
MEMBER = {"membership_id": "member_membership_id"}
CONTENT = {"account_id": "account_id", "media": "asset_id", "cover": "asset_id"}
COMPOSER = {
    "caption": "Подпись",
    "due_date": "2026-03-03",
    "due_time": "19:00",
    "cover_kind": "picture",
    "form_token": "t" * 43,
    "action": "draft",
}

ROUTES: dict[str, Call] = {
    "accounts.callback": Call(fixed={"state": "unknown", "code": "unknown"}),
    "accounts.confirm_disconnect": Call(path=ACCOUNT),
    "accounts.connect": Call(),
    "accounts.disconnect": Call(path=ACCOUNT),
    "accounts.list_accounts": Call(),
    "accounts.reconnect": Call(path=ACCOUNT),
    "accounts.show_account": Call(path=ACCOUNT),
    "accounts.show_connection": Call(path={"connection_id": "connection_id"}),
    "accounts.show_picture": Call(path=ACCOUNT),
    "assets.delete_asset": Call(path=ASSET),
    "assets.examine_again": Call(path=ASSET),
    "assets.show_asset": Call(path=ASSET),
    "assets.show_poster": Call(path=ASSET),
    "assets.show_public_file": Call(fixed={"token": "unknown", "ext": "mp4"}),
    "assets.show_video": Call(path=ASSET),
    "auth.enter_workspace": Call(path={"workspace_id": "workspace_id"}),
    "auth.login": Call(fixed={"email": "guess@alma.example", "password": "guess"}),
    "auth.logout": Call(),
    "auth.welcome": Call(),
    "comments.cancel": Call(path=COMMENT_DISPATCH),
    "comments.cancel_batch": Call(path=BATCH),
    "comments.create_private_reply": Call(path=COMMENT, fields={"to": "comment_id"}, fixed={"text": "Здравствуйте"}),
    "comments.create_reply": Call(path=COMMENT, fields={"to": "comment_id"}, fixed={"text": "Здравствуйте"}),
    "comments.delete": Call(path=COMMENT),
    "comments.delete_rule": Call(path={"rule_id": "hide_rule_id"}),
    "comments.dismiss": Call(path=COMMENT_DISPATCH),
    "comments.finish": Call(path=COMMENT),
    "comments.hide": Call(path=COMMENT),
    "comments.like": Call(path=COMMENT),
    "comments.list_threads": Call(query={"media": "media_id", "contact": "contact_id"}, fixed={"tab": "all"}),
    "comments.reopen": Call(path=COMMENT),
    "comments.restore": Call(path={"record_id": "hide_record_id"}),
    "comments.say_not_sent": Call(path=COMMENT_DISPATCH),
    "comments.say_sent": Call(path=COMMENT_DISPATCH),
    "comments.send_once_more": Call(path=COMMENT_DISPATCH),
    "comments.show_batch": Call(path=BATCH, fixed={"skipped": ""}),
    "comments.show_comment": Call(path=COMMENT, query={"to": "comment_id"}),
    "comments.show_picture": Call(path={"media_id": "media_id"}),
    "comments.show_rules": Call(fixed={"kind": "word", "word": "спам"}),
    "comments.start_bulk": Call(
        fields={"comment_id": "comment_id", "saved_reply_id": "saved_reply_id"}, fixed={"action": "reply"}
    ),
    "comments.switch_rule": Call(path={"rule_id": "hide_rule_id"}, fixed={"is_on": ""}),
    "comments.unhide": Call(path=COMMENT),
    "comments.unlike": Call(path=COMMENT),
    "saved_replies.create_examples": Call(),
    "saved_replies.delete_reply": Call(path={"reply_id": "saved_reply_id"}),
    "saved_replies.edit_reply": Call(path={"reply_id": "saved_reply_id"}, fixed={"shortcut": "цена", "text": "1500 ₸"}),
    "saved_replies.list_replies": Call(),
    "saved_replies.new_reply": Call(fixed={"shortcut": "цена", "text": "1500 ₸"}),
    "saved_replies.restore_reply": Call(fixed={"shortcut": "цена", "text": "1500 ₸"}),
    "dev.show_components": Call(),
    "health.healthz": Call(),
    "health.readyz": Call(),
    "webhooks.shake_hands": Call(),
    "webhooks.take_in": Call(is_callback=True),
    "live.poll_hints": Call(query={"after": "hint_id"}),
    "live.stream_hints": Call(query={"after": "hint_id"}),
    "inbox.answer_doubt": Call(path=SENT, fixed={"is_there": "1"}),
    "inbox.assign": Call(path=TALK, fields={"user_id": "some_user_id"}),
    "inbox.cancel_message": Call(path=SENT),
    "inbox.create_message": Call(
        path=TALK, fields={"files": "asset_id"}, fixed={"text": "Ответ", "form_token": "m" * 32}
    ),
    "inbox.create_note": Call(path=TALK, fixed={"text": "Заметка"}),
    "inbox.delete_label": Call(path={"label_id": "label_id"}),
    "inbox.delete_note": Call(path=TALK | {"note_id": "note_id"}),
    "inbox.list_page": Call(query={"label": "label_id", "account": "account_id", "assigned": "some_user_id"}),
    "inbox.mark_read": Call(path=TALK),
    "inbox.mark_unread": Call(path=TALK),
    "inbox.react": Call(path=TALK | {"message_id": "message_id"}, fixed={"emoji": "👍"}),
    "inbox.save_labels": Call(path=TALK, fields={"label": "label_id"}),
    "inbox.search": Call(fixed={"q": "вопрос"}),
    "inbox.send_again": Call(path=SENT),
    "inbox.set_state": Call(path=TALK, fixed={"state": "done", "then": "next"}),
    "inbox.show_attachment": Call(path={"attachment_id": "attachment_id"}),
    "inbox.show_composer": Call(path=TALK),
    "inbox.show_contact": Call(path=TALK),
    "inbox.show_files": Call(query={"files": "asset_id"}),
    "inbox.show_messages": Call(path=TALK, query={"from": "message_id"}),
    "inbox.show_picture": Call(path={"contact_id": "contact_id"}),
    "inbox.show_row": Call(path=TALK),
    "inbox.show_story": Call(path={"message_id": "message_id"}),
    "inbox.show_thread": Call(path=TALK, query={"message": "message_id"}),
    "inbox.show_typing": Call(path=TALK),
    "inbox.snooze": Call(path=TALK, fixed={"until": "tomorrow"}),
    "owner_requests.deauthorize": Call(fixed={"signed_request": "forged.forged"}, is_callback=True),
    "owner_requests.delete_data": Call(fixed={"signed_request": "forged.forged"}, is_callback=True),
    "owner_requests.show_deletion": Call(fixed={"code": "unknown"}),
    "page_assets.speculation_rules": Call(),
    "preferences.choose_language": Call(fixed={"locale": "ru"}),
    "preferences.choose_theme": Call(fixed={"theme": "dark"}),
    "publishing.cancel": Call(path=POST),
    "publishing.check": Call(path=POST),
    "publishing.confirm": Call(path=POST, fixed={"ig_media_id": "17900000000000001"}),
    "publishing.delete": Call(path=POST),
    "publishing.edit_post": Call(path=POST, fields=CONTENT, fixed=COMPOSER),
    "publishing.list_posts": Call(fixed={"tab": "planned"}),
    "publishing.move_post": Call(path=POST, fixed={"due_date": "2026-03-04", "due_time": "10:00"}),
    "publishing.new_post": Call(fields=CONTENT, fixed=COMPOSER),
    "publishing.publish_again": Call(path=POST),
    "publishing.refresh_cards": Call(query={"id": "post_id"}, fixed={"key": "planned"}),
    "publishing.restore": Call(path=POST),
    "publishing.retry": Call(path=POST),
    "publishing.show_media": Call(query={"media": "asset_id"}),
    "publishing.show_outlook": Call(
        query={"account_id": "account_id", "media": "asset_id", "cover": "asset_id"},
        fixed={"due_date": "2026-03-04", "due_time": "10:00"},
    ),
    "publishing.show_post": Call(path=POST),
    "publishing.show_progress": Call(path=POST),
    "publishing.take_back": Call(path=POST),
    "settings.create_member": Call(
        fixed={"name": "Новая", "email": "new@alma.example", "password": "верблюд пьёт кофе", "role": "member"}
    ),
    "settings.end_device": Call(path={"login_id": "own_login_id"}),
    "settings.end_membership": Call(path=MEMBER),
    "settings.end_other_devices": Call(),
    "settings.pause": Call(),
    "settings.resume": Call(),
    "settings.save_email": Call(fixed={"email": "new@alma.example", "current_password": "guess"}),
    "settings.save_password": Call(fixed={"current_password": "guess", "password": "верблюд пьёт кофе"}),
    "settings.save_profile": Call(fixed={"name": "Новое имя"}),
    "settings.save_role": Call(path=MEMBER, fixed={"role": "admin"}),
    "settings.show_appearance": Call(fixed={"language": "ru", "theme": "dark"}),
    "settings.show_devices": Call(),
    "settings.show_profile": Call(),
    "settings.show_settings": Call(),
    "settings.show_status": Call(),
    "settings.show_team": Call(),
    "settings.check_account": Call(path=ACCOUNT),
    "settings.replay": Call(path={"event_id": "event_id"}),
    "settings.replay_all": Call(),
    "settings.show_retention": Call(fixed={"history": "drop"}),
    "settings.show_webhooks": Call(),
    "settings.test_account": Call(path=ACCOUNT),
    "settings.show_workspace": Call(fixed={"workspace_name": "Новое имя", "timezone": "Asia/Oral"}),
    "static": Call(fixed={"filename": "app.css"}),
    "today.show_today": Call(),
    "uploads.append_to_upload": Call(path=UPLOAD, headers=BYTES, by_script=True),
    "uploads.create_from_form": Call(),
    "uploads.create_upload": Call(headers=TUS | {"Upload-Length": "1000"}, by_script=True),
    "uploads.delete_upload": Call(path=UPLOAD, headers=TUS, by_script=True),
    "uploads.describe_server": Call(headers=TUS, by_script=True),
    "uploads.show_upload": Call(path=UPLOAD, headers=TUS, by_script=True),
}
