using Gatehouse.Audit.Verification;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>A log whose key is lost ends, a new one names it, and the operator hears of it.</summary>
[Trait("Requirement", "AU-02")]
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
            () => second.Diagnostics.Contains("could not be continued (key-lost)", StringComparison.Ordinal), second.Diagnostics);
        var (old, began) = (Path.Combine(folder, "audit", "log-0001"), Path.Combine(folder, "audit", "log-0002"));
        Assert.Contains($"the audit log {old} could not be continued (key-lost); the new log {began} began", second.Diagnostics, StringComparison.Ordinal);
        Assert.Contains("what to do: gatehouse explain 3005", second.Diagnostics, StringComparison.Ordinal);
        var births = AuditLogReader.Read(Path.Combine(folder, "audit"))
            .Where(entry => entry.TryGetProperty("act", out var act) && act.GetString() == "log.birth").ToList();
        Assert.Equal(["first", "key-lost"], births.Select(birth => birth.GetProperty("reason").GetString()));
        Assert.Equal(births[0].GetProperty("log").GetString(), births[1].GetProperty("previous").GetString());
        Assert.Equal("key-lost", second.Host.AuditStatistics.Succeeded);
    }
}
