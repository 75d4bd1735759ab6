using Gatehouse.Gateway.Hosting;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>Lines for the operator have a rate, and what was left out is counted where it would have stood.</summary>
public sealed class OperatorLinesTests
{
    [Fact]
    public void AFlood_IsCountedBeyondTheRate_AndTheCountIsWritten()
    {
        var time = new ManualTimeProvider();
        var written = new List<string>();
        var lines = new OperatorLines(written.Add, time);
        for (var i = 0; i < 1000; i++) lines.Write("line");
        Assert.Equal((OperatorLines.Burst, 1000 - OperatorLines.Burst), (written.Count, lines.Omitted));

        lines.WriteOmitted();
        Assert.Equal(OperatorLines.Burst, written.Count);
        time.Advance(TimeSpan.FromSeconds(2));
        lines.WriteOmitted();
        Assert.Contains("900 lines were left out", written[^1], StringComparison.Ordinal);
        lines.Write("later");
        Assert.Equal("later", written[^1]);
        lines.WriteOmitted();
        Assert.Equal("later", written[^1]);
    }

    // Lines come from timers, where nobody catches: a volume that is full under stderr would end the gateway.
    [Fact]
    public void ALineThatCannotBeWritten_IsCounted_AndSaidOnceItCanBe()
    {
        var time = new ManualTimeProvider();
        var written = new List<string>();
        var isFull = true;
        var lines = new OperatorLines(line => written.Add(isFull ? throw new IOException("no space left") : line), time);
        lines.Write("lost");
        lines.Write("lost too");
        Assert.Equal((0, 2), (written.Count, lines.Omitted));
        isFull = false;
        lines.Write("seen");
        Assert.Contains("2 lines were left out", written[0], StringComparison.Ordinal);
        Assert.Equal("seen", written[1]);
    }

    [Fact]
    public void ALongLine_IsCutAndSaysSo()
    {
        var written = new List<string>();
        new OperatorLines(written.Add, new ManualTimeProvider()).Write(new string('x', OperatorLines.LongestLine + 7));
        Assert.EndsWith("[7 characters more]", Assert.Single(written), StringComparison.Ordinal);
    }
}
