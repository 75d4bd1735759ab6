namespace Gatehouse.Detection.Secrets;

/// <summary>
/// The words of a name, and what they say about its value. The last telling word decides, and a word after it takes the meaning away:
/// <c>token_count</c> is a number and <c>password_field</c> a part of a form.
/// </summary>
internal static class NameWords
{
    /// <summary>The longest name.</summary>
    public const int Longest = 96;

    private static readonly HashSet<string> Passwords =
        ["password", "passwd", "passphrase", "pwd", "passwort", "kennwort", "motdepasse", "contrasena", "senha", "pass", "passcode", "psw",
            "kodeord", "wachtwoord", "heslo",
            "parola", "lozinka", "dbpass", "userpass", "mypass", "adminpass", "rootpass", "smtppass", "mailpass", "ftppass", "sshpass",
                "mysqlpass", "pgpass", "redispass", "storepass", "keypass", "dbpwd", "userpwd", "adminpwd", "sapwd", "requirepass", "masterauth",
                "rootpw", "bindpw", "olcrootpw"];

    private static readonly HashSet<string> Secrets =
        ["secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "authtoken", "accesstoken", "clientsecret", "authkey", "credential",
            "credentials", "creds",
            "bearer", "refreshtoken", "appsecret", "appkey", "apitoken", "apisecret", "secretaccesskey", "accountkey", "sharedaccesskey",
                "masterkey", "encryptionkey",
            "signingkey", "servicekey", "consumersecret", "authentication", "authorization", "pat", "licensekey", "webhooksecret"];

