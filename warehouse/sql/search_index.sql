-- The tables of the search index, from what matching/search/index.py reads out of the texts.

-- name: begin_occurrences
CREATE OR REPLACE TEMP TABLE search_occurrences (organisation_id BIGINT, term_id INTEGER, weight FLOAT);

-- name: begin_names
CREATE OR REPLACE TEMP TABLE search_names_read (organisation_id BIGINT, name VARCHAR, folded VARCHAR, is_shown BOOLEAN);

-- name: begin_texts
CREATE OR REPLACE TABLE search_texts (organisation_id BIGINT, texts VARCHAR);

-- name: add_occurrences
INSERT INTO search_occurrences (organisation_id, term_id, weight)
SELECT organisation_id, term_id, weight FROM staged_occurrences;

-- name: add_names
INSERT INTO search_names_read (organisation_id, name, folded, is_shown)
SELECT organisation_id, name, folded, is_shown FROM staged_names;

-- name: add_texts
INSERT INTO search_texts (organisation_id, texts)
SELECT organisation_id, texts FROM staged_texts;

-- name: make_postings
-- In the order in which they are asked for, so that only the blocks of the words asked for are read.
CREATE OR REPLACE TABLE search_postings AS
WITH lengths AS (
    SELECT organisation_id, count(*) AS words FROM search_occurrences GROUP BY organisation_id
), usual AS (
    SELECT avg(words) AS words FROM lengths
), met AS (
    SELECT term_id, organisation_id, sum(weight) AS weight FROM search_occurrences GROUP BY term_id, organisation_id
), lengthened AS (
    SELECT
        m.term_id, m.organisation_id,
        m.weight / (1 - $length_weight + $length_weight * l.words / u.words) AS frequency
    FROM met AS m
    JOIN lengths AS l ON l.organisation_id = m.organisation_id
    CROSS JOIN usual AS u
)
SELECT
    term_id,
    organisation_id,
    CAST(frequency * ($saturation + 1) / (frequency + $saturation) AS FLOAT) AS impact
FROM lengthened
ORDER BY term_id, organisation_id;

-- name: make_terms
CREATE OR REPLACE TABLE search_terms AS
SELECT t.term_id, t.term, CAST(count(p.organisation_id) AS INTEGER) AS documents, t.shown
FROM staged_terms AS t
JOIN search_postings AS p ON p.term_id = t.term_id
GROUP BY t.term_id, t.term, t.shown
ORDER BY t.term_id;

-- name: make_grams
CREATE OR REPLACE TABLE search_grams AS
SELECT gram, list(term_id ORDER BY term_id) AS term_ids FROM staged_grams GROUP BY gram ORDER BY gram;

-- name: make_names
CREATE OR REPLACE TABLE search_names AS
SELECT organisation_id, name, folded, is_shown FROM search_names_read ORDER BY folded, organisation_id, name;

-- name: make_phrases
CREATE OR REPLACE TABLE search_phrases AS
SELECT phrase_id, phrase, stem, words FROM staged_phrases;

-- name: make_thesaurus
CREATE OR REPLACE TABLE search_thesaurus AS
SELECT phrase_id, meaning_id, weight FROM staged_thesaurus;

-- name: make_organisations
-- Those that can be hits, and where each stands in the alphabet.
CREATE OR REPLACE TABLE search_organisations AS
SELECT organisation_id, CAST(row_number() OVER (ORDER BY lower(name), organisation_id) AS INTEGER) AS alphabetical
FROM clusters
WHERE NOT is_gone
ORDER BY organisation_id;

-- name: make_facet_values
CREATE OR REPLACE TABLE search_facet_values AS
SELECT value_id, facet, value, valid_until FROM staged_facet_values;

-- name: make_facets
CREATE OR REPLACE TABLE search_facets AS
SELECT value_id, organisation_id FROM staged_facets;

-- name: make_size
-- The digest changes with what the program keeps in memory of an edition.
CREATE OR REPLACE TABLE search_size AS
SELECT
    (SELECT count(*) FROM clusters) AS organisations,
    concat_ws(
        '-',
        $digest,
        (SELECT bit_xor(hash(organisation_id, alphabetical)) FROM search_organisations),
        (SELECT bit_xor(hash(term_id, term, shown, documents)) FROM search_terms),
        (SELECT bit_xor(hash(term_id, organisation_id, impact)) FROM search_postings),
        (SELECT bit_xor(hash(organisation_id, name, folded)) FROM search_names),
        (SELECT bit_xor(hash(organisation_id, texts)) FROM search_texts)
    ) AS digest;

-- name: make_meanings
CREATE OR REPLACE TABLE search_meanings AS
SELECT m.meaning_id, m.part, m.parts, m.term_id, t.documents, m.weight
FROM staged_meanings AS m
JOIN search_terms AS t ON t.term_id = m.term_id
ORDER BY m.meaning_id, m.part, m.term_id;

-- name: make_endings
CREATE OR REPLACE TABLE search_endings AS
SELECT ending, weight FROM staged_endings;

-- name: make_faint
CREATE OR REPLACE TABLE search_faint AS
SELECT word, importance, is_country FROM staged_faint;

-- name: count_postings
SELECT count(*) FROM search_postings;

-- name: end
DROP TABLE search_occurrences;
DROP TABLE search_names_read;
