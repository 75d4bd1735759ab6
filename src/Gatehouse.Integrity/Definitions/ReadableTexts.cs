using System.Globalization;
using Gatehouse.Protocol;

namespace Gatehouse.Integrity.Definitions;

/// <summary>
/// Every text of a definition that a model or a person could read: the one list (design rule 9) that digests cover, differences show and
/// inspections go through. It leaves out nothing: known and unknown members, values and names, whatever the depth.
/// </summary>
public static class ReadableTexts
{
    /// <summary>The texts of a definition, in the order of its bytes.</summary>
    public static IReadOnlyList<ReadableText> Of(ServerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        List<ReadableText> texts = [];
        Walk(definition, definition.Range, "", texts);
        return texts;
    }

    private static void Walk(ServerDefinition of, ByteRange value, string pointer, List<ReadableText> texts)
    {
        switch (of.Bytes.Span[value.Start])
        {
            case (byte)'"':
                Add(of, value, pointer, isName: false, texts);
                break;
            case (byte)'{':
                foreach (JsonMember member in JsonWalk.Members(of.Bytes.Span, value))
                {
                    string name = JsonWalk.String(of.Bytes.Span, member.Name)!;
                    string path = Schema.Compilation.JsonPointers.Child(pointer, name);
                    Add(of, member.Name, path, isName: true, texts);
                    Walk(of, member.Value, path, texts);
                }

                break;
            case (byte)'[':
                int index = 0;
                foreach (ByteRange element in JsonWalk.Elements(of.Bytes.Span, value))
                    Walk(of, element, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index++}"), texts);
                break;
        }
    }

    private static void Add(ServerDefinition of, ByteRange token, string pointer, bool isName, List<ReadableText> texts) =>
        texts.Add(new ReadableText(of.Kind, of.Name, pointer, JsonWalk.String(of.Bytes.Span, token)!, isName, token));
}
