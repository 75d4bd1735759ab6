using System.Text.Json;

namespace Gatehouse.Policy;

/// <summary>Steps into JSON that was proven to be one value without duplicate names.</summary>
internal static class JsonSteps
{
    /// <summary>Moves to the value itself; false for an empty text.</summary>
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

    /// <summary>Moves from an object to the value of a member; false where there is no such object or member.</summary>
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
}
