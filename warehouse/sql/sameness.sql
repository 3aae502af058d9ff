-- How sameness finds the pairs that are worth comparing, and what it remembers of them. The tables are those of
-- 0006_sameness_memory.sql and 0011_what_changed.sql; temporary ones live for one run.

-- name: find_changed
-- Records that are new, or were loaded with another profile since they were read.
CREATE OR REPLACE TEMP TABLE sameness_changed AS
SELECT now.record_id
FROM known_records AS now
ANTI JOIN sameness_records AS before ON before.record_id = now.record_id AND before.source = now.digest;

-- name: say
-- What records say that sameness looks at.
CREATE OR REPLACE TEMP VIEW sameness_said AS
SELECT
    record_id, network, name, native_name, other_names, acronym, organisation_type, country, nuts2, city, domain, website,
    role_email, phone, founded_on, digest AS source,
    hash(
        network, name, native_name, other_names, acronym, organisation_type, country, nuts2, city, domain, website, role_email,
        phone, founded_on
    ) AS digest
FROM known_records;

-- name: read_changed
-- What those say now.
CREATE OR REPLACE TEMP TABLE sameness_now AS
SELECT *
FROM sameness_said
SEMI JOIN sameness_changed USING (record_id);

-- name: read_everything
-- Where nothing is remembered: what all say now, without a second copy.
INSERT INTO sameness_records BY NAME
SELECT * FROM sameness_said;

-- name: see_everything
CREATE OR REPLACE TEMP VIEW sameness_now AS
SELECT * FROM sameness_records;

-- name: touch_everything
CREATE OR REPLACE TEMP TABLE sameness_fresh AS
SELECT record_id FROM sameness_records;
CREATE OR REPLACE TEMP TABLE sameness_touched AS
SELECT record_id FROM sameness_records;

-- name: find_fresh
-- Those of them that say something else than before to sameness.
CREATE OR REPLACE TEMP TABLE sameness_fresh AS
SELECT now.record_id
FROM sameness_now AS now
ANTI JOIN sameness_records AS before ON before.record_id = now.record_id AND before.digest = now.digest;

-- name: find_touched
-- Those, and records that are no more.
CREATE OR REPLACE TEMP TABLE sameness_touched AS
SELECT record_id FROM sameness_fresh
UNION
SELECT before.record_id
FROM sameness_records AS before
ANTI JOIN known_records AS now ON now.record_id = before.record_id;

-- name: take_addresses
CREATE OR REPLACE TEMP TABLE sameness_gone_addresses AS
SELECT DISTINCT kind, address FROM sameness_addresses SEMI JOIN sameness_touched USING (record_id);

-- name: forget_records
DELETE FROM sameness_records
WHERE record_id IN (SELECT record_id FROM sameness_touched UNION SELECT record_id FROM sameness_changed);

-- name: forget_keys
DELETE FROM sameness_keys WHERE record_id IN (SELECT record_id FROM sameness_touched) RETURNING key, kind;

-- name: forget_names
DELETE FROM sameness_names WHERE record_id IN (SELECT record_id FROM sameness_touched);

-- name: forget_words
DELETE FROM sameness_words WHERE record_id IN (SELECT record_id FROM sameness_touched) RETURNING network, bearer, word;

-- name: forget_addresses
DELETE FROM sameness_addresses WHERE record_id IN (SELECT record_id FROM sameness_touched);

-- name: say_fresh
-- What some of the fresh records say, in order.
SELECT
    record_id, network, name, native_name, other_names, acronym, organisation_type, country, nuts2, city, domain, website,
    role_email, phone, founded_on
FROM sameness_now
SEMI JOIN sameness_fresh USING (record_id)
WHERE record_id BETWEEN $first AND $last
ORDER BY record_id;

-- name: remember_records
INSERT INTO sameness_records BY NAME
SELECT *
FROM sameness_now;

