using System.Text;

namespace Gatehouse.Protocol.Tests;

/// <summary>Makes event streams that are often valid, and often nearly so.</summary>
internal sealed class EventStreamGenerator(Dice dice)
{
    private static readonly string[] Names =
        ["data", "data", "data", "data", "event", "id", "retry", "", "x", "Data", "ID", "data ", " data", "dat", "datax", "idx", "events", "\uFEFFdata",
            "d\0ata", "comment"];
    private static readonly string[] Separators = [": ", ": ", ":", ":  ", "::", " : ", "", ":\t"];
    private static readonly string[] Values =
        ["", "x", "y z", "a:b", "1", "3000", "0010", "99999999999999999999", "86400000", "-1", "+1", "3s", "1.0", "1e3", "\u0663", " 5", "5 ", "a\0b", "\0", "é", "😀",
            "\uFEFF", "\u2028", "\u2029", "\u0085", "\v", "\f", "\t", " ", "{\"jsonrpc\":\"2.0\"}", "data: x", "\uFFFD"];
    private static readonly string[] Ends = ["\n", "\n", "\r", "\r\n"];
    private static readonly byte[][] Splinters =
        ["\n"u8.ToArray(), "\r"u8.ToArray(), "\r\n"u8.ToArray(), "\n\r"u8.ToArray(), ":"u8.ToArray(), " "u8.ToArray(), [0], [0xEF, 0xBB, 0xBF], [0xC3], [0xFF],
            [0xED, 0xA0, 0x80], [0xF0, 0x9F], [0x80], "data"u8.ToArray(), "id:"u8.ToArray(), "retry:7"u8.ToArray(), "\n\n"u8.ToArray(), "\r\r"u8.ToArray()];

    /// <summary>The next stream, as bytes that may be anything.</summary>
    public byte[] Next()
    {
        var text = new StringBuilder(dice.OneIn(6) ? "\uFEFF" : "");
        var usual = dice.Pick(Ends);
        for (var events = 1 + dice.Next(4); events > 0; events--)
        {
            for (var lines = dice.Next(5); lines > 0; lines--)
                text.Append(Line()).Append(End(usual));
            if (!dice.OneIn(4))
                text.Append("data: ").Append(dice.Pick(Values)).Append(End(usual));
            text.Append(End(usual));
        }

        var stream = Encoding.UTF8.GetBytes(text.ToString());
        for (var mutations = dice.OneIn(2) ? 1 + dice.Next(3) : 0; mutations > 0; mutations--)
            stream = Mutate(stream);
        return stream;
    }

    private string Line() => dice.OneIn(8) ? ":" + dice.Pick(Values) : dice.Pick(Names) + dice.Pick(Separators) + dice.Pick(Values);

    private string End(string usual) => dice.OneIn(8) ? dice.Pick(Ends) : usual;

    private byte[] Mutate(byte[] stream)
    {
        var at = dice.Next(stream.Length + 1);
        var behind = Math.Min(stream.Length, at + dice.Next(4));
        return dice.Next(3) switch
        {
            0 => [.. stream[..at], .. dice.Pick(Splinters), .. stream[at..]],
            1 => [.. stream[..at], .. stream[behind..]],
            _ => stream[..at], // the connection ends there
        };
    }
}
