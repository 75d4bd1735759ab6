using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.Storage;

/// <summary>Reading of JSON that was sealed in a row of the store.</summary>
public static class SealedJson
{
    /// <summary>Reads the opened content of a box.</summary>
    /// <param name="plain">The content.</param>
    /// <param name="form">Its form in this build.</param>
    /// <returns>
    /// Null where the content has another form, such as that of a later build: one such row must not keep lists and runs from the other rows. The
    /// contexts of these forms refuse content that lacks a part without a default, or has null in its place.
    /// </returns>
    public static T? Read<T>(ReadOnlySpan<byte> plain, JsonTypeInfo<T> form)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(plain, form);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
