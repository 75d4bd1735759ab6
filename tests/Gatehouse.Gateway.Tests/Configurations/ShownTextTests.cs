using System.Text;
using Gatehouse.Configuration.Snapshots;

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
    // Passwords of addresses.
    [InlineData("servers:\n  a:\n    url: \"https://user:p@hunter2@example.com/mcp\"\n")]
    [InlineData("servers:\n  a:\n    url: \"https://user:p/hunter2@example.com/mcp\"\n")]
    public void Secret_IsHidden(string text)
    {
        foreach (var part in new[] { SnapshotPart.Main, SnapshotPart.Policy })
        {
            var shown = Show(text, part);
            Assert.NotEmpty(shown);
            // A key in a text that cannot be parsed is shown: it is no value.
            Assert.DoesNotContain("hunter2", text.StartsWith("hunter2:", StringComparison.Ordinal) ? shown[8..] : shown, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("version: 1\npublicUrl: https://gateway.example\nlisten:\n  url: http://127.0.0.1:7420 # local\n")]
    [InlineData("servers:\n  a:\n    command: [server, --verbose, --root, /srv/data]\n    secrets:\n      API_KEY: vault:a/key\n    env: { LOG_LEVEL: debug }\n")]
    [InlineData("management:\n  token: env:TOKEN\n")]
    [InlineData("version: 1\nrules:\n  - id: team\n    permit:\n      subjects: [alice, \"bob\"]\n      tools: ['read-*']\n")]
    [InlineData("limits:\n  headerBytes: 32KiB\n  connections: 12\n")]
    [InlineData("servers:\n  a:\n    url: https://example.com:8443/@scope/mcp\n")]
    [InlineData("servers:\n  a:\n    env: { TOKEN_URL: https://example.com, MAX_TOKENS: many, passwordFile: /run/x }\n")]
    public void RestOfTheText_IsShownAsItIs(string text) => Assert.Equal(text.TrimEnd('\n'), Show(text, SnapshotPart.Main));

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

    private static string Show(string text, SnapshotPart part) =>
        string.Join('\n', ShownText.Lines(new SnapshotFile(part, part == SnapshotPart.Outside ? "" : "/x.yaml", Encoding.UTF8.GetBytes(text))));
}
