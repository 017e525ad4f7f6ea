"""comments and messages"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
SEARCHED = ("comments", "messages")


def ig_id(length: int) -> sa.String:
    """Return the type of an id of Instagram's: compared letter by letter, case and all."""
    exact = mysql.VARCHAR(length, charset="ascii", collation="ascii_bin")
    return sa.String(length).with_variant(exact, "mysql", "mariadb")


def _make_searchable(table: str) -> None:
    """Index the words of `folded`: a FULLTEXT index, or on SQLite an FTS5 table that triggers keep in step."""
    if op.get_bind().dialect.name != "sqlite":
        op.create_index(f"ix_{table}_folded", table, ["folded"], mysql_prefix="FULLTEXT")
        return
    op.execute(
        f"CREATE VIRTUAL TABLE {table}_words USING fts5(folded, content='{table}', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0', prefix='3')"
    )
    words = f"INSERT INTO {table}_words"
    add = f"{words}(rowid, folded) VALUES (new.id, new.folded);"
    take = f"{words}({table}_words, rowid, folded) VALUES ('delete', old.id, old.folded);"
    op.execute(f"CREATE TRIGGER {table}_words_added AFTER INSERT ON {table} BEGIN {add} END")
    op.execute(f"CREATE TRIGGER {table}_words_taken AFTER DELETE ON {table} BEGIN {take} END")
    op.execute(
        f"CREATE TRIGGER {table}_words_changed AFTER UPDATE OF folded ON {table} "
        f"WHEN old.folded IS NOT new.folded BEGIN {take} {add} END"
    )


