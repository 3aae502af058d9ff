-- What a held run read, until a later run of its network is complete: so that a person can accept it without asking anybody again.
-- A network has at most one. The captures that held_pages names are as much in use as those of pages.
CREATE TABLE ledger.held_runs (
    run_id BIGINT NOT NULL,
    network VARCHAR NOT NULL,
    reasons VARCHAR[] NOT NULL,
    unfinished VARCHAR[] NOT NULL,
    is_import BOOLEAN NOT NULL,
    profile_pages INTEGER NOT NULL,
    pages_unread INTEGER NOT NULL,
    unchanged_keys VARCHAR[] NOT NULL,
    unread_keys VARCHAR[] NOT NULL
);

-- As ledger.pages; is_set_aside: read, and not to be remembered, so that the next run asks for it anew.
CREATE TABLE ledger.held_pages (
    run_id BIGINT NOT NULL,
    network VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    charset VARCHAR,
    final_url VARCHAR NOT NULL,
    source_keys VARCHAR[] NOT NULL,
    changed_at TIMESTAMP,
    etag VARCHAR,
    last_modified VARCHAR,
    carried MAP(VARCHAR, VARCHAR) NOT NULL,
    phrases VARCHAR[],
    unread_labels VARCHAR[],
    is_doubted BOOLEAN,
    is_set_aside BOOLEAN NOT NULL
);

-- Who believed a held run, and why; run_id is the run that loaded it as complete.
CREATE TABLE ledger.acceptances (
    run_id BIGINT NOT NULL,
    network VARCHAR NOT NULL,
    accepted_run BIGINT NOT NULL,
    accepted_by VARCHAR NOT NULL,
    because VARCHAR NOT NULL,
    reasons VARCHAR[] NOT NULL,
    accepted_at TIMESTAMP NOT NULL
);
