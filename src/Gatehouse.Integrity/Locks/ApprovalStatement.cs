using System.Buffers;
using System.Text.Json;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Protocol.Canonical;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Locks;

/// <summary>The statement that an approval's signatures cover: canonical JSON that binds server, source, definition, digest and expiry.</summary>
public static class ApprovalStatement
{
    /// <summary>Returns the bytes to sign.</summary>
    /// <param name="server">The server's name in the configuration.</param>
    /// <param name="source">The source of the server: a signature for one source is none for another under the same name.</param>
    /// <param name="definition">The definition, of which kind and name are used.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="expires">The end of the approval; null for never.</param>
    public static byte[] Bytes(string server, ServerSource source, ServerDefinition definition, string digest, DateTimeOffset? expires)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(definition);
        var plain = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(plain))
        {
            writer.WriteStartObject();
            writer.WriteString("purpose", "gatehouse.lock.approval/1");
            writer.WriteString("server", server);
            writer.WriteString("source", source.ToString());
            writer.WriteString("kind", DefinitionKinds.Text(definition.Kind));
            writer.WriteString("name", definition.Name);
            writer.WriteString("digest", digest);
            if (expires is { } end)
                writer.WriteString("expires", LockTimes.Text(end));
            else
                writer.WriteNull("expires");
            writer.WriteEndObject();
        }

        var canonical = new ArrayBufferWriter<byte>();
        CanonicalJson.WriteValidated(plain.WrittenMemory, new ByteRange(0, plain.WrittenCount), canonical);
        return canonical.WrittenSpan.ToArray();
    }
}
