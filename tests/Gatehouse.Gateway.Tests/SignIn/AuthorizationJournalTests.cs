using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Partitions;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>An alarm of the authorization server is an entry of its own kind, a metric, a line of status and a line for the operator.</summary>
public sealed class AuthorizationJournalTests
{
    [Fact]
    public async Task AnAlarm_IsAnEntry_AMetric_AndALineOfStatus()
    {
        await using var gateway = await TestGateway.StartAsync();
        var services = gateway.Host.Core.Services;
        var journal = new AuthorizationJournal(services.Journal, services.Alarms, services.Log, services.CallerShare, services.Options.Time);
        Assert.DoesNotContain("alarms", new GatewayStatus(gateway.Host).Facts().Keys);
        journal.Note("oauth.grant", ("subject", "corp:alice"));
        await journal.AlarmAsync("code-reuse", ("subject", "corp:alice"), ("client", "desk"));
        await journal.AlarmAsync("code-reuse", ("subject", "corp:bob"), ("client", "desk"));
        Assert.StartsWith("code-reuse 2; last ", new GatewayStatus(gateway.Host).Facts()["alarms"], StringComparison.Ordinal);
        Assert.Contains("gatehouse_alarms_total{kind=\"code-reuse\"} 2", gateway.Host.Metrics().Text(), StringComparison.Ordinal);
        await services.Audit.FlushAsync();
        var acts = gateway.Entries().Where(entry => entry.TryGetProperty("act", out _)).ToList();
        Assert.Contains(acts, entry => entry.GetProperty("act").GetString() == "oauth.grant" && entry.GetProperty("subject").GetString() == "corp:alice");
        var alarms = acts.Where(entry => entry.GetProperty("act").GetString() == AuthorizationJournal.AlarmAct).ToList();
        Assert.Equal(["corp:alice", "corp:bob"], alarms.Select(entry => entry.GetProperty("subject").GetString()));
        Assert.All(alarms, entry => Assert.Equal("code-reuse", entry.GetProperty("fact.kind").GetString()));
    }

    // The log never deletes, and where it is full, calls that may act are refused: a stranger must not fill it.
    [Fact]
    public async Task WhatAStrangerCauses_IsCountedInOneEntry_AboveARate()
    {
        await using var gateway = await TestGateway.StartAsync();
        var services = gateway.Host.Core.Services;
        var journal = new AuthorizationJournal(services.Journal, services.Alarms, services.Log, services.CallerShare, services.Options.Time);
        var peer = PeerAt("203.0.113.7");
        for (var count = 0; count < 2000; count++)
        {
            journal.NoteOf(peer, "oauth.fault", ("fault", "TooMany"));
            journal.AlarmOf(peer, "issuer-mismatch", ("provider", "corp"));
        }

        await services.Audit.FlushAsync();
        var acts = gateway.Entries().Where(entry => entry.TryGetProperty("act", out _)).Select(entry => entry.GetProperty("act").GetString());
        Assert.InRange(acts.Count(act => act is "oauth.fault" or AuthorizationJournal.AlarmAct), 1, 1000);
    }

