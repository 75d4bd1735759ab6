using System.Buffers;
using System.Text.Json;

namespace Gatehouse.Ipc;

/// <summary>The host's refusal, with the text for the client and the person.</summary>
/// <param name="Code">Stable code, e.g. <c>GH6010</c>.</param>
/// <param name="Message">Its meaning.</param>
/// <param name="Remedy">The remedy.</param>
public sealed record IpcRefusal(string Code, string Message, string Remedy)
{
    /// <summary>Returns the frame's payload.</summary>
    public byte[] ToUtf8Json()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v"u8, FrameFormat.Version);
            json.WriteString("code"u8, Code);
            json.WriteString("message"u8, Message);
            json.WriteString("remedy"u8, Remedy);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload.</summary>
    /// <exception cref="InvalidDataException">It is no refusal.</exception>
    public static IpcRefusal Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            return new IpcRefusal(Text(root, "code"), Text(root, "message"), Text(root, "remedy"));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException("the host's answer is not understood", e);
        }
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";
}
