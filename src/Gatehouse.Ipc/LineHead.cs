using System.Text.Json;

namespace Gatehouse.Ipc;

/// <summary>
/// What a line of the client looks like from outside: enough to answer it when nobody else can. Nothing is decided by it; whether
/// the line is a message at all is validated by the host.
/// </summary>
/// <param name="HasMethod">True when a member <c>method</c> stands on the first level.</param>
/// <param name="Id">The raw JSON of the member <c>id</c>, a number or string; empty without one.</param>
public readonly record struct LineHead(bool HasMethod, ReadOnlyMemory<byte> Id)
{
    private const int MaxIdBytes = 1024;

    /// <summary>True when somebody waits for an answer to it.</summary>
    public bool IsRequest => HasMethod && !Id.IsEmpty;

    /// <summary>Looks at a line; one that is no JSON object has neither.</summary>
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
            // What was seen before it broke still tells whom to answer.
        }

        return new LineHead(hasMethod, id);
    }

    private static ReadOnlyMemory<byte> Raw(ReadOnlyMemory<byte> line, int start, int end) =>
        end - start <= MaxIdBytes ? line[start..end].ToArray() : default;
}