-- name: add_strong_keys
INSERT INTO sameness_keys (record_id, kind, key)
SELECT record_id, $kind, hash(said)
FROM (SELECT record_id, unnest(strong) AS said FROM read_arrow);

-- name: add_acronyms
INSERT INTO sameness_keys (record_id, kind, key)
SELECT record_id, $kind, hash(letters, country, 'acronym')
FROM (SELECT record_id, country, unnest(acronyms) AS letters FROM read_arrow);

-- name: add_initials
INSERT INTO sameness_keys (record_id, kind, key)
SELECT record_id, $kind, hash(letters, country, 'acronym')
FROM (SELECT record_id, country, unnest(initials) AS letters FROM read_arrow);

-- name: add_word_keys
INSERT INTO sameness_keys (record_id, kind, key)
SELECT record_id, $kind, hash(word, country, 'word')
FROM (SELECT record_id, country, unnest(key_words) AS word FROM read_arrow);

-- name: add_place_keys
INSERT INTO sameness_keys (record_id, kind, key)
SELECT record_id, $kind, hash(place, country, 'place')
FROM (SELECT record_id, country, unnest(places) AS place FROM read_arrow);

-- name: add_country_keys
-- Those that do not say where within their country they are may be few where all are many.
INSERT INTO sameness_keys (record_id, kind, key)
SELECT record_id, $kind, hash(country, 'country')
FROM read_arrow
WHERE country <> ''
UNION ALL
SELECT record_id, $kind, hash(country, 'somewhere')
FROM read_arrow
WHERE country <> '' AND length(places) = 0;

-- name: add_names
INSERT INTO sameness_names (record_id, position, kind, printed, spelt, words, is_single, begins, holds)
SELECT record_id, position, name.kind, name.printed, name.spelt, name.words, name.is_single, name.begins, name.holds
FROM (SELECT record_id, unnest(names) AS name, generate_subscripts(names, 1) AS position FROM read_arrow);

-- name: hash_pieces
SELECT hash(piece) AS hashed
FROM pieces_arrow
ORDER BY position;

-- name: add_gram_keys
-- Two of the four pieces of four letters of a name that have the smallest hashes.
INSERT INTO sameness_keys (record_id, kind, key)
SELECT DISTINCT record_id, $kind, hash(one, other, country)
FROM read_arrow;

-- name: add_words
INSERT INTO sameness_words (record_id, network, bearer, word)
SELECT record_id, network, hash(bearer), unnest(words)
FROM read_arrow;

-- name: add_addresses
INSERT INTO sameness_addresses (record_id, kind, address)
SELECT record_id, 'site', site FROM read_arrow WHERE site IS NOT NULL
UNION ALL
SELECT record_id, 'mail', mail FROM read_arrow WHERE mail IS NOT NULL
UNION ALL
SELECT record_id, 'phone', phone FROM read_arrow WHERE phone IS NOT NULL;

-- name: add_address_keys
-- Host, domain and what stands before its ending, mailbox, phone, and the founding day: 1 January may stand for a year alone.
INSERT INTO sameness_keys (record_id, kind, key)
SELECT record_id, $kind, hash(said)
FROM (
    SELECT
        record_id,
        unnest(
            list_distinct(
                [
                    'host ' || addresses.site, 'host ' || now.domain, 'host ' || addresses.mail, 'label ' || label,
                    'letters ' || array_to_string(list_sort(string_split(label, '')), '') || ' ' || coalesce(now.country, ''),
                    'mail ' || now.role_email, 'phone ' || now.phone,
                    CASE
                        WHEN month(now.founded_on) <> 1 OR day(now.founded_on) <> 1
                            THEN 'founded ' || now.founded_on || ' ' || coalesce(now.country, '')
                    END
                ]
            )
        ) AS said
    FROM (
        SELECT record_id, country, domain, role_email, phone, founded_on, nullif(split_part(domain, '.', 1), '') AS label
        FROM sameness_now
    ) AS now
    SEMI JOIN sameness_fresh USING (record_id)
    LEFT JOIN (
        SELECT
            record_id, max(address) FILTER (kind = 'site') AS site, max(address) FILTER (kind = 'mail') AS mail
        FROM sameness_addresses
        SEMI JOIN sameness_fresh USING (record_id)
        GROUP BY record_id
    ) AS addresses USING (record_id)
)
WHERE said IS NOT NULL;

