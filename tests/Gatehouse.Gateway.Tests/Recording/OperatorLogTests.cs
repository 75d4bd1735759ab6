using Gatehouse.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Tests.Recording;

/// <summary>The operator's log holds ids, codes, counts and configured names (CWE-532).</summary>
public sealed class OperatorLogTests
{
    private const string Canary = "canary-of-a-caller";

    [Fact]
    public void ACause_HoldsTypesAndCodes_AndNoMessage()
    {
        var inner = new IOException(Canary, new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused));
        var cause = LogValue.Cause(new InvalidOperationException(Canary, inner)).ToString();
        Assert.DoesNotContain(Canary, cause, StringComparison.Ordinal);
        Assert.StartsWith("System.InvalidOperationException < System.IO.IOException (code ", cause, StringComparison.Ordinal);
        Assert.EndsWith("(ConnectionRefused)", cause, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, LogValue.CauseAndPlace(new InvalidOperationException(Canary)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnEvent_IsOneLine_WithItsValuesByName()
    {
        var lines = new List<string>();
        new LineLogger(lines.Add).Write(OperatorEvents.ReloadRefused, LogValue.Count(1, "fault"), 7);
        Assert.Equal("error 1004 reload-refused: 1 fault; generation 7 stays in force", Assert.Single(lines));
        var structured = new Structured();
        structured.Write(OperatorEvents.ReloadRefused, LogValue.Count(2, "fault"), 7);
        Assert.Equal(["faults=2 faults", "generation=7", "{OriginalFormat}=" + OperatorEvents.ReloadRefused.Text], structured.Members);
        new LineLogger(lines.Add).Write(OperatorEvents.ReloadFault, LogValue.Configured("two\nlines"));
        Assert.Equal("error 1005 reload-fault: two lines", lines[1]);
    }

    [Fact]
    [Trait("Requirement", "AU-02")]
    public async Task NamesAndErrorsOfAServer_AreNotInTheLog()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Upstream.OnResult("tools/list", $"{{\"resultType\":\"complete\",\"tools\":\"{Canary}\"}}");
        await gateway.CallAsync(gateway.Modern("tools/call", "\"name\":\"echo\",\"arguments\":{}", "echo"));
        Assert.Contains("its list of tools cannot be read", gateway.Diagnostics, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, gateway.Diagnostics, StringComparison.Ordinal);
    }

    // A path, a name of a suppression or a fault of a file written by others may hold control and direction characters: a log that is no terminal
    // of ours (a provider of Microsoft.Extensions.Logging) would pass them on (CWE-117, CWE-150).
    [Theory]
    [InlineData("\u001b[2J")]
    [InlineData("\u202e")]
    [InlineData("\u000b")]
    [InlineData("\0")]
    public void AConfiguredText_HoldsNoUnseenCharacter(string hidden)
    {
        var lines = new List<string>();
        new LineLogger(lines.Add).Write(OperatorEvents.ReloadFault, LogValue.Configured($"a{hidden}b"));
        Assert.DoesNotContain(hidden, Assert.Single(lines), StringComparison.Ordinal);
    }

    // A sink that takes the values by name gets no text: the bound of a line does not hold there (CWE-770).
    [Fact]
    public void AValueForAStructuredSink_IsCutAndSaysSo()
    {
        var structured = new Structured();
        structured.Write(OperatorEvents.ReloadFault, LogValue.Configured(new string('x', LogValue.LongestText + 7)));
        Assert.EndsWith("xxx... (7 more characters)", structured.Members[0], StringComparison.Ordinal);
        Assert.All(
            [LogValue.Id(Long), LogValue.Code(Long), LogValue.FileFault(Long), LogValue.Count(2, Long), LogValue.Cause(new ContentFree())],
            static value => Assert.InRange(value.ToString().Length, LogValue.LongestText, LogValue.LongestText + 32));
    }

    private static string Long => new('x', 2 * LogValue.LongestText);

    private sealed class ContentFree : Exception, IContentFreeFault
    {
        public override string Message => Long;
    }

    private sealed class Structured : ILogger
    {
        public List<string> Members { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Members.AddRange(((IEnumerable<KeyValuePair<string, object?>>)state!).Select(member => $"{member.Key}={member.Value}"));
    }
}
