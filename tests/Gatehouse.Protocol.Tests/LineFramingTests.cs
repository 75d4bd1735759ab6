using System.Buffers;
using System.Text;
using Gatehouse.Protocol.Framing;

namespace Gatehouse.Protocol.Tests;

public class LineFramingTests
{
    [Fact]
    public void Writes_AMessageWithInnerLineBreaksAsOneLine()
    {
        var smuggled = """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"denied"}}""";
        var call = Validated.Message(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"allowed\",\"arguments\":{\"x\":\r\n" + smuggled
                + "\n}}}\r\n");
        var output = new ArrayBufferWriter<byte>();
        LineFraming.Write(output, call);
        Assert.Equal(1, output.WrittenSpan.Count((byte)'\n'));
        Assert.Equal((byte)'\n', output.WrittenSpan[^1]);
        Assert.Equal(0, output.WrittenSpan.Count((byte)'\r'));
        Assert.Equal("allowed", Validated.Message(output.WrittenSpan.ToArray()).Text(EnvelopeMember.ParamsName));
    }

    [Theory]
    [InlineData("a\nb\r\nc\n", "a|b|c|End0")]
    [InlineData("", "End0")]
    [InlineData("\n\r\n", "||End0")]
    [InlineData("12345678\n", "12345678|End0")]
    [InlineData("12345678\r\n", "12345678|End0")]
    [InlineData("123456789\nx\n", "TooLong9|x|End0")]
    [InlineData("12345678\r9\nx\n", "TooLong10|x|End0")]
    [InlineData("123456789012345678901234567890\r\nx\n", "TooLong31|x|End0")]
    [InlineData("a\nunfinished", "a|End10")]
    [InlineData("a\runfi", "End6")]
    public async Task Reads_LinesOfBoundedLength_WhereverTheStreamIsCut(string text, string expected)
    {
        for (var chunk = 1; chunk <= 12; chunk++)
        {
            var reader = new BoundedLineReader(new ChunkedStream(Encoding.UTF8.GetBytes(text), () => chunk), maxBytes: 8);
            var seen = new List<string>();
            LineRead read;
            do
            {
                read = await reader.ReadAsync(TestContext.Current.CancellationToken);
                seen.Add(read.Outcome == LineOutcome.Line ? Encoding.UTF8.GetString(read.Line.Span) : $"{read.Outcome}{read.Dropped}");
            }
            while (read.Outcome != LineOutcome.End);
            Assert.Equal(expected, string.Join('|', seen));
        }
    }

    [Fact]
    public async Task Drops_AnOverlongLineWithoutHoldingIt()
    {
        byte[] huge = [.. Enumerable.Repeat((byte)'x', 8 * 1024 * 1024), (byte)'\n'];
        var reader = new BoundedLineReader(new MemoryStream(huge), maxBytes: 1024);
        // A memory stream answers at once, so all of this runs on one thread.
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(new LineRead(LineOutcome.TooLong, default, huge.Length - 1), await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
    }

    [Theory]
    [InlineData("123456789\nx\n123456789012\r\n1\n", "123456789|123456789012\r|")]
    [InlineData("12345678\r\nx\n", "")]
    [InlineData("12345678\r9\nx\n", "12345678\r9|")]
    public async Task TheBytesOfAnOverlongLine_AreSeenInOrder_WhereverTheStreamIsCut(string text, string expected)
    {
        for (var chunk = 1; chunk <= 12; chunk++)
        {
            var seen = new StringBuilder();
            var reader = new BoundedLineReader(new ChunkedStream(Encoding.UTF8.GetBytes(text), () => chunk), maxBytes: 8)
            {
                OnOverlong = part => seen.Append(Encoding.UTF8.GetString(part)),
            };
            LineRead read;
            while ((read = await reader.ReadAsync(TestContext.Current.CancellationToken)).Outcome != LineOutcome.End)
            {
                if (read.Outcome == LineOutcome.TooLong) seen.Append('|');
            }

            Assert.Equal(expected, seen.ToString());
        }
    }
}
