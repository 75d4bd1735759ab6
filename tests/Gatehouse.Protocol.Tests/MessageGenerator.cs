using System.Text;

namespace Gatehouse.Protocol.Tests;

/// <summary>Makes messages that are often valid, and often nearly so.</summary>
internal sealed class MessageGenerator(Dice dice)
{
    private static readonly string[] Names =
        ["jsonrpc", "id", "method", "params", "result", "error", "name", "uri", "arguments", "_meta", "Name", "\\u006eame", "m\\u0065thod",
            "__proto__", "constructor", "toString", "", "0", "1", "-1", "a", "\\ud83d\\ude00", "😀", "é", "e\\u0301", "\\u0000", "\\/", "/", "\\\"",
            "\\\\", "\\n", "tas\u212A", "ſ", "\u2028", "Id", "METHOD", "name\\u0000", "na\u200Bme", "\uFF4Eame",
            "\uFF4D\uFF45\uFF54\uFF48\uFF4F\uFF44", "uri\u2060", "ar\u00ADguments", "id "];
    private static readonly string[] Texts =
        ["", "x", "tools/call", "prompts/get", "2.0", "\\u0041", "\\ud83d\\ude00", "\\ud800", "\\udc00\\ud800", "😀", "\\b\\f\\n\\r\\t", "}{][,:",
            "\\\\\\\"", "\u2028\u2029", "\u0085", "\uFEFF", "\u007f", "null", "\\u2028", "\\u0000", "data: x"];
    private static readonly string[] Numbers =
        ["0", "-0", "1", "-1", "42", "1.0", "1e3", "1E-3", "9007199254740991", "9007199254740993", "18446744073709551616", "0.1", "1e308", "1e309",
            "-1e400", "1e-400", "4.9e-324", "0.30000000000000004", "123456789012345678901234567890", "1.7976931348623157e308"];
    private static readonly string[] Spaces = ["", "", "", "", " ", "\n", "\r\n", "\t", "\r"];
    private static readonly string[] Splinters =
        ["{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\r", "\0", "null", "true", "NaN", "Infinity", "1e999", "/*", "//", "'", "\\u", "\\ud800",
            "\uFEFF", "{}", "\"method\":\"x\",", "\"id\":1,", "\u0085", "\u00a0", "01", "+1", ".5", "1."];

    /// <summary>The next message, as bytes that may be anything.</summary>
    public byte[] Next()
    {
        var message = Encoding.UTF8.GetBytes(Message());
        for (var mutations = dice.OneIn(3) ? 1 + dice.Next(3) : 0; mutations > 0; mutations--)
            message = Mutate(message);
        return message;
    }

    private string Message()
    {
        var members = new List<string> { "\"jsonrpc\":\"2.0\"" };
        if (!dice.OneIn(5))
            members.Add(Member("id", dice.OneIn(4) ? Scalar() : dice.Pick(["1", "\"a\"", "-7", "\"\\u0061\"", "0"])));
        if (dice.OneIn(8))
            members.Add(Member(dice.Pick(["result", "error"]), Value(3)));
        else
            members.AddRange([Member("method", dice.OneIn(6) ? Text() : "\"tools/call\""), Member("params", Params())]);
        while (dice.OneIn(4))
            members.Add(Member(dice.Pick(Names), Value(3)));
        return Space() + Joined('{', members, '}') + Space();
    }

    private string Params()
    {
        var members = new List<string>();
        if (!dice.OneIn(6))
            members.Add(Member("name", dice.OneIn(8) ? Value(2) : Text()));
        if (!dice.OneIn(6))
            members.Add(Member("arguments", Value(4)));
        while (dice.OneIn(3))
            members.Add(Member(dice.Pick(Names), Value(3)));
        return Joined('{', members, '}');
    }

    private string Value(int depth)
    {
        if (depth == 0 || dice.OneIn(3))
            return Scalar();
        var count = dice.Next(5);
        return dice.OneIn(3)
            ? Joined('[', [.. Enumerable.Range(0, count).Select(_ => Value(depth - 1))], ']')
            : Joined('{', [.. Enumerable.Range(0, count).Select(_ => Member(dice.Pick(Names), Value(depth - 1)))], '}');
    }

    private string Scalar() => dice.Next(4) switch
    {
        0 => dice.Pick(["null", "true", "false"]),
        1 => dice.Pick(Numbers),
        _ => Text(),
    };

    private string Text() => '"' + dice.Pick(Texts) + (dice.OneIn(3) ? dice.Pick(Texts) : "") + '"';

    private string Member(string name, string value) => $"\"{name}\"{Space()}:{Space()}{value}";

    private string Joined(char open, List<string> parts, char close)
    {
        for (var at = parts.Count - 1; at > 0; at--)
        {
            var other = dice.Next(at + 1);
            (parts[at], parts[other]) = (parts[other], parts[at]);
        }

        return open + string.Join(',', parts.Select(part => Space() + part + Space())) + Space() + close;
    }

    private string Space() => dice.Pick(Spaces);

    private byte[] Mutate(byte[] message)
    {
        var at = dice.Next(message.Length + 1);
        var length = Math.Min(dice.Next(12), message.Length - at);
        ReadOnlySpan<byte> before = message.AsSpan(0, at);
        ReadOnlySpan<byte> part = message.AsSpan(at, length);
        ReadOnlySpan<byte> after = message.AsSpan(at + length);
        return dice.Next(6) switch
        {
            0 => [.. before, .. after],
            1 => [.. before, .. part, .. part, .. after],
            2 => [.. before, .. Encoding.UTF8.GetBytes(dice.Pick(Splinters)), .. part, .. after],
            3 => [.. before, (byte)dice.Next(256), .. part, .. after],
            4 => [.. before, .. FlipCase(part), .. after],
            _ => [.. before, .. Escape(part), .. after],
        };
    }

    private static byte[] FlipCase(ReadOnlySpan<byte> part)
    {
        var flipped = part.ToArray();
        for (var at = 0; at < flipped.Length; at++)
        {
            if (char.IsAsciiLetter((char)flipped[at]))
                flipped[at] ^= 0x20;
        }

        return flipped;
    }

    private static byte[] Escape(ReadOnlySpan<byte> part)
    {
        var escaped = new StringBuilder();
        foreach (var b in part)
            escaped.Append(char.IsAsciiLetter((char)b) ? $"\\u{b:x4}" : ((char)b).ToString());
        return Encoding.Latin1.GetBytes(escaped.ToString());
    }
}
