-- Search as any client of an edition may use it, after USE <the edition>:
--     SELECT name, country, score FROM search_clusters('vätgas i Norge') ORDER BY score DESC LIMIT 10;
-- matching/search/ makes the tables search_… that this reads; matching/README.md says what was measured.

-- name: make_readings
-- Which words of the index are looked for in place of which word of a query, and how far each is trusted.
-- A reading of several parts answers where all its parts are there; reading -1 is the word itself and what is like it.
CREATE OR REPLACE MACRO search_readings(typed) AS TABLE
    WITH said AS MATERIALIZED (
        -- Without a regular expression: making one ready takes longer than the rest of the search.
        SELECT string_split(
            translate(
                strip_accents(lower(typed)),
                'øłđ.,;:!?/\|&+*=_-–—’‘“”"''()[]{}<>#%@~^$',
                'old                                     '
            ), ' '
        ) AS words
    ), words AS MATERIALIZED (
        SELECT
            s.place, s.word, length(s.word) AS letters, coalesce(f.importance, 1.0) AS importance,
            coalesce(f.is_country, false) AS is_country, t.phrase IS NOT NULL AS is_of_thesaurus
        FROM (SELECT unnest(words) AS word, generate_subscripts(words, 1) AS place FROM said) AS s
        LEFT JOIN search_faint AS f ON f.word = s.word
        LEFT JOIN search_phrases AS t ON t.words = 1 AND t.phrase = s.word
        WHERE s.word <> '' AND s.place <= 40 AND coalesce(f.importance, 1.0) > 0
    ),

    -- Words of the index that are like a word of the query: longer forms, other endings, slips, halves of compounds.
    stemmed AS (
        -- English words without the ending that they are derived or inflected by.
        SELECT
            w.place,
            CASE
                WHEN ends_with(w.word, 'ations') AND w.letters >= 10 THEN left(w.word, w.letters - 6)
                WHEN ends_with(w.word, 'ation') AND w.letters >= 9 THEN left(w.word, w.letters - 5)
                WHEN ends_with(w.word, 'ating') AND w.letters >= 9 THEN left(w.word, w.letters - 5)
                WHEN ends_with(w.word, 'ated') AND w.letters >= 8 THEN left(w.word, w.letters - 4)
                WHEN ends_with(w.word, 'ates') AND w.letters >= 8 THEN left(w.word, w.letters - 4)
                WHEN ends_with(w.word, 'ate') AND w.letters >= 7 THEN left(w.word, w.letters - 3)
                WHEN ends_with(w.word, 'ings') AND w.letters >= 8 THEN left(w.word, w.letters - 4)
                WHEN ends_with(w.word, 'ing') AND w.letters >= 7 THEN left(w.word, w.letters - 3)
                WHEN ends_with(w.word, 'ers') AND w.letters >= 7 THEN left(w.word, w.letters - 3)
                WHEN ends_with(w.word, 'ies') AND w.letters >= 7 THEN left(w.word, w.letters - 3)
                WHEN ends_with(w.word, 'ied') AND w.letters >= 7 THEN left(w.word, w.letters - 3)
                WHEN ends_with(w.word, 'ors') AND w.letters >= 7 THEN left(w.word, w.letters - 3)
                WHEN ends_with(w.word, 'er') AND w.letters >= 6 THEN left(w.word, w.letters - 2)
                WHEN ends_with(w.word, 'or') AND w.letters >= 6 THEN left(w.word, w.letters - 2)
                WHEN ends_with(w.word, 'ed') AND w.letters >= 6 THEN left(w.word, w.letters - 2)
            END AS stem
        FROM words AS w
    ), pieces AS (
        SELECT DISTINCT place, substr('_' || word || '_', CAST(start AS BIGINT), 4) AS gram
        FROM (SELECT place, word, unnest(range(1, greatest(letters - 1, 1) + 1)) AS start FROM words) AS cut
    ), sharing AS (
        SELECT g.place, g.term_id, count(*) AS shared
        FROM (
            SELECT p.place, unnest(held.term_ids) AS term_id FROM pieces AS p JOIN search_grams AS held ON held.gram = p.gram
        ) AS g
        GROUP BY g.place, g.term_id
    ), likened AS (
        SELECT
            s.place, s.term_id, t.documents,
            w.is_country,
            w.is_country OR bool_or(t.term = w.word) OVER (PARTITION BY s.place) AS is_known,
            -- Most such words are Swedish, and "malm" is no "Malmö".
            w.is_of_thesaurus AND NOT is_known AS is_form_only,
            e.stem IS NOT NULL AND starts_with(t.term, e.stem) AND substr(t.term, length(e.stem) + 1) IN (
                '', 's', 'e', 'y', 'es', 'ations', 'ation', 'ating', 'ated', 'ates', 'ate', 'ings', 'ing', 'ers', 'ies', 'ied', 'ors', 'er', 'or', 'ed'
            ) AS is_of_one_stem,
            CASE
                WHEN t.term = w.word THEN 1.0
                WHEN t.term = w.word || 's' OR w.word = t.term || 's' THEN 0.95
                WHEN starts_with(t.term, w.word) AND w.letters >= 4 THEN
                    CASE
                        WHEN w.letters >= 7 THEN 0.9
                        WHEN w.letters >= 5 AND length(t.term) - w.letters <= 2 THEN 0.85
                        WHEN NOT is_form_only THEN 0.6
                    END
                WHEN starts_with(w.word, t.term) AND is_form_only THEN 0
                WHEN starts_with(w.word, t.term) AND length(t.term) >= 4 AND w.letters - length(t.term) <= 2 THEN 0.8
                WHEN w.letters >= 6 AND length(t.term) - w.letters <= 3
                    AND left(t.term, w.letters - 2) = left(w.word, w.letters - 2) THEN
                    CASE WHEN is_known AND NOT is_of_one_stem THEN 0.5 ELSE 0.75 END
                WHEN is_of_one_stem THEN 0.7
                WHEN is_form_only THEN 0
                WHEN ends_with(t.term, w.word) AND w.letters >= 5 THEN 0.55
                WHEN length(t.term) >= 5 AND (starts_with(w.word, t.term) OR ends_with(w.word, t.term)) THEN 0.45
                WHEN s.shared >= 0.6 * (w.letters - 1) THEN 0.5 * s.shared / greatest(w.letters - 1, 1)
            END AS likeness,
            CASE
                WHEN w.letters >= 4 AND abs(length(t.term) - w.letters) <= 2 AND left(t.term, 1) = left(w.word, 1) THEN
                    CASE damerau_levenshtein(t.term, w.word)
                        WHEN 1 THEN 0.9
                        WHEN 2 THEN CASE WHEN w.letters >= 7 THEN 0.65 END
                    END
            END AS slip
        FROM sharing AS s
        JOIN words AS w ON w.place = s.place
        JOIN stemmed AS e ON e.place = s.place
        JOIN search_terms AS t ON t.term_id = s.term_id
        WHERE s.shared >= 0.4 * (w.letters - 1)
    ), alike AS MATERIALIZED (
        SELECT
            place, term_id, documents, is_country,
            greatest(coalesce(likeness, 0), CASE WHEN is_known OR is_form_only THEN 0 ELSE coalesce(slip, 0) END) AS weight
        FROM likened
        QUALIFY row_number() OVER (PARTITION BY place ORDER BY weight DESC, documents DESC, term_id) <= 40
    ),

    -- What the thesaurus knows: whole phrases, and words as they stand, inflected, compounded or misspelt.
    phrases AS MATERIALIZED (
        SELECT w.place, t.phrase_id, t.words, 1.0 AS fit
        FROM search_phrases AS t
        CROSS JOIN said AS s
        JOIN words AS w ON list_contains(string_split(t.phrase, ' '), w.word) AND NOT w.is_country
        WHERE t.words > 1 AND contains(' ' || array_to_string(s.words, ' ') || ' ', ' ' || t.phrase || ' ')
    ), single AS (
        SELECT
            w.place, t.phrase_id,
            CASE
                WHEN w.word = t.phrase THEN 1.0
                WHEN starts_with(w.word, t.phrase) AND e.weight IS NOT NULL THEN e.weight
                WHEN starts_with(w.word, t.stem) AND s.weight IS NOT NULL THEN 0.97 * s.weight
                WHEN length(t.stem) >= 5 AND starts_with(w.word, t.stem) THEN 0.5
                WHEN length(t.phrase) >= 5 AND ends_with(w.word, t.phrase) THEN 0.55
                WHEN w.letters >= 5 AND abs(w.letters - length(t.phrase)) <= 2 AND left(w.word, 1) = left(t.phrase, 1)
                    AND w.place NOT IN (SELECT place FROM alike WHERE weight = 1) THEN
                    CASE damerau_levenshtein(w.word, t.phrase)
                        WHEN 1 THEN 0.8
                        WHEN 2 THEN CASE WHEN w.letters >= 9 THEN 0.7 END
                    END
            END AS fit
        FROM words AS w
        JOIN search_phrases AS t ON t.words = 1 AND NOT w.is_country
        LEFT JOIN search_endings AS e ON e.ending = substr(w.word, length(t.phrase) + 1)
        LEFT JOIN search_endings AS s ON s.ending = substr(w.word, length(t.stem) + 1)
    ), fitting AS (
        SELECT place, phrase_id, words, fit FROM phrases
        UNION ALL
        -- What is said by a phrase is hardly meant word by word.
        SELECT place, phrase_id, 1 AS words, fit * CASE WHEN place IN (SELECT place FROM phrases) THEN 0.4 ELSE 1.0 END AS fit
        FROM single
        WHERE fit IS NOT NULL
    ), meant AS (
        -- A word that is known as it stands is not taken apart; of two halves of a compound both may be meant.
        SELECT f.place, t.meaning_id, max(f.fit * t.weight / sqrt(f.words)) AS weight
        FROM (SELECT place, phrase_id, words, fit, max(fit) OVER (PARTITION BY place) AS best FROM fitting) AS f
        JOIN search_thesaurus AS t ON t.phrase_id = f.phrase_id
        WHERE f.words > 1 OR f.best <= 0.6 OR f.fit >= f.best - 0.035
        GROUP BY f.place, t.meaning_id
    ),

    readings AS MATERIALIZED (
        SELECT place, -1 AS reading, 1 AS part, 1 AS parts, term_id, documents, weight
        FROM alike WHERE weight > CASE WHEN is_country THEN 0.65 ELSE 0 END
        UNION ALL
        SELECT m.place, m.meaning_id AS reading, p.part, p.parts, p.term_id, p.documents, m.weight * p.weight AS weight
        FROM meant AS m
        JOIN search_meanings AS p ON p.meaning_id = m.meaning_id
    ), rarest AS (
        -- A reading of several words is rarer than the rarest of them, and nobody has counted by how much.
        -- Of words that are alike, those that are hardly trusted say nothing where another is.
        SELECT place, reading, min(documents) / count(*) ** 2 AS documents, max(weight) AS weight
        FROM (
            SELECT
                place, reading, part, max(weight) AS weight,
                coalesce(max(documents) FILTER (WHERE weight >= 0.65), max(documents)) AS documents
            FROM readings GROUP BY place, reading, part
        ) AS of_parts
        GROUP BY place, reading
    ), common AS (
        -- How rare a word of the query is, is decided by the commonest of its good readings, so that a rare misreading gains nothing.
        SELECT place, coalesce(max(documents) FILTER (WHERE weight >= 0.65), max(documents)) AS documents
        FROM rarest GROUP BY place
    )
    SELECT
        w.place, w.word, w.importance, w.is_country, w.importance / (SELECT sum(importance) FROM words) AS share,
        r.reading, r.part, r.parts, r.term_id, r.weight,
        ln(1 + (s.organisations - n.documents + 0.5) / (n.documents + 0.5)) AS idf
    FROM words AS w
    LEFT JOIN readings AS r ON r.place = w.place
    LEFT JOIN common AS n ON n.place = w.place
    CROSS JOIN search_size AS s;

