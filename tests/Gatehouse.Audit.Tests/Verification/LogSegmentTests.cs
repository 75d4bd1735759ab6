using System.Text;
using Gatehouse.Audit.Verification;

namespace Gatehouse.Audit.Tests.Verification;

/// <summary>Lines of segments that a process left in any state.</summary>
public sealed class LogSegmentTests : IDisposable
{
    private const int LongestLine = 2 * (AuditEntryFormat.MostBytes + AuditEntryFormat.MostSealed);

    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Theory]
    [InlineData("one\n\ntwo\n", "Whole:3 Whole:0 Whole:3")]
    [InlineData("one\ntwo", "Whole:3 Torn:3")]
    [InlineData("one\ntwo\0\0\0", "Whole:3 Torn:3 Zeros:0")]
    [InlineData("one\n\0\0", "Whole:3 Zeros:0")]
    [InlineData("one\n\0\0two\n", "Whole:3 AfterZeros:0")]
    public void Lines_SayHowTheyEnd(string text, string expected) => Assert.Equal(expected, Read(text));

    // The place where the zeros begin is behind the whole line, also where only its end is in memory.
    [Theory]
    [InlineData("\n", "Whole:3 TooLong:0")]
    [InlineData("", "Whole:3 TooLong:0")]
    [InlineData("\0\0\0", "Whole:3 TooLong:0 Zeros:0")]
    [InlineData("\0x", "Whole:3 TooLong:0 AfterZeros:0")]
    [InlineData("\nend\n", "Whole:3 TooLong:0 Whole:3")]
    public void LineThatIsTooLong_IsPassedOver_AndWhatFollowsIsRead(string behind, string expected) =>
        Assert.Equal(expected, Read("one\n" + new string('x', LongestLine + 100_000) + behind));

    [Fact]
    public void Cursor_ReadsFromAnOffset_AndNamesTheOffsetsOfLines()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-segment-");
        var (first, second) = (Line(1), Line(2));
        File.WriteAllText(Path.Join(folder.FullName, "audit-0000000001.jsonl"), $"{first}\n{new string('x', LongestLine + 10)}\n{second}\n{Line(3)}");
        var found = AuditLogCursor.ReadFrom(folder.FullName, null).Select(static one => one.Position).ToList();
        Assert.Equal([0, first.Length + 1 + LongestLine + 10 + 1], found.Select(static one => one.Offset));
        Assert.Equal(found[1], Assert.Single(AuditLogCursor.ReadFrom(folder.FullName, found[1])).Position);
        folder.Delete(recursive: true);
    }

    private static string Line(int sequence) => Encoding.UTF8.GetString(BuiltLog.Entry(sequence, new() { ["act"] = "reload" }));

    private string Read(string text)
    {
        File.WriteAllText(file, text);
        return string.Join(' ', new LogSegment(file, null).Lines().Select(static line => $"{line.End}:{line.Bytes.Length}"));
    }
}
