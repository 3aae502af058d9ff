-- The last edition that was published, and when. A number names one edition for ever, also after its file is gone.
ALTER TABLE ledger.numbers ADD COLUMN last_edition BIGINT DEFAULT 0;
ALTER TABLE ledger.numbers ADD COLUMN last_published_at TIMESTAMP;
UPDATE ledger.numbers SET last_edition = 0;