-- name: make_scores
-- From the readings of a query to every organisation that answers it, gone ones too. matching/search/scores.py does the same.
CREATE OR REPLACE MACRO search_scores(typed) AS TABLE
    WITH readings AS MATERIALIZED (
        SELECT place, reading, part, parts, term_id, weight, idf, importance, is_country, share FROM search_readings(typed)
    ), met_parts AS (
        SELECT p.organisation_id, r.place, r.reading, r.part, max(p.impact * r.weight) AS score, any_value(r.parts) AS parts
        FROM search_postings AS p
        JOIN readings AS r ON r.term_id = p.term_id AND r.parts > 1
        GROUP BY p.organisation_id, r.place, r.reading, r.part
    ), met_readings AS (
        -- Most readings have one part, and are not grouped twice: among very many organisations that takes the time.
        SELECT p.organisation_id, r.place, r.reading, p.impact * r.weight AS score
        FROM search_postings AS p
        JOIN readings AS r ON r.term_id = p.term_id AND r.parts = 1
        UNION ALL
        SELECT organisation_id, place, reading, sum(score) / any_value(parts) AS score
        FROM met_parts
        GROUP BY organisation_id, place, reading
        HAVING count(*) = any_value(parts)
    ), met_words AS (
        -- The best reading counts; whoever uses the very word that was typed, rather than what it means, gains a little more.
        SELECT organisation_id, place, max(score) + 0.25 * coalesce(max(score) FILTER (WHERE reading = -1), 0) AS score
        FROM met_readings
        GROUP BY organisation_id, place
    ), summed AS (
        -- Somebody is in a country or is not, however often a text says so.
        SELECT
            m.organisation_id, sum(k.share) AS share, bool_or(k.is_country) AS is_there,
            coalesce(sum(m.score * k.idf * k.importance) FILTER (WHERE NOT k.is_country), 0) AS score,
            coalesce(sum(k.idf * k.importance) FILTER (WHERE k.is_country), 0) AS score_there
        FROM met_words AS m
        JOIN (SELECT DISTINCT place, idf, importance, is_country, share FROM readings) AS k ON k.place = m.place
        GROUP BY m.organisation_id
    ), worded AS (
        -- Who meets a third of what was asked for answers; who meets all of it counts more, and doubly in the country asked for.
        SELECT organisation_id, (score * CASE WHEN is_there THEN 2 ELSE 1 END + score_there) * share AS score
        FROM summed WHERE share >= 0.3
    )
    SELECT organisation_id, score FROM worded;

