using System.Text.Json;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;
using LogFolder = Gatehouse.Audit.Tests.Verification.LogFolder;

namespace Gatehouse.Audit.Tests;

/// <summary>
/// The times of entries that are counted in one are the earliest and the latest, whatever the order in which the log gets them. The threat: a caller
/// whose requests are refused concurrently, or a clock that is set back, leaves a finding in the evidence that never goes away.
/// </summary>
[Trait("Requirement", "AU-06")]
public sealed class JoinedEntryTimesTests
{
    private const int Burst = 3;

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    [InlineData(1, 0, 2)]
    public async Task EntriesInAnyOrderOfTheirTimes_AreCountedBetweenTheEarliestAndTheLatest(params int[] seconds)
    {
        using var folder = new LogFolder();
        await using (var log = Open(folder))
        {
            for (var i = 0; i < Burst; i++) Assert.True(log.TryAppend(Refused(TimeProvider.System.GetUtcNow())));
            foreach (var second in seconds) Assert.True(log.TryAppend(Refused(DateTimeOffset.UnixEpoch.AddSeconds(second))));
            await log.PublishAsync();
        }

        var joined = Entry(folder, "entries.joined");
        Assert.Equal(("3", "1970-01-01T00:00:00.0000000Z", "1970-01-01T00:00:02.0000000Z"), (Text("entries"), Text("first"), Text("last")));
        Assert.Empty(AuditLogVerifier.Verify(folder.Path).Findings);

        string? Text(string name) => joined.GetProperty(name).GetString();
    }

    // An attempt that is only counted is in no number of entries, and the times are those of all.
    [Fact]
    public async Task AttemptsThatAreOnlyCounted_AreBetweenTheEarliestAndTheLatest()
    {
        using var folder = new LogFolder();
        await using (var log = Open(folder))
        {
            foreach (var second in (int[])[1, 2, 0])
            {
                Assert.True(log.TryAppend(Refused(DateTimeOffset.UnixEpoch.AddSeconds(second)) with
                {
                    IsOnlyCounted = true,
                    Attempts = [new AuditAttempt(AttemptPlace.Mcp, "no-token")],
                }));
            }

            await log.PublishAsync();
        }

        var counted = Entry(folder, "attempts.counted");
        Assert.Equal("1970-01-01T00:00:00.0000000Z", counted.GetProperty("first").GetString());
        Assert.Equal("1970-01-01T00:00:02.0000000Z", counted.GetProperty("last").GetString());
        Assert.Empty(AuditLogVerifier.Verify(folder.Path).Findings);
    }

    // Uses of credentials beyond the rate are counted, and their sum is that of the uses.
    [Fact]
    [Trait("Requirement", "SK-04")]
    public async Task UsesBeyondTheRate_AreCountedInOneEntry_ThatAgreesWithThem()
    {
        const int uses = 500;
        using var folder = new LogFolder();
        await using (var log = Open(folder))
        {
            for (var i = 0; i < uses; i++)
            {
                Assert.True(log.TryAppend(Refused(DateTimeOffset.UnixEpoch.AddSeconds(i)) with
                {
                    Credentials = [new CredentialUse("value") { Reference = $"vault:key-{i % 30}", Count = 2 }],
                }));
            }

            await log.PublishAsync();
        }

        using var read = Assert.Single(EvidenceLog.In(folder.Path)).Open();
        var counts = read.Entries().Select(static entry => JsonDocument.Parse(entry.Bytes).RootElement)
            .Where(static entry => entry.TryGetProperty("credentials", out _))
            .SelectMany(static entry => entry.GetProperty("credentials").EnumerateArray()).ToList();
        Assert.Equal(2 * uses, counts.Sum(static one => one.GetProperty("count").GetInt64()));
        Assert.Contains(counts, static one => one.GetProperty("kind").GetString() == CredentialTally.Others);
        Assert.InRange(counts.Count, Burst, Burst + CredentialTally.MostCounts + 1);
        Assert.Empty(AuditLogVerifier.Verify(folder.Path).Findings);
    }

    private static GroupCommitLog Open(LogFolder folder) => GroupCommitLog.Open(
        new AuditLogOptions { Directory = folder.Path, RefusalBurst = Burst }, new TestLogKeys());

    // The one entry with the act.
    private static JsonElement Entry(LogFolder folder, string act)
    {
        using var log = Assert.Single(EvidenceLog.In(folder.Path)).Open();
        var entries = log.Entries().Select(entry => JsonDocument.Parse(entry.Bytes).RootElement).ToList();
        return Assert.Single(entries, entry => entry.TryGetProperty("act", out var found) && found.GetString() == act);
    }

    private static AuditEntry Refused(DateTimeOffset at) => new()
    {
        Kind = AuditEntryKind.Ended,
        ExchangeId = "id",
        At = at,
        Method = "tools/call",
        Issuer = "https://issuer",
        Owner = "mallory",
        Code = "GH4005",
        IsRefusal = true,
        Parts = [new AuditPart(AuditPartKind.Authentication, AuditOutcome.Deny, "GH4005")],
    };
}
