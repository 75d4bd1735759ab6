using Gatehouse.Audit.Verification;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A log whose key is lost ends, a new one names it, and the operator hears of it.</summary>
[Trait("Requirement", "AU-02")]
[Trait("NoRetry", "yes")]
public sealed class LogSuccessionTests
{
    [Fact]
    public async Task LostKey_BeginsANewLog_AndTheOperatorHearsOfIt()
    {
        var folder = "";
        await using (var first = await TestGateway.StartAsync(keepState: true))
        {
            folder = first.Host.State.Root;
            await first.InitializeAsync();
            Assert.DoesNotContain("3005", first.Diagnostics, StringComparison.Ordinal);
        }

        Directory.Delete(Path.Combine(folder, "audit-keys"), recursive: true);
        await using var second = await TestGateway.StartAsync(settings => settings with { StateDirectory = folder });
        await Eventually.TrueAsync(
            () => second.Diagnostics.Contains("could not be continued (key-lost: ", StringComparison.Ordinal), second.Diagnostics);
        var (old, began) = (Path.Combine(folder, "audit", "log-0001"), Path.Combine(folder, "audit", "log-0002"));
        Assert.Contains($"the audit log {old} could not be continued (key-lost: its key is missing or does not open); the new log {began} began", second.Diagnostics, StringComparison.Ordinal);
        Assert.Contains("what to do: gatehouse explain 3005", second.Diagnostics, StringComparison.Ordinal);
        var births = AuditLogReader.Read(Path.Combine(folder, "audit"))
            .Where(entry => entry.TryGetProperty("act", out var act) && act.GetString() == "log.birth").ToList();
        Assert.Equal(["first", "key-lost"], births.Select(birth => birth.GetProperty("reason").GetString()));
        Assert.Equal(births[0].GetProperty("log").GetString(), births[1].GetProperty("previous").GetString());
        Assert.Equal("key-lost", second.Host.AuditStatistics.Succeeded);
    }

    // Threat: an operator without the keys removes the whole log, and the gateway begins a new one as if there had been none.
    [Fact]
    public async Task RemovedLog_IsNamedByTheNextOne_AndTheOperatorHearsOfIt()
    {
        var (folder, origin) = ("", "");
        await using (var first = await TestGateway.StartAsync(keepState: true))
        {
            folder = first.Host.State.Root;
            await first.InitializeAsync();
            origin = first.Host.AuditStatistics.Origin!;
        }

        Directory.Delete(Path.Combine(folder, "audit"), recursive: true);
        await using var second = await TestGateway.StartAsync(settings => settings with { StateDirectory = folder });
        await Eventually.TrueAsync(() => second.Diagnostics.Contains("3021", StringComparison.Ordinal), second.Diagnostics);
        Assert.Contains($"the audit log {origin} (published size: ", second.Diagnostics, StringComparison.Ordinal);
        Assert.Contains($"is not in {Path.Combine(folder, "audit")}; the new log {Path.Combine(folder, "audit", "log-0002")} began", second.Diagnostics, StringComparison.Ordinal);
        var birth = AuditLogReader.Read(Path.Combine(folder, "audit")).First();
        Assert.Equal(("lost", origin), (birth.GetProperty("reason").GetString(), birth.GetProperty("previous").GetString()));
        Assert.Equal("lost", second.Host.AuditStatistics.Succeeded);
        Assert.Contains(AuditLogVerifier.Verify(Path.Combine(folder, "audit")).Findings,
            finding => finding.Kind == AuditFindingKind.Chain && finding.Detail.Contains(origin, StringComparison.Ordinal));
    }

    // Threat: an operator without the keys puts the log of another gateway in the place of this one's, and the next log vouches for it.
    [Fact]
    public async Task LogOfAnotherGatewayInItsPlace_IsNotNamed_AndTheOperatorHearsOfIt()
    {
        var (folder, origin) = ("", "");
        await using var other = await TestGateway.StartAsync();
        await other.InitializeAsync();
        await using (var first = await TestGateway.StartAsync(keepState: true))
        {
            folder = first.Host.State.Root;
            await first.InitializeAsync();
            origin = first.Host.AuditStatistics.Origin!;
        }

        var forged = Path.Combine(folder, "audit", "log-0001");
        Directory.Delete(forged, recursive: true);
        var source = Path.Combine(other.Host.State.Root, "audit", "log-0001");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(forged, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        await using var second = await TestGateway.StartAsync(settings => settings with { StateDirectory = folder });
        await Eventually.TrueAsync(() => second.Diagnostics.Contains("3024", StringComparison.Ordinal), second.Diagnostics);
        Assert.Contains($"{forged} is not a log that this gateway wrote under that number; the last one by its records is {origin} (published size: ", second.Diagnostics, StringComparison.Ordinal);
        var birth = AuditLogReader.Read(Path.Combine(folder, "audit"))
            .Last(entry => entry.TryGetProperty("act", out var act) && act.GetString() == "log.birth");
        Assert.Equal(("replaced", origin, "record"),
            (birth.GetProperty("reason").GetString(), birth.GetProperty("previous").GetString(), birth.GetProperty("previousFrom").GetString()));
        Assert.Contains(AuditLogVerifier.Verify(Path.Combine(folder, "audit")).Findings, finding => finding.Kind == AuditFindingKind.Succession);
    }

    // The detail of a fault has names of files. The log that is handed out has a word.
    [Fact]
    public async Task DamagedLog_IsDescribedByAWord_AndTheOperatorReadsTheFile()
    {
        var folder = "";
        await using (var first = await TestGateway.StartAsync(keepState: true))
        {
            folder = first.Host.State.Root;
            await first.InitializeAsync();
        }

        File.Delete(Path.Combine(folder, "audit", "log-0001", "checkpoint"));
        await using var second = await TestGateway.StartAsync(settings => settings with { StateDirectory = folder });
        await Eventually.TrueAsync(() => second.Diagnostics.Contains("3005", StringComparison.Ordinal), second.Diagnostics);
        Assert.Contains("(damaged: log-0001/checkpoint is missing or damaged)", second.Diagnostics, StringComparison.Ordinal);
        var birth = AuditLogReader.Read(Path.Combine(folder, "audit"))
            .Last(entry => entry.TryGetProperty("act", out var act) && act.GetString() == "log.birth");
        Assert.Equal(("damaged", "checkpoint"), (birth.GetProperty("reason").GetString(), birth.GetProperty("why").GetString()));
    }
}