-- name: count_words
-- How many bear each word within one network.
INSERT INTO sameness_word_counts (word, network, bearers)
SELECT word, network, count(DISTINCT bearer) FROM sameness_words GROUP BY word, network;

-- name: note_words_changed
-- Words that more or fewer bear in a network than before.
CREATE OR REPLACE TEMP TABLE sameness_words_changed AS
WITH moved AS (
    SELECT network, bearer, word, sum(times) AS more
    FROM (
        SELECT network, bearer, word, 1 AS times FROM sameness_words SEMI JOIN sameness_fresh USING (record_id)
        UNION ALL
        SELECT network, bearer, word, -1 FROM taken_arrow
    )
    GROUP BY network, bearer, word
    HAVING sum(times) <> 0
), standing AS (
    SELECT w.network, w.bearer, w.word, count(*) AS times
    FROM sameness_words AS w
    SEMI JOIN moved USING (bearer)
    GROUP BY w.network, w.bearer, w.word
)
SELECT
    moved.word, moved.network,
    sum(CAST(coalesce(times, 0) > 0 AS BIGINT) - CAST(coalesce(times, 0) - moved.more > 0 AS BIGINT)) AS more
FROM moved
LEFT JOIN standing USING (network, bearer, word)
GROUP BY moved.word, moved.network
HAVING more <> 0;

-- name: count_bearers
-- In the network where most bear them, before and now.
SELECT word, max(bearers) AS bearers, max(bearers_now) AS bearers_now
FROM (
    SELECT
        word, network, coalesce(counted.bearers, 0) AS bearers, coalesce(counted.bearers, 0) + coalesce(changed.more, 0) AS bearers_now
    FROM (
        SELECT * FROM sameness_word_counts SEMI JOIN sameness_words_changed USING (word)
    ) AS counted
    FULL JOIN sameness_words_changed AS changed USING (word, network)
)
GROUP BY word
HAVING max(bearers) <> max(bearers_now);

-- name: count_words_anew
MERGE INTO sameness_word_counts AS counted
USING sameness_words_changed AS changed ON changed.word = counted.word AND changed.network = counted.network
WHEN MATCHED AND counted.bearers + changed.more = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET bearers = counted.bearers + changed.more
WHEN NOT MATCHED THEN INSERT (word, network, bearers) VALUES (changed.word, changed.network, changed.more);

-- name: note_addresses
-- Those that the touched records had or have.
CREATE OR REPLACE TEMP TABLE sameness_addresses_touched AS
SELECT kind, address FROM sameness_addresses SEMI JOIN sameness_fresh USING (record_id)
UNION
SELECT kind, address FROM sameness_gone_addresses;

-- name: tell_word_counts
-- Of words that only one bears nothing need be known.
SELECT word, max(bearers) AS bearers
FROM sameness_word_counts
WHERE bearers > 1
GROUP BY word;

-- name: find_users_now
-- Who uses an address that may have become shared or ceased to be, where there are enough with different names.
CREATE OR REPLACE TEMP TABLE sameness_users AS
SELECT a.kind, a.address, list(a.record_id ORDER BY a.record_id) AS users
FROM sameness_addresses AS a
SEMI JOIN sameness_addresses_touched AS touched ON touched.kind = a.kind AND touched.address = a.address
JOIN sameness_records AS now USING (record_id)
GROUP BY a.kind, a.address
HAVING count(DISTINCT now.name) >= $least;