    // Any browser can return with a forged answer, as often as it wants.
    [Fact]
    public async Task AlarmsOfOneBlock_AreBounded_AndLeaveOthersTheirPart()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync();
        var services = gateway.Host.Core.Services;
        var counts = new AlarmCounts();
        var journal = new AuthorizationJournal(services.Journal, counts, services.Log, static () => 10, clock);
        var (flood, other) = (PeerAt("203.0.113.7"), PeerAt("198.51.100.9"));
        for (var count = 0; count < 2000; count++) journal.AlarmOf(flood, "issuer-mismatch", ("provider", "corp"));
        Assert.Equal(AuthorizationJournal.MostStrangerAlarmsPerMinute / 10, (int)Assert.Single(counts.All()).Count);
        journal.AlarmOf(other, "state-reuse", ("provider", "corp"));
        await journal.AlarmAsync("code-reuse", ("subject", "corp:alice"));
        Assert.Equal(["code-reuse", "issuer-mismatch", "state-reuse"], counts.All().Select(count => count.Kind));
        clock.Advance(TimeSpan.FromMinutes(1));
        journal.AlarmOf(flood, "issuer-missing", ("provider", "corp"));
        Assert.Contains(counts.All(), count => count.Kind == "issuer-missing");
    }

    // A wrong secret at the provider lets nobody in, and only the operator can mend it.
    [Fact]
    public async Task FailedSignInsOfOneBlock_AreBounded_AndLeaveOthersTheirLines()
    {
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync();
        var services = gateway.Host.Core.Services;
        var journal = new AuthorizationJournal(services.Journal, new AlarmCounts(), services.Log, static () => 10, clock);
        for (var count = 0; count < 2000; count++) Fail("203.0.113.7", "provider-client");
        Fail("203.0.113.8", "access-denied");
        Fail("198.51.100.9", "provider-unavailable");
        var lines = gateway.Diagnostics.Split('\n').Where(line => line.Contains("a sign-in at the provider corp failed", StringComparison.Ordinal)).ToList();
        Assert.Equal(AuthorizationJournal.MostSignInFaultsPerMinute / 10, lines.Count(line => line.Contains("provider-client", StringComparison.Ordinal)));
        Assert.Single(lines, line => line.Contains("provider-unavailable", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("access-denied", StringComparison.Ordinal));

        void Fail(string address, string fault) =>
            journal.SignInFailed(PeerAt(address), "corp", fault);
    }

    private static CallerPartition PeerAt(string address) => CallerPartition.Of(System.Net.IPAddress.Parse(address));

    [Fact]
    public async Task WhatIsRecordedOfAPerson_TakesThePartOfThatPerson_AndAnAlarmThatOfTheOperator()
    {
        var log = new MemoryLog();
        await using var gateway = await TestGateway.StartAsync(audit: log);
        var services = gateway.Host.Core.Services;
        var journal = new AuthorizationJournal(services.Journal, services.Alarms, services.Log, services.CallerShare, services.Options.Time);
        journal.Note("oauth.token", ("by", "refresh"), ("subject", "corp:alice"));
        await journal.AlarmAsync("refresh-reuse", ("subject", "corp:alice"));
        var person = CallerPartition.Of(services.Snapshots.Current.Settings.Origin, "corp:alice");
        var entries = log.Entries.Where(entry => entry.Facts.Contains(KeyValuePair.Create("subject", "corp:alice"))).ToList();
        Assert.Equal([person, null], entries.Select(entry => entry.Owner));
        Assert.All(entries, entry => Assert.False(entry.IsRefusal));
    }

    // A gateway that stops right after an alarm has it in its log.
    [Fact]
    public async Task AnAlarm_ReturnsWhenItsEntryIsOnStableStorage()
    {
        await using var log = new BrokenLog();
        await using var gateway = await TestGateway.StartAsync(audit: log);
        var services = gateway.Host.Core.Services;
        var journal = new AuthorizationJournal(services.Journal, services.Alarms, services.Log, services.CallerShare, services.Options.Time);
        log.Hold = new TaskCompletionSource();
        var alarm = journal.AlarmAsync("code-reuse", ("subject", "corp:alice")).AsTask();
        Assert.False(alarm.IsCompleted);
        log.Hold.SetResult();
        await alarm;
        Assert.Contains(log.Durable, entry => entry.Facts.Contains(KeyValuePair.Create("kind", "code-reuse")));
        log.Broken = true;
        await journal.AlarmAsync("code-reuse", ("subject", "corp:alice")); // counted by the log as lost; the operator has a line and the status
        Assert.StartsWith("code-reuse 2; last ", new GatewayStatus(gateway.Host).Facts()["alarms"], StringComparison.Ordinal);
    }

    // A person can replay the codes of an own client as often as the person signs in.
    [Fact]
    public async Task AlarmsOfOnePerson_AboveARate_TakeThePartOfThatPerson()
    {
        var log = new MemoryLog();
        var clock = new ManualTimeProvider();
        await using var gateway = await TestGateway.StartAsync(audit: log);
        var services = gateway.Host.Core.Services;
        var journal = new AuthorizationJournal(services.Journal, new AlarmCounts(), services.Log, static () => 10, clock);
        for (var count = 0; count < AuthorizationJournal.MostOwnAlarmsPerMinute; count++)
            await journal.AlarmAsync("code-reuse", ("subject", "corp:mallory"));
        await journal.AlarmAsync("code-reuse", ("subject", "corp:alice"));
        var entries = log.Entries.Where(entry => entry.Facts.Contains(KeyValuePair.Create("act", AuthorizationJournal.AlarmAct))).ToList();
        Assert.Equal(AuthorizationJournal.MostOwnAlarmsPerMinute / 10 + 1, entries.Count(entry => entry.Owner is null));
        Assert.Equal(AuthorizationJournal.MostOwnAlarmsPerMinute + 1, entries.Count);
    }

    [Fact]
    public void Counts_ShowEachKindAndTheLastMoment()
    {
        var clock = new ManualTimeProvider();
        var counts = new AlarmCounts();
        Assert.Null(counts.Sentence());
        counts.Add("refresh-reuse", clock.GetUtcNow());
        clock.Advance(TimeSpan.FromMinutes(5));
        counts.Add("code-reuse", clock.GetUtcNow());
        counts.Add("code-reuse", clock.GetUtcNow());
        Assert.Equal($"code-reuse 2, refresh-reuse 1; last {clock.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z", counts.Sentence());
    }

    [Fact]
    public void Kinds_AreBounded()
    {
        var counts = new AlarmCounts();
        for (var i = 0; i < 1000; i++) counts.Add($"kind-{i}", DateTimeOffset.UnixEpoch);
        Assert.Equal(33, counts.All().Count);
        Assert.Equal(1000, counts.All().Sum(one => one.Count));
        Assert.Contains(counts.All(), one => one.Kind == AlarmCounts.OtherKind);
    }
}
