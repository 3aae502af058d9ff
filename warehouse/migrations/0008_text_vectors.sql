-- What texts mean, as the sentence model has it, so that only new texts are embedded. It can be emptied at any time: the next run
-- computes it anew. A text is known by the SHA-256 of the model's name and the text; only texts of today's organisations are kept.

CREATE TABLE text_vectors (
    digest VARCHAR NOT NULL,
    vector BLOB NOT NULL -- 384 floats of 16 bits, least byte first
);
