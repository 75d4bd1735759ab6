namespace Gatehouse.Detection.Secrets;

/// <summary>
/// The words of a name, and what they say about its value. The last telling word decides, and a word after it takes the meaning away:
/// <c>token_count</c> is a number and <c>password_field</c> a part of a form.
/// </summary>
internal static class NameWords
{
    /// <summary>The longest name.</summary>
    public const int Longest = 96;

    /// <summary>Issuers whose keys have no mark, and whose name by itself is a reason to look at a value.</summary>
    internal static IReadOnlyList<string> NamingIssuers { get; } =
        ["adafruit", "airtable", "algolia", "asana", "bitbucket", "bittrex", "circleci", "cloudflare", "codecov", "cohere", "coinbase",
            "confluent", "contentful", "datadog", "digitalocean", "discord", "dropbox", "droneci", "elastic", "etsy", "facebook", "fastly",
            "finicity", "finnhub", "flickr", "freshbooks", "gitter", "heroku", "hubspot", "intercom", "jfrog", "jira", "kraken", "kucoin",
            "launchdarkly", "linkedin", "lob", "mailchimp", "mailgun", "mapbox", "mattermost", "messagebird", "netlify", "newrelic",
            "nytimes", "okta", "plaid", "postmark", "pusher", "rapidapi", "rollbar", "sendbird", "sentry", "snyk", "sonar", "squarespace",
            "stripe", "sumologic", "travis", "trello", "twilio", "twitch", "twitter", "typeform", "yandex", "zendesk"];

    private static readonly HashSet<string> Passwords =
        ["password", "passwd", "passphrase", "pwd", "passwort", "kennwort", "motdepasse", "contrasena", "senha", "pass", "passcode", "psw",
            "kodeord", "wachtwoord", "heslo",
            "parola", "lozinka", "dbpass", "userpass", "mypass", "adminpass", "rootpass", "smtppass", "mailpass", "ftppass", "sshpass",
                "mysqlpass", "pgpass", "redispass"];

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

    private static readonly HashSet<string> Harmless =
        ["public", "publishable", "max", "min", "num", "number", "csrf", "xsrf", "foreign", "primary", "sort", "partition", "cache", "index",
            "next", "page", "continuation",
            "fingerprint", "authenticity", "verification", "nonce", "antiforgery", "commit", "sha", "md5", "pub", "get", "set", "use"];

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

    // Other issuers whose keys have no mark. Their names are too common in texts to be looked for without another word of a secret.
    private static readonly string[] OtherIssuers =
        ["adobe", "alibaba", "atlassian", "azure", "bitly", "cisco", "clearbit", "clickup", "databricks", "deepl", "freshdesk",
            "instagram", "jenkins", "mistral", "openai", "openweather", "pagerduty", "sendinblue", "shopify", "sonarqube", "tencent",
            "vercel", "zoom"];

    // A name with one of them is a reason to look closer, and a UUID may be a key of theirs.
    private static readonly HashSet<string> Issuers = [.. NamingIssuers, .. OtherIssuers];

    /// <summary>Returns what the name says.</summary>
    public static SecretName Of(ReadOnlySpan<char> name)
    {
        var words = Split(name);
        if (words.Count == 0 || words.Any(HarmlessAlways.Contains) || (!Passwords.Contains(words[^1])
            && words.Any(Harmless.Contains))) return SecretName.None;
        var head = words.FindLastIndex(word => !Neutral.Contains(word) && !word.All(char.IsAsciiDigit) || word == "key");
        if (head < 0) return SecretName.None;
        return OfHead(words, head) is var found && found != SecretName.None ? found
            : words.Any(Issuers.Contains) && words.Count <= 2 && words[^1] is not ("id" or "url" or "host" or "name" or "user" or "path")
                ? SecretName.Likely : SecretName.None;
    }

    private static SecretName OfHead(List<string> words, int head)
    {
        var word = words[head];
        if (Passwords.Contains(word) || EndsWith(word, Passwords, 5)) return SecretName.Password;
        if (Secrets.Contains(word) || EndsWith(word, Secrets, 5))
            return words.Any(Issuers.Contains) ? SecretName.Issuer : word is "authentication" or "authorization" or "pat" ? SecretName.Likely
                : SecretName.Sure;
        if (word is "key" or "keys")
            return head > 0 && words.Any(Issuers.Contains) ? SecretName.Issuer : head > 0 && BeforeKey.Contains(words[head - 1])
                ? SecretName.Sure : SecretName.Likely;
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