-- name: affect_shared
-- Records at addresses that are shared from now on, or no more, and those on hosts below such a domain.
INSERT INTO sameness_touched (record_id)
WITH turned AS (
    SELECT before.kind, before.address
    FROM sameness_shared AS before
    SEMI JOIN sameness_addresses_touched AS touched ON touched.kind = before.kind AND touched.address = before.address
    ANTI JOIN shared_arrow AS now ON now.kind = before.kind AND now.address = before.address
    UNION ALL
    SELECT now.kind, now.address
    FROM shared_arrow AS now
    ANTI JOIN sameness_shared AS before ON before.kind = now.kind AND before.address = now.address
)
SELECT a.record_id
FROM sameness_addresses AS a
SEMI JOIN turned ON turned.kind = a.kind AND turned.address = a.address
UNION
SELECT now.record_id
FROM sameness_records AS now
SEMI JOIN turned ON turned.kind = 'site' AND turned.address = now.domain;

-- name: forget_shared
DELETE FROM sameness_shared AS before
WHERE EXISTS (
    SELECT 1 FROM sameness_addresses_touched AS touched WHERE touched.kind = before.kind AND touched.address = before.address
);

-- name: remember_shared
INSERT INTO sameness_shared (kind, address)
SELECT kind, address FROM shared_arrow;

-- name: limit_crowds
-- How many bearers a key of a kind may have to bring them together; a letter never does.
CREATE OR REPLACE TEMP TABLE sameness_crowds AS
SELECT kind, most
FROM (
    VALUES
        (1, $crowd), (2, $word_crowd), (4, $gram_crowd), (8, $acronym_crowd), (16, $acronym_crowd), (32, $place_crowd),
        (128, $country_crowd)
) AS crowds (kind, most);

-- name: affect_words
-- Whoever has one in any name: also in an acronym, whose words do not count as borne.
INSERT INTO sameness_touched (record_id)
SELECT DISTINCT record_id
FROM (SELECT record_id, unnest(words) AS word FROM sameness_names)
SEMI JOIN words_arrow USING (word);

-- name: distinct_words
SELECT DISTINCT unnest(words) FROM sameness_names;

-- name: affect_decided
-- Records of pairs on which people have begun, or ceased, to have a word.
INSERT INTO sameness_touched (record_id)
SELECT DISTINCT unnest([left_id, right_id])
FROM (
    (SELECT left_id, right_id FROM sameness_decided EXCEPT SELECT left_id, right_id FROM decided_arrow)
    UNION ALL
    (SELECT left_id, right_id FROM decided_arrow EXCEPT SELECT left_id, right_id FROM sameness_decided)
);

-- name: forget_decided
DELETE FROM sameness_decided;

-- name: remember_decided
INSERT INTO sameness_decided (left_id, right_id)
SELECT left_id, right_id FROM decided_arrow;

-- name: count_keys
-- How many records have each key that not only one has, where all are new.
CREATE OR REPLACE TEMP TABLE sameness_counted AS
SELECT k.key, max(k.kind) AS kind, count(*) AS bearers, max(crowds.most) AS most
FROM sameness_keys AS k
JOIN sameness_crowds AS crowds USING (kind)
GROUP BY k.key
HAVING count(*) > 1;

-- name: find_crowded
INSERT INTO sameness_crowded (key, kind, bearers)
SELECT key, kind, bearers FROM sameness_counted WHERE bearers > most;

-- name: find_near_everywhere
-- The bearers of the keys that few have.
CREATE OR REPLACE TEMP TABLE sameness_near AS
SELECT record_id, key, kind, true AS is_touched
FROM sameness_keys
SEMI JOIN (SELECT key FROM sameness_counted WHERE bearers <= most) AS few USING (key);