    // Words that make a key of the word "key".
    private static readonly HashSet<string> BeforeKey =
        ["api", "access", "secret", "private", "auth", "client", "app", "application", "account", "encryption", "signing", "master", "service",
            "license", "admin", "write",
            "shared", "storage", "subscription", "deploy", "integration", "server", "webhook", "session", "crypto", "cipher", "hmac", "jwt", "aes",
                "rest", "developer",
            "consumer", "project", "ingest", "sdk"];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> BeforeKeyWords =
        new HashSet<string>(BeforeKey, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    // Words beside an issuer that leave open what the value is: HEROKU_API, sonar.login.
    private static readonly HashSet<string> BesideIssuer =
        ["api", "app", "access", "client", "oauth", "login", "sdk", "live", "prod", "production", "test", "dev", "staging", "v1", "v2", "v3", "hmac",
            "key", "my"];

    // Words before "key" that make it one of a table, a keyboard, a check or a page.
    private static readonly HashSet<string> BeforeHarmlessKey =
        ["site", "recipient", "peer", "host", "known", "translation", "lookup", "object", "registry", "row", "item", "group", "column", "field",
            "tab", "query", "route", "trace", "event", "message", "record", "map", "shard", "asset", "file", "image", "dict", "config", "setting",
            "settings",
            "feature", "i18n", "locale", "label", "unique", "composite", "natural", "surrogate", "keyboard", "hot", "arrow", "document",
            "doc", "node", "state", "react", "job", "step", "build", "artifact", "snapshot", "schema", "class", "property", "metadata", "trusted"];

    // Words of secrets that issuers also draw as UUIDs. A UUID beside "token" or "secret" is more often the id of one.
    private static readonly HashSet<string> ApiKeys =
        ["apikey", "apitoken", "apisecret", "clientsecret", "secretkey", "authkey", "appsecret", "licensekey", "consumersecret"];

    private static readonly HashSet<string> Harmless =
        ["public", "publishable", "max", "min", "num", "number", "csrf", "xsrf", "foreign", "primary", "sort", "partition", "cache", "index",
            "next", "page", "continuation",
            "fingerprint", "authenticity", "verification", "nonce", "antiforgery", "commit", "sha", "md5", "pub", "get", "use"];

    // Protocols and tables have a sync_token and a verify_key. Services have such names too, so that DELTA_API_KEY is a secret.
    private static readonly HashSet<string> BeforeHarmlessWord =
        ["verify", "verifying", "thumbprint", "etag", "idempotency", "dedup", "dedupe", "pagination", "cursor", "sync", "change", "changes", "delta",
            "bookmark", "resume"];

    // These take the meaning from a password too: the value is a digest, an answer, a switch or made up.
    private static readonly HashSet<string> HarmlessAlways =
        ["hash", "hashed", "digest", "checksum", "fake", "dummy", "mock", "example", "sample", "expected", "has", "is", "no", "show", "hide",
            "reset", "forgot", "invalid", "wrong",
            "min", "max", "encrypted"];

    private static readonly HashSet<string> Neutral =
        ["value", "val", "prod", "production", "dev", "development", "staging", "stage", "live", "env", "default", "current", "old", "new",
            "string", "str", "base64", "b64", "text",
            "plain", "plaintext", "cleartext", "raw", "primary", "secondary", "base", "data", "literal", "const", "v1", "v2", "v3", "test",
                "local", "main", "admin", "a", "b",
            "prd", "eu", "us", "key", "kv", "backup"];

    /// <summary>Returns what the name says.</summary>
    public static SecretName Of(ReadOnlySpan<char> name)
    {
        var words = Split(name);
        if (words.Count == 0 || words.Any(HarmlessAlways.Contains) || (!Passwords.Contains(words[^1])
            && words.Any(Harmless.Contains)) || IsOfProtocol(words)) return SecretName.None;
        var head = words.FindLastIndex(word => !Neutral.Contains(word) && !word.All(char.IsAsciiDigit) || word == "key");
        if (head < 0) return SecretName.None;
        // In TLS, a name with PSK is one of a cipher.
        if (words[^1] == "psk" && words[0] is "psk" or "wpa" or "wifi" or "wlan") return SecretName.Password;
        var isIssuer = Issuers.IsIn(words);
        return OfHead(words, head, isIssuer) is var found && found != SecretName.None ? found
            : isIssuer && words.Count <= 2 && (words.Count == 1 || words.Exists(BesideIssuer.Contains) || Issuers.IsIn([words[0] + words[1]]))
                ? words[^1] == "login" ? SecretName.Issuer : SecretName.Likely : SecretName.None;
    }

    private static bool IsOfProtocol(List<string> words) =>
        words.Count >= 2 && words[^1] is "key" or "token" && BeforeHarmlessWord.Contains(words[^2]);

    /// <summary>Returns whether the name says that its value is a secret, which no public text is.</summary>
    public static bool IsOfSecret(ReadOnlySpan<char> name) => name.Contains("secret", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether the word makes a secret of the word "key" or "token" after it.</summary>
    public static bool IsBeforeKey(ReadOnlySpan<char> word) => BeforeKeyWords.Contains(word);

    private static SecretName OfHead(List<string> words, int head, bool isIssuer)
    {
        var (word, before) = (words[head], head > 0 ? words[head - 1] : "");
        if (Passwords.Contains(word) || EndsWith(word, Passwords, 5)) return SecretName.Password;
        if (Secrets.Contains(word) || EndsWith(word, Secrets, 5))
            return isIssuer ? SecretName.Issuer : word is "authentication" or "authorization" or "pat" ? SecretName.Likely
                : EndsWith(word, ApiKeys, 0) || EndsWith(before + word, ApiKeys, 0) ? SecretName.ApiKey : SecretName.Sure;
        if (word is "key" or "keys")
            return BeforeHarmlessKey.Contains(before) ? SecretName.None : head > 0 && isIssuer ? SecretName.Issuer
                : EndsWith(before + word, ApiKeys, 0) ? SecretName.ApiKey : BeforeKey.Contains(before) ? SecretName.Sure : SecretName.Likely;
        return word is "auth" ? SecretName.Likely : SecretName.None;
    }

    // dbpassword, myapikey: written together.
    private static bool EndsWith(string word, HashSet<string> ends, int shortest) =>
        word.Length > shortest && ends.Any(end => end.Length >= shortest && word.EndsWith(end, StringComparison.Ordinal));

    private static List<string> Split(ReadOnlySpan<char> name)
    {
        var words = new List<string>();
        var begin = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var isEnd = i == name.Length || !char.IsAsciiLetterOrDigit(name[i]);
            var isHump = !isEnd && i > begin && char.IsAsciiLetterUpper(name[i])
                && (!char.IsAsciiLetterUpper(name[i - 1]) || (i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1])));
            if (!isEnd && !isHump) continue;
            if (i > begin) words.Add(name[begin..i].ToString().ToLowerInvariant());
            begin = isEnd ? i + 1 : i;
        }

        return words;
    }
}
