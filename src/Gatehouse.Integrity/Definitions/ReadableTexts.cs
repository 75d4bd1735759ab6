using System.Globalization;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Definitions;

/// <summary>
/// The texts of a definition that a model or a person could read: the one list (design rule 9) that digests cover, differences show and inspections
/// go through. It leaves out nothing: known and unknown members, values and names, whatever the depth.
/// </summary>
public static class ReadableTexts
{
    // Long names around many texts would otherwise take their product in memory and time.
    private const long MostPointerBytes = 8_000_000;

    /// <summary>
    /// Returns whether the texts of a definition can be listed: the places of all of them together take at most 8 MB. No real definition comes near.
    /// </summary>
    public static bool CanList(ServerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return Weigh(definition.Bytes.Span, definition.Range, 0, 0) <= MostPointerBytes;
    }

    /// <summary>Returns the texts of a definition, in the order of its bytes.</summary>
    /// <exception cref="InvalidOperationException"><see cref="CanList"/> says no; <see cref="DefinitionReader"/> and the lock let no such definition
    /// in.</exception>
    public static IReadOnlyList<ReadableText> Of(ServerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (!CanList(definition))
            throw new InvalidOperationException("the places of the texts of this definition are too long to be listed");
        List<ReadableText> texts = [];
        Walk(definition, definition.Range, "", texts);
        return texts;
    }

    private static long Weigh(ReadOnlySpan<byte> bytes, ByteRange value, long length, long total)
    {
        if (bytes[value.Start] == '{')
        {
            foreach (var member in JsonWalk.Members(bytes, value))
            {
                total += length + member.Name.Length;
                if (total <= MostPointerBytes)
                    total = Weigh(bytes, member.Value, length + member.Name.Length, total);
            }
        }
        else if (bytes[value.Start] == '[')
        {
            foreach (var element in JsonWalk.Elements(bytes, value))
                total = total <= MostPointerBytes ? Weigh(bytes, element, length + 4, total) : total;
        }

        return total + length;
    }

    private static void Walk(ServerDefinition of, ByteRange value, string pointer, List<ReadableText> texts)
    {
        switch (of.Bytes.Span[value.Start])
        {
            case (byte)'"':
                Add(of, value, pointer, isName: false, texts);
                break;
            case (byte)'{':
                foreach (var member in JsonWalk.Members(of.Bytes.Span, value))
                {
                    var name = JsonWalk.String(of.Bytes.Span, member.Name)!;
                    var path = JsonPointers.Child(pointer, name);
                    Add(of, member.Name, path, isName: true, texts);
                    Walk(of, member.Value, path, texts);
                }

                break;
            case (byte)'[':
                var index = 0;
                foreach (var element in JsonWalk.Elements(of.Bytes.Span, value))
                    Walk(of, element, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index++}"), texts);
                break;
        }
    }

    private static void Add(ServerDefinition of, ByteRange token, string pointer, bool isName, List<ReadableText> texts) =>
        texts.Add(new ReadableText(of.Kind, of.Name, pointer, JsonWalk.String(of.Bytes.Span, token)!, isName, token));
}
