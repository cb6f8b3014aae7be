-- The picture that a profile names, as a column: the path into the JSON then stands in the schema
-- alone, and each database has its own way to write one.
ALTER TABLE profiles ADD COLUMN avatar_hash TEXT
    GENERATED ALWAYS AS (fields ->> '$.avatar.hash') VIRTUAL;
