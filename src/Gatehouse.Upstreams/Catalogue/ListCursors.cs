using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Lists.Responses;
using Gatehouse.Storage;

namespace Gatehouse.Upstreams.Catalogue;

/// <summary>
/// The sealing of cursors. A cursor contains version 1, an expiry time, the position and the digest of the list that the caller sees. It is bound to
/// issuer, subject, client, server and list (design rules 11 and 16).
/// </summary>
public sealed class ListCursors(KeyRing keys, TimeProvider time) : IListCursors
{
    private const string Purpose = "list-cursor/v1";
    private const byte Format = 1;
    private const int Length = 1 + 8 + 4 + VisibleList.VersionBytes;
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <inheritdoc />
    public string Seal(Exchange exchange, ListKind kind, ListPosition position)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(position);
        var plain = new byte[Length];
        plain[0] = Format;
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(1), (time.GetUtcNow() + Life).UtcTicks);
        BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(9), position.Next);
        position.Version.Span.CopyTo(plain.AsSpan(13));
        return Base64Url.EncodeToString(keys.Seal(Purpose, Binding(exchange, kind), plain));
    }

    /// <inheritdoc />
    public ListPosition? Open(Exchange exchange, ListKind kind, string cursor)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(cursor);
        if (!Base64Url.IsValid(cursor)) return null;
        if (!keys.TryOpen(Purpose, Binding(exchange, kind), Base64Url.DecodeFromChars(cursor), out var plain)) return null;
        if (plain.Length != Length || plain[0] != Format) return null;
        if (BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(1)) <= time.GetUtcNow().UtcTicks) return null;
        return new ListPosition(BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(9)), plain.AsMemory(13));
    }

    private static byte[] Binding(Exchange exchange, ListKind kind)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(exchange.Caller.Issuer);
        writer.Write(exchange.Caller.Subject);
        writer.Write(exchange.Caller.ClientId ?? "");
        writer.Write(exchange.Server.Name);
        writer.Write((int)kind);
        writer.Flush();
        return buffer.ToArray();
    }
}
