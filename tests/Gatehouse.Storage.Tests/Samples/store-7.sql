-- A store of schema version 7 as it was released, with a row in each table. Never changed: newer programs must open it.
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
CREATE TABLE quota_days (
  digest TEXT NOT NULL PRIMARY KEY,
  day INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  valid_until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX quota_days_until ON quota_days (valid_until);
CREATE TABLE definition_words (
  server TEXT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  is_revocation INTEGER NOT NULL,
  definition BLOB NOT NULL,
  PRIMARY KEY (server, source, kind, name, digest, made_by)
);
CREATE INDEX definition_words_until ON definition_words (valid_until);
CREATE TABLE commands (
  digest TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  approved INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  valid_until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX commands_until ON commands (valid_until);
CREATE TABLE open_sessions (
  session_uid TEXT NOT NULL PRIMARY KEY,
  owner_digest TEXT NOT NULL,
  valid_until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX open_sessions_until ON open_sessions (valid_until);

ALTER TABLE task_owners ADD COLUMN caller_digest TEXT NOT NULL DEFAULT '';
CREATE INDEX task_owners_caller ON task_owners (caller_digest, valid_until);
CREATE TABLE secrets (
  purpose TEXT NOT NULL,
  owner_digest TEXT NOT NULL,
  name TEXT NOT NULL,
  sealed_key BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  sealed_value BLOB NOT NULL,
  PRIMARY KEY (purpose, owner_digest, name)
);
CREATE INDEX secrets_until ON secrets (valid_until);
CREATE TABLE grants (
  id TEXT NOT NULL PRIMARY KEY,
  subject TEXT NOT NULL,
  client_id TEXT NOT NULL,
  resource TEXT NOT NULL,
  scopes TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  sealed BLOB NOT NULL
);
CREATE INDEX grants_subject ON grants (subject, made_at, id);
CREATE INDEX grants_made ON grants (made_at, id);
CREATE INDEX grants_until ON grants (valid_until);

CREATE TABLE credentials (
  kind TEXT NOT NULL,
  digest TEXT NOT NULL,
  grant_id TEXT NOT NULL,
  party_digest TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  spent_at INTEGER NOT NULL DEFAULT 0,
  successor BLOB NOT NULL DEFAULT x'',
  sealed BLOB NOT NULL,
  PRIMARY KEY (kind, digest)
);
CREATE INDEX credentials_grant ON credentials (grant_id);
CREATE INDEX credentials_party ON credentials (party_digest, kind, made_at, valid_until);
CREATE INDEX credentials_until ON credentials (valid_until);

CREATE TABLE consents (
  subject TEXT NOT NULL,
  client_id TEXT NOT NULL,
  resource TEXT NOT NULL,
  client_name TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  scopes TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  PRIMARY KEY (subject, client_id, resource)
);
CREATE INDEX consents_subject ON consents (subject, made_at);
CREATE INDEX consents_until ON consents (valid_until);

CREATE TABLE clients (
  id TEXT NOT NULL PRIMARY KEY,
  party_digest TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  valid_until INTEGER NOT NULL,
  metadata BLOB NOT NULL
);
CREATE INDEX clients_party ON clients (party_digest, valid_until);
CREATE INDEX clients_until ON clients (valid_until);
INSERT INTO revocations VALUES ('subject', 'https://issuer.example', 'alice', 638708544000000000, 3155378975999999999, 'left', 'bob');
INSERT INTO open_sessions VALUES ('session-1', 'owner', 3155378975999999999);
INSERT INTO task_owners VALUES ('files', '00112233445566778899aabbccddeeff', 'ffeeddccbbaa99887766554433221100', 3155378975999999999, '00112233445566778899aabbccddeeff');
INSERT INTO quota_days VALUES ('digest', 800000, 3, 4, 3155378975999999999);
INSERT INTO definition_words VALUES ('files', 'https://files', 'tool', 'read', 'sha256:1', 'ada', 638708544000000000, 3155378975999999999, 'reviewed', 0, x'7b7d');
INSERT INTO commands VALUES ('digest', 'files', '{}', 1, 638708544000000000, 3155378975999999999);
INSERT INTO secrets VALUES ('secret', 'owner', 'name', x'01', 638708544000000000, 3155378975999999999, x'02');
INSERT INTO grants VALUES ('grant-1', 'ada', 'client', 'https://files', 'read', 638708544000000000, 3155378975999999999, x'03');
INSERT INTO credentials VALUES ('refresh', '00112233445566778899aabbccddeeff', 'grant-1', '00112233445566778899aabbccddeeff', 638708544000000000, 3155378975999999999, 0, x'', x'04');
INSERT INTO consents VALUES ('ada', 'client', 'https://files', 'Client', 'https://client/callback', 'read', 638708544000000000, 3155378975999999999);
INSERT INTO clients VALUES ('client', '00112233445566778899aabbccddeeff', 638708544000000000, 3155378975999999999, x'7b7d');
PRAGMA user_version = 7;
