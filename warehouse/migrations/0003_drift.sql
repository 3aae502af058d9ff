-- What drifts: since when a finding stands, and which of our words each page prints.

-- One row for each matter that findings speak of (network, kind, field, printed), kept for ever; the findings themselves are kept
-- for the last runs only. times: how many say so as things stand.
CREATE TABLE ledger.finding_history (
    network VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    field VARCHAR,
    printed VARCHAR,
    because VARCHAR NOT NULL,
    times INTEGER NOT NULL,
    first_run BIGINT NOT NULL,
    last_run BIGINT NOT NULL,
    first_seen_on DATE NOT NULL,
    last_seen_on DATE NOT NULL
);

INSERT INTO ledger.finding_history
    (network, kind, field, printed, because, times, first_run, last_run, first_seen_on, last_seen_on)
SELECT
    network, kind, field, printed, arg_max(because, run_id), arg_max(times, run_id), min(run_id), max(run_id), min(seen_on),
    max(seen_on)
FROM (
    SELECT
        f.network, f.kind, f.field, f.printed, f.run_id, max(f.because) AS because, count(*) AS times,
        CAST(max(r.started_at) AS DATE) AS seen_on
    FROM ledger.findings AS f
    JOIN ledger.runs AS r ON r.run_id = f.run_id
    GROUP BY f.network, f.kind, f.field, f.printed, f.run_id
) AS told
GROUP BY network, kind, field, printed;

-- phrases: labels and words that the page prints and the phrasebook is for; NULL: it was read before anybody took note.
-- unread_labels: its labels that the phrasebook did not know.
-- is_doubted: what stands here is the page as it was last believed; it has changed since, and is to be read again.
ALTER TABLE ledger.pages ADD COLUMN phrases VARCHAR[];
ALTER TABLE ledger.pages ADD COLUMN unread_labels VARCHAR[];
ALTER TABLE ledger.pages ADD COLUMN is_doubted BOOLEAN;
