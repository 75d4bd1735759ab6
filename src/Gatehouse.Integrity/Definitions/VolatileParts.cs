using System.Buffers;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Definitions;

/// <summary>The texts that change although no person edited them, and their removal before a comparison.</summary>
public static class VolatileParts
{
    /// <summary>
    /// Returns the places in which two readings of the same definition differ, as JSON Pointers. A server that is asked twice in a row should give
    /// none.
    /// </summary>
    public static IReadOnlyList<string> Between(ServerDefinition first, ServerDefinition second)
    {
        var before = ReadableTexts.Of(first).Where(text => !text.IsMemberName)
            .ToDictionary(text => text.Pointer, text => text.Text, StringComparer.Ordinal);
        return [.. ReadableTexts.Of(second).Where(text => !text.IsMemberName && before.TryGetValue(text.Pointer, out var old) && old != text.Text)
            .Select(text => text.Pointer)];
    }

    /// <summary>Returns the definition with each text that fits a rule replaced by the rule's pattern.</summary>
    internal static ServerDefinition Replace(ServerDefinition definition, IReadOnlyList<VolatileRule> rules)
    {
        var output = new ArrayBufferWriter<byte>(definition.Range.Length);
        var copied = definition.Range.Start;
        foreach (var text in ReadableTexts.Of(definition))
        {
            var rule = rules.FirstOrDefault(one => one.Fits(text));
            if (rule is null)
                continue;
            output.Write(definition.Bytes.Span[copied..text.Token.Start]);
            output.Write(JsonText.Encode(rule.Pattern));
            copied = text.Token.End;
        }

        output.Write(definition.Bytes.Span[copied..definition.Range.End]);
        return definition with { Bytes = output.WrittenMemory, Range = new ByteRange(0, output.WrittenCount) };
    }
}
