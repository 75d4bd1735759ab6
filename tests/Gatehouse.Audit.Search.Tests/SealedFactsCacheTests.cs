using System.Text.Json;
using Gatehouse.Audit.Privacy;
using Gatehouse.Storage;
using Gatehouse.Testing;

namespace Gatehouse.Audit.Search.Tests;

/// <summary>The box that the entries of one exchange share where they say the same about one person under one key, and nowhere else.</summary>
[Trait("Requirement", "DP-03")]
public sealed class SealedFactsCacheTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 30, 23, 59, 59, TimeSpan.Zero);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-boxes-");
    private readonly KeyRing ring = KeyRing.CreateInMemory(TimeProvider.System);
    private readonly SubjectKeys keys;
    private readonly EntryProtector protector;

    public SealedFactsCacheTests()
    {
        keys = SubjectKeys.TryOpen(
            SubjectKeyFile.Open(Path.Combine(folder.FullName, "keys.db")), ring, Path.Combine(folder.FullName, "destroyed"))!;
        protector = new EntryProtector(keys);
    }

    public void Dispose()
    {
        keys.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void EndedEntryThatSaysTheSame_HasTheBoxOfTheBegunOne_AndOpens()
    {
        var shared = new SealedFactsCache();
        var begun = protector.Protect(Of(AuditEntryKind.Begun, shared));
        var ended = protector.Protect(Of(AuditEntryKind.Ended, shared) with { At = Start.AddMilliseconds(900) });
        Assert.Same(Assert.Single(begun.Personal), Assert.Single(ended.Personal));
        Assert.Null(begun.SealedFactsCache ?? ended.SealedFactsCache); // it has the facts in clear
        var opened = new EntryOpener(keys).Open(JsonSerializer.Deserialize<JsonElement>(AuditEntryFormat.Bytes(ended, 2)));
        Assert.Equal(("alice", "ended"), (opened.GetProperty("sub").GetString(), opened.GetProperty("kind").GetString()));
    }

    public static TheoryData<string> Differences => ["role", "caller", "words", "uri", "month", "exchange", "none shared"];

    // Threat: an ended entry says what the begun one said, and not what is true of it.
    [Theory]
    [MemberData(nameof(Differences))]
    public void EndedEntryThatSaysSomethingElse_OrOfAnotherMonthOrExchange_HasABoxOfItsOwn(string difference)
    {
        var shared = new SealedFactsCache();
        var begun = Assert.Single(protector.Protect(Of(AuditEntryKind.Begun, shared)).Personal);
        var entry = Of(AuditEntryKind.Ended, shared);
        var ended = protector.Protect(difference switch
        {
            "role" => entry with { Roles = ["auditor"] },
            "caller" => entry with { Subject = "bob" },
            "words" => entry with { Parts = [new AuditPart(AuditPartKind.Rule, AuditOutcome.Deny, "limit", "calls") { Words = "text of the server" }] },
            "uri" => entry with { Uri = "file:///other" },
            "exchange" => entry with { ExchangeId = "01jd0000000000000000000001" },
            "month" => entry with { At = Start.AddSeconds(1) },
            _ => entry with { SealedFactsCache = null },
        });
        var own = Assert.Single(ended.Personal);
        Assert.NotEqual(begun.Box, own.Box);
        Assert.Equal(difference is "caller" or "month", begun.Pseudonym != own.Pseudonym);
        var opened = new EntryOpener(keys).Open(JsonSerializer.Deserialize<JsonElement>(AuditEntryFormat.Bytes(ended, 2)));
        Assert.Equal(difference == "caller" ? "bob" : "alice", opened.GetProperty("sub").GetString());
        Assert.Equal(difference == "uri" ? "file:///other" : "file:///report", opened.GetProperty("uri").GetString());
        Assert.Equal(difference == "role" ? "auditor" : "operator", opened.GetProperty("roles")[0].GetString());
        Assert.Equal(difference == "words", opened.GetRawText().Contains("text of the server", StringComparison.Ordinal));
    }

    // A destroyed key and its successor have the same owner, class and month. Began is null, so that the erasure does not apply and a new key is
    // made.
    [Fact]
    public void KeyThatWasDestroyedAndMadeAgain_SealsAgain()
    {
        var shared = new SealedFactsCache();
        var begun = Assert.Single(protector.Protect(Of(AuditEntryKind.Begun, shared)).Personal);
        keys.Destroy([begun.Pseudonym]);
        var ended = Assert.Single(protector.Protect(Of(AuditEntryKind.Ended, shared)).Personal);
        Assert.NotEqual(begun.Pseudonym, ended.Pseudonym);
        Assert.NotEqual(begun.Box, ended.Box);
    }

    [Fact]
    public void EntryThatWasCut_SaysSoInBoth()
    {
        var shared = new SealedFactsCache();
        string[] roles = [.. Enumerable.Range(0, 300).Select(static at => $"role-{at:0000}")];
        var begun = protector.Protect(Of(AuditEntryKind.Begun, shared) with { Roles = roles });
        var ended = protector.Protect(Of(AuditEntryKind.Ended, shared) with { Roles = roles });
        Assert.Same(Assert.Single(begun.Personal), Assert.Single(ended.Personal));
        Assert.True(begun.IsCut && ended.IsCut);
    }

    private static AuditEntry Of(AuditEntryKind kind, SealedFactsCache shared) => new()
    {
        Kind = kind,
        ExchangeId = "01jd0000000000000000000000",
        At = Start,
        Issuer = "https://issuer.example",
        Subject = "alice",
        ClientId = "client",
        Uri = "file:///report",
        Roles = ["operator"],
        SealedFactsCache = shared,
    };
}
