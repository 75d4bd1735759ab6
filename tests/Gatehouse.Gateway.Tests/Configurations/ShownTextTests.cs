using System.Text;
using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Texts;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>The difference of two configurations shows no secret in one of them, wherever its line is, and shows the rest.</summary>
[Trait("Requirement", "CO-02")]
public sealed class ShownTextTests
{
    [Theory]
    [InlineData("servers:\n  a:\n    command:\n      - server\n      - --api-key\n      - hunter2-in-clear\n")]
    [InlineData("servers:\n  a:\n    command: [server, --api-key, hunter2-in-clear]\n")]
    [InlineData("servers:\n  a:\n    command: [\"server\", \"--password\", \"hunter2-in-clear\"]\n")]
    [InlineData("servers:\n  a:\n    command: [\"server\", \"--password=hunter2\"]\n")]
    [InlineData("servers:\n  a:\n    command: [server,\n      --token,\n      # the token\n      hunter2]\n")]
    [InlineData("servers:\n  a:\n    env:\n      API_KEY: >-\n        hunter2-in-clear\n")]
    [InlineData("servers:\n  a:\n    env:\n      API_KEY: |\n        hunter2\n        hunter2-again\n    path: /x\n")]
    [InlineData("servers:\n  a:\n    env:\n      PASSWORD:\n        hunter2-in-clear\n")]
    [InlineData("servers:\n  a:\n    env: { A: b, API_KEY: hunter2-in-clear }\n")]
    [InlineData("servers:\n  a:\n    env: { A: b, \"API_KEY\": 'hunter2' }\n")]
    [InlineData("servers:\n  a:\n    secrets:\n      ANYTHING: hunter2\n")]
    [InlineData("servers:\n  a:\n    headers:\n      - X-Api-Key: hunter2-in-clear\n")]
    [InlineData("servers:\n  a:\n    headers:\n      - name: X-Api-Key\n        value: hunter2\n")]
    [InlineData("servers:\n  a:\n    headers: [\"X-Api-Key: hunter2\", \"Authorization: Bearer hunter2\"]\n")]
    [InlineData("servers:\n  a:\n    url: https://user:hunter2@example.com/mcp\n")]
    [InlineData("servers:\n  a:\n    url: \"https://hunter2@example.com/mcp\"\n")]
    [InlineData("servers:\n  a:\n    url: https://example.com/mcp?api_key=hunter2&x=1\n")]
    [InlineData("management:\n  token: hunter2\n")]
    [InlineData("# command: [server, --token, hunter2]\nversion: 1\n")]
    [InlineData("#      - --token\n#      - hunter2\nversion: 1\n")]
    [InlineData("servers:\n  a:\n    env:\n      API_KEY: hunter2-in-clear # hunter2-in-clear\n")]
    [InlineData("hunter2: [\nversion")]
    [InlineData("password: hunter2\n\tother: [hunter2\n")]
    [InlineData("x: &a hunter2\npassword: *a\n")]
    [InlineData("password: !!str hunter2\n")]
    [InlineData("version: 1\n---\npassword: hunter2\n")]
    [InlineData("{\"servers\":{\"a\":{\"command\":[\"s\",\"--token\",\"hunter2\"],\"env\":{\"PASSWORD\":\"hunter2\"}}}}")]
    [InlineData("servers:\r\n  a:\r\n    command:\r\n      - --token\r\n      - hunter2\r\n")]
    [InlineData("\uFEFFservers:\n  a:\n    command: [s, --token, hunter2]\n")]
    // Directives, which the reader passes over.
    [InlineData("%TAG !h! tag:hunter2,2000:\n---\nversion: 1\n")]
    [InlineData("%NOTE hunter2\n---\nversion: 1\n")]
    // Values in the place of a name.
    [InlineData("servers:\n  a:\n    environment: {API_KEY=hunter2}\n")]
    [InlineData("servers:\n  a:\n    environment: {API_KEY=hunter2, LOG_LEVEL: debug}\n")]
    [InlineData("servers:\n  a:\n    environment: {? hunter2}\n")]
    [InlineData("servers:\n  a:\n    headers: {\"X-Api-Key: hunter2\":}\n")]
    // Names that are written together, numbers behind a word of secrets.
    [InlineData("servers:\n  a:\n    env:\n      DBPASS: hunter2\n")]
    [InlineData("servers:\n  a:\n    env:\n      ADMINPIN: hunter2\n")]
    [InlineData("# the password is hunter2\nversion: 1\n")]
    // A comment that names a secret: the value is a word of a language, or behind other words, or in the next comment.
    [InlineData("# password:\n# hunter\nversion: 1\n")]
    [InlineData("# the password of staging is hunter\nversion: 1\n")]
    [InlineData("# old token for staging: hunterXqZvBnMwErTyUiO\nversion: 1\n")]
    [InlineData("# the password of the admin account for the database\n# is hunter battery\nversion: 1\n")]
    [InlineData("# DB_TOKEN: |\n#   hunter\n#   two\nversion: 1\n")]
    [InlineData("# client_secret: >\n#   correct horse\n#   hunter staple\nversion: 1\n")]
    [InlineData("# password: \"juniper\n#   hunter\"\nversion: 1\n")]
    [InlineData("# credential: { value: >\n#    hunter }\nversion: 1\n")]
    [InlineData("# command: [psql,\n#   -p,\n#   hunter]\nversion: 1\n")]
    [InlineData("# env:\n#   DB_CRED:\n#     hunter\nversion: 1\n")]
    // A word that holds the name and the value.
    [InlineData("# password/hunter\nversion: 1\n")]
    [InlineData("# admin-password/hunter until May\nversion: 1\n")]
    [InlineData("# token-hunter\nversion: 1\n")]
    [InlineData("# pin/hunter\nversion: 1\n")]
    // Parts of an address that no server reads as such.
    [InlineData("servers:\n  a:\n    url: https://h.example/mcp#hunter2\n")]
    [InlineData("servers:\n  a:\n    url: https://h.example/mcp#hunter\n")]
    [InlineData("servers:\n  a:\n    url: https://h.example/mcp#access_token=hunter2\n")]
    [InlineData("servers:\n  a:\n    url: https://user%3Ahunter2%40h.example/mcp\n")]
    [InlineData("# see https://user%3Ahunter2%40h.example/mcp\nversion: 1\n")]
    [InlineData("# see https://h.example/mcp#hunter2x9\nversion: 1\n")]
    // Names in which a harmless word is a part of another one: ad-MIN, ge-MIN-i, ac-COUNT, pro-FILE.
    [InlineData("servers:\n  a:\n    env:\n      ADMIN_PASSWORD: hunter2\n")]
    [InlineData("servers:\n  a:\n    env:\n      GEMINI_API_KEY: hunter2\n")]
    [InlineData("servers:\n  a:\n    env:\n      SERVICE_ACCOUNT_KEY: hunter2\n")]
    [InlineData("servers:\n  a:\n    env:\n      PROFILE_TOKEN: hunter2\n")]
    [InlineData("servers:\n  a:\n    headers: { X-Admin-Token: hunter2 }\n")]
    // Names with further words.
    [InlineData("servers:\n  a:\n    env:\n      DB_PASS: hunter2\n")]
    [InlineData("servers:\n  a:\n    env:\n      sshPassphrase: hunter2\n")]
    [InlineData("servers:\n  a:\n    env:\n      SECRET_KEY_BASE: hunter2\n")]
    [InlineData("servers:\n  a:\n    env:\n      GITHUB_TOKEN_RO: hunter2\n")]
    [InlineData("servers:\n  a:\n    headers: { Cookie: session=hunter2 }\n")]
    // Arguments whose place or form does not say that they are harmless.
    [InlineData("servers:\n  a:\n    command: [server, --admin-token, hunter2]\n")]
    [InlineData("servers:\n  a:\n    command: [server, --profile-key=hunter2]\n")]
    [InlineData("servers:\n  a:\n    command: [server, -u, \"user:hunter2\"]\n")]
    [InlineData("servers:\n  a:\n    command: [server, --user, \"user:hunter2\"]\n")]
    [InlineData("servers:\n  a:\n    command: [server, --user=corp/user:hunter2]\n")]
    [InlineData("servers:\n  a:\n    command: [docker, run, -e, \"A=1,API_KEY=hunter2\"]\n")]
    [InlineData("servers:\n  a:\n    command: [sh, -c, \"curl -H 'Authorization: Bearer hunter2' https://example.com\"]\n")]
    [InlineData("servers:\n  a:\n    command:\n      - sh\n      - -c\n      - >-\n        curl -H 'X: hunter2'\n        https://example.com\n")]
    [InlineData("servers:\n  a:\n    command: [mysql, -phunter2]\n")]
    [InlineData("servers:\n  a:\n    command: [server, hunter2]\n")]
    [InlineData("servers:\n  a:\n    command: [\"server hunter2\"]\n")]
    [InlineData("servers:\n  a:\n    command: [server, --label, hunter2]\n")]
    [InlineData("servers:\n  a:\n    args: [-u, \"user:hunter2\"]\n")]
    // Variables and headers whatever their names are.
    [InlineData("servers:\n  a:\n    environment:\n      LABEL: hunter2\n")]
    [InlineData("servers:\n  a:\n    environment:\n      DATABASE_URL: postgres://user:hunter2@db/x\n")]
    [InlineData("servers:\n  a:\n    environment:\n      HOOK: https://hooks.example.com/services/T0hunter2/B0\n")]
    [InlineData("servers:\n  a:\n    environment:\n      CONNECTION: \"Server=db;User Id=sa;Password=hunter2;\"\n")]
    [InlineData("servers:\n  a:\n    environment:\n      DB: \"user:hunter2@tcp(db:3306)/x\"\n")]
    [InlineData("servers:\n  a:\n    environment:\n      TOKEN_URL: hunter2\n")]
    [InlineData("servers:\n  a:\n    environment:\n      MAX_TOKENS: hunter2\n")]
    [InlineData("servers:\n  a:\n    headers: { X-Trace: hunter2 }\n")]
    // Comments, often lines that were commented out.
    [InlineData("# -u user:hunter2\nversion: 1\n")]
    [InlineData("version: 1 # see hunter2\n")]
    [InlineData("#    LABEL: hunter2\nversion: 1\n")]
    [InlineData("# LABEL=hunter2\nversion: 1\n")]
    [InlineData("# the password hunter2\nversion: 1\n")]
    // Passwords of addresses.
    [InlineData("servers:\n  a:\n    url: \"https://user:p@a/hunter2@example.com/mcp\"\n")]
    [InlineData("servers:\n  a:\n    url: \"https://user:1234/hunter2@example.com/mcp\"\n")]
    [InlineData("servers:\n  a:\n    url: \"https://example.com/mcp?code=hunter2\"\n")]
    [InlineData("servers:\n  a:\n    url: \"https://user:p@hunter2@example.com/mcp\"\n")]
    [InlineData("servers:\n  a:\n    url: \"https://user:p/hunter2@example.com/mcp\"\n")]
    public void Secret_IsHidden(string text)
    {
        foreach (var part in new[] { SnapshotPart.Main, SnapshotPart.Policy })
        {
            var shown = Show(text, part);
            Assert.NotEmpty(shown);
            // A key in a text that cannot be parsed is shown: it is no value.
            Assert.DoesNotContain("hunter", text.StartsWith("hunter2:", StringComparison.Ordinal) ? shown[8..] : shown, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("version: 1\npublicUrl: https://gateway.example\nlisten:\n  url: http://127.0.0.1:7420 # local\n")]
    [InlineData("servers:\n  a:\n    command: [server, --verbose, --root, /srv/data]\n    secrets:\n      API_KEY: vault:a/key\n    env: { LOG_LEVEL: debug }\n")]
    [InlineData("management:\n  token: env:TOKEN\n")]
    [InlineData("limits:\n  headerBytes: 32KiB\n  connections: 12\n")]
    [InlineData("servers:\n  a:\n    url: https://example.com:8443/@scope/mcp\n")]
    [InlineData("servers:\n  a:\n    env: { TOKEN_URL: https://example.com, MAX_TOKENS: 4096, passwordFile: /run/x }\n")]
    [InlineData("servers:\n  a:\n    command: [npx, -y, \"@modelcontextprotocol/server-github@2025.4.8\", /srv/data]\n")]
    [InlineData("servers:\n  a:\n    command: [docker, run, -i, --rm, -e, GITHUB_TOKEN, \"ghcr.io/github/github-mcp-server:1.2\"]\n")]
    [InlineData("servers:\n  a:\n    command: [/usr/bin/python3, server.py, --port, 8080, --log-level=debug, --url, https://example.com/mcp]\n")]
    [InlineData("servers:\n  a:\n    environment: { LOG_LEVEL: debug, HOME: /var/lib/server, BASE: https://api.example.com/v1, WAIT: 30s, KEY: \"${KEY}\" }\n")]
    [InlineData("# The servers of the team, see the wiki.\nversion: 1 # do not change\n#  LOG_LEVEL: debug\n")]
    [InlineData("# Uses the access-token.\n# The second line, of another sentence.\nversion: 1\n")]
    [InlineData("# limits:\n#   streams: 12\n#   wait: 30s\nversion: 1\n")]
    public void RestOfTheText_IsShownAsItIs(string text) => Assert.Equal(text.TrimEnd('\n'), Show(text, SnapshotPart.Main));

    // Of the main file, whose keys are in a table, and of an address, which the key says it is.
    [Theory]
    [InlineData("servers:\n  a:\n    entry: hunter2\n")]
    [InlineData("anything:\n  - hunter2\n")]
    [InlineData("servers:\n  a:\n    url: \"https://user:p hunter2@example.com/mcp\"\n")]
    public void ValueOfAnUnknownKey_IsHidden(string text) => Assert.DoesNotContain("hunter2", Show(text, SnapshotPart.Main), StringComparison.Ordinal);

    [Fact]
    public void Rules_AreShownAsTheyAre()
    {
        const string Rules = "version: 1\nrules:\n  - id: team\n    permit:\n      subjects: [alice, \"bob\"]\n      tools: ['read-*']\n";
        Assert.Equal(Rules.TrimEnd('\n'), Show(Rules, SnapshotPart.Policy));
        var inside = Rules.Replace("rules:", "policy:", StringComparison.Ordinal);
        Assert.Equal(inside.TrimEnd('\n'), Show(inside, SnapshotPart.Main));
    }

    // What is only not shown to be harmless has another mark than what a name or a form says to be a secret.
    [Fact]
    public void NamesStay_AndTheMarkSaysWhy() => Assert.Equal(
        "servers:\n  a:\n    command: [server, --token, <secret>, --label, <hidden>, <hidden>]\n    environment:\n      LABEL: <hidden>\n      API_KEY: <secret>",
        Show("servers:\n  a:\n    command: [server, --token, x, --label, y, z]\n    environment:\n      LABEL: a b\n      API_KEY: c\n", SnapshotPart.Main));

    // A line break in a value makes no line of its own.
    [Fact]
    public void AValueOfSeveralLines_IsOneLine()
    {
        var text = new StringBuilder("--dev\n");
        OutsideText.Add(text, "--state", "/srv\nhunter2\nX=/hunter2");
        Assert.Equal("--dev\n--state=<hidden>", Show(text.ToString(), SnapshotPart.Outside));
        Assert.Equal("--dev\n--state=/srv\n<hidden>", Show("--dev\n--state=/srv\nhunter2", SnapshotPart.Outside)); // as an earlier build wrote it
    }

    [Fact]
    public void ValuesOfFlagsAndVariables_AreHiddenByTheirNames() =>
        Assert.Equal("--dev\n--state=/var/lib/gatehouse\nGATEHOUSE_TOKEN=<secret>\nGATEHOUSE_API_KEY=env:KEY",
            Show("--dev\n--state=/var/lib/gatehouse\nGATEHOUSE_TOKEN=hunter2\nGATEHOUSE_API_KEY=env:KEY\n", SnapshotPart.Outside));

    [Fact]
    public void TextThatCannotBeParsed_ShowsNamesOfKeysOnly() =>
        Assert.Equal("version: <secret>\nservers:\n  a: <secret>\n  - <secret>\n  <secret>", Show("version: 1\nservers:\n  a: [b\n  - c\n  d e\n", SnapshotPart.Main));

    /// <summary>Whatever a text is, its reading ends, and a value behind an option in an argument list is never in the output.</summary>
    [Fact]
    public void DamagedTexts_AreShownWithoutTheValue()
    {
        const string Good = "servers:\n  a:\n    command: [\"server\", \"--token\", \"s3cr3t-value\"]\n    env:\n      API_KEY: s3cr3t-value\n";
        var random = new Random(20261122);
        const string Signs = "\n\t :-#[]{}\"'&*!|>%@,=x";
        for (var round = 0; round < 3000; round++)
        {
            var text = new StringBuilder(Good);
            // Damage before the list: the words of the secret stay whole.
            for (var changes = random.Next(1, 4); changes > 0; changes--) text[random.Next(20)] = Signs[random.Next(Signs.Length)];
            Assert.DoesNotContain("s3cr3t-value", Show(text.ToString(), SnapshotPart.Main), StringComparison.Ordinal);
        }
    }

    // Both are shown alike. A comparison has to see that they differ.
    [Theory]
    [InlineData("servers:\n  a:\n    command: [s, --token, one-value]\n", "servers:\n  a:\n    command: [s, --token, two-value]\n", 2)]
    [InlineData("servers:\n  a:\n    environment:\n      API_KEY: |\n        one\n        more\n    path: /x\n",
        "servers:\n  a:\n    environment:\n      API_KEY: |\n        one\n        less\n    path: /x\n", 3)]
    [InlineData("a: [one\n", "a: [two\n", 0)]
    [InlineData("version: 1 # see one1\n", "version: 1 # see two2\n", 0)]
    public void AHiddenValue_StaysWithItsLine(string one, string other, int line)
    {
        var (before, after) = (Lines(one, SnapshotPart.Main), Lines(other, SnapshotPart.Main));
        Assert.Equal(before.Select(shown => shown.Text), after.Select(shown => shown.Text));
        Assert.Equal([line], Enumerable.Range(0, before.Count).Where(at => before[at] != after[at]));
        Assert.Equal(before, Lines(one, SnapshotPart.Main));
    }

    private static string Show(string text, SnapshotPart part) => string.Join('\n', Lines(text, part));

    private static IReadOnlyList<ShownLine> Lines(string text, SnapshotPart part) =>
        Lines(new SnapshotFile(part, part == SnapshotPart.Outside ? "" : "/x.yaml", Encoding.UTF8.GetBytes(text)));

    private static IReadOnlyList<ShownLine> Lines(SnapshotFile file, params SnapshotFile[] others) =>
        ShownText.Lines(file, ShownText.Values([file, .. others]));

    // A file that was changed by hand: what has not the form of its key may be anything. An address may have a credential as a segment of its path.
    [Theory]
    [InlineData("servers:\n  a:\n    command: mysql -u root -phunter2\n")]
    [InlineData("servers:\n  a:\n    command: {mysql, -phunter2}\n")]
    [InlineData("servers:\n  a:\n    command: [\"server\":, \"--label\", \"hunter2-in-clear\"]\n")]
    [InlineData("servers:\n  a:\n    command: ~[server, hunter2]\n")]
    [InlineData("servers: hunter2\n")]
    [InlineData("servers:\n  - hunter2\n")]
    [InlineData("servers:\n  a: hunter2\n")]
    [InlineData("servers:\n  a:\n    url: [hunter2]\n")]
    [InlineData("version: hunter2\n")]
    [InlineData("policy: [hunter2]\n")]
    [InlineData("hunter2")]
    [InlineData("servers:\n  a:\n    url: https://mcp.example.com/api/mcp/s/NzE4ZGY4YTQtMmQ3MS00hunter2/mcp\n")]
    public void AValueWithoutTheFormOfItsKey_IsHidden(string text) => AssertHidden(text, "hunter2");

    // Nothing says what these are: a code, a second factor, the value behind a letter, an option that is none, drawn letters in short parts.
    [Theory]
    [InlineData("servers:\n  a:\n    env: { MFA_CODE: 482913 }\n", "482913")]
    [InlineData("servers:\n  a:\n    env: { MFA_CODE: \"482913\" }\n", "482913")]
    [InlineData("servers:\n  a:\n    env: { DOOR: 4829 }\n", "4829")]
    [InlineData("servers:\n  a:\n    env: { DOOR: 48.2913 }\n", "2913")]
    [InlineData("servers:\n  a:\n    headers: { X-Code: 482913 }\n", "482913")]
    [InlineData("servers:\n  a:\n    command: [server, --code, 482913]\n", "482913")]
    [InlineData("servers:\n  a:\n    command: [server, --code=482913]\n", "482913")]
    [InlineData("servers:\n  a:\n    command: [server, 482913]\n", "482913")]
    [InlineData("# the door code 482913\nversion: 1\n", "482913")]
    [InlineData("#  DOOR: 482913\nversion: 1\n", "482913")]
    [InlineData("servers:\n  a:\n    command: [server, -t, corp/summer]\n", "summer")]
    [InlineData("servers:\n  a:\n    command: [server, -t, summer-server]\n", "summer")]
    [InlineData("servers:\n  a:\n    command: [server, -i, summer-server]\n", "summer")]
    [InlineData("servers:\n  a:\n    command: [server, corp/summer]\n", "summer")]
    [InlineData("servers:\n  a:\n    command: [npx, -y, server-git, corp/summer]\n", "summer")]
    [InlineData("servers:\n  a:\n    command: [npx, -t, corp/summer]\n", "summer")]
    [InlineData("servers:\n  a:\n    args: [-t, corp/summer]\n", "summer")]
    [InlineData("# -t corp/summer\nversion: 1\n", "summer")]
    [InlineData("servers:\n  a:\n    command: [server, --password, --summer]\n", "summer")]
    [InlineData("servers:\n  a:\n    command: [server, --password, --, summer]\n", "summer")]
    [InlineData("servers:\n  a:\n    args: [--password, --summer]\n", "summer")]
    [InlineData("# --password --summer\nversion: 1\n", "summer")]
    [InlineData("servers:\n  a:\n    command: [server, --qzxkvbnp]\n", "qzxkvbnp")]
    [InlineData("servers:\n  a:\n    command: [server, --qzxkvbnp=1]\n", "qzxkvbnp")]
    [InlineData("servers:\n  a:\n    url: https://hooks.example.com/services/qzxkvbnp\n", "qzxkvbnp")]
    [InlineData("servers:\n  a:\n    url: https://hooks.example.com/services/QzXkVbNp/x\n", "QzXkVbNp")]
    [InlineData("servers:\n  a:\n    url: https://hooks.example.com/qzxk/vbnp/wjtr\n", "vbnp")]
    [InlineData("servers:\n  a:\n    env: { HOOK: https://hooks.example.com/services/qzxkvbnp }\n", "qzxkvbnp")]
    [InlineData("servers:\n  a:\n    env: { HOOK: /qzxkvbnp/wjtrpldf }\n", "qzxkvbnp")]
    [InlineData("servers:\n  a:\n    env: { HOOK: /srv/data/qzxkvb }\n", "qzxkvb")]
    [InlineData("servers:\n  a:\n    env: { HOOK: /qzxk/vbnp/wjtr }\n", "vbnp")]
    [InlineData("# see qzxkvbnpwj\nversion: 1\n", "qzxkvbnpwj")]
    public void WhatNothingShowsToBeHarmless_IsHidden(string text, string secret) => AssertHidden(text, secret);

    [Theory]
    [InlineData("servers:\n  a:\n    env: { PORT: 8080, DB_PORT: 5432, MAX_ROWS: 5000, RETRIES: 3, CACHE_SIZE: 1024, WAIT: 300s, NODE_ENV: production, PYTHON: 3.12 }\n")]
    [InlineData("servers:\n  a:\n    command: [docker, run, -it, -p, 80, ghcr.io/github/github-mcp-server]\n")]
    [InlineData("servers:\n  a:\n    command: [env, uvx, -q, mcp-server-git, --repository, /srv/repos/main]\n")]
    [InlineData("servers:\n  a:\n    command: [node, dist/index.js, --timeout, 5000, --no-color, --no-auth]\n")]
    [InlineData("servers:\n  a:\n    url: https://api.githubcopilot.com/mcp/v1/tools\n")]
    [InlineData("servers:\n  a:\n    env: { ROOT: /usr/local/share/postgresql, CONFIG: /etc/nginx/nginx.conf, LIB: /opt/app/lib/mysql.sock }\n")]
    [InlineData("# Port 8080 is for ticket 4711 (RFC 6750, section 2).\nversion: 1\n")]
    public void WhatItsNameOrPlaceShowsToBeHarmless_IsShown(string text) => Assert.Equal(text.TrimEnd('\n'), Show(text, SnapshotPart.Main));

    [Theory]
    [InlineData("# the database password 482913\nversion: 1\n", "482913")]
    [InlineData("# the token is /Summer/Winter\nversion: 1\n", "Winter")]
    [InlineData("servers:\n  a:\n    env:\n      DBPASS: \"482913\"\n", "482913")]
    public void NumbersAndPaths_BehindAWordOfSecrets_AreHidden(string text, string secret) => AssertHidden(text, secret);

    // A comment that names a secret, wherever its value is: before the name, in the line before, in one word with it, and behind a key of a secret.
    [Theory]
    [InlineData("# hunter is the password\nversion: 1\n")]
    [InlineData("# hunter2 is the password\nversion: 1\n")]
    [InlineData("# hunter = the old api key\nversion: 1\n")]
    [InlineData("# hunter: the old password\nversion: 1\n")]
    [InlineData("# hunter = password\nversion: 1\n")]
    [InlineData("# hunter\n# is the password of staging\nversion: 1\n")]
    [InlineData("# The value hunter is new.\n# It is the password.\nversion: 1\n")]
    [InlineData("# hunter:\n# the password of staging\nversion: 1\n")]
    [InlineData("# - hunter\n# - the password\nversion: 1\n")]
    [InlineData("# hunter (password)\nversion: 1\n")]
    [InlineData("# hunter-password\nversion: 1\n")]
    [InlineData("# hunterpass is the password\nversion: 1\n")]
    [InlineData("# LABEL: hunter\n# is the password\nversion: 1\n")]
    [InlineData("version: 1 # hunter, then the token\n")]
    [InlineData("servers:\n  a:\n    env:\n      API_KEY: env:KEY # was hunter until May\n")]
    [InlineData("servers:\n  a:\n    env:\n      API_KEY: env:KEY\n      # hunter is the key before\n")]
    public void AValueBeforeTheNameOfItsSecret_InAComment_IsHidden(string text)
    {
        AssertHidden(text, "hunter");
        Assert.DoesNotContain("hunter", Show(text, SnapshotPart.Policy), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# The client secret is read from the environment, and is never written here.\nversion: 1\n")]
    [InlineData("# Tokens are validated when they come, see section.\n# Each API_KEY has a reference: ${KEY}\nversion: 1\n")]
    [InlineData("# Juniper is a server of the team.\n\n# The password is required.\nversion: 1\n")]
    public void WordsThatNoPasswordIs_AreShownInACommentAboutOne(string text) => Assert.Equal(text.TrimEnd('\n'), Show(text, SnapshotPart.Main));

    // The same value a second time: in a comment, behind a key that is free, in a name, in one value with another, in four characters.
    [Theory]
    [InlineData("servers:\n  a:\n    env: { API_KEY: juniper }\n# the juniper tree\n", "juniper")]
    [InlineData("servers:\n  a:\n    env: { API_KEY: fern }\n# the fern\n", "fern")]
    [InlineData("servers:\n  a:\n    env: { LABEL: fern }\n# the fern\n", "fern")]
    [InlineData("servers:\n  a:\n    env: { API_KEY: juniper }\npolicy:\n  - id: team\n    permit: { subjects: [juniper] }\n", "juniper")]
    [InlineData("servers:\n  a:\n    env: { API_KEY: juniper }\n  juniper:\n    url: https://example.com\n", "juniper")]
    [InlineData("servers:\n  a:\n    env: { API_KEY: \"fe\\x72n\" }\n# the fern\n", "fern")]
    [InlineData("servers:\n  a:\n    env:\n      API_KEY: |\n        juniper\n        birch\n# birch and juniper\n", "birch")]
    [InlineData("servers:\n  a:\n    url: https://user:juniper@example.com/mcp\n# the juniper tree\n", "juniper")]
    [InlineData("servers:\n  a:\n    env: { DB: \"Server=db;Password=juniper;\" }\n# the juniper tree\n", "juniper")]
    [InlineData("servers:\n  a:\n    headers: [\"Authorization: Bearer juniper\"]\n# the juniper tree\n", "juniper")]
    [InlineData("servers:\n  a:\n    command: [server, --password=juniper]\n# the juniper tree\n", "juniper")]
    [InlineData("# API_KEY: fern\n\n# the fern\nversion: 1\n", "fern")]
    public void AHiddenValue_IsHiddenWhereverElseItIs(string text, string value)
    {
        AssertHidden(text, value);
        // In the other version, and in another file, in which nothing says that it is a secret.
        var other = new SnapshotFile(SnapshotPart.Policy, "policy.yaml", Encoding.UTF8.GetBytes($"rules:\n  - id: {value}\n# {value}\n"));
        Assert.Contains(value, string.Join('\n', Lines(other)), StringComparison.Ordinal);
        var shown = string.Join('\n', Lines(other, new SnapshotFile(SnapshotPart.Main, "gatehouse.yaml", Encoding.UTF8.GetBytes(text))));
        Assert.DoesNotContain(value, shown, StringComparison.Ordinal);
        Assert.StartsWith("rules:\n  - id: <", shown, StringComparison.Ordinal);
    }

    // Three characters, a part of another word, a key that everyone knows, and a known value behind a name of a secret in an address.
    [Theory]
    [InlineData("servers:\n  a:\n    env: { API_KEY: elm }\n# the elm\n", "# the elm")]
    [InlineData("servers:\n  a:\n    env: { API_KEY: fern }\n# the ferns\n", "# the ferns")]
    [InlineData("servers:\n  a:\n    env: { LABEL: juniper }\n# the junipers\n", "# the junipers")]
    [InlineData("servers:\n  a:\n    env: { LABEL: servers }\n", "servers:")]
    [InlineData("servers:\n  a:\n    env: { DB: \"Server=localhost:5432;Mode=production\" }\n# in production\n", "# in production")]
    public void WhatIsNoRepeatOfAHiddenValue_IsShown(string text, string shown) =>
        Assert.Contains(shown, Show(text, SnapshotPart.Main), StringComparison.Ordinal);

    // All values of a text that cannot be parsed are hidden, and most are none: the text that mends it is shown.
    [Fact]
    public void ATextThatCannotBeParsed_HidesNothingOfTheOneThatMendsIt()
    {
        const string Good = "publicUrl: https://gateway.example\nlisten:\n  url: http://127.0.0.1:7420\n";
        var (good, damaged) = (File(Good), File(Good + "servers: [\n"));
        Assert.Equal(Good.TrimEnd('\n'), string.Join('\n', Lines(good, damaged)));

        static SnapshotFile File(string text) => new(SnapshotPart.Main, "gatehouse.yaml", Encoding.UTF8.GetBytes(text));
    }

    private static void AssertHidden(string text, string secret) =>
        Assert.DoesNotContain(Lines(new SnapshotFile(SnapshotPart.Main, "gatehouse.yaml", Encoding.UTF8.GetBytes(text))),
            line => line.Text.Contains(secret, StringComparison.Ordinal));
}
