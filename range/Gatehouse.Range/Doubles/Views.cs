using System.Text.Json;

namespace Gatehouse.Range.Doubles;

/// <summary>What naive readers see of a message; the rest is blank, and every place stays where it was.</summary>
internal static class Views
{
    /// <summary>Everything.</summary>
    public static byte[] Whole(byte[] bytes) => bytes;

    /// <summary>Of members of one name in an object, the first.</summary>
    public static byte[] FirstMembers(byte[] bytes)
    {
        var seen = (byte[])bytes.Clone();
        var names = new Stack<HashSet<string>>();
        var reader = new Utf8JsonReader(bytes);
        var before = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject) names.Push(new HashSet<string>(StringComparer.Ordinal));
            else if (reader.TokenType == JsonTokenType.EndObject) names.Pop();
            else if (reader.TokenType == JsonTokenType.PropertyName && !names.Peek().Add(reader.GetString()!))
            {
                reader.Skip();
                seen.AsSpan(before, (int)reader.BytesConsumed - before).Fill((byte)' ');
            }

            before = (int)reader.BytesConsumed;
        }

        return seen;
    }

    /// <summary>Of a batch, its first message.</summary>
    public static byte[] FirstOfBatch(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return bytes;
        var seen = (byte[])bytes.Clone();
        seen.AsSpan(0, (int)reader.BytesConsumed).Fill((byte)' ');
        reader.Read();
        reader.Skip();
        seen.AsSpan((int)reader.BytesConsumed).Fill((byte)' ');
        return seen;
    }
}
