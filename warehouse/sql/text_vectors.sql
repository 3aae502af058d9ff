-- The vectors of texts that are kept from night to night (migrations/0008_text_vectors.sql).

-- name: find_vectors
SELECT kept.digest, kept.vector
FROM text_vectors AS kept
JOIN staged_digests AS wanted ON wanted.digest = kept.digest;

-- name: keep_vectors
INSERT INTO text_vectors (digest, vector)
SELECT fresh.digest, fresh.vector
FROM staged_vectors AS fresh
ANTI JOIN text_vectors AS kept ON kept.digest = fresh.digest;

-- name: forget_others
DELETE FROM text_vectors
WHERE digest NOT IN (SELECT digest FROM staged_digests);
