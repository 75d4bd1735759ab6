using System.Buffers;
using System.Text;
using Gatehouse.Protocol.Framing;

namespace Gatehouse.Protocol.Tests;

public class SseTests
{
    /// <summary>Streams with the events they hold, written as name:data, with #id and @retry where given; a star marks no data field.</summary>
    public static TheoryData<string, string> Streams => new()
    {
        { "data: x\n\n", "message:x" },
        { "data: x\r\n\r\n", "message:x" },
        { "data: x\r\r", "message:x" },
        { "data: x\r\n\n", "message:x" },
        { "data: a\ndata: b\r\ndata:c\r\r", "message:a⏎b⏎c" },
        { "data:  two\n\n", "message: two" },
        { "data\n\n", "message:" },
        { "data\ndata\n\n", "message:⏎" },
        { "data: x", "" },
        { "data: x\n", "" },
        { "data: x\n\ndata: y\n", "message:x" },
        { "\uFEFFdata: x\n\n", "message:x" },
        { "\uFEFF\uFEFFdata: x\n\n", "" },
        { "\n\uFEFFdata: x\n\n", "" },
        { ": comment\n\n", "" },
        { ":\ndata: x\n:data: y\n\n", "message:x" },
        { "event: e\ndata: x\n\ndata: y\n\n", "e:x|message:y" },
        { "event: e\n\ndata: y\n\n", "message:y" },
        { "event: e\nevent:\ndata: y\n\n", "message:y" },
        { "id: 1\ndata: x\n\ndata: y\n\n", "message:x#1|message:y" },
        { "id: 1\n\n", "message:*#1" },
        { "id: 1\ndata:\n\n", "message:#1" },
        { "id\ndata: x\n\n", "message:x#" },
        { "id: a\0b\ndata: x\n\n", "message:x" },
        { "id: ü\ndata: x\n\n", "message:x#ü" },
        { "retry: 3000\n\n", "message:*@3000" },
        { "retry: 3s\ndata: x\n\n", "message:x" },
        { "retry: -1\n\n", "" },
        { "retry:\n\n", "" },
        { "retry: 99999999999999999999\n\n", "message:*@86400000" },
        { "Data: x\nDATA: y\n\n", "" },
        { "unknown: x\nfoo\n\n", "" },
        { " data: x\n\n", "" },
        { "data : x\n\n", "" },
        { "data: a:b\n\n", "message:a:b" },
        { "\r\n\n\rdata: x\n\n", "message:x" },
        { "data: \0\n\n", "message:\0" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Reads_StreamsByTheStandard_WhereverTheyAreCut(string stream, string expected)
    {
        var dice = new Dice(5);
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var round = 0; round < 40; round++)
        {
            var size = round < 8 ? round + 1 : 0;
            Assert.Equal(expected, await Read(bytes, () => size > 0 ? size : 1 + dice.Next(5)));
        }
    }

    [Fact]
    public async Task Reads_RandomStreamsAlike_HoweverTheyAreCut()
    {
        var dice = new Dice(17);
        string[] parts = ["data", "id", "event", "retry", ":", ": ", "\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "x", "7", "\0", "\uFEFF", "é", " ",
            "data: y\n\n"];
        for (var round = 0; round < 2000; round++)
        {
            var stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, dice.Next(40)).Select(_ => dice.Pick(parts))));
            var whole = await Read(stream, () => int.MaxValue);
            Assert.Equal(whole, await Read(stream, () => 1));
            Assert.Equal(whole, await Read(stream, () => 1 + dice.Next(4)));
        }
    }

    [Theory]
    [InlineData("data: 123456789012\n\n", SseFault.EventTooLarge)]
    [InlineData(":12345678901234567890", SseFault.EventTooLarge)]
    [InlineData("a\nb\nc\nd\ne\nf\ng\nh\ni\n", SseFault.EventTooLarge)]
    [InlineData("data: 12\n\ndata: 34\n\ndata: 56\n\n", SseFault.None)]
    public async Task Ends_StreamsWhoseEventsAreTooLarge(string stream, SseFault fault)
    {
        for (var size = 1; size < 30; size++)
        {
            var reader = new SseReader(new ChunkedStream(Encoding.UTF8.GetBytes(stream), () => size), maxEventBytes: 16);
            var found = SseFault.None;
            try
            {
                while (await reader.ReadAsync(TestContext.Current.CancellationToken) is not null)
                {
                }
            }
            catch (SseException exception)
            {
                found = exception.Fault;
            }

            Assert.Equal(fault, found);
        }
    }

    [Theory]
    [InlineData("id: ")]
    [InlineData("event: ")]
    public async Task Ends_StreamsWhoseIdOrNameIsNotUtf8(string field)
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("data: x\n" + field), 0xC3, .. "\n\n"u8];
        var reader = new SseReader(new MemoryStream(bytes), 1024);
        var exception = await Assert.ThrowsAsync<SseException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(SseFault.NotUtf8, exception.Fault);
    }

    [Theory]
    [InlineData("id: ", 4096, SseFault.None)]
    [InlineData("id: ", 4097, SseFault.FieldTooLarge)]
    [InlineData("event: ", 4097, SseFault.FieldTooLarge)]
    public async Task Ends_StreamsWhoseIdOrNameIsTooLarge(string field, int length, SseFault fault)
    {
        var bytes = Encoding.UTF8.GetBytes($"{field}{new string('x', length)}\ndata: x\n\n");
        var reader = new SseReader(new MemoryStream(bytes), 100_000);
        var exception = await Record.ExceptionAsync(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(fault, exception is SseException { Fault: var found } ? found : SseFault.None);
    }

    [Fact]
    public async Task Reports_TheBytesOfAnUnfinishedEvent_AndNoneBehindIt()
    {
        var parts = new System.IO.Pipelines.Pipe();
        var held = new List<int>();
        var reader = new SseReader(parts.Reader.AsStream(), 100_000, held.Add);
        var first = reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        await WriteAsync("data: " + new string('x', 5000) + "\n");
        await WriteAsync("id: " + new string('y', 2000) + "\n");
        await WriteAsync("\n");
        Assert.NotNull(await first);
        Assert.Equal((0, 0, true), (held[^1], reader.UnfinishedBytes, held.Contains(7012)));

        async Task WriteAsync(string text)
        {
            var before = held.Count;
            await parts.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));
            await Eventually.TrueAsync(() => held.Count > before, "the part is read");
        }
    }

    [Fact]
    public async Task Writes_WhatTheReaderReadsBack()
    {
        var message = Validated.Message("{\"jsonrpc\":\"2.0\",\r\n\n\"method\":\"m\"\r}");
        var output = new ArrayBufferWriter<byte>();
        SseWriter.WritePriming(output, "e1", TimeSpan.FromSeconds(2));
        SseWriter.WriteKeepAlive(output);
        SseWriter.Write(output, message, "e2", "message");
        SseWriter.WriteText(output, "/messages?x=1\nid: 9", eventName: "endpoint");
        Assert.Equal("message:#e1@2000|message:{\"jsonrpc\":\"2.0\",   \"method\":\"m\" }#e2|endpoint:/messages?x=1 id: 9",
            await Read(output.WrittenSpan.ToArray(), () => 7));
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("\ud800")]
    public void Refuses_ToWriteFieldsThatWouldBreakTheFraming(string field)
    {
        var message = Validated.Message("""{"jsonrpc":"2.0","method":"m"}""");
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentException>(() => SseWriter.Write(output, message, id: field));
        Assert.Throws<ArgumentException>(() => SseWriter.Write(output, message, eventName: field));
        Assert.Throws<ArgumentOutOfRangeException>(() => SseWriter.Write(output, message, retry: TimeSpan.FromSeconds(-1)));
        Assert.Equal(0, output.WrittenCount);
    }

    private static async Task<string> Read(byte[] bytes, Func<int> size)
    {
        var reader = new SseReader(new ChunkedStream(bytes, size), maxEventBytes: 1024);
        var seen = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } e)
            seen.Add(Show(e));
        return string.Join('|', seen);
    }

    private static string Show(SseEvent e)
    {
        var data = e.IsDispatched ? Encoding.UTF8.GetString(e.Data.Span).Replace('\n', '⏎') : "*";
        var id = e.Id is null ? "" : "#" + e.Id;
        var retry = e.Retry is { } time ? $"@{time.TotalMilliseconds}" : "";
        return $"{e.EventName}:{data}{id}{retry}";
    }
}
