SELECT id, username, role, version, fields, audiences, listed AS "listed: bool",
    in_directory AS "in_directory: bool", profiles.created_at, updated_at
FROM profiles JOIN users ON id = user_id
WHERE users.id = coalesce(
        (SELECT id FROM users WHERE username_key = $1),
        (SELECT user_id FROM former_names
         WHERE name_key = $1 AND name_key NOT LIKE '%@%'))
  AND status = 'active' AND leaves_at IS NULL
  AND waits_since IS NULL
  AND (email IS NOT NULL OR NOT $2)