-- name: make_clusters
-- The organisations that answer a query and are not gone, by its words alone.
CREATE OR REPLACE MACRO search_clusters(typed) AS TABLE
    SELECT c.organisation_id, c.name, c.country, s.score
    FROM search_scores(typed) AS s
    JOIN clusters AS c ON c.organisation_id = s.organisation_id
    WHERE NOT c.is_gone;

-- name: size
SELECT organisations, digest FROM search_size

-- name: organisations
SELECT organisation_id, alphabetical FROM search_organisations ORDER BY organisation_id

-- name: facet_values
SELECT value_id, facet, value, valid_until FROM search_facet_values ORDER BY value_id

-- name: facets
SELECT value_id, organisation_id FROM search_facets

-- name: grams
-- Words of the index that have any of some pieces of four letters, piece by piece.
SELECT g.gram, g.term_ids
FROM search_grams AS g
JOIN (SELECT unnest($grams::VARCHAR[]) AS gram) AS wanted ON wanted.gram = g.gram

-- name: terms
SELECT t.term_id, t.term, t.shown, t.documents
FROM search_terms AS t
JOIN (SELECT unnest($term_ids::INTEGER[]) AS term_id) AS wanted ON wanted.term_id = t.term_id

-- name: known_terms
-- The words of the index that say what phrases of the thesaurus mean.
SELECT t.term_id, t.term, t.shown, t.documents
FROM search_terms AS t
SEMI JOIN search_meanings AS m ON m.term_id = t.term_id

-- name: postings
SELECT p.term_id, p.organisation_id, p.impact
FROM search_postings AS p
JOIN (SELECT unnest($term_ids::INTEGER[]) AS term_id) AS wanted ON wanted.term_id = p.term_id

-- name: named
-- Who bears the very name that was typed.
SELECT organisation_id FROM search_names WHERE folded = $folded

-- name: namesakes
-- Names of about the same length that begin alike: few misspell the first two letters, by which the table is in order.
SELECT organisation_id, folded
FROM search_names
WHERE folded >= $first AND folded < $beyond AND length(folded) BETWEEN $shortest AND $longest

-- name: texts
SELECT t.organisation_id, t.texts
FROM search_texts AS t
JOIN (SELECT unnest($organisation_ids::BIGINT[]) AS organisation_id) AS wanted ON wanted.organisation_id = t.organisation_id

-- name: all_grams
SELECT gram, term_ids FROM search_grams

-- name: all_terms
SELECT term_id, term, shown, documents FROM search_terms

-- name: all_postings
SELECT term_id, organisation_id, impact FROM search_postings

-- name: all_names
SELECT organisation_id, folded FROM search_names ORDER BY folded, organisation_id

-- name: all_texts
SELECT organisation_id, texts FROM search_texts
