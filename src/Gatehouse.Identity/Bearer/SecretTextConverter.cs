using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Identity.Bearer;

/// <summary>Writes the mask in place of a secret, and refuses to read one: secrets come by reference, never inside JSON.</summary>
internal sealed class SecretTextConverter : JsonConverter<SecretText>
{
    public override SecretText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("A secret is never read from JSON.");

    public override void Write(Utf8JsonWriter writer, SecretText value, JsonSerializerOptions options) =>
        writer.WriteStringValue(SecretText.Mask);
}
