using System.Net;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>What is recorded, what never is, and what happens when nothing can be.</summary>
[Trait("Requirement", "ID-08")]
[Trait("NoRetry", "yes")]
public sealed class RecordTests
{
    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""";

    [Fact]
    [Trait("Requirement", "AZ-03")]
    public async Task Events_KeepOfTheCallerWhatRulesAskFor()
    {
        var who = new Gatehouse.Policy.Rules.WhoClause
        { Roles = new Gatehouse.Policy.Matching.NameSet(["staff", "a*"]), Scopes = new Gatehouse.Policy.Matching.NameSet(["notes:read"]) };
        await using var gateway = await TestGateway.StartAsync(rules: [new Gatehouse.Policy.Rules.PolicyRule { Id = "all", Who = who }]);
        var token = gateway.Host.Development!.Mint(
            new Gatehouse.Identity.Development.DevelopmentGrant
            {
                Subject = "alice",
                Audience = gateway.Url.ToString(),
                Roles = ["staff", "admin", "works-council"],
                Groups = ["ward-7"],
                Scopes = ["notes:read", "notes:write"]
            }).Reveal().ToString();
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo", token));
        var entries = gateway.EntriesWithEnded(1).Where(e => e.GetProperty("kind").GetString() != "control").ToList();
        Assert.All(entries, entry =>
        {
            Assert.Equal(["staff", "admin"], entry.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
            Assert.Equal(["notes:read"], entry.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
            Assert.Equal(Gatehouse.Policy.Vocabulary.PolicyVocabulary.Digest(gateway.Host.Snapshots.Current.Policy.Rules),
                entry.GetProperty("asked").GetString());
            Assert.False(entry.TryGetProperty("groups", out _));
            Assert.DoesNotContain("works-council", entry.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain("notes:write", entry.GetRawText(), StringComparison.Ordinal);
        });
    }

    [Fact]
    [Trait("Requirement", "H19")]
    public async Task EveryRequest_HasItsEntriesWithTheChecksThatRan()
    {
        List<JsonElement> entries;
        await using (var gateway = await TestGateway.StartAsync())
        {
            var handle = await gateway.InitializeAsync();
            await gateway.CallAsync(gateway.Post(Call, null, ("Mcp-Session-Id", handle)));
            await gateway.CallAsync(gateway.Post(Call, "", ("Mcp-Session-Id", handle)));
            await gateway.CallAsync(gateway.Post(Call, "junk", ("Mcp-Session-Id", handle)));
            await gateway.CallAsync(gateway.Post("[]", null, ("Mcp-Session-Id", handle)));
            await gateway.CallAsync(gateway.Post(Call, gateway.Token("mallory")));
            entries = [.. gateway.EntriesWithEnded(6).Where(e => e.GetProperty("kind").GetString() != "control")];
        }

        Assert.Equal(6, entries.Count(e => e.GetProperty("kind").GetString() == "ended"));
        var begun = Assert.Single(entries, e => e.GetProperty("kind").GetString() == "begun");
        Assert.Equal("tools/call", begun.GetProperty("method").GetString());
        Assert.Equal("echo", begun.GetProperty("name").GetString());
        var ended = entries.Single(e => e.GetProperty("kind").GetString() == "ended"
            && e.GetProperty("id").GetString() == begun.GetProperty("id").GetString());
        Assert.Equal(["accept", "authenticate", "validate", "session", "resolve", "authorize", "limit", "inspect-request", "approve", "forward",
            "inspect-response"], ended.GetProperty("checks").EnumerateArray().Select(c => c.GetString()!));
        Assert.True(begun.GetProperty("seq").GetInt64() < ended.GetProperty("seq").GetInt64());
        var authentications =
            entries.SelectMany(e => e.TryGetProperty("parts", out var parts) ? parts.EnumerateArray() : default(JsonElement.ArrayEnumerator))
                .Where(p => p.GetProperty("kind").GetString() == "authentication").ToList();
        // The begun entry repeats the part of its exchange; counts count exchanges.
        Assert.Equal(6, entries.Where(e => e.GetProperty("kind").GetString() == "ended")
            .Count(e => e.GetProperty("parts").EnumerateArray().Any(p => p.GetProperty("kind").GetString() == "authentication")));
        Assert.Equal(2, entries.Count(
            e => e.GetProperty("kind").GetString() == "ended" && e.TryGetProperty("code", out var c) && c.GetString() is "GH2001" or "GH2002"));
        Assert.Equal(2, authentications.Count(p => p.GetProperty("outcome").GetString() == "deny"));
    }

    [Fact]
    [Trait("Requirement", "AU-06")]
    public async Task UnwritableLog_RefusesWhatMayAct_AndReadingBySetting()
    {
        foreach (var allow in new[] { false, true })
        {
            var log = new BrokenLog();
            await using var gateway =
                await TestGateway.StartAsync(s =>
                    s with { Audit = s.Audit with { WhenUnavailable = allow ? AuditUnavailableMode.Allow : AuditUnavailableMode.Refuse } },
                        audit: log);
            log.Broken = true;
            var (status, body, _) = await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Equal("GH9001", body.GetProperty("error").GetProperty("data").GetProperty("code").GetString());
            Assert.Empty(gateway.Upstream.Of("tools/call"));
            var (reading, _, _) = await gateway.CallAsync(gateway.Modern("tools/list"));
            Assert.Equal(allow ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, reading);
            log.Broken = false;
            Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"))).Status);
        }
    }

    [Fact]
    [Trait("Requirement", "AU-06")]
    public async Task BegunEntry_IsDurableBeforeTheUpstreamIsAsked()
    {
        var log = new BrokenLog();
        await using var gateway = await TestGateway.StartAsync(audit: log);
        var hold = log.Hold = new TaskCompletionSource();
        var askedWhileHeld = 0;
        gateway.Upstream.On("tools/call", (context, _) =>
        {
            if (!hold.Task.IsCompleted) Interlocked.Increment(ref askedWhileHeld);
            return RecordingUpstream.Json(context, """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[]}}""");
        });
        var call = gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\"", "echo"));
        await Eventually.TrueAsync(() => log.Durable.Count > 0, "an entry is durable");
        // Others are answered meanwhile: the gateway had time enough to go on with the call as well.
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.OK, (await gateway.CallAsync(gateway.Modern("tools/list"))).Status);
        Assert.Empty(gateway.Upstream.Of("tools/call"));
        hold.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await call).Status);
        Assert.Equal(0, askedWhileHeld);
        Assert.Equal(AuditEntryKind.Begun, log.Durable[0].Kind);
    }

    [Fact]
    [Trait("Requirement", "A23")]
    [Trait("Requirement", "H16")]
    public async Task ContentAndSecrets_AreNowhereInWhatIsWritten()
    {
        var canaries = new List<string>();
        string Canary(string what)
        {
            var canary = $"CaNaRy-{what}-{Guid.NewGuid():N}";
            canaries.Add(canary);
            return canary;
        }

        var secretFile = Path.GetTempFileName();
        await using var gateway = await TestGateway.StartAsync(s =>
        {
            File.WriteAllText(secretFile, Canary("credential"));
            File.SetUnixFileMode(secretFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var http = s.Servers[0].Http! with { Credential = new CredentialSettings("X-Api-Key", new SecretReference("file", secretFile), "") };
            return s with { Servers = [s.Servers[0] with { Http = http }] };
        });
        var token = gateway.Token();
        canaries.Add(token);
        canaries.Add(token.Split('.')[2]);
        gateway.Upstream.OnResult("tools/call",
            $"{{\"resultType\":\"complete\",\"content\":[{{\"type\":\"text\",\"text\":\"{Canary("result")}\"}}],\"_meta\":{{\"x\":\"{Canary("result-meta")}\"}}}}");
        var arguments = $"\"name\":\"echo\",\"arguments\":{{\"a\":\"{Canary("argument")}\",\"{Canary("argument-name")}\":1}}";
        await gateway.CallAsync(
            gateway.Modern("tools/call", arguments, "echo", token, ("X-Custom", Canary("header")), ("Cookie", Canary("cookie")),
                ("Mcp-Param-Free", Canary("parameter"))));
        await gateway.CallAsync(
            gateway.Modern("resources/read", $"\"uri\":\"demo://a?q={Canary("query")}#{Canary("fragment")}\"", "demo://a", token));
        await gateway.CallAsync(
            gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":\"{Canary("id")}\",\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",\"x\":\"{Canary("unproven")}\",\"x\":1}}}}", token));
        await gateway.CallAsync(gateway.Post(Call, Canary("bad-token")));
        var request = gateway.Post(Call, token);
        request.RequestUri = new Uri(gateway.Url + "?access_token=" + Canary("query-token"));
        await gateway.CallAsync(request);
        // A token where none belongs is refused, and what is recorded of the refusal does not contain it either.
        await gateway.CallAsync(gateway.Modern("tools/call", $"\"name\":\"{token}\",\"arguments\":{{\"a\":\"{token}\"}}", token, token));
        await gateway.CallAsync(gateway.Post($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{token}\"}}", token));
        await RawHttp.StatusAsync(gateway.Url, $"POST /mcp?{token} HTTP/1.1 {token}\r\nHost: {token}\r\n\r\n");
        await RawHttp.StatusAsync(gateway.Url, $"{token} /mcp/{token} HTTP/1.1\r\nHost: {gateway.Url.Authority}\r\nConnection: close\r\n\r\n");
        Assert.Contains(gateway.Upstream.Received, r => r.Header("X-Api-Key").Count == 1);
        gateway.EntriesWithEnded(7);

        var written = Directory.EnumerateFiles(gateway.Host.State.Root, "*", SearchOption.AllDirectories)
            .Select(f => (File: f, Bytes: ReadShared(f))).Append((File: "diagnostics", Bytes: Encoding.UTF8.GetBytes(gateway.Diagnostics))).ToList();
        Assert.Contains(written, w => w.File.EndsWith(".journal", StringComparison.Ordinal) && w.Bytes.AsSpan().IndexOf("tools/call"u8) >= 0);
        foreach (var canary in canaries)
        {
            foreach (var form in Forms(canary))
                Assert.All(written, w => Assert.True(w.Bytes.AsSpan().IndexOf(form) < 0, $"{canary} stands in {w.File}"));
        }

        // The search itself finds what is there.
        Assert.Contains(written, w => Forms("tools/call").Any(f => w.Bytes.AsSpan().IndexOf(f) >= 0));
        File.Delete(secretFile);
    }

    private static byte[] ReadShared(string file)
    {
        if (new FileInfo(file) is { Attributes: var a } && a.HasFlag(FileAttributes.Device)) return [];
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
        catch (IOException)
        {
            return []; // the control socket
        }
    }

    private static IEnumerable<byte[]> Forms(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        yield return utf8;
        yield return Encoding.Unicode.GetBytes(text);
        yield return Encoding.BigEndianUnicode.GetBytes(text);
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(utf8));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8));
        yield return Encoding.ASCII.GetBytes(Uri.EscapeDataString(text));
        yield return Encoding.ASCII.GetBytes(JsonEncodedText.Encode(text).ToString());
        // In base64 a text has three looks, by its place; the middle of each is the same wherever it stands.
        for (var shift = 0; shift < 3; shift++)
        {
            var base64 = Convert.ToBase64String([.. new byte[shift], .. utf8]);
            yield return Encoding.ASCII.GetBytes(base64[4..^4]);
            yield return Encoding.ASCII.GetBytes(base64[4..^4].Replace('+', '-').Replace('/', '_'));
        }
    }
}
