using System.Security.Cryptography;
using Gatehouse.Audit;
using Gatehouse.Audit.Log;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Gateway.Witnesses;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests.Witnesses;

/// <summary>The sender to one place, where the place changes what it knows.</summary>
public sealed class PlaceSenderTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-place-");
    private readonly ManualTimeProvider clock = new();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task AnOlderLogThatThePlaceLearnsOfLater_IsSentThen()
    {
        await WriteAsync();
        await WriteAsync(); // without its key: a second log, which follows the first
        var place = new ChangedPlace();
        var sender = new PlaceSender(place, folder.FullName, clock, NullLogger.Instance, static () => null);
        for (var step = 0; step < 3; step++) await StepAsync(sender);
        Assert.Equal("unknown-log", sender.State.Fault);
        Assert.Empty(place.Taken);
        place.KnowsFirst = true;
        for (var step = 0; step < 3; step++) await StepAsync(sender);
        Assert.Equal(["log-0001", "log-0002"], place.Taken.Distinct());
        Assert.Null(sender.State.Fault);
    }

    /// <summary>A place with a long interval lacks the newest checkpoint most of the time: status says until when, and what is a fault.</summary>
    [Fact]
    public async Task TheState_SaysWhatThePlaceHas_WhatTheLogHas_AndWhenTheNextIsSent()
    {
        await WriteAsync();
        using var log = EvidenceLog.In(folder.FullName).Single().Open();
        var size = log.Checkpoint!.Size;
        var sender = new PlaceSender(new ChangedPlace { KnowsFirst = true }, folder.FullName, clock, NullLogger.Instance, static () => null);
        Assert.Equal("nothing was sent since the start", sender.State.Sentence());
        clock.SetUtcNow(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
        await SendAsync(size);
        Assert.Equal($"has the newest checkpoint, of {size} entries, sent at 2026-11-23T08:00:00Z", sender.State.Sentence());
        clock.Advance(TimeSpan.FromMinutes(2));
        await SendAsync(900);
        Assert.Equal($"has the checkpoint of {size} entries, sent at 2026-11-23T08:00:00Z; the log has a newer checkpoint, of 900 entries, since 2026-11-23T08:02:00Z; "
            + "the next attempt is at 2026-11-23T09:00:00Z", sender.State.Sentence());
        var failing = new PlaceState("witness.late", "Example Org") { Published = 1, LacksSince = clock.GetUtcNow(), Fault = "no-folder" };
        Assert.Equal("nothing was sent since the start; the log has a newer checkpoint, of 1 entry, since 2026-11-23T08:02:00Z; the last attempt failed (no-folder): "
            + "make the folder or mount its volume; see: gatehouse doctor checkpoints; operated by Example Org", failing.Sentence());
        Assert.DoesNotContain("doctor", (failing with { Fault = "unknown-log" }).Sentence(), StringComparison.Ordinal);
        Assert.Contains("give its operator log.vkeys of the newest log", (failing with { Fault = "unknown-log" }).Sentence(), StringComparison.Ordinal);

        Task SendAsync(long published) =>
            sender.StepAsync(published, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken);
    }

    // A witness that names the size of the log's own checkpoint, and then fails, has not cosigned it.
    [Fact]
    public async Task APlaceThatNamedTheSizeAndThenFailed_IsAskedAgain_FromThatSize()
    {
        await WriteAsync();
        using var log = EvidenceLog.In(folder.FullName).Single().Open();
        var size = log.Checkpoint!.Size;
        var place = new NamingPlace(size, failures: 2);
        var sender = new PlaceSender(place, folder.FullName, clock, NullLogger.Instance, static () => null);
        for (var step = 0; step < 5; step++)
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            await sender.StepAsync(size, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            if (step < 2) Assert.Equal(("http-500", 0L), (sender.State.Fault, sender.State.Size));
        }

        Assert.Equal([0, size, size], place.Asked); // and not again after it was taken
        Assert.Equal((null, size, null), (sender.State.Fault, sender.State.Size, sender.State.LacksSince));
    }

    // A place that does not answer must not keep the process from ending.
    [Fact]
    public async Task LastCheckpoint_ForAPlaceThatDoesNotAnswer_EndsWithTheGivenTime()
    {
        await WriteAsync();
        var place = new ChangedPlace { KnowsFirst = true, IsSilent = true };
        var sender = new PlaceSender(place, folder.FullName, clock, NullLogger.Instance, static () => null);
        using var limit = new CancellationTokenSource(CheckpointSender.LongestEnd, clock);
        var sending = sender.SendLastAsync(1, limit.Token);
        Assert.False(sending.IsCompleted);
        clock.Advance(CheckpointSender.LongestEnd);
        await sending;
        Assert.Equal("timeout", sender.State.Fault);
    }

    // Threat: whoever can make a folder beside the log that is written has its checkpoints sent no more (CWE-778).
    [Theory]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(10_000, true)]
    [InlineData(10_000, false)]
    public async Task EmptyFolderWithTheNumberOfALaterLog_DoesNotEndTheSending(int number, bool isOpen)
    {
        await using var log = GroupCommitLog.Open(new AuditLogOptions { Directory = folder.FullName }, new ForgottenKeys());
        await log.PublishAsync();
        Assert.Equal("log-0001", log.Statistics.Folder);
        Directory.CreateDirectory(Path.Join(folder.FullName, LogLayout.LogName(number)));
        var place = new ChangedPlace { KnowsFirst = true };
        var sender = new PlaceSender(place, folder.FullName, clock, NullLogger.Instance, () => isOpen ? log.Statistics.Folder : null);
        await StepAsync(sender, log.Statistics.PublishedSize);
        for (var entry = 0; entry < 3; entry++)
        {
            await WriteAsync(log);
            await StepAsync(sender, log.Statistics.PublishedSize);
        }

        await sender.SendLastAsync(log.Statistics.PublishedSize, TestContext.Current.CancellationToken);
        Assert.Equal((4, log.Statistics.PublishedSize, (string?)null), (place.Taken.Count, sender.State.Size, sender.State.Fault));
        Assert.Equal(["log-0001"], place.Taken.Distinct());
    }

    [Fact]
    public async Task CopyOfALogBehindTheOneThatIsWritten_IsNotSentInItsPlace()
    {
        await using var log = GroupCommitLog.Open(new AuditLogOptions { Directory = folder.FullName }, new ForgottenKeys());
        await log.PublishAsync();
        var copy = Directory.CreateDirectory(Path.Join(folder.FullName, LogLayout.LogName(2))).FullName;
        File.Copy(Path.Join(folder.FullName, "log-0001", LogLayout.Checkpoint), Path.Join(copy, LogLayout.Checkpoint));
        await WriteAsync(log);
        var place = new ChangedPlace { KnowsFirst = true };
        var sender = new PlaceSender(place, folder.FullName, clock, NullLogger.Instance, () => log.Statistics.Folder);
        await StepAsync(sender, log.Statistics.PublishedSize);
        Assert.Equal(("log-0001", log.Statistics.PublishedSize), (Assert.Single(place.Taken), sender.State.Size));
    }

    // A log whose files are gone raises no fault of the place, and the place lacks its end nevertheless.
    [Fact]
    public async Task LastCheckpoint_ThatThePlaceDoesNotHave_IsReported()
    {
        await WriteAsync();
        var written = new WrittenEvents();
        var sender = new PlaceSender(new ChangedPlace { KnowsFirst = true }, folder.FullName, clock, written, static () => null);
        await sender.SendLastAsync(1000, TestContext.Current.CancellationToken);
        var (id, text) = Assert.Single(written.Lines);
        Assert.Equal(3025, id);
        Assert.Contains("did not reach witness.late: not-sent", text, StringComparison.Ordinal);
    }

    private static async Task WriteAsync(GroupCommitLog log)
    {
        await log.AppendDurableAsync(new AuditEntry
        {
            Kind = AuditEntryKind.Control,
            ExchangeId = "e",
            At = DateTimeOffset.UnixEpoch,
            Facts = [KeyValuePair.Create("act", "one")],
        });
        await log.PublishAsync();
    }

    private Task StepAsync(PlaceSender sender, long published)
    {
        clock.Advance(TimeSpan.FromMinutes(10));
        return sender.StepAsync(published, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    private async Task StepAsync(PlaceSender sender)
    {
        clock.Advance(TimeSpan.FromMinutes(10));
        await sender.StepAsync(published: 1, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    private async Task WriteAsync()
    {
        await using var log = GroupCommitLog.Open(new AuditLogOptions { Directory = folder.FullName }, new ForgottenKeys());
        await log.PublishAsync();
    }

    private sealed class WrittenEvents : ILogger
    {
        public List<(int Id, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((eventId.Id, formatter(state, exception)));
    }

    // It says which size it has, and fails at first.
    private sealed class NamingPlace(long named, int failures) : OutsidePlace
    {
        private int left = failures;

        public List<long> Asked { get; } = [];

        public override string Name => "witness.naming";

        public override string Target => "https://naming.example/";

        public override string Identity => Name;

        public override long KnownSize(LogSnapshot log) => 0;

        public override Task<SendOutcome> SendAsync(LogSnapshot log, long knownSize, CancellationToken cancellation)
        {
            Asked.Add(knownSize);
            return Task.FromResult(left-- > 0 ? new SendOutcome(named, "http-500") : new SendOutcome(log.Checkpoint!.Size, null));
        }
    }

    private sealed class ForgottenKeys : ILogKeys
    {
        public string NewOrigin() => $"gateway.example/audit/{Guid.NewGuid():n}";

        public IReadOnlyList<NoteSigner> Create(string origin) => [NoteSigner.Ecdsa(origin, ECDsa.Create(ECCurve.NamedCurves.nistP256))];

        public IReadOnlyList<NoteSigner>? Open(string origin) => null;

        public void StorePublished(string origin, long size, TreeHash root)
        {
        }

        public (long Size, TreeHash Root)? Published(string origin) => null;

        public void StoreLosses(string origin, LossRecord? losses)
        {
        }

        public LossRecord? Losses(string origin) => null;

        public void Remember(string origin, int number)
        {
        }

        public IReadOnlyList<RecordedLog> Others(IReadOnlyCollection<string> origins) => [];

        public RecordedLog? Recorded(string origin) => null;
    }

    /// <summary>A witness that takes the second log only behind the first, which its operator adds later.</summary>
    private sealed class ChangedPlace : OutsidePlace
    {
        public override string Name => "witness.late";

        public override string Identity => Name;

        public override string Target => "elsewhere";

        public bool KnowsFirst { get; set; }

        public bool IsSilent { get; init; }

        public List<string> Taken { get; } = [];

        public override long KnownSize(LogSnapshot log) => 0;

        public override async Task<SendOutcome> SendAsync(LogSnapshot log, long knownSize, CancellationToken cancellation)
        {
            if (IsSilent) await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            if (!KnowsFirst) return new SendOutcome(0, SendOutcome.UnknownLog) { IsFinal = true };
            Taken.Add(log.Name);
            return new SendOutcome(log.Checkpoint!.Size, null);
        }
    }
}
