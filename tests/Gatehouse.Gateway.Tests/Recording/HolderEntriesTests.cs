using System.Text;
using Gatehouse.Gateway.Tests.Access;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>
/// Entries of people who are no administrators: they take the part of the log of these people, and have no words of theirs in clear.
/// </summary>
[Trait("Requirement", "AU-06")]
public sealed class HolderEntriesTests
{
    // Threat: a person who may answer one question looks at it without end, and the log is full for all (CWE-770).
    [Fact]
    public async Task ShowingsOfOnePerson_LeaveTheLogToOthers()
    {
        await using var gateway = await AccessGateway.StartAsync(change: LogFillTests.Small(1 << 20));
        var host = gateway.Gateway.Host;
        var alice = await gateway.BeginAsync();
        await gateway.GrantedAsync("alice");
        var id = await gateway.AskAsync("bob");
        string? why = null;
        for (var count = 0; count < 3000 && why is null; count++) why = (await gateway.ShowAsync(id, "carol")).Refusal?.Why;
        Assert.Equal("log-failed", why);
        await host.Core.Services.Audit.FlushAsync();
        Assert.InRange(host.AuditStatistics.Bytes, 1, 1 << 19);
        Assert.True(await AccessGateway.CallsAsync(alice));
    }

    // Threat: a name that is no rule would stay in clear, beyond every erasure (DP-03).
    [Fact]
    public async Task RuleThatDoesNotExist_IsNotInClear()
    {
        await using var gateway = await AccessGateway.StartAsync();
        Assert.Equal("not-eligible", (await gateway.RequestAsync("mallory", rule: "Maria_Mustermann-born-1975")).Refusal?.Why);
        await gateway.Gateway.Host.Core.Services.Audit.FlushAsync();
        Assert.All(Directory.GetFiles(gateway.Gateway.Host.State.Audit, "*.journal", SearchOption.AllDirectories),
            static file => Assert.DoesNotContain("Maria", Encoding.UTF8.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
    }
}
