using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Identity.Revocations;

namespace Gatehouse.Administration;

/// <summary>The property by which tokens are found, as its word.</summary>
internal sealed class RevocationKindJson : JsonConverter<RevocationKind>
{
    /// <inheritdoc />
    public override RevocationKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        RevocationWords.TryParse(reader.GetString(), out var kind) ? kind : throw new JsonException("this kind of revocation is unknown");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, RevocationKind value, JsonSerializerOptions options) =>
        writer.WriteStringValue(RevocationWords.Of(value));
}
