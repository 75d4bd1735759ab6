using System.Net;
using System.Net.Sockets;
using System.Text;
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
        var never = ConfigurationLoader.Load(gateway.Request()).Texts!.Digest;
        other!.Stop();
        await gateway.RestartAsync(() => gateway.WritePolicy("alice"));
        Assert.Equal(first, gateway.InForce);
        var history = await gateway.HistoryAsync();
        Assert.DoesNotContain(history, one => one.Digest == never);
        Assert.False(gateway.Recorder.Store.Has(never));
        Assert.Equal(2, (await gateway.EntriesAsync("start")).Count);
        Assert.NotNull((await gateway.RollBackAsync(never)).Refusal);
    }

    // The connection of a request that is neither answered nor waited for ends in any case. What it left in the log then shows whether it was served.
    [Fact]
    public async Task NoRequestIsServed_BeforeTheEntryOfTheStart()
    {
        var held = new HeldEntry(EntryActs.Applied);
        var log = new ObservedLog { OnDurable = held.OnDurable };
        var starting = FiledGateway.StartAsync(log);
        // The address is bound, and the entry is under way.
        var text = await File.ReadAllTextAsync(ObservedLog.Fact(await held.Asked, "path")!, TestContext.Current.CancellationToken);
        var address = new Uri(text.Split("publicUrl: ")[1].Split('\n')[0].Trim());
        await AskAndLeaveAsync(address);
        Assert.DoesNotContain(log.Entries, entry => entry.Kind != AuditEntryKind.Control);
        using var client = new HttpClient();
        var answering = client.GetAsync(new Uri(address, "/mcp"), TestContext.Current.CancellationToken);
        held.Release();
        await using var gateway = await starting;
        Assert.Equal(HttpStatusCode.Unauthorized, (await answering).StatusCode);
        // The request of the connection that ended may be read after the release, too.
        var kinds = log.Entries.Where(entry => entry.Kind != AuditEntryKind.Control || ObservedLog.Fact(entry, "act") == EntryActs.Applied)
            .Select(entry => entry.Kind).ToList();
        Assert.Equal(AuditEntryKind.Control, kinds[0]);
        Assert.Contains(AuditEntryKind.Ended, kinds);
    }

    private static async Task AskAndLeaveAsync(Uri address)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /mcp HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n"), TestContext.Current.CancellationToken);
        connection.Client.Shutdown(SocketShutdown.Send);
        await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
    }

    // The files cannot be renamed after the entry: the log says both, and the second counts.
    [Fact]
    public async Task AChangeThatFailedAfterItsEntry_IsNoTargetOfARollback_UnlessItWasInForceAtAnotherTime()
    {
        await using var gateway = await FiledGateway.StartAsync();
        var first = gateway.Recorder.InForce!;
        gateway.WritePolicy("bob");
        var second = ConfigurationLoader.Load(gateway.Request()).Texts!;
        var origin = ConfigurationOrigin.Reload;
        foreach (var texts in new[] { second, first })
        {
            Assert.True(await gateway.Recorder.RecordAppliedAsync(texts, 2, origin, []));
            Assert.True(await gateway.Recorder.RecordRefusedAsync(texts, 1, 1, origin, isUndone: true));
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
        var log = new ObservedLog();
        await using var gateway = await FiledGateway.StartAsync(log);
        var first = gateway.InForce;
        gateway.WritePolicy("bob");
        await gateway.ReloadAsync();
        log.OnDurable = entry =>
        {
            if (ObservedLog.Fact(entry, "act") != EntryActs.Applied || ObservedLog.Fact(entry, "cause") != "rollback") return Task.CompletedTask;
            File.Delete(gateway.Policy);
            Directory.CreateDirectory(gateway.Policy);
            return Task.CompletedTask;
        };
        var outcome = await gateway.Host.Core.Rollback.RunAsync(first, false, new Administrator(FiledGateway.Own, null));
        Assert.NotNull(outcome.Refusal);
        var refused = log.Of(EntryActs.Refused).Last();
        Assert.Equal((first, "yes"), (ObservedLog.Fact(refused, "digest"), ObservedLog.Fact(refused, EntryActs.UndoneFact)));
        Directory.Delete(gateway.Policy);
        gateway.WritePolicy("bob");
    }
}
