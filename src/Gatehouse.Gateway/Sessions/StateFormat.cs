using System.Buffers.Binary;
using System.Text;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Gateway.Sessions;

/// <summary>
/// The content of an envelope for request state, before it is sealed, version 2. It begins with the end of its life (ticks in UTC, 8 bytes,
/// big-endian) and the kind. A server's state follows as it is. A state that is used once continues with its nonce, the rounds, the digest, the id of
/// the approval, the server's state and the responses, the last three behind their lengths. Nothing may follow.
/// </summary>
/// <remarks>Only what the gateway sealed is read. It is read strictly nevertheless: a key may leak, and versions may be mixed.</remarks>
internal static class StateFormat
{
    /// <summary>Length of a nonce in bytes: 128 bits.</summary>
    public const int NonceBytes = 16;

    private const int DigestBytes = 32;
    private const int LongestId = 64;
    private const int HeadBytes = sizeof(long) + 1;
    private const int FixedBytes = HeadBytes + NonceBytes + 1 + DigestBytes + 1 + sizeof(int) + sizeof(int);

    /// <summary>Writes the state of a server.</summary>
    public static byte[] Write(DateTimeOffset until, ReadOnlySpan<byte> server)
    {
        var plain = new byte[HeadBytes + server.Length];
        WriteHead(plain, until, StateKind.Server);
        server.CopyTo(plain.AsSpan(HeadBytes));
        return plain;
    }

    /// <summary>Writes a state that is used once.</summary>
    /// <exception cref="ArgumentException">The state has no digest of 32 bytes, no id, or a number of rounds outside of 0 to 255.</exception>
    public static byte[] Write(DateTimeOffset until, ReadOnlySpan<byte> nonce, RequestState state)
    {
        var isWhole = state is { Kind: not StateKind.Server, Digest.Length: DigestBytes, ApprovalId.Length: > 0 and <= LongestId }
            && state.Rounds is >= 0 and <= byte.MaxValue && nonce.Length == NonceBytes && Ascii.IsValid(state.ApprovalId);
        if (!isWhole) throw new ArgumentException("the state is not complete", nameof(state));
        var plain = new byte[FixedBytes + state.ApprovalId.Length + state.Server.Length + state.Responses.Length];
        WriteHead(plain, until, state.Kind);
        var rest = plain.AsSpan(HeadBytes);
        Put(ref rest, nonce);
        Put(ref rest, [(byte)state.Rounds]);
        Put(ref rest, state.Digest.Span);
        Put(ref rest, [(byte)state.ApprovalId.Length]);
        Put(ref rest, Encoding.ASCII.GetBytes(state.ApprovalId));
        PutWithLength(ref rest, state.Server.Span);
        PutWithLength(ref rest, state.Responses.Span);
        return plain;
    }

    /// <summary>Reads a state.</summary>
    /// <param name="plain">The opened envelope.</param>
    /// <param name="until">The end of its life.</param>
    /// <param name="nonce">The nonce of a state that is used once; empty for a server's.</param>
    /// <returns>Null when it has another form.</returns>
    public static RequestState? Read(ReadOnlyMemory<byte> plain, out DateTimeOffset until, out ReadOnlyMemory<byte> nonce)
    {
        (until, nonce) = (DateTimeOffset.MinValue, default);
        if (plain.Length < HeadBytes || TimeOf(plain.Span) is not { } time) return null;
        until = time;
        var kind = (StateKind)plain.Span[sizeof(long)];
        if (kind == StateKind.Server) return new RequestState(kind) { Server = plain[HeadBytes..] };
        return kind is StateKind.Hold or StateKind.Round or StateKind.Confirm or StateKind.Visit ? ReadOnce(kind, plain, out nonce) : null;
    }

    private static DateTimeOffset? TimeOf(ReadOnlySpan<byte> plain)
    {
        if (plain.Length < sizeof(long)) return null;
        var ticks = BinaryPrimitives.ReadInt64BigEndian(plain);
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }

    private static RequestState? ReadOnce(StateKind kind, ReadOnlyMemory<byte> plain, out ReadOnlyMemory<byte> nonce)
    {
        nonce = default;
        if (plain.Length < FixedBytes) return null;
        var rest = plain[HeadBytes..];
        var found = Take(ref rest, NonceBytes);
        var rounds = Take(ref rest, 1).Span[0];
        var digest = Take(ref rest, DigestBytes);
        var idLength = Take(ref rest, 1).Span[0];
        if (idLength is 0 or > LongestId || rest.Length < idLength) return null;
        var id = Take(ref rest, idLength).Span;
        if (!Ascii.IsValid(id)) return null;
        if (!TryTakeWithLength(ref rest, out var server) || !TryTakeWithLength(ref rest, out var responses) || !rest.IsEmpty) return null;
        nonce = found;
        return new RequestState(kind)
        {
            ApprovalId = Encoding.ASCII.GetString(id),
            Digest = digest,
            Rounds = rounds,
            Server = server,
            Responses = responses,
        };
    }

    private static void WriteHead(Span<byte> plain, DateTimeOffset until, StateKind kind)
    {
        BinaryPrimitives.WriteInt64BigEndian(plain, until.UtcTicks);
        plain[sizeof(long)] = (byte)kind;
    }

    private static void Put(ref Span<byte> rest, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    private static void PutWithLength(ref Span<byte> rest, scoped ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(rest, bytes.Length);
        rest = rest[sizeof(int)..];
        Put(ref rest, bytes);
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, int length)
    {
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static bool TryTakeWithLength(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (rest.Length < sizeof(int)) return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(rest.Span);
        rest = rest[sizeof(int)..];
        if (length < 0 || length > rest.Length) return false;
        bytes = Take(ref rest, length);
        return true;
    }
}
