using System.Text;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests;

/// <summary>What the log of sent messages knows of those that left it (ST-02).</summary>
[Trait("Requirement", "ST-02")]
[Trait("NoRetry", "yes")]
public sealed class ReplayLogTests
{
    [Fact]
    public void Gap_CountsWhatLeftOfTheStreamAfterThePosition()
    {
        var log = new ReplayLog(maxEvents: 2, maxBytes: 1 << 20);
        var own = Enumerable.Range(0, 4).Select(_ => log.Add(1, Notification)).ToList();
        var other = log.Add(2, Notification);
        var last = log.Add(1, Answer); // kept, with the one of the other stream
        Assert.Equal(new StreamGap(3, IsExact: true, AnswerIsLost: false), log.GapAfter(own[0], isUnderWay: false));
        Assert.Equal(new StreamGap(1, IsExact: true, AnswerIsLost: false), log.GapAfter(own[2], isUnderWay: false));
        Assert.Null(log.GapAfter(own[3], isUnderWay: false));
        Assert.Null(log.GapAfter(other, isUnderWay: false));
        Assert.Null(log.GapAfter(last, isUnderWay: false));
    }

    [Fact]
    public void Gap_KnowsTheAnswer()
    {
        var log = new ReplayLog(maxEvents: 1, maxBytes: 1 << 20);
        var first = log.Add(1, Notification);
        var answer = log.Add(1, Answer);
        log.Add(2, Notification);
        Assert.Equal(new StreamGap(1, IsExact: true, AnswerIsLost: true), log.GapAfter(first, isUnderWay: false));
        Assert.Null(log.GapAfter(answer, isUnderWay: false));
    }

    [Fact]
    public void LogOfNothing_HasLostEverything()
    {
        var log = new ReplayLog(maxEvents: 0, maxBytes: 1 << 20);
        var first = log.Add(1, Notification);
        log.Add(1, Notification);
        Assert.Empty(log.After(first));
        Assert.Equal(new StreamGap(1, IsExact: true, AnswerIsLost: false), log.GapAfter(first, isUnderWay: true));
    }

    // Streams that take turns make a run each. Beyond the bound a gap is still known, and its size is not.
    [Fact]
    [Trait("Requirement", "EX-03")]
    public void RunsBeyondTheBound_AreForgotten_AndTheGapIsAtLeastOne()
    {
        var log = new ReplayLog(maxEvents: 1, maxBytes: 1 << 20);
        var position = log.Add(1, Notification);
        log.Add(1, Answer);
        for (var i = 0; i <= ReplayLog.MaxRuns; i++) log.Add(2 + (i % 2), Notification);
        Assert.Equal(new StreamGap(1, IsExact: false, AnswerIsLost: true), log.GapAfter(position, isUnderWay: false));
        Assert.Equal(new StreamGap(1, IsExact: false, AnswerIsLost: false), log.GapAfter(position, isUnderWay: true));
    }

    private static ValidatedMessage Notification { get; } =
        Validate("""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}""");

    private static ValidatedMessage Answer { get; } = Validate("""{"jsonrpc":"2.0","id":1,"result":{}}""");

    private static ValidatedMessage Validate(string text) =>
        MessageValidator.TryValidate(Encoding.UTF8.GetBytes(text), MessageLimits.Default, out var message, out _) ? message
            : throw new ArgumentException(text);
}
