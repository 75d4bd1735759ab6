using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Gatehouse.Administration;

/// <summary>
/// A time of RFC 3339. Threat: without its offset it would depend on the time zone of the gateway, and a right would last for hours longer.
/// </summary>
internal sealed partial class MomentJson : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc />
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WithOffset().IsMatch(reader.GetString() ?? "") ? reader.GetDateTimeOffset() : throw new JsonException("the time has no offset from UTC");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    [GeneratedRegex(@"T[^+Z-]*(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex WithOffset();
}
