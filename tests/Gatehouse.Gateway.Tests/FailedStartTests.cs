using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Tests;

/// <summary>A start that fails leaves nothing that runs or holds files, and nothing that happens during a start is lost.</summary>
public sealed class FailedStartTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-start-");

    public void Dispose() => folder.Delete(recursive: true);

    // The host fails after the core was built: sweep and watch of the log must end with it, not report about a log that is closed.
    [Fact]
    public async Task AStartThatFailsAfterTheCore_LeavesNoTimer()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var lines = new List<string>();
        var options = new GatewayHostOptions
        {
            Time = clock,
            Log = new EventTexts(lines.Add),
            Replacements = PartReplacements.None.Around(new PartName<IStage>("no such part"), static part => part),
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayHost.StartAsync(Settings(), options));
        lines.Clear();
        var planned = clock.Planned;
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(planned == 0, $"{planned} timers still run; lines after the failed start: {string.Join(" | ", lines)}");
    }

    // The log is opened before the key ring is read: a ring that cannot be read must not keep the log's folder from the next start.
    [Fact]
    public async Task AKeyRingThatCannotBeRead_FreesTheLog()
    {
        var settings = Settings();
        var ring = Path.Join(folder.FullName, "keyring.json");
        await File.WriteAllTextAsync(ring, "not a key ring");
        File.SetUnixFileMode(ring, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Assert.ThrowsAnyAsync<Exception>(() => GatewayServices.OpenAsync(settings, new GatewayHostOptions()));
        File.Delete(ring);
        var services = await GatewayServices.OpenAsync(settings, new GatewayHostOptions());
        await services.DisposeAsync();
    }

    // Log and store are open when the stored rows are joined and the last parts are made: a fault there must close both. The thread of the log and
    // its open segment would otherwise stay until the process ends.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task APartThatCannotBeMade_ClosesLogAndStore(bool whileRowsAreJoined)
    {
        var settings = Settings();
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var broken = whileRowsAreJoined
            ? PartReplacements.None.Around(PartNames.FirstSight, static _ => throw new FormatException())
            : PartReplacements.None.Around(PartNames.Framing, static _ => throw new FormatException());
        var log = new MemoryLog();
        var options = new GatewayHostOptions { Time = clock, Replacements = broken, AuditLog = log };
        await Assert.ThrowsAsync<FormatException>(() => GatewayServices.OpenAsync(settings, options));
        Assert.True(log.IsClosed);
        Assert.Equal(0, clock.Planned);
        var services = await GatewayServices.OpenAsync(settings, new GatewayHostOptions());
        await services.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task APartThatFailsToClose_LeavesNoOtherOpen(bool withFault)
    {
        var open = new OpenParts();
        var (first, steps) = (open.Add(new Closing(null)), 0);
        open.AddStep(() => { steps++; return Task.CompletedTask; });
        open.Add(new Closing(new IOException("the first fault")));
        open.Add(new Closing(null));
        open.AddStep(() => throw new FormatException("the last part is closed first"));
        if (withFault) await Assert.ThrowsAsync<FormatException>(async () => await open.CloseOrThrowAsync());
        else await open.DisposeAsync();
        Assert.True(first.IsClosed);
        Assert.Equal(1, steps);
    }

    // The log fails both times: the reason of the start is reported, not that of the closing.
    [Fact]
    public async Task ALogThatCannotBeClosed_DoesNotHideWhyTheStartFailed()
    {
        var log = new MemoryLog { CloseFault = new IOException("closing") };
        var options = new GatewayHostOptions
        {
            AuditLog = log,
            Replacements = PartReplacements.None.Around(new PartName<IStage>("no such part"), static part => part),
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayHost.StartAsync(Settings(), options));
        Assert.True(log.IsClosed);
        var services = await GatewayServices.OpenAsync(Settings(), new GatewayHostOptions()); // the store is free
        await services.DisposeAsync();
    }

    // The files are watched from the constructor of the callers on; the host listens to their changes only after the core was built.
    [Fact]
    [Trait("Requirement", "ID-07")]
    public async Task ARevocationDuringTheStart_IsInTheLog()
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var file = Path.Join(folder.FullName, "revocations.jsonl");
        Write(file, "{\"version\":1}\n");
        var log = new MemoryLog();
        var settings = Settings() with { Revocations = new RevocationSettings { File = file } };
        var options = new GatewayHostOptions
        {
            Time = clock,
            AuditLog = log,
            Log = new During(OperatorEvents.DefinitionsMode, OperatorEvents.DefinitionsUnprotected, () =>
            {
                Write(file, "{\"version\":1}\n{\"kind\":\"subject\",\"issuer\":\"https://issuer.test\",\"value\":\"alice\"}\n");
                clock.Advance(settings.Revocations.CheckEvery);
            }),
        };
        await using var host = await GatewayHost.StartAsync(settings, options);
        var during = Noted(log);
        Write(file, "{\"version\":1}\n");
        clock.Advance(settings.Revocations.CheckEvery);
        Assert.Equal(1, Noted(log) - during); // the same change after the start is noted
        Assert.Equal(1, during);
    }

    private static int Noted(MemoryLog log) => log.Entries.Count(entry => entry.Facts.Any(fact => fact is { Key: "act", Value: "revocations" }));

    private static void Write(string file, string content)
    {
        File.WriteAllText(file, content);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private GatewaySettings Settings()
    {
        var url = new Uri($"http://127.0.0.1:{LoopbackPorts.Next()}");
        File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new GatewaySettings
        { PublicUrl = url, Listen = new ListenSettings { Url = url }, Servers = [], StateDirectory = folder.FullName, Development = true };
    }

    private sealed class Closing(Exception? fault) : IDisposable
    {
        public bool IsClosed { get; private set; }

        public void Dispose()
        {
            IsClosed = true;
            if (fault is not null) throw fault;
        }
    }

    private sealed class During(OperatorEvent one, OperatorEvent other, Action act) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == one.Id || eventId.Id == other.Id) act();
        }
    }
}
