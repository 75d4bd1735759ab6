using System.Text;
using Gatehouse.Bench.Load;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Bench.Micro;

/// <summary>Messages of known shape.</summary>
internal static class Messages
{
    /// <summary>The call that the load generator sends.</summary>
    public static byte[] Call { get; } = Body(Target.Modern(1, "/", "r200", null));

    /// <summary>A result of many small records, as lists and queries give.</summary>
    public static byte[] Records(int kilobytes)
    {
        var text = new StringBuilder("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","structuredContent":{"rows":[""");
        for (var i = 0; text.Length < kilobytes * 1024; i++)
        {
            if (i > 0) text.Append(',');
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""{"id":{{i}},"name":"record {{i}}","open":true,"score":0.5}""");
        }

        return Encoding.UTF8.GetBytes(text.Append("]}}}").ToString());
    }

    /// <summary>A result that is one long text.</summary>
    public static byte[] LongText(int kilobytes) => Encoding.UTF8.GetBytes(
        $$$$$"""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[{"type":"text","text":"{{{{{string.Concat(Enumerable.Repeat("some words of a text, ", kilobytes * 1024 / 22))}}}}}"}]}}""");

    public static ValidatedMessage Validate(byte[] bytes) =>
        MessageValidator.TryValidate(bytes, MessageLimits.Default, out var message, out var failure)
            ? message
            : throw new InvalidOperationException($"{failure.Fault} at byte {failure.Position}");

    private static byte[] Body(Target target)
    {
        var request = target.Request;
        return request[(request.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];
    }
}
