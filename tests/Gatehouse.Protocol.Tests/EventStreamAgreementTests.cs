using System.Text;
using Gatehouse.Protocol.Framing;
using Gatehouse.Tests.Processes;

namespace Gatehouse.Protocol.Tests;

/// <summary>
/// The reader of event streams dispatches what eventsource-parser dispatches, the reader of the TypeScript SDK of MCP. Where the two differ, the
/// HTML standard says who is right (ST-06).
/// </summary>
/// <remarks>
/// An event is written as its name, ':', its data, '#' and its own id where it has one, '@' and the reconnection time in force, which is empty until
/// one is set. Texts are hexadecimal UTF-8.
/// </remarks>
[Trait("Requirement", "ST-06")]
public sealed class EventStreamAgreementTests
{
    private const int BatchSize = 256;

    private static readonly int Iterations = TestSize.Of(2_000, 20_000, 1_000_000);

    /// <summary>Streams, the events of the standard, and those of the other reader.</summary>
    public static TheoryData<string, string, string> Differences => new()
    {
        // A CR ends a line, also as the last byte (section 9.2.5: end-of-line is CRLF, LF or CR). The other reader waits for a LF that might follow,
        // or for the end of a later line, and loses an event whose blank line is the end of the stream.
        { "data: x\r\r", "message:x@", "" },
        { "data: x\n\r", "message:x@", "" },
        // Only U+FEFF is a byte order mark (section 9.2.6). The other reader also takes away the three characters that its bytes are in Latin-1.
        { "\u00EF\u00BB\u00BFdata: x\n\n", "", "message:x@" },
    };

    [Fact]
    public async Task Dispatches_WhatTheReaderOfTheTypeScriptSdkDispatches_HoweverStreamsAreCut()
    {
        using var other = Other();
        var dice = new Dice(8);
        var generator = new EventStreamGenerator(dice);
        var (events, refused) = (0, 0);
        for (var round = 0; round < Iterations; round += BatchSize)
        {
            var streams = Enumerable.Range(0, BatchSize).Select(_ => generator.Next()).ToArray();
            var answers = await AskAsync(other, [.. streams.Select(stream => (Ended(stream), dice.Next(6)))]);
            foreach (var (stream, theirs) in streams.Zip(answers))
            {
                var (ours, isWhole) = await ReadAsync(stream, dice.Next(6));
                events += ours.Length;
                refused += isWhole ? 0 : 1;
                // To refuse is safe; to understand something else is not.
                if (!theirs.Take(ours.Length).SequenceEqual(ours) || (isWhole && theirs.Length != ours.Length))
                    Assert.Fail($"{Encoding.UTF8.GetString(stream)}\n{Convert.ToHexString(stream)}\nours   {Joined(ours)}\ntheirs {Joined(theirs)}");
            }
        }

        Assert.True(events > Iterations, $"{events} events");
        Assert.InRange(refused, 1, Iterations / 20);
    }

    [Fact]
    public async Task Dispatches_TheSame_WhereverAStreamEnds_AndAtEveryCut()
    {
        using var other = Other();
        var whole = Encoding.UTF8.GetBytes(
            "\uFEFF: c\r\nid: 1\r\nevent: e\rdata: a\ndata:b\r\n\r\nretry: 9\ndata\n\nid: a\0b\r\ndata: é\r\rid\ndata: 😀\n\nevent\nretry: 8x\ndata: z\r\n\n");
        var streams = Enumerable.Range(0, whole.Length + 1).Select(length => whole[..length]).ToArray();
        for (var size = 0; size < whole.Length; size++)
        {
            var answers = await AskAsync(other, [.. streams.Select(stream => (Ended(stream), size))]);
            foreach (var (stream, theirs) in streams.Zip(answers))
                Assert.Equal(theirs, (await ReadAsync(stream, size)).Events);
        }
    }

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task FollowsTheStandard_WhereTheOtherReaderDoesNot(string stream, string ours, string theirs)
    {
        using var other = Other();
        var bytes = Encoding.UTF8.GetBytes(stream);
        Assert.Equal(ours, Shown((await ReadAsync(bytes, 0)).Events));
        Assert.Equal(theirs, Shown((await AskAsync(other, [(bytes, 0)]))[0]));
    }

    private static ChildReader Other()
    {
        Peers.Require();
        return ChildReader.Start(Repository.Node, "events.mjs", "run ./test --full once", Repository.Peer("node_modules/@modelcontextprotocol/client"));
    }

    // The other reader does not see a CR behind which no line ends (see Differences). A line more that is not blank dispatches nothing.
    private static byte[] Ended(byte[] stream) => [.. stream, .. ":\n"u8];

    private static async Task<string[][]> AskAsync(ChildReader other, (byte[] Stream, int Size)[] streams)
    {
        var answers = await other.AskAsync([.. streams.Select(asked => $"{Convert.ToHexString(asked.Stream)} {asked.Size}")]);
        return [.. answers.Select(answer => answer.Split('|', StringSplitOptions.RemoveEmptyEntries))];
    }

    private static async Task<(string[] Events, bool IsWhole)> ReadAsync(byte[] stream, int size)
    {
        var reader = new SseReader(new ChunkedStream(stream, () => size > 0 ? size : int.MaxValue), maxEventBytes: 100_000);
        var seen = new List<string>();
        var retry = "";
        try
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } e)
            {
                if (e.Retry is { } time) retry = $"{time.TotalMilliseconds}";
                // Malformed UTF-8 passes in data, as the validator of messages refuses it. The other reader replaces it, as the standard says.
                var data = Encoding.UTF8.GetString(e.Data.Span);
                if (e.IsDispatched) seen.Add($"{Hexed(e.EventName)}:{Hexed(data)}{(e.Id is { } id ? "#" + Hexed(id) : "")}@{retry}");
            }

            return ([.. seen], true);
        }
        catch (SseException)
        {
            return ([.. seen], false);
        }
    }

    private static string Hexed(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    private static string Joined(string[] events) => string.Join('|', events);

    private static string Shown(string[] events) => string.Join('|', events.Select(e =>
    {
        var (name, data) = (e[..e.IndexOf(':', StringComparison.Ordinal)], e[(e.IndexOf(':', StringComparison.Ordinal) + 1)..^1]);
        return $"{Encoding.UTF8.GetString(Convert.FromHexString(name))}:{Encoding.UTF8.GetString(Convert.FromHexString(data))}@";
    }));
}
