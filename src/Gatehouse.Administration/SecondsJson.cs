using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Administration;

/// <summary>A time as a whole number of seconds.</summary>
internal sealed class SecondsJson : JsonConverter<TimeSpan>
{
    /// <inheritdoc />
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeSpan.FromSeconds(reader.GetInt32());

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue((int)value.TotalSeconds);
}
