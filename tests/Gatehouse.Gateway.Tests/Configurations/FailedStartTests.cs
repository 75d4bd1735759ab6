using System.Net;
using System.Net.Sockets;
using Gatehouse.Administration;
using Gatehouse.Audit;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Configurations;

namespace Gatehouse.Gateway.Tests.Configurations;

/// <summary>A configuration that did not come into force is not recorded as one that did, and no rollback offers it.</summary>
[Trait("Requirement", "CO-02")]
public sealed class FailedStartTests
{
    [Fact]
    public async Task AConfigurationWhoseStartFailed_WasNotInForce()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.InForce;
        var port = gateway.Host.Address.Port;
        TcpListener? other = null;
        await Assert.ThrowsAnyAsync<Exception>(() => gateway.RestartAsync(() =>
        {
            gateway.WritePolicy("mallory");
            other = new TcpListener(IPAddress.Loopback, port);
            other.Start();
        }));
        var never = ConfigurationLoader.Load(gateway.Request()).Snapshot!.Digest;
        other!.Stop();
        await gateway.RestartAsync(() => gateway.WritePolicy("alice"));
        Assert.Equal(first, gateway.InForce);
        var history = await gateway.HistoryAsync();
        Assert.DoesNotContain(history, one => one.Digest == never);
        Assert.False(gateway.Recorder.Store.Has(never));
        Assert.Equal(2, (await gateway.EntriesAsync("start")).Count);
        Assert.NotNull((await gateway.RollBackAsync(never)).Refusal);
    }

    [Fact]
    public async Task TheEntryOfTheStart_IsThere_BeforeARequestIsAnswered()
    {
        var log = new SlowLog();
        var starting = FiledGateway.StartAsync(log);
        await log.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        // The address is bound, and the entry is under way.
        using var client = new HttpClient();
        var answering = client.GetAsync(new Uri(log.Address!, "/.well-known/oauth-protected-resource"), TestContext.Current.CancellationToken);
        using (var connected = new TcpClient())
            await connected.ConnectAsync(IPAddress.Loopback, log.Address!.Port, TestContext.Current.CancellationToken);
        Assert.False(answering.IsCompleted);
        log.Written.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await answering).StatusCode);
        await (await starting).DisposeAsync();
    }

    // The files cannot be renamed after the entry: the log says both, and the second counts.
    [Fact]
    public async Task AChangeThatFailedAfterItsEntry_IsNoTargetOfARollback_UnlessItWasInForceAtAnotherTime()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.Recorder.InForce!;
        gateway.WritePolicy("bob");
        var second = ConfigurationLoader.Load(gateway.Request()).Snapshot!;
        var origin = ConfigurationOrigin.Reload;
        foreach (var texts in new[] { second, first })
        {
            Assert.True(await gateway.Recorder.NoteAppliedAsync(texts, 2, origin, []));
            Assert.True(await gateway.Recorder.NoteRefusedAsync(texts, 1, 1, origin, isUndone: true));
        }

        Assert.Empty(await gateway.FindAsync(second.Digest, withReplaced: true));
        Assert.Equal([first.Digest], await gateway.FindAsync(first.Digest, withReplaced: true));
        Assert.NotNull((await gateway.RollBackAsync(second.Digest, force: true)).Refusal);
        await gateway.ReloadAsync();
        Assert.Equal([second.Digest], await gateway.FindAsync(second.Digest, withReplaced: false));
    }

    [Fact]
    public async Task ARollbackWhoseRenameFails_IsRecordedAsUndone()
    {
        var log = new BlockingLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        log.OnRollback = () =>
        {
            File.Delete(gateway.Policy);
            Directory.CreateDirectory(gateway.Policy);
        };
        var outcome = await gateway.Host.Core.Rollback.RunAsync(first, false, new Administrator(FiledGateway.Own, null));
        Assert.NotNull(outcome.Refusal);
        var refused = log.Entries.Last(entry => entry.Facts[0].Value == EntryActs.Refused);
        Assert.Equal((first, "yes"), (Fact(refused, "digest"), Fact(refused, EntryActs.UndoneFact)));
        Directory.Delete(gateway.Policy);
        gateway.WritePolicy("bob");
    }

    private static string? Fact(AuditEntry entry, string name) => entry.Facts.FirstOrDefault(fact => fact.Key == name).Value;

    /// <summary>A log that keeps its entries, and runs an action with that of a rollback.</summary>
    private sealed class BlockingLog : IAuditLog
    {
        public Action? OnRollback { get; set; }

        public List<AuditEntry> Entries { get; } = [];

        public bool IsAvailable => true;

        public AuditLogStatistics Statistics => default;

        public ValueTask AppendDurableAsync(AuditEntry entry)
        {
            Entries.Add(entry);
            if (Fact(entry, "act") == EntryActs.Applied && Fact(entry, "cause") == "rollback") OnRollback?.Invoke();
            return ValueTask.CompletedTask;
        }

        public bool TryAppend(AuditEntry entry) => true;

        public ValueTask FlushAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A log whose entry of the configuration takes as long as the test wants.</summary>
    private sealed class SlowLog : IAuditLog
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Uri? Address { get; private set; }

        public bool IsAvailable => true;

        public AuditLogStatistics Statistics => default;

        public async ValueTask AppendDurableAsync(AuditEntry entry)
        {
            if (Fact(entry, "act") != EntryActs.Applied) return;
            var text = await File.ReadAllTextAsync(Fact(entry, "path")!);
            Address = new Uri(text.Split("publicUrl: ")[1].Split('\n')[0].Trim());
            Asked.SetResult();
            await Written.Task;
        }

        public bool TryAppend(AuditEntry entry) => true;

        public ValueTask FlushAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
