using Gatehouse.Audit.Tree;

namespace Gatehouse.Audit.Tests.Tree;

/// <summary>The names of the files of a log, as docs/auditors/log-format.md has them. What is not one of them is no file of the log.</summary>
public sealed class LogLayoutTests
{
    private static readonly string Digest = new('a', 64);

    [Fact]
    public void Names_AreThoseOfThePage()
    {
        Assert.Equal(("log-0001", "log-12345"), (LogLayout.LogName(1), LogLayout.LogName(12345)));
        Assert.Equal("journal/0000000007.journal", LogLayout.Segment(7));
        Assert.Equal($"payloads/aa/{Digest}", LogLayout.Payload(Digest));
        Assert.Equal($"payloads/new/{Digest}", LogLayout.NewPayload(Digest));
    }

    [Theory]
    [InlineData("log-0001", 1)]
    [InlineData("log-12345", 12345)]
    [InlineData("log-0000", null)]
    [InlineData("log-1", null)]
    [InlineData("log-00001", null)]
    [InlineData("log-0001x", null)]
    [InlineData("log-+001", null)]
    [InlineData("Log-0001", null)]
    [InlineData("log-99999999999", null)]
    public void LogNumber_IsOfNamesThatTheWriterMakes(string name, int? number) => Assert.Equal(number, LogLayout.LogNumber(name));

    [Theory]
    [InlineData("0000000007.journal", 7L)]
    [InlineData("12345678901.journal", 12345678901L)]
    [InlineData("7.journal", null)]
    [InlineData("00000000007.journal", null)]
    [InlineData("0000000007.journal.unfinished", null)]
    [InlineData("journal", null)]
    public void SegmentNumber_IsOfNamesThatTheWriterMakes(string name, long? number) => Assert.Equal(number, LogLayout.SegmentNumber(name));

    [Theory]
    [InlineData("")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void APayload_HasADigestAsItsName(string name)
    {
        Assert.False(LogLayout.IsDigest(name));
        Assert.Throws<ArgumentException>(() => LogLayout.Payload(name));
        Assert.Throws<ArgumentException>(() => LogLayout.NewPayload(name));
    }
}
