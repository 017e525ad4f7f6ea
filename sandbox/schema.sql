CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS accounts (
    user_id TEXT PRIMARY KEY,
    app_scoped_id TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL UNIQUE,
    name TEXT,
    account_type TEXT NOT NULL,
    biography TEXT NOT NULL,
    website TEXT NOT NULL,
    followers_count INTEGER NOT NULL,
    follows_count INTEGER NOT NULL,
    base_followers INTEGER NOT NULL,
    history_days INTEGER NOT NULL,
    is_tester INTEGER NOT NULL,
    created_at REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    scopes TEXT NOT NULL,
    issued_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    dead_subcode INTEGER
);
CREATE INDEX IF NOT EXISTS tokens_user ON tokens (user_id);

CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    issued_at REAL NOT NULL,
    is_used INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS people (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT,
    follows INTEGER NOT NULL,
    follower_count INTEGER NOT NULL DEFAULT 0,
    is_verified INTEGER NOT NULL DEFAULT 0,
    has_role INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS bonds (
    user_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    follows INTEGER NOT NULL,
    is_followed_back INTEGER NOT NULL DEFAULT 0,
    is_blocked INTEGER NOT NULL DEFAULT 0,
    has_consent INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, person_id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS containers (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    is_item INTEGER NOT NULL,
    params TEXT NOT NULL,
    created_at REAL NOT NULL,
    state TEXT NOT NULL,
    ready_at REAL NOT NULL,
    error_subcode INTEGER,
    error_reason TEXT,
    assets TEXT NOT NULL DEFAULT '[]',
    upload_size INTEGER,
    uploaded_bytes INTEGER NOT NULL DEFAULT 0,
    media_id TEXT,
    published_visible_at REAL NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS containers_user ON containers (user_id, created_at);

CREATE TABLE IF NOT EXISTS media (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    container_id TEXT UNIQUE,
    parent_id TEXT,
    media_type TEXT NOT NULL,
    product_type TEXT NOT NULL,
    caption TEXT,
    shortcode TEXT NOT NULL UNIQUE,
    published_at REAL NOT NULL,
    published_at_real TEXT NOT NULL,
    listed_at REAL NOT NULL,
    like_count INTEGER NOT NULL DEFAULT 0,
    crowd INTEGER NOT NULL DEFAULT 0,
    comments_count INTEGER NOT NULL DEFAULT 0,
    is_comment_enabled INTEGER NOT NULL DEFAULT 1,
    assets TEXT NOT NULL DEFAULT '[]',
    details TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS media_user ON media (user_id, seq);
CREATE INDEX IF NOT EXISTS media_parent ON media (parent_id, seq) WHERE parent_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS media_published ON media (user_id, published_at);

CREATE TABLE IF NOT EXISTS comments (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    media_id TEXT NOT NULL,
    parent_id TEXT,
    from_id TEXT NOT NULL,
    username TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at REAL NOT NULL,
    is_hidden INTEGER NOT NULL DEFAULT 0,
    like_count INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS comments_media ON comments (media_id, seq) WHERE parent_id IS NULL;
CREATE INDEX IF NOT EXISTS comments_parent ON comments (parent_id, seq) WHERE parent_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS subscriptions (user_id TEXT PRIMARY KEY, fields TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS threads (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL,
    user_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    touched INTEGER NOT NULL,
    opened_at REAL,
    is_request INTEGER NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0,
    UNIQUE (user_id, person_id)
);
CREATE INDEX IF NOT EXISTS threads_user ON threads (user_id, touched);

CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    thread_id TEXT NOT NULL,
    from_id TEXT NOT NULL,
    created_at REAL NOT NULL,
    text TEXT,
    body TEXT NOT NULL DEFAULT '{}',
    is_deleted INTEGER NOT NULL DEFAULT 0,
    num_edit INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS messages_thread ON messages (thread_id, seq) WHERE is_deleted = 0;

CREATE TABLE IF NOT EXISTS reactions (
    message_id TEXT NOT NULL,
    from_id TEXT NOT NULL,
    reaction TEXT NOT NULL,
    emoji TEXT NOT NULL,
    PRIMARY KEY (message_id, from_id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS private_replies (comment_id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS direct_files (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    mime TEXT NOT NULL,
    signature TEXT NOT NULL,
    expires_at REAL,
    is_gone INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS messenger_profiles (
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS welcome_flows (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    platforms TEXT NOT NULL,
    flow TEXT NOT NULL,
    updated_at REAL NOT NULL,
    is_used INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS follow_days (
    user_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    follows INTEGER NOT NULL,
    unfollows INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS comment_days (
    user_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS comment_likes (
    comment_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (comment_id, user_id)
) WITHOUT ROWID;
