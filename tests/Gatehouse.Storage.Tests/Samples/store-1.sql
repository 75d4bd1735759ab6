-- A store of schema version 1 as it was first released. Never changed: newer programs must open it.
PRAGMA application_id = 1197569125;
CREATE TABLE revocations (
  kind TEXT NOT NULL,
  issuer TEXT NOT NULL,
  value TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  PRIMARY KEY (kind, issuer, value)
) WITHOUT ROWID;
CREATE INDEX revocations_until ON revocations (valid_until);
CREATE TABLE ended_sessions (
  session_uid TEXT NOT NULL PRIMARY KEY,
  valid_until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ended_sessions_until ON ended_sessions (valid_until);
CREATE TABLE task_owners (
  server TEXT NOT NULL,
  task_digest TEXT NOT NULL,
  owner_digest TEXT NOT NULL,
  valid_until INTEGER NOT NULL,
  PRIMARY KEY (server, task_digest)
) WITHOUT ROWID;
CREATE INDEX task_owners_until ON task_owners (valid_until);
INSERT INTO revocations VALUES ('subject', 'https://issuer.example', 'alice', 638708544000000000, 3155378975999999999, 'left', 'bob');
INSERT INTO ended_sessions VALUES ('session-1', 3155378975999999999);
INSERT INTO task_owners VALUES ('files', '00112233445566778899aabbccddeeff', 'ffeeddccbbaa99887766554433221100', 3155378975999999999);
PRAGMA user_version = 1;
