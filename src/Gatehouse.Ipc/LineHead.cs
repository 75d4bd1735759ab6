using System.Text.Json;

namespace Gatehouse.Ipc;

/// <summary>
/// The first look at a line of the client: enough to answer it when no host can. Nothing is decided by it. The host validates whether the line is a
/// message at all.
/// </summary>
/// <param name="HasMethod">True when a member <c>method</c> is on the first level.</param>
/// <param name="Id">The raw JSON of the member <c>id</c>, a number or string, or empty without one.</param>
public readonly record struct LineHead(bool HasMethod, ReadOnlyMemory<byte> Id)
{
    private const int MaxIdBytes = 1024;

    /// <summary>True when the client waits for an answer to it.</summary>
    public bool IsRequest => HasMethod && !Id.IsEmpty;

    /// <summary>Reads a line. A line that is no JSON object has neither.</summary>
    public static LineHead Of(ReadOnlyMemory<byte> line)
    {
        var hasMethod = false;
        ReadOnlyMemory<byte> id = default;
        try
        {
            var reader = new Utf8JsonReader(line.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                hasMethod |= reader.ValueTextEquals("method"u8);
                if (!reader.Read()) break;
                if (isId && reader.TokenType is JsonTokenType.Number or JsonTokenType.String)
                    id = Raw(line, (int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // The part that was read before the error still names the request to answer.
        }

        return new LineHead(hasMethod, id);
    }

    private static ReadOnlyMemory<byte> Raw(ReadOnlyMemory<byte> line, int start, int end) =>
        end - start <= MaxIdBytes ? line[start..end].ToArray() : default;
}
