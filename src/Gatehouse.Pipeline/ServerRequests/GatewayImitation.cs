using Gatehouse.Pipeline.Confirmations;
using Gatehouse.Pipeline.ServerRequests.Words;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.ServerRequests;

/// <summary>
/// The detection of a server's question that looks like a confirmation of the gateway: by the gateway's name, or by the values of its form. A person
/// who answers it would believe to have confirmed a call (H14).
/// </summary>
internal static class GatewayImitation
{
    /// <summary>The question imitates the gateway.</summary>
    public const string Reason = "imitates-gateway";

    private const string Name = "gatehouse";
    private const int MostDepth = 16;

    private static readonly char[] EndsOfClauses = ['.', '!', '?', ';', ':', ',', '\n'];
    private static readonly List<string> NameInTwo = ["gate", "house"];

    // Of both values, without the first word: with another one before them they look the same to a person in a hurry.
    private static readonly List<string>[] Values =
    [
        [.. NormalText.Words(ConfirmationForm.Yes).Skip(1)], [.. NormalText.Words(ConfirmationForm.No).Skip(1)],
    ];

    /// <summary>Tells whether a question imitates the gateway in any text that a client may show.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="parameters">The params of an elicitation, an object.</param>
    public static bool IsIn(ReadOnlySpan<byte> bytes, ByteRange parameters) =>
        (JsonWalk.TryFindMember(bytes, parameters, "message"u8, out var message) && JsonWalk.String(bytes, message) is { } text && Imitates(text))
        || (JsonWalk.TryFindMember(bytes, parameters, "requestedSchema"u8, out var schema) && IsInValue(bytes, schema, 0));

    private static bool IsInValue(ReadOnlySpan<byte> bytes, ByteRange value, int depth)
    {
        if (depth == MostDepth) return true; // deeper than any form; it cannot be read to its end
        if (bytes[value.Start] == (byte)'"') return JsonWalk.String(bytes, value) is { } text && Imitates(text);
        if (bytes[value.Start] == (byte)'[')
        {
            foreach (var element in JsonWalk.Elements(bytes, value))
            {
                if (IsInValue(bytes, element, depth + 1)) return true;
            }
        }
        else if (bytes[value.Start] == (byte)'{')
        {
            foreach (var member in JsonWalk.Members(bytes, value))
            {
                if (IsInValue(bytes, member.Name, depth + 1) || IsInValue(bytes, member.Value, depth + 1)) return true;
            }
        }

        return false;
    }

    private static bool Imitates(string text)
    {
        var words = NormalText.Words(text);
        return words.Any(static word => word.Contains(Name, StringComparison.Ordinal)) || Values.Any(value => Holds(words, value))
            || text.Split(EndsOfClauses).Any(static clause => Holds(NormalText.Words(clause), NameInTwo));
    }

    private static bool Holds(List<string> words, List<string> sought)
    {
        for (var at = 0; at < words.Count; at++)
        {
            if (Follows(words, at, sought)) return true;
        }

        return false;
    }

    private static bool Follows(List<string> words, int at, List<string> value) =>
        at + value.Count <= words.Count && words.GetRange(at, value.Count).SequenceEqual(value, StringComparer.Ordinal);
}
