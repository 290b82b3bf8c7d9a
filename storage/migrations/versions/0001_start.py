"""The first tables."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TYPES = {
    "sqlite": {"bytes": "BLOB", "clustered": " WITHOUT ROWID"},
    "postgresql": {"bytes": "BYTEA", "clustered": ""},
}

_TABLES = (
    """
    CREATE TABLE audit (
        chain TEXT NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        "by" TEXT,
        role TEXT NOT NULL,
        at BIGINT NOT NULL,
        about TEXT NOT NULL,
        hash TEXT NOT NULL,
        CONSTRAINT pk_audit PRIMARY KEY (chain, number)
    ){clustered}
    """,
    """
    CREATE TABLE concerns (
        id TEXT NOT NULL,
        reference TEXT NOT NULL,
        kind TEXT NOT NULL,
        restricted BOOLEAN NOT NULL,
        reporter TEXT NOT NULL,
        school TEXT NOT NULL,
        authority TEXT NOT NULL,
        outcome TEXT,
        level TEXT,
        urgency INTEGER NOT NULL,
        advice_now BOOLEAN NOT NULL,
        document_version TEXT,
        branch TEXT,
        linked_to TEXT,
        excluded TEXT NOT NULL,
        sent_at BIGINT,
        created_at BIGINT NOT NULL,
        state TEXT NOT NULL,
        held_until BIGINT,
        lead TEXT,
        lead_until BIGINT,
        social_worker TEXT,
        social_worker_until BIGINT,
        seen_at BIGINT,
        decided_at BIGINT,
        closed_at BIGINT,
        version INTEGER NOT NULL,
        data_key {bytes},
        CONSTRAINT pk_concerns PRIMARY KEY (id),
        CONSTRAINT uq_concerns_reference UNIQUE (reference)
    ){clustered}
    """,
    "CREATE INDEX ix_concerns_open_authority ON concerns (authority) WHERE state <> 'closed'",
    "CREATE INDEX ix_concerns_open_school ON concerns (school) WHERE state <> 'closed'",
    "CREATE INDEX ix_concerns_reporter_created_at ON concerns (reporter, created_at)",
    """
    CREATE TABLE conversations (
        id TEXT NOT NULL,
        person TEXT NOT NULL,
        flow TEXT NOT NULL,
        flow_version INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        state TEXT NOT NULL,
        worry TEXT NOT NULL,
        concern TEXT,
        started_at BIGINT NOT NULL,
        touched_at BIGINT NOT NULL,
        data_key {bytes},
        CONSTRAINT pk_conversations PRIMARY KEY (id)
    ){clustered}
    """,
    "CREATE INDEX ix_conversations_open ON conversations (person) WHERE state = 'open'",
    """
    CREATE TABLE schools (
        id TEXT NOT NULL,
        authority TEXT NOT NULL,
        name TEXT NOT NULL,
        phase TEXT NOT NULL,
        arm TEXT NOT NULL,
        served_by TEXT,
        agreement_signed BOOLEAN NOT NULL,
        sw_may_open TEXT NOT NULL,
        urn TEXT,
        active BOOLEAN NOT NULL,
        CONSTRAINT pk_schools PRIMARY KEY (id)
    ){clustered}
    """,
    "CREATE INDEX ix_schools_authority ON schools (authority)",
    """
    CREATE TABLE settings (
        "key" TEXT NOT NULL,
        value TEXT NOT NULL,
        CONSTRAINT pk_settings PRIMARY KEY ("key")
    ){clustered}
    """,
    """
    CREATE TABLE child_links (
        concern TEXT NOT NULL,
        earlier TEXT NOT NULL,
        "by" TEXT NOT NULL,
        at BIGINT NOT NULL,
        CONSTRAINT pk_child_links PRIMARY KEY (concern, earlier),
        CONSTRAINT fk_child_links_concern FOREIGN KEY(concern) REFERENCES concerns (id),
        CONSTRAINT fk_child_links_earlier FOREIGN KEY(earlier) REFERENCES concerns (id)
    ){clustered}
    """,
    "CREATE INDEX ix_child_links_earlier ON child_links (earlier)",
    """
    CREATE TABLE child_tokens (
        concern TEXT NOT NULL,
        token TEXT NOT NULL,
        CONSTRAINT pk_child_tokens PRIMARY KEY (concern, token),
        CONSTRAINT fk_child_tokens_concern FOREIGN KEY(concern) REFERENCES concerns (id)
    ){clustered}
    """,
    "CREATE INDEX ix_child_tokens_token ON child_tokens (token)",
    """
    CREATE TABLE entries (
        conversation TEXT NOT NULL,
        revision INTEGER NOT NULL,
        screen TEXT NOT NULL,
        at BIGINT NOT NULL,
        content {bytes} NOT NULL,
        CONSTRAINT pk_entries PRIMARY KEY (conversation, revision),
        CONSTRAINT fk_entries_conversation FOREIGN KEY(conversation) REFERENCES conversations (id)
    ){clustered}
    """,
    """
    CREATE TABLE notes (
        concern TEXT NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        "by" TEXT NOT NULL,
        role TEXT NOT NULL,
        at BIGINT NOT NULL,
        content {bytes} NOT NULL,
        CONSTRAINT pk_notes PRIMARY KEY (concern, number),
        CONSTRAINT fk_notes_concern FOREIGN KEY(concern) REFERENCES concerns (id)
    ){clustered}
    """,
    """
    CREATE TABLE outbox (
        id TEXT NOT NULL,
        concern TEXT NOT NULL,
        chain TEXT NOT NULL,
        round INTEGER NOT NULL,
        step INTEGER NOT NULL,
        role TEXT NOT NULL,
        person TEXT,
        due_at BIGINT NOT NULL,
        respond_by BIGINT,
        draw TEXT NOT NULL,
        reason TEXT NOT NULL,
        dedupe TEXT NOT NULL,
        follow BOOLEAN NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        next_at BIGINT NOT NULL,
        lease_until BIGINT,
        holder TEXT,
        sent_at BIGINT,
        detail TEXT,
        CONSTRAINT pk_outbox PRIMARY KEY (id),
        CONSTRAINT uq_outbox_dedupe UNIQUE (dedupe),
        CONSTRAINT fk_outbox_concern FOREIGN KEY(concern) REFERENCES concerns (id)
    ){clustered}
    """,
    "CREATE INDEX ix_outbox_concern ON outbox (concern)",
    "CREATE INDEX ix_outbox_waiting ON outbox (next_at) WHERE state = 'waiting'",
    """
    CREATE TABLE people (
        id TEXT NOT NULL,
        authority TEXT NOT NULL,
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        email_folded TEXT NOT NULL,
        role TEXT NOT NULL,
        school TEXT,
        team TEXT,
        teacher BOOLEAN NOT NULL,
        phone TEXT,
        source TEXT NOT NULL,
        active BOOLEAN NOT NULL,
        CONSTRAINT pk_people PRIMARY KEY (id),
        CONSTRAINT fk_people_school FOREIGN KEY(school) REFERENCES schools (id)
    ){clustered}
    """,
    "CREATE INDEX ix_people_authority_role ON people (authority, role)",
    "CREATE INDEX ix_people_email_folded ON people (email_folded)",
    """
    CREATE TABLE absences (
        person TEXT NOT NULL,
        start BIGINT NOT NULL,
        "end" BIGINT,
        reason TEXT NOT NULL,
        source TEXT NOT NULL,
        CONSTRAINT pk_absences PRIMARY KEY (person, start),
        CONSTRAINT fk_absences_person FOREIGN KEY(person) REFERENCES people (id)
    ){clustered}
    """,
    """
    CREATE TABLE deliveries (
        outbox TEXT NOT NULL,
        person TEXT NOT NULL,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        at BIGINT NOT NULL,
        detail TEXT NOT NULL,
        CONSTRAINT pk_deliveries PRIMARY KEY (outbox, person),
        CONSTRAINT fk_deliveries_outbox FOREIGN KEY(outbox) REFERENCES outbox (id)
    ){clustered}
    """,
    "CREATE INDEX ix_deliveries_person_at ON deliveries (person, at)",
    """
    CREATE TABLE serves (
        person TEXT NOT NULL,
        school TEXT NOT NULL,
        place INTEGER NOT NULL,
        CONSTRAINT pk_serves PRIMARY KEY (person, school),
        CONSTRAINT fk_serves_person FOREIGN KEY(person) REFERENCES people (id),
        CONSTRAINT fk_serves_school FOREIGN KEY(school) REFERENCES schools (id)
    ){clustered}
    """,
)

_APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
        "CREATE TRIGGER audit_never_shrinks BEFORE DELETE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$",
        "CREATE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
}

_DROPPED = (
    "serves",
    "deliveries",
    "absences",
    "people",
    "outbox",
    "notes",
    "entries",
    "child_tokens",
    "child_links",
    "settings",
    "schools",
    "conversations",
    "concerns",
    "audit",
)


def upgrade() -> None:
    """Create every table, and make the log refuse changes."""
    database = op.get_bind().dialect.name
    for statement in _TABLES:
        op.execute(statement.format(**_TYPES[database]))
    for statement in _APPEND_ONLY[database]:
        op.execute(statement)


def downgrade() -> None:
    """Back to an empty database."""
    for table in _DROPPED:
        op.execute(f"DROP TABLE {table}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuse()")