def _make_unsearchable(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("added", "taken", "changed"):
            op.execute(f"DROP TRIGGER {table}_words_{trigger}")
        op.execute(f"DROP TABLE {table}_words")


def upgrade() -> None:
    op.create_table(
        "hide_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("word", sa.String(length=100), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_hide_rules_created_by_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_hide_rules_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hide_rules")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("hide_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hide_rules_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "hints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_hints_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hints")),
        sqlite_autoincrement=True,
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("hints", schema=None) as batch_op:
        batch_op.create_index("ix_hints_at", ["at"], unique=False)

    op.create_table(
        "labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("tone", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_labels_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_labels_workspace_id_name")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "saved_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("shortcut", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("used_count", sa.Integer(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_saved_replies_created_by_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_saved_replies_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_replies")),
        sa.UniqueConstraint("workspace_id", "shortcut", name=op.f("uq_saved_replies_workspace_id_shortcut")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "account_syncs",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("import_state", sa.String(24), nullable=False),
        sa.Column("import_phase", sa.String(length=20), nullable=False),
        sa.Column("import_done", sa.Integer(), nullable=False),
        sa.Column("import_total", sa.Integer(), nullable=True),
        sa.Column("import_cursor", sa.String(length=500), nullable=True),
        sa.Column("imported_at", INSTANT, nullable=True),
        sa.Column("media_looked_at", INSTANT, nullable=True),
        sa.Column("threads_looked_at", INSTANT, nullable=True),
        sa.Column("next_look_at", INSTANT, nullable=True),
        sa.Column("problem", sa.String(length=60), nullable=True),
        sa.Column("problem_at", INSTANT, nullable=True),
        sa.Column("subscribed_fields", sa.JSON(), nullable=True),
        sa.Column("subscription_problem", sa.String(length=60), nullable=True),
        sa.Column("subscription_checked_at", INSTANT, nullable=True),
        sa.Column("last_event_at", INSTANT, nullable=True),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_syncs_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_account_syncs_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_syncs")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("account_syncs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_syncs_next_look_at"), ["next_look_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_syncs_workspace_id"), ["workspace_id"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("ig_scoped_id", ig_id(40), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("picture_url", sa.Text(), nullable=True),
        sa.Column("follower_count", sa.Integer(), nullable=True),
        sa.Column("follows_us", sa.Boolean(), nullable=True),
        sa.Column("we_follow", sa.Boolean(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=True),
        sa.Column("consent", sa.String(24), nullable=False),
        sa.Column("profile_read_at", INSTANT, nullable=True),
        sa.Column("profile_due_at", INSTANT, nullable=True),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_contacts_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_contacts_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("account_id", "ig_scoped_id", name=op.f("uq_contacts_account_id_ig_scoped_id")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index("ix_contacts_profile_due_at", ["profile_due_at"], unique=False)
        batch_op.create_index("ix_contacts_workspace_id_username", ["workspace_id", "username"], unique=False)

    op.create_table(
        "early_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("mid", ig_id(255), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("word", sa.JSON(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_early_words_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_early_words_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_words")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("early_words", schema=None) as batch_op:
        batch_op.create_index("ix_early_words_account_id_mid", ["account_id", "mid"], unique=False)
        batch_op.create_index(batch_op.f("ix_early_words_at"), ["at"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", ig_id(64), nullable=False),
        sa.Column("ig_user_id", ig_id(40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("processed_at", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("body_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_events_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("key", name=op.f("uq_events_key")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_account_id_received_at", ["account_id", "received_at"], unique=False)
        batch_op.create_index("ix_events_ig_user_id_received_at", ["ig_user_id", "received_at"], unique=False)
        batch_op.create_index("ix_events_received_at", ["received_at"], unique=False)
        batch_op.create_index("ix_events_state_id", ["state", "id"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("ig_thread_id", ig_id(255), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("snoozed_until", INSTANT, nullable=True),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("unread_count", sa.Integer(), nullable=False),
        sa.Column("is_unread", sa.Boolean(), sa.Computed("unread_count > 0", persisted=True), nullable=True),
        sa.Column("latest_at", INSTANT, nullable=False),
        sa.Column("latest_message_id", sa.Integer(), nullable=True),
        sa.Column("waiting_since", INSTANT, nullable=True),
        sa.Column("last_inbound_at", INSTANT, nullable=True),
        sa.Column("window_ends_at", INSTANT, nullable=True),
        sa.Column("seen_by_person_at", INSTANT, nullable=True),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("next_check_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_conversations_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to_id"], ["users.id"], name=op.f("fk_conversations_assigned_to_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_conversations_contact_id_contacts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_conversations_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("account_id", "contact_id", name=op.f("uq_conversations_account_id_contact_id")),
        sa.UniqueConstraint("account_id", "ig_thread_id", name=op.f("uq_conversations_account_id_ig_thread_id")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conversations_account_id_next_check_at", ["account_id", "next_check_at"], unique=False
        )
        batch_op.create_index(
            "ix_conversations_account_id_state_latest_at", ["account_id", "state", "latest_at"], unique=False
        )
        batch_op.create_index("ix_conversations_snoozed_until", ["snoozed_until"], unique=False)
        batch_op.create_index(
            "ix_conversations_unread", ["workspace_id", "state", "is_unread", "latest_at"], unique=False
        )
        batch_op.create_index(
            "ix_conversations_assigned", ["workspace_id", "state", "assigned_to_id", "latest_at"], unique=False
        )
        batch_op.create_index(
            "ix_conversations_workspace_id_state_latest_at", ["workspace_id", "state", "latest_at"], unique=False
        )
        batch_op.create_index(
            "ix_conversations_workspace_id_state_waiting_since",
            ["workspace_id", "state", "waiting_since"],
            unique=False,
        )
        batch_op.create_index(
            "ix_conversations_workspace_id_state_window_ends_at",
            ["workspace_id", "state", "window_ends_at"],
            unique=False,
        )

    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("ig_media_id", ig_id(40), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("product_type", sa.String(length=20), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("permalink", sa.String(length=300), nullable=True),
        sa.Column("picture_path", sa.String(length=200), nullable=True),
        sa.Column("posted_at", INSTANT, nullable=True),
        sa.Column("comments_count", sa.Integer(), nullable=True),
        sa.Column("like_count", sa.Integer(), nullable=True),
        sa.Column("comments_enabled", sa.Boolean(), nullable=True),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("comments_checked_at", INSTANT, nullable=True),
        sa.Column("comments_count_seen", sa.Integer(), nullable=True),
        sa.Column("next_check_at", INSTANT, nullable=True),
        sa.Column("gone_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_media_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_media_post_id_posts"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_media_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("account_id", "ig_media_id", name=op.f("uq_media_account_id_ig_media_id")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index("ix_media_account_id_next_check_at", ["account_id", "next_check_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_post_id"), ["post_id"], unique=False)
        batch_op.create_index("ix_media_workspace_id_posted_at", ["workspace_id", "posted_at"], unique=False)

    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("ig_comment_id", ig_id(40), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("posted_at", INSTANT, nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("like_count", sa.Integer(), nullable=False),
        sa.Column("liked_by_us", sa.Boolean(), nullable=False),
        sa.Column("is_question", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("latest_at", INSTANT, nullable=False),
        sa.Column("waiting_since", INSTANT, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("gone_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_comments_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_comments_contact_id_contacts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_comments_media_id_media"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id_comments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_comments_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("account_id", "ig_comment_id", name=op.f("uq_comments_account_id_ig_comment_id")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index("ix_comments_contact_id_posted_at", ["contact_id", "posted_at"], unique=False)
        batch_op.create_index(
            "ix_comments_media_id_parent_id_latest_at", ["media_id", "parent_id", "latest_at"], unique=False
        )
        batch_op.create_index("ix_comments_media_id_waiting_since", ["media_id", "waiting_since"], unique=False)
        batch_op.create_index("ix_comments_media_id_posted_at", ["media_id", "posted_at"], unique=False)
        batch_op.create_index("ix_comments_parent_id_posted_at", ["parent_id", "posted_at"], unique=False)
        batch_op.create_index(
            "ix_comments_workspace_id_hidden_posted_at", ["workspace_id", "hidden", "posted_at"], unique=False
        )
        batch_op.create_index(
            "ix_comments_workspace_id_is_question_posted_at", ["workspace_id", "is_question", "posted_at"], unique=False
        )
        batch_op.create_index(
            "ix_comments_workspace_id_language_posted_at", ["workspace_id", "language", "posted_at"], unique=False
        )
        batch_op.create_index(
            "ix_comments_workspace_id_parent_id_latest_at", ["workspace_id", "parent_id", "latest_at"], unique=False
        )
        batch_op.create_index("ix_comments_workspace_id_waiting_since", ["workspace_id", "waiting_since"], unique=False)

    op.create_table(
        "conversation_labels",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_conversation_labels_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name=op.f("fk_conversation_labels_label_id_labels"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_conversation_labels_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "label_id", name=op.f("pk_conversation_labels")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("conversation_labels", schema=None) as batch_op:
        batch_op.create_index("ix_conversation_labels_label_id", ["label_id"], unique=False)

    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_notes_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notes_user_id_users"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_notes_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index("ix_notes_conversation_id_written_at", ["conversation_id", "written_at"], unique=False)

    op.create_table(
        "dispatches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("private_reply_to_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("human_agent", sa.Boolean(), nullable=False),
        sa.Column("is_planned", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("form_token", sa.String(length=43), nullable=True),
        sa.Column("batch", ig_id(43), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("called_at", INSTANT, nullable=True),
        sa.Column("snapshot", sa.JSON(), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("looked_at", INSTANT, nullable=True),
        sa.Column("result_id", ig_id(255), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("reason_values", sa.JSON(), nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "human_agent = 0 OR created_by_id IS NOT NULL", name="ck_dispatches_human_agent_is_a_person"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_dispatches_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_dispatches_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_dispatches_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_dispatches_created_by_id_users"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["private_reply_to_id"],
            ["comments.id"],
            name=op.f("fk_dispatches_private_reply_to_id_comments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_dispatches_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatches")),
        sa.UniqueConstraint("private_reply_to_id", name=op.f("uq_dispatches_private_reply_to_id")),
        sa.UniqueConstraint("workspace_id", "form_token", name=op.f("uq_dispatches_workspace_id_form_token")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("dispatches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispatches_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_dispatches_batch", ["batch"], unique=False)
        batch_op.create_index("ix_dispatches_comment_id_id", ["comment_id", "id"], unique=False)
        batch_op.create_index("ix_dispatches_conversation_id_id", ["conversation_id", "id"], unique=False)
        batch_op.create_index("ix_dispatches_state_next_try_at", ["state", "next_try_at"], unique=False)
        batch_op.create_index(
            "ix_dispatches_workspace_id_state_created_at", ["workspace_id", "state", "created_at"], unique=False
        )

    op.create_table(
        "hide_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("matched", sa.String(length=100), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("restored_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_hide_records_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["hide_rules.id"], name=op.f("fk_hide_records_rule_id_hide_rules"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_hide_records_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hide_records")),
        sa.UniqueConstraint("comment_id", name=op.f("uq_hide_records_comment_id")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("hide_records", schema=None) as batch_op:
        batch_op.create_index("ix_hide_records_workspace_id_at", ["workspace_id", "at"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("mid", ig_id(255), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("payload", sa.String(length=1000), nullable=True),
        sa.Column("reply_to_mid", ig_id(255), nullable=True),
        sa.Column("story", sa.JSON(), nullable=True),
        sa.Column("referral", sa.JSON(), nullable=True),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("unsent_at", INSTANT, nullable=True),
        sa.Column("dispatch_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_messages_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_messages_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["dispatch_id"], ["dispatches.id"], name=op.f("fk_messages_dispatch_id_dispatches"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_messages_workspace_id_workspaces"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("account_id", "mid", name=op.f("uq_messages_account_id_mid")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_thread", ["conversation_id", "workspace_id", "sent_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_dispatch_id"), ["dispatch_id"], unique=False)
        batch_op.create_index("ix_messages_workspace_id_sent_at", ["workspace_id", "sent_at"], unique=False)

    op.create_table(
        "message_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("url_at", INSTANT, nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("ig_media_id", ig_id(40), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_message_attachments_asset_id_assets"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_attachments_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_message_attachments_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_attachments")),
        sa.UniqueConstraint("message_id", "position", name=op.f("uq_message_attachments_message_id_position")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("message_attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_attachments_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "message_reactions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("emoji", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_reactions_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_message_reactions_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_reactions")),
        sa.UniqueConstraint("message_id", "is_own", name=op.f("uq_message_reactions_message_id_is_own")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_520_ci",
        mysql_engine="InnoDB",
    )
    op.add_column("assets", sa.Column("purpose", sa.String(24), server_default="post", nullable=False))
    op.add_column("workspaces", sa.Column("keeps_history", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("workspaces", sa.Column("marks_seen", sa.Boolean(), server_default=sa.true(), nullable=False))
    for table in SEARCHED:
        _make_searchable(table)


def downgrade() -> None:
    for table in SEARCHED:
        _make_unsearchable(table)
    # Not in a batch: that would build the table anew, and take everything that hangs on it along.
    op.drop_column("workspaces", "marks_seen")
    op.drop_column("workspaces", "keeps_history")
    op.drop_column("assets", "purpose")
    op.drop_table("message_reactions")
    op.drop_table("message_attachments")
    op.drop_table("messages")
    op.drop_table("hide_records")
    op.drop_table("dispatches")
    op.drop_table("notes")
    op.drop_table("conversation_labels")
    op.drop_table("comments")
    op.drop_table("media")
    op.drop_table("conversations")
    op.drop_table("events")
    op.drop_table("early_words")
    op.drop_table("contacts")
    op.drop_table("account_syncs")
    op.drop_table("saved_replies")
    op.drop_table("labels")
    op.drop_table("hints")
    op.drop_table("hide_rules")
