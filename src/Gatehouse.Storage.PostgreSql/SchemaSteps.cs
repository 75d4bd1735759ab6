namespace Gatehouse.Storage.PostgreSql;

/// <summary>The steps of <see cref="Schema"/>.</summary>
internal static class SchemaSteps
{
    /// <summary>
    /// The tables. <c>key</c> is the digest of the texts by which a row is found (<see cref="RowKey"/>). A credential without a grant has an empty
    /// grant_key. A grant that ended has no row any more; its spent credentials still have theirs.
    /// </summary>
    /// <remarks>Triggers keep the number of rows, so that it is right whoever adds or deletes rows. A TRUNCATE by hand is not counted.</remarks>
    public const string First =
        """
        CREATE TABLE rooms (name text COLLATE "C" PRIMARY KEY, used bigint NOT NULL) WITH (fillfactor = 10);
        INSERT INTO rooms (name, used) SELECT name, 0 FROM unnest(ARRAY[
          'clients', 'commands', 'consents', 'credentials', 'credentials_without_grant', 'definition_words', 'grants', 'open_sessions', 'quota_days',
          'revocations', 'secrets', 'task_owners']) AS name;

        CREATE TABLE revocations (
          key bytea PRIMARY KEY,
          kind text COLLATE "C" NOT NULL,
          issuer text COLLATE "C" NOT NULL,
          value text COLLATE "C" NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          reason text COLLATE "C" NOT NULL,
          made_by text COLLATE "C" NOT NULL
        );

        CREATE TABLE open_sessions (
          key bytea PRIMARY KEY,
          session_uid text COLLATE "C" NOT NULL,
          owner_digest text COLLATE "C" NOT NULL,
          valid_until bigint NOT NULL
        );

        CREATE TABLE task_owners (
          key bytea PRIMARY KEY,
          owner_digest bytea NOT NULL,
          caller_digest bytea NOT NULL,
          valid_until bigint NOT NULL
        );
        CREATE INDEX task_owners_caller ON task_owners (caller_digest, valid_until);

        CREATE TABLE quota_days (
          key bytea PRIMARY KEY,
          digest text COLLATE "C" NOT NULL,
          day integer NOT NULL,
          requests bigint NOT NULL,
          bytes bigint NOT NULL,
          valid_until bigint NOT NULL
        );

        CREATE TABLE definition_words (
          key bytea PRIMARY KEY,
          server text COLLATE "C" NOT NULL,
          source text COLLATE "C" NOT NULL,
          kind text COLLATE "C" NOT NULL,
          name text COLLATE "C" NOT NULL,
          digest text COLLATE "C" NOT NULL,
          made_by text COLLATE "C" NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          reason text COLLATE "C" NOT NULL,
          is_revocation boolean NOT NULL,
          definition bytea NOT NULL,
          definition_key bytea NOT NULL
        );
        CREATE INDEX definition_words_definition ON definition_words (definition_key);

        CREATE TABLE commands (
          key bytea PRIMARY KEY,
          digest text COLLATE "C" NOT NULL,
          name text COLLATE "C" NOT NULL,
          content text COLLATE "C" NOT NULL,
          approved boolean NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL
        );

        CREATE TABLE secrets (
          key bytea PRIMARY KEY,
          purpose text COLLATE "C" NOT NULL,
          owner_digest text COLLATE "C" NOT NULL,
          name text COLLATE "C" NOT NULL,
          owner_key bytea NOT NULL,
          sealed_key bytea NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          sealed_value bytea NOT NULL
        );
        CREATE INDEX secrets_owner ON secrets (owner_key);

        CREATE TABLE grants (
          key bytea PRIMARY KEY,
          id text COLLATE "C" NOT NULL,
          subject text COLLATE "C" NOT NULL,
          client_id text COLLATE "C" NOT NULL,
          resource text COLLATE "C" NOT NULL,
          scopes text COLLATE "C" NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          sealed bytea NOT NULL,
          subject_key bytea NOT NULL
        );
        CREATE INDEX grants_subject ON grants (subject_key, made_at);
        CREATE INDEX grants_made ON grants (made_at);

        CREATE TABLE credentials (
          kind text COLLATE "C" NOT NULL,
          digest bytea NOT NULL,
          grant_id text COLLATE "C" NOT NULL,
          grant_key bytea NOT NULL,
          party_digest bytea NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          spent_at bigint NOT NULL DEFAULT 0,
          successor bytea NOT NULL DEFAULT '',
          sealed bytea NOT NULL,
          PRIMARY KEY (digest, kind)
        );
        CREATE INDEX credentials_grant ON credentials (grant_key) WHERE grant_key <> '';
        CREATE INDEX credentials_party ON credentials (party_digest, kind, made_at, valid_until);

        CREATE TABLE consents (
          key bytea PRIMARY KEY,
          subject text COLLATE "C" NOT NULL,
          client_id text COLLATE "C" NOT NULL,
          resource text COLLATE "C" NOT NULL,
          client_name text COLLATE "C" NOT NULL,
          redirect_uri text COLLATE "C" NOT NULL,
          scopes text COLLATE "C" NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          subject_key bytea NOT NULL
        );
        CREATE INDEX consents_subject ON consents (subject_key, made_at);

        CREATE TABLE clients (
          key bytea PRIMARY KEY,
          id text COLLATE "C" NOT NULL,
          party_digest bytea NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          metadata bytea NOT NULL
        );
        CREATE INDEX clients_party ON clients (party_digest, valid_until);
        CREATE INDEX clients_made ON clients (made_at);

        CREATE FUNCTION note_rows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $note$
        DECLARE changes bigint;
        BEGIN
          SELECT count(*) INTO changes FROM changed;
          IF changes > 0 THEN
            UPDATE rooms SET used = used + CASE TG_OP WHEN 'INSERT' THEN changes ELSE -changes END WHERE name = TG_TABLE_NAME;
          END IF;
          RETURN NULL;
        END $note$;

        CREATE FUNCTION note_credentials() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $note$
        DECLARE of_grants bigint; others bigint; sign bigint := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
        BEGIN
          SELECT count(*) FILTER (WHERE grant_key <> ''), count(*) FILTER (WHERE grant_key = '') INTO of_grants, others FROM changed;
          IF of_grants > 0 THEN UPDATE rooms SET used = used + sign * of_grants WHERE name = 'credentials'; END IF;
          IF others > 0 THEN UPDATE rooms SET used = used + sign * others WHERE name = 'credentials_without_grant'; END IF;
          RETURN NULL;
        END $note$;

        CREATE FUNCTION note_moved_credential() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $note$
        BEGIN
          UPDATE rooms SET used = used + CASE WHEN (NEW.grant_key = '') = (name = 'credentials_without_grant') THEN 1 ELSE -1 END
            WHERE name IN ('credentials', 'credentials_without_grant');
          RETURN NULL;
        END $note$;

        DO $note$
        DECLARE one text;
        BEGIN
          FOREACH one IN ARRAY ARRAY['clients', 'commands', 'consents', 'credentials', 'definition_words', 'grants', 'open_sessions', 'quota_days',
            'revocations', 'secrets', 'task_owners']
          LOOP
            EXECUTE format('CREATE INDEX %I ON %I (valid_until)', one || '_until', one);
            EXECUTE format('CREATE TRIGGER note_added AFTER INSERT ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION %I()',
              one, CASE one WHEN 'credentials' THEN 'note_credentials' ELSE 'note_rows' END);
            EXECUTE format('CREATE TRIGGER note_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION %I()',
              one, CASE one WHEN 'credentials' THEN 'note_credentials' ELSE 'note_rows' END);
          END LOOP;
        END $note$;
        CREATE TRIGGER note_moved AFTER UPDATE OF grant_key ON credentials FOR EACH ROW
          WHEN ((OLD.grant_key = '') IS DISTINCT FROM (NEW.grant_key = '')) EXECUTE FUNCTION note_moved_credential();
        """;

