using System.Diagnostics;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Gateway.Configurations;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>Rollbacks that something disturbs: an edit, a file of another account, a log that cannot be written, a line without a key.</summary>
[Trait("Requirement", "CO-02")]
[Trait("NoRetry", "yes")]
public sealed class DisturbedRollbackTests
{
    [Fact]
    public async Task AnEditWhileTheRollbackRuns_IsNotLost()
    {
        var log = new HookLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        log.OnRollback = () => gateway.WritePolicy("work-in-progress");
        var outcome = await gateway.Host.Core.Rollback.RunAsync(first, false, new Administrator(FiledGateway.Own, null));
        var isThere = (await File.ReadAllTextAsync(gateway.Policy)).Contains("work-in-progress", StringComparison.Ordinal);
        var isKept = outcome.Result?.Replaced is { } kept && gateway.Recorder.Store.Read(kept) is not null;
        Assert.True(isThere || isKept, "the text that was written meanwhile is gone");
    }

    [Fact]
    public async Task AFileOfAnotherAccount_KeepsItsOwner_OrIsNotReplaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root");
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        Process.Start("chown", ["1234", gateway.Policy]).WaitForExit();
        var outcome = await gateway.RollBackAsync(first);
        Assert.True(outcome.Refusal is not null || OwnerOf(gateway.Policy) == "1234", $"the owner is {OwnerOf(gateway.Policy)} now");
    }

    [Fact]
    public async Task TheEntryOfTheStart_IsBeforeThatOfALaterReload()
    {
        var log = new BrokenLog { Broken = true };
        await using var gateway = await FiledGateway.StartAsync(log);
        log.Broken = false;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        await gateway.Recorder.RetryAsync();
        Assert.Equal(["start", "reload"], log.Durable.Where(entry => entry.Facts[0].Value == EntryActs.Applied)
            .Select(entry => entry.Facts.First(fact => fact.Key == "cause").Value));
    }

    private static string OwnerOf(string path)
    {
        using var process = Process.Start(new ProcessStartInfo("stat", ["-c", "%u", path]) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    private sealed class HookLog : IAuditLog
    {
        public Action? OnRollback { get; set; }

        public bool IsAvailable => true;

        public AuditLogStatistics Statistics => default;

        public ValueTask AppendDurableAsync(AuditEntry entry)
        {
            if (entry.Facts.Any(fact => fact.Value == EntryActs.Applied) && entry.Facts.Any(fact => fact.Value == "rollback")) OnRollback?.Invoke();
            return ValueTask.CompletedTask;
        }

        public bool TryAppend(AuditEntry entry) => true;

        public ValueTask FlushAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
