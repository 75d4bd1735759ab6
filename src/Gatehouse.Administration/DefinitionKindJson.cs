using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Administration;

/// <summary>The kind of a definition as its word.</summary>
internal sealed class DefinitionKindJson : JsonConverter<DefinitionKind>
{
    /// <inheritdoc />
    public override DefinitionKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DefinitionKinds.TryParse(reader.GetString(), out var kind) ? kind : throw new JsonException("this kind of definition is unknown");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DefinitionKind value, JsonSerializerOptions options) =>
        writer.WriteStringValue(DefinitionKinds.Text(value));
}
