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

    [Fact]
    public void ALongLine_IsCutAndSaysSo()
    {
        var written = new List<string>();
        new OperatorLines(written.Add, new ManualTimeProvider()).Write(new string('x', OperatorLines.LongestLine + 7));
        Assert.EndsWith("[7 characters more]", Assert.Single(written), StringComparison.Ordinal);
    }
}
