using System.Text;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Protocol;

namespace Gatehouse.Gateway.Sessions;

/// <summary>The inside of a sealed handle: version 2, then the parts of the session.</summary>
internal static class SessionFormat
{
    private const byte Version = 2; // a program that keeps ended sessions instead of open ones would open them again: it does not read this version

    public static byte[] Write(SessionBinding session)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(session.Uid);
        writer.Write(session.UpstreamId is not null);
        writer.Write(session.UpstreamId ?? "");
        writer.Write(session.Revision.Text);
        writer.Write((int)session.Capabilities);
        writer.Write(session.CreatedAt.UtcTicks);
        writer.Write(session.ExpiresAt.UtcTicks);
        writer.Flush();
        return buffer.ToArray();
    }

    /// <summary>
    /// Reads the session, or returns null when the bytes are of another version. They were sealed by the gateway, so they are well formed.
    /// </summary>
    public static SessionBinding? Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadByte() != Version) return null;
        var uid = reader.ReadString();
        var hasUpstream = reader.ReadBoolean();
        var upstream = reader.ReadString();
        if (!ProtocolRevision.TryParse(reader.ReadString(), out var revision)) return null;
        var capabilities = (ClientCapabilities)reader.ReadInt32();
        var created = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        var expires = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
        return new SessionBinding(uid, hasUpstream ? upstream : null, revision, capabilities, created, expires) { Live = new LiveSession() };
    }
}