-- name: note_keys_changed
-- What the touched records had or have, where another number of records has it now than had it before.
CREATE OR REPLACE TEMP TABLE sameness_keys_changed AS
SELECT key, max(kind) AS kind, sum(times) AS more
FROM (
    SELECT key, kind, 1 AS times FROM sameness_mine SEMI JOIN sameness_fresh USING (record_id)
    UNION ALL
    SELECT key, kind, -1 FROM taken_arrow
)
GROUP BY key
HAVING sum(times) <> 0;

-- name: find_mine
-- The keys of touched records.
CREATE OR REPLACE TEMP TABLE sameness_mine AS
SELECT record_id, key, kind
FROM sameness_keys
SEMI JOIN sameness_touched USING (record_id);

-- name: find_turned
-- Keys that cease to be a crowd's.
CREATE OR REPLACE TEMP TABLE sameness_turned AS
SELECT crowded.key
FROM sameness_crowded AS crowded
JOIN sameness_keys_changed AS changed USING (key)
JOIN sameness_crowds AS crowds ON crowds.kind = changed.kind
WHERE crowded.bearers + changed.more <= crowds.most;

-- name: count_crowded_anew
MERGE INTO sameness_crowded AS crowded
USING (
    SELECT changed.key, changed.more, crowds.most
    FROM sameness_keys_changed AS changed
    JOIN sameness_crowds AS crowds USING (kind)
) AS counted ON counted.key = crowded.key
WHEN MATCHED AND crowded.bearers + counted.more <= counted.most THEN DELETE
WHEN MATCHED THEN UPDATE SET bearers = crowded.bearers + counted.more;

-- name: find_near
-- Who has those of them that no crowd has.
CREATE OR REPLACE TEMP TABLE sameness_near AS
SELECT record_id, key, kind
FROM sameness_keys
SEMI JOIN (SELECT DISTINCT key FROM sameness_mine ANTI JOIN sameness_crowded USING (key)) AS mine USING (key);

-- name: find_new_crowds
-- Keys that become a crowd's.
CREATE OR REPLACE TEMP TABLE sameness_new_crowds AS
SELECT near.key, max(near.kind) AS kind, count(*) AS bearers
FROM sameness_near AS near
JOIN sameness_crowds AS crowds USING (kind)
SEMI JOIN (SELECT key FROM sameness_keys_changed WHERE more > 0) AS grown USING (key)
GROUP BY near.key
HAVING count(*) > max(crowds.most);

-- name: remember_new_crowds
INSERT INTO sameness_crowded (key, kind, bearers)
SELECT key, kind, bearers FROM sameness_new_crowds;

-- name: find_turned_pairs
-- Pairs that share a key which has become a crowd's, or ceased to be one, and of which no record is touched. is_few: one has ceased.
-- The others stay as they are unless something was noted of them.
CREATE OR REPLACE TEMP TABLE sameness_turned_pairs AS
WITH bearers AS (
    SELECT record_id, key, kind, true AS is_few FROM sameness_keys SEMI JOIN sameness_turned USING (key)
    UNION ALL
    SELECT record_id, key, kind, false FROM sameness_near SEMI JOIN sameness_new_crowds USING (key)
), untouched AS (
    SELECT * FROM bearers ANTI JOIN sameness_touched USING (record_id)
), pairs AS (
    SELECT l.record_id AS left_id, r.record_id AS right_id, bool_or(l.is_few) AS is_few
    FROM untouched AS l
    JOIN untouched AS r ON r.key = l.key AND l.record_id < r.record_id
    WHERE NOT (l.kind IN (8, 16) AND l.kind = r.kind)
    GROUP BY l.record_id, r.record_id
)
SELECT left_id, right_id, is_few
FROM pairs
LEFT JOIN sameness_opinions AS noted USING (left_id, right_id)
WHERE is_few OR noted.left_id IS NOT NULL;

