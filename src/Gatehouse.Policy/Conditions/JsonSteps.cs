using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Policy.Conditions;

/// <summary>Steps into JSON that was validated as one value without duplicate names.</summary>
internal static class JsonSteps
{
    private const int LongestOnStack = 512;

    /// <summary>Moves to the value itself. Returns false for an empty text.</summary>
    public static bool TryRead(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Moves from an object to the value of a member. Returns false where there is no such object or member.</summary>
    public static bool TryEnter(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found) return true;
            reader.Skip();
        }

        return false;
    }

    /// <summary>
    /// Moves from an object of arguments to the value of a member. The result is undecidable where a further name, or the only one, differs from the
    /// wanted one by case, width or invisible characters. Otherwise it is true or false for the presence of the member.
    /// </summary>
    /// <remarks>
    /// Threat: an argument that the policy does not read and the server does (CWE-178). Binders of C# and Go ignore case and take the last. Names of
    /// the protocol are held to one spelling by validation; names of arguments are the tool's own.
    /// </remarks>
    public static Ternary Enter(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return Ternary.False;
        var result = Ternary.False;
        var found = reader;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var exact = reader.ValueTextEquals(name);
            if (!exact && IsVariant(reader, name)) return Ternary.Undecidable;
            reader.Read();
            if (exact)
            {
                result = Ternary.True;
                found = reader;
            }

            reader.Skip();
        }

        if (result == Ternary.True) reader = found;
        return result;
    }

    private static bool IsVariant(in Utf8JsonReader reader, string name)
    {
        var written = reader.ValueSpan;
        if (!reader.ValueIsEscaped && !written.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) && Ascii.IsValid(name))
            return Ascii.EqualsIgnoreCase(written, name);
        var length = written.Length + Encoding.UTF8.GetMaxByteCount(name.Length);
        var rented = length > LongestOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var room = rented ?? stackalloc byte[LongestOnStack];
        var decoded = reader.CopyString(room);
        var wanted = Encoding.UTF8.GetBytes(name, room[decoded..]);
        var result = FoldedLetters.CouldBe(room[..decoded], room.Slice(decoded, wanted));
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return result;
    }
}
