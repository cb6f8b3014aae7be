WITH session AS MATERIALIZED (
    SELECT * FROM sessions
    WHERE id_hash = coalesce(
            (SELECT id_hash FROM sessions
             WHERE previous_hash = $1 AND renewed_at > $4 AND renewed_at <= $2
             LIMIT 1),
            $1)
      AND expires_at > $2 AND last_seen_at > $3)
SELECT id_hash, users.id, username, role, last_seen_at,
    renew AND id_hash = $1 AS "rotate!: bool",
    CASE WHEN id_hash = $1 THEN confirmed_at ELSE 0 END AS "confirmed_at!: i64",
    CASE WHEN id_hash = $1 THEN second_at ELSE 0 END AS "second_at!: i64",
    has_second AS "has_second: bool",
    email IS NOT NULL AS "has_email!: bool", waits_since,
    version AS "version?", fields AS "fields?", audiences AS "audiences?",
    listed AS "listed?: bool", in_directory AS "in_directory?: bool",
    profiles.created_at AS "created_at?",
    updated_at AS "updated_at?"
FROM session JOIN users ON users.id = (SELECT user_id FROM session)
    LEFT JOIN profiles ON profiles.user_id = users.id
WHERE status = 'active' AND leaves_at IS NULL