-- name: mark_near
CREATE OR REPLACE TEMP TABLE sameness_near AS
SELECT near.record_id, near.key, near.kind, touched.record_id IS NOT NULL AS is_touched
FROM sameness_near AS near
LEFT JOIN (SELECT DISTINCT record_id FROM sameness_touched) AS touched USING (record_id)
ANTI JOIN sameness_crowded USING (key);

-- name: find_candidates
-- Every pair of which one record is touched and that shares a key which few have.
CREATE OR REPLACE TEMP TABLE sameness_pairs AS
SELECT left_id, right_id
FROM (
    SELECT DISTINCT l.record_id AS left_id, r.record_id AS right_id
    FROM sameness_near AS l
    JOIN sameness_near AS r ON r.key = l.key AND l.record_id < r.record_id
    WHERE (l.is_touched OR r.is_touched) AND NOT (l.kind IN (8, 16) AND l.kind = r.kind)
)
ANTI JOIN decided_arrow AS decided USING (left_id, right_id);

-- name: add_turned_candidates
-- And of those that share a key which has turned whoever shares one now that few have.
INSERT INTO sameness_pairs (left_id, right_id)
WITH lost AS (
    SELECT left_id, right_id FROM sameness_turned_pairs WHERE NOT is_few
), theirs AS (
    SELECT record_id, key, kind
    FROM sameness_keys
    SEMI JOIN (SELECT unnest([left_id, right_id]) AS record_id FROM lost) AS asked USING (record_id)
    ANTI JOIN sameness_crowded USING (key)
)
SELECT left_id, right_id
FROM (
    SELECT left_id, right_id FROM sameness_turned_pairs WHERE is_few
    UNION
    SELECT lost.left_id, lost.right_id
    FROM lost
    JOIN theirs AS l ON l.record_id = lost.left_id
    JOIN theirs AS r ON r.record_id = lost.right_id AND r.key = l.key
    WHERE NOT (l.kind IN (8, 16) AND l.kind = r.kind)
)
ANTI JOIN decided_arrow AS decided USING (left_id, right_id);

-- name: order_pairs
SELECT pairs.left_id, pairs.right_id
FROM sameness_pairs AS pairs
JOIN sameness_records AS now ON now.record_id = pairs.left_id
ORDER BY now.country, pairs.left_id, pairs.right_id;

-- name: gather_records
-- What the records of the pairs say, in order.
SELECT
    now.record_id, now.network, now.name, now.organisation_type, now.country, now.nuts2, now.city, now.domain, now.website,
    now.role_email, now.phone, now.founded_on, addresses.site, addresses.mail
FROM sameness_records AS now
SEMI JOIN wanted_arrow USING (record_id)
LEFT JOIN (
    SELECT record_id, max(address) FILTER (kind = 'site') AS site, max(address) FILTER (kind = 'mail') AS mail
    FROM sameness_addresses
    SEMI JOIN wanted_arrow USING (record_id)
    GROUP BY record_id
) AS addresses USING (record_id)
ORDER BY now.record_id;

-- name: gather_names
-- And how they are named.
SELECT record_id, kind, printed, spelt, words, is_single, begins, holds
FROM sameness_names
SEMI JOIN wanted_arrow USING (record_id)
ORDER BY record_id, position;

-- name: forget_turned_opinions
DELETE FROM sameness_opinions
WHERE (left_id, right_id) IN (SELECT (left_id, right_id) FROM sameness_turned_pairs);

-- name: forget_opinions
DELETE FROM sameness_opinions
WHERE left_id IN (SELECT record_id FROM sameness_touched) OR right_id IN (SELECT record_id FROM sameness_touched);

-- name: remember_opinions
INSERT INTO sameness_opinions (left_id, right_id, verdict, score, because)
SELECT left_id, right_id, verdict, score, because FROM read_arrow;

-- name: tell_opinions
SELECT left_id, right_id, verdict, score, because
FROM sameness_opinions
ORDER BY left_id, right_id;