    /// <summary>The tables of questions to people, of withheld results and of containments. What is large comes last in its row.</summary>
    public const string Approvals =
        """
        INSERT INTO rooms (name, used) SELECT name, 0 FROM unnest(ARRAY[
          'approval_answers', 'approvals', 'containments', 'quarantined_results', 'remembered_approvals']) AS name;

        CREATE TABLE approvals (
          key bytea PRIMARY KEY,
          id text COLLATE "C" NOT NULL,
          kind integer NOT NULL,
          digest bytea NOT NULL,
          party_digest bytea NOT NULL,
          like_digest bytea NOT NULL,
          approver_set_digest bytea NOT NULL,
          state integer NOT NULL,
          needed integer NOT NULL,
          made_at bigint NOT NULL,
          expires_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          changed_at bigint NOT NULL,
          noted boolean NOT NULL,
          sealed bytea NOT NULL
        );
        CREATE INDEX approvals_digest ON approvals (digest, state, expires_at);
        CREATE INDEX approvals_party ON approvals (party_digest, state, changed_at);
        CREATE INDEX approvals_approver_set ON approvals (approver_set_digest, state, expires_at, party_digest);
        CREATE INDEX approvals_like ON approvals (like_digest, state, changed_at);
        CREATE INDEX approvals_state ON approvals (state, expires_at);
        CREATE INDEX approvals_made ON approvals (made_at);
        CREATE INDEX approvals_unnoted ON approvals (changed_at) WHERE NOT noted;

        CREATE TABLE approval_answers (
          key bytea PRIMARY KEY,
          approval_id text COLLATE "C" NOT NULL,
          approval_key bytea NOT NULL,
          person_digest bytea NOT NULL,
          grants boolean NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          way text COLLATE "C" NOT NULL,
          shown bytea NOT NULL,
          noted boolean NOT NULL,
          sealed bytea NOT NULL
        );
        CREATE INDEX approval_answers_approval ON approval_answers (approval_key);
        CREATE INDEX approval_answers_person ON approval_answers (person_digest);
        CREATE INDEX approval_answers_unnoted ON approval_answers (made_at) WHERE NOT noted;

        CREATE TABLE remembered_approvals (
          key bytea PRIMARY KEY,
          id text COLLATE "C" NOT NULL,
          scope_digest bytea NOT NULL,
          party_digest bytea NOT NULL,
          person_digest bytea NOT NULL,
          approval_id text COLLATE "C" NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          forgotten boolean NOT NULL,
          noted boolean NOT NULL,
          sealed bytea NOT NULL
        );
        CREATE INDEX remembered_approvals_scope ON remembered_approvals (scope_digest, forgotten, valid_until);
        CREATE INDEX remembered_approvals_party ON remembered_approvals (party_digest, forgotten, valid_until);
        CREATE INDEX remembered_approvals_person ON remembered_approvals (person_digest);
        CREATE INDEX remembered_approvals_made ON remembered_approvals (made_at);
        CREATE INDEX remembered_approvals_unnoted ON remembered_approvals (made_at) WHERE NOT noted;

        CREATE TABLE quarantined_results (
          key bytea PRIMARY KEY,
          id text COLLATE "C" NOT NULL,
          digest bytea NOT NULL,
          party_digest bytea NOT NULL,
          server text COLLATE "C" NOT NULL,
          server_key bytea NOT NULL,
          state integer NOT NULL,
          made_at bigint NOT NULL,
          expires_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          changed_at bigint NOT NULL,
          size integer NOT NULL,
          noted boolean NOT NULL,
          sealed bytea NOT NULL,
          released bytea NOT NULL,
          content bytea NOT NULL
        );
        CREATE INDEX quarantined_results_digest ON quarantined_results (digest, state, changed_at);
        CREATE INDEX quarantined_results_party ON quarantined_results (party_digest, state, expires_at);
        CREATE INDEX quarantined_results_server ON quarantined_results (server_key, state, expires_at);
        CREATE INDEX quarantined_results_state ON quarantined_results (state, expires_at);
        CREATE INDEX quarantined_results_made ON quarantined_results (made_at);
        CREATE INDEX quarantined_results_unnoted ON quarantined_results (changed_at) WHERE NOT noted;

        CREATE TABLE containments (
          key bytea PRIMARY KEY,
          id text COLLATE "C" NOT NULL,
          kind integer NOT NULL,
          target_digest bytea NOT NULL,
          made_at bigint NOT NULL,
          valid_until bigint NOT NULL,
          is_released boolean NOT NULL,
          noted boolean NOT NULL,
          sealed bytea NOT NULL,
          released bytea NOT NULL
        );
        CREATE INDEX containments_target ON containments (target_digest, is_released, valid_until);

        DO $note$
        DECLARE one text;
        BEGIN
          FOREACH one IN ARRAY ARRAY['approval_answers', 'approvals', 'containments', 'quarantined_results', 'remembered_approvals']
          LOOP
            EXECUTE format('CREATE INDEX %I ON %I (valid_until)', one || '_until', one);
            EXECUTE format('CREATE TRIGGER note_added AFTER INSERT ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION '
              'note_rows()', one);
            EXECUTE format('CREATE TRIGGER note_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION '
              'note_rows()', one);
          END LOOP;
        END $note$;
        """;
}
