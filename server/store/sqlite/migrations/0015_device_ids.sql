-- A browser gets another id whenever somebody logs in, so that one which was planted
-- or stolen is worth nothing afterwards. The first one stays beside it: what limits
-- count by does not change with the id. NULL where the id is the first.
ALTER TABLE devices ADD COLUMN first_hash BLOB CHECK (length(first_hash) = 32);
