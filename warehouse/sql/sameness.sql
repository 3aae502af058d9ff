-- How sameness finds the pairs that are worth comparing, and what it remembers of them. The tables are those of
-- 0006_sameness_memory.sql, 0011_what_changed.sql and 0013_keys_in_order.sql; wanted_arrow is what a statement is run over.

-- name: tell_stamp
SELECT stamp
FROM sameness_stamp;

-- name: list_known
SELECT record_id, digest
FROM known_records;

-- name: list_remembered
SELECT record_id, place, source, digest
FROM sameness_records;

-- name: say
-- What some records say that sameness looks at.
SELECT
    record_id, network, name, native_name, other_names, acronym, organisation_type, country, nuts2, city, domain, website,
    role_email, phone, founded_on, digest AS source,
    hash(
        network, name, native_name, other_names, acronym, organisation_type, country, nuts2, city, domain, website, role_email,
        phone, founded_on
    ) AS digest
FROM known_records
SEMI JOIN wanted_arrow USING (record_id);

-- name: say_all
-- The same of all records from one to another, where nothing is remembered.
SELECT
    record_id, network, name, native_name, other_names, acronym, organisation_type, country, nuts2, city, domain, website,
    role_email, phone, founded_on, digest AS source,
    hash(
        network, name, native_name, other_names, acronym, organisation_type, country, nuts2, city, domain, website, role_email,
        phone, founded_on
    ) AS digest
FROM known_records
WHERE record_id BETWEEN $first AND $last;

-- name: tell_in_common
-- What others may have in common with some records.
SELECT network, bearer, words, site, mail, phone
FROM sameness_records
SEMI JOIN wanted_arrow USING (record_id);

-- name: forget_records
-- Nothing is returned: for that all columns would be read.
DELETE FROM sameness_records
WHERE record_id IN (SELECT record_id FROM wanted_arrow);

-- name: note_sources
-- Of records of which only that changed which sameness does not read.
UPDATE sameness_records AS remembered
SET source = wanted.source
FROM wanted_arrow AS wanted
WHERE wanted.record_id = remembered.record_id;

-- name: remember_records
INSERT INTO sameness_records BY NAME
SELECT * FROM wanted_arrow;

-- name: count_words
-- How many bear each word within one network.
INSERT INTO sameness_word_counts (word, network, bearers)
SELECT word, network, count(*)
FROM (
    SELECT DISTINCT network, bearer, unnest(string_split(words, ' ')) AS word FROM sameness_records WHERE words <> ''
)
GROUP BY word, network;

-- name: find_bearers
-- The records of some bearers of words.
SELECT network, bearer, words
FROM sameness_records
SEMI JOIN wanted_arrow USING (bearer);

-- name: tell_counts
SELECT word, network, bearers
FROM sameness_word_counts;

-- name: forget_counts
DELETE FROM sameness_word_counts
WHERE word IN (SELECT word FROM wanted_arrow);

-- name: note_counts
INSERT INTO sameness_word_counts (word, network, bearers)
SELECT word, network, bearers FROM wanted_arrow;

-- name: tell_words
-- Of all names.
SELECT names_words, names_word_lengths
FROM sameness_records;

-- name: find_users
-- Who uses an address that may be shared: enough do. Whether their names differ is seen where names are compared.
WITH used AS (
    SELECT record_id, 'site' AS kind, site AS address FROM sameness_records WHERE site IS NOT NULL
    UNION ALL
    SELECT record_id, 'mail', mail FROM sameness_records WHERE mail IS NOT NULL
    UNION ALL
    SELECT record_id, 'phone', phone FROM sameness_records WHERE phone IS NOT NULL
)
SELECT kind, address, list(record_id ORDER BY record_id) AS users
FROM used
GROUP BY kind, address
HAVING count(*) >= $least;

-- name: tell_users
-- Of some records what says whether addresses are shared.
SELECT record_id, network, site, mail, phone, names_spelt, names_shapes
FROM sameness_records
SEMI JOIN wanted_arrow USING (record_id);

-- name: find_at_turned
-- Records at addresses that are shared from now on, or no more, and those on hosts below such a domain.
WITH sites AS (
    SELECT address FROM wanted_arrow WHERE kind = 'site'
)
SELECT record_id
FROM sameness_records
WHERE site IN (SELECT address FROM sites)
    OR domain IN (SELECT address FROM sites)
    OR mail IN (SELECT address FROM wanted_arrow WHERE kind = 'mail')
    OR phone IN (SELECT address FROM wanted_arrow WHERE kind = 'phone');

-- name: tell_shared
SELECT kind, address
FROM sameness_shared;

-- name: forget_shared
DELETE FROM sameness_shared;

-- name: remember_shared
INSERT INTO sameness_shared (kind, address)
SELECT kind, address FROM wanted_arrow;

-- name: tell_decided
SELECT left_id, right_id
FROM sameness_decided;

-- name: forget_decided
DELETE FROM sameness_decided;

-- name: remember_decided
INSERT INTO sameness_decided (left_id, right_id)
SELECT left_id, right_id FROM wanted_arrow;

-- name: note_keys
INSERT INTO sameness_keys (key, place)
SELECT key, place FROM wanted_arrow;

-- name: note_keys_since
INSERT INTO sameness_keys_since (key, place)
SELECT key, place FROM wanted_arrow;

-- name: keys
SELECT key, place
FROM sameness_keys;

-- name: keys_since
SELECT key, place
FROM sameness_keys_since;

-- name: find_free_place
-- The place of the next record that is read. Those that are gone give none back: their keys may still be there.
SELECT 1 + greatest(
    coalesce((SELECT max(place) FROM sameness_records), -1),
    coalesce((SELECT max(place) FROM sameness_keys), -1),
    coalesce((SELECT max(place) FROM sameness_keys_since), -1)
);

-- name: count_keys
SELECT count(*)
FROM sameness_keys;

-- name: count_keys_since
SELECT count(*)
FROM sameness_keys_since;

-- name: forget_keys
DELETE FROM sameness_keys;

-- name: forget_keys_since
DELETE FROM sameness_keys_since;

-- name: tell_names
SELECT record_id, names_printed, names_spelt, names_words, names_shapes, names_word_lengths
FROM sameness_records
SEMI JOIN wanted_arrow USING (record_id);

-- name: gather
-- What weighing all at once needs of some records.
SELECT
    record_id, network, name, organisation_type, country, nuts2, city, domain, website, role_email, phone, founded_on, site, mail,
    names_printed, names_spelt, names_words, names_shapes, names_word_lengths
FROM sameness_records
SEMI JOIN wanted_arrow USING (record_id);

-- name: forget_opinions
DELETE FROM sameness_opinions
WHERE (left_id, right_id) IN (SELECT (left_id, right_id) FROM wanted_arrow);

-- name: remember_opinions
INSERT INTO sameness_opinions (left_id, right_id, verdict, score, because)
SELECT left_id, right_id, verdict, score, because FROM wanted_arrow;

-- name: tell_opinions
SELECT left_id, right_id, verdict, score, because
FROM sameness_opinions;
