using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>The kind of a reading of the log, as its word.</summary>
internal sealed class LogReadingJson : JsonConverter<LogReading>
{
    /// <inheritdoc />
    public override LogReading Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        LogReadings.TryParse(reader.GetString(), out var kind) ? kind : throw new JsonException("this kind of reading is unknown");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, LogReading value, JsonSerializerOptions options) =>
        writer.WriteStringValue(LogReadings.Text(value));
}
