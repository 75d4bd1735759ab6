using System.Buffers;
using System.Text.Json;

namespace Gatehouse.Ipc;

/// <summary>The first frame of a wrapper's connection.</summary>
public sealed record ClientHello
{
    /// <summary>Version of the link format.</summary>
    public int Version { get; init; } = FrameFormat.Version;

    /// <summary>Name of the server in policy, limits and events.</summary>
    public string Name { get; init; } = "";

    /// <summary>The command; null on the connection of a child.</summary>
    public CommandLine? Command { get; init; }

    /// <summary>On a child's connection: the ticket that the host gave. Empty on a client's.</summary>
    public string Ticket { get; init; } = "";

    /// <summary>On a child's connection: its process number, or 0 when it could not be started.</summary>
    public int ProcessId { get; init; }

    /// <summary>On a child's connection: the reason why it could not be started; empty when it runs.</summary>
    public string Fault { get; init; } = "";

    /// <summary>Sealed handle of the session to continue, after the host was started again; empty otherwise.</summary>
    public string Session { get; init; } = "";

    /// <summary>
    /// The personal configuration file that this wrapper's environment names. Empty on the connection of a child. The host serves only those whose
    /// file is its own: an entry of a cloned repository that sets <c>XDG_CONFIG_HOME</c> must not bring the policy of every server.
    /// </summary>
    public string Configuration { get; init; } = "";

    /// <summary>The number of earlier hosts of this wrapper: ids on the child's channel continue above those that were used.</summary>
    public int Attempt { get; init; }

    /// <summary>True when the wrapper takes lines for the person; those of earlier releases end at an unknown frame.</summary>
    public bool TakesNotices { get; init; }

    /// <summary>Returns the frame's payload.</summary>
    public byte[] ToUtf8Json()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v"u8, Version);
            json.WriteString("name"u8, Name);
            if (Command is not null) CommandJson.Write(json, Command);
            json.WriteString("ticket"u8, Ticket);
            json.WriteNumber("pid"u8, ProcessId);
            json.WriteString("fault"u8, Fault);
            json.WriteString("session"u8, Session);
            json.WriteNumber("attempt"u8, Attempt);
            json.WriteBoolean("notices"u8, TakesNotices);
            json.WriteString("configuration"u8, Configuration);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a payload.</summary>
    /// <returns>Null when it is no hello. A hello of another version has only its version.</returns>
    public static ClientHello? Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            var version = root.GetProperty("v").GetInt32();
            if (version != FrameFormat.Version) return new ClientHello { Version = version };
            return new ClientHello
            {
                Name = Text(root, "name"),
                Command = CommandJson.Read(root),
                Ticket = Text(root, "ticket"),
                ProcessId = root.GetProperty("pid").GetInt32(),
                Fault = Text(root, "fault"),
                Session = Text(root, "session"),
                Attempt = root.GetProperty("attempt").GetInt32(),
                TakesNotices = root.TryGetProperty("notices", out var notices) && notices.ValueKind == JsonValueKind.True,
                Configuration = Text(root, "configuration"),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";
}
