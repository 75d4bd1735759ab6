using Gatehouse.Diagnostics;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Tests;

/// <summary>Lines for the operator have a rate, and omitted lines are counted where they would have been.</summary>
public sealed class RateLimitedLoggerTests
{
    private static readonly OperatorEvent Event = OperatorEvents.ReloadFault;

    [Fact]
    public void AFlood_IsCountedBeyondTheRate_AndTheCountIsWritten()
    {
        var time = new ManualTimeProvider();
        var written = new List<string>();
        var log = new RateLimitedLogger(new EventTexts(written.Add), time);
        for (var i = 0; i < 1000; i++) log.Write(Event, i);
        Assert.Equal((LineRate.Burst, 1000 - LineRate.Burst), (written.Count, log.Omitted));

        log.WriteOmitted();
        Assert.Equal(LineRate.Burst, written.Count);
        time.Advance(TimeSpan.FromSeconds(2));
        log.WriteOmitted();
        Assert.StartsWith("900 lines omitted", written[^1], StringComparison.Ordinal);
        log.Write(Event, 1);
        Assert.Equal("1", written[^1]);
        log.WriteOmitted();
        Assert.Equal("1", written[^1]);
    }

    // Lines come from timers, where no caller catches: a full volume under stderr would end the gateway.
    [Fact]
    public void ALineThatCannotBeWritten_IsCounted_AndReportedWhenItCanBe()
    {
        var time = new ManualTimeProvider();
        var written = new List<string>();
        var isFull = true;
        var log = new RateLimitedLogger(new EventTexts(line => written.Add(isFull ? throw new IOException("no space left") : line)), time);
        log.Write(Event, 1);
        log.Write(Event, 2);
        Assert.Equal((0, 2), (written.Count, log.Omitted));
        isFull = false;
        log.Write(Event, 3);
        Assert.StartsWith("2 lines omitted", written[0], StringComparison.Ordinal);
        Assert.Equal("3", written[1]);
    }

    [Fact]
    public void ALongLine_IsCutAndSaysSo()
    {
        var written = new List<string>();
        var log = new RateLimitedLogger(new EventTexts(written.Add), new ManualTimeProvider());
        var value = LogValue.Configured(new string('x', LogValue.LongestText));
        log.Write(OperatorEvents.SuppressionExpired, value, value, value);
        var line = Assert.Single(written);
        Assert.Equal('[', line[RateLimitedLogger.LongestLine + 1]);
        Assert.EndsWith(" characters more]", line, StringComparison.Ordinal);
    }

    [Fact]
    public void OutputOfServers_HasARateOfItsOwn()
    {
        var written = new List<string>();
        var output = new RateLimitedOutput(written.Add, new ManualTimeProvider());
        for (var i = 0; i < LineRate.Burst + 5; i++) output.WriteLine("line");
        Assert.Equal((LineRate.Burst, 5), (written.Count, output.Omitted));
    }
    // A log of Microsoft.Extensions.Logging gives what a provider throws as an AggregateException: a full volume is no other fault behind it.
    [Fact]
    public void AProviderThatCannotWrite_IsCounted_AndEndsNothing()
    {
        using var provider = new FullProvider();
        using var factory = new LoggerFactory([provider]);
        var log = new RateLimitedLogger(factory.CreateLogger("gatehouse"), new ManualTimeProvider());
        log.Write(Event, 1);
        Assert.Equal(1, log.Omitted);
    }

    private sealed class FullProvider : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("no space left");
    }
}
