using System.Buffers;
using System.Security.Cryptography;
using Gatehouse.Protocol.Canonical;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Protocol.Receipts;

/// <summary>
/// The salted hash of a call as its caller sees it: of the request that the caller sent and of the answer that it got. Both are taken in their
/// canonical form (RFC 8785), so that a caller who has only parsed messages can compute it (docs/auditors/receipts.md).
/// </summary>
/// <remarks>
/// The salt is known to the caller only. Without it, nothing about the call can be guessed from the hash, however short the call is.
/// </remarks>
public static class CallHash
{
    /// <summary>The name of the member by which a caller asks for a receipt, and in which it gets one.</summary>
    public const string Member = "gatehouse/receipt";

    /// <summary>The bytes of a salt.</summary>
    public const int SaltBytes = 32;

    /// <summary>The bytes of a digest, and of the hash.</summary>
    public const int Bytes = SHA256.HashSizeInBytes;

    /// <summary>Returns the hash of a call.</summary>
    /// <param name="salt">32 random bytes.</param>
    /// <param name="request">The digest of the request, from <see cref="DigestOf"/>.</param>
    /// <param name="answer">The digest of the answer.</param>
    /// <exception cref="ArgumentException">A part does not have 32 bytes.</exception>
    public static byte[] Of(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer)
    {
        if (salt.Length != SaltBytes || request.Length != Bytes || answer.Length != Bytes)
            throw new ArgumentException("A salt and a digest have 32 bytes each.");
        return SHA256.HashData([.. "gatehouse-call/v1\n"u8, .. salt, .. request, .. answer]);
    }

    /// <summary>Returns the digest of a message: SHA-256 of its canonical form, without the member that asks for a receipt or holds it.</summary>
    /// <param name="validated">One JSON-RPC message. On bytes that were never validated the result means nothing.</param>
    public static byte[] DigestOf(ReadOnlyMemory<byte> validated)
    {
        var seen = WithoutReceipt(validated.Span) is { } shorter ? shorter : validated;
        using var hash = new HashedBytes();
        CanonicalJson.WriteValidated(seen, Whole(seen.Span), hash);
        return hash.Digest();
    }

    /// <summary>Returns the digest of a request as its caller sent it. The request is validated first.</summary>
    /// <param name="utf8">The request, with the member by which it asks.</param>
    /// <param name="limits">Its bounds.</param>
    /// <returns>
    /// Null when the bytes are no unambiguous JSON value, or when the value of the member is not <c>true</c>. The member is not part of the digest:
    /// another value would be a text in the file that the caller never sent.
    /// </returns>
    public static byte[]? TryDigestRequest(ReadOnlyMemory<byte> utf8, MessageLimits limits) =>
        JsonValidator.TryValidate(utf8.Span, limits, out _) && IsAsking(utf8.Span) ? DigestOf(utf8) : null;

    /// <summary>Returns the digest of an answer as its caller received it. The answer is validated first.</summary>
    /// <param name="utf8">The answer, with or without its receipt.</param>
    /// <param name="limits">Its bounds.</param>
    /// <returns>
    /// Null when the bytes are no unambiguous JSON value, or when the member of the receipt is no object with exactly <c>note</c> and <c>salt</c>,
    /// both strings. Whether they are those of the receipt in question is for the code that has it.
    /// </returns>
    public static byte[]? TryDigestAnswer(ReadOnlyMemory<byte> utf8, MessageLimits limits) =>
        JsonValidator.TryValidate(utf8.Span, limits, out _) && HasReceiptOrNone(utf8.Span) ? DigestOf(utf8) : null;

    private static bool IsAsking(ReadOnlySpan<byte> request) =>
        MemberIn(request, "params", "_meta") is { } value && value.Of(request).SequenceEqual("true"u8);

    private static bool HasReceiptOrNone(ReadOnlySpan<byte> answer)
    {
        if (MemberIn(answer, "params", "_meta") is not null) return false;
        if ((MemberIn(answer, "result", "_meta") ?? MemberIn(answer, "error", "data")) is not { } receipt) return true;
        var count = 0;
        foreach (var _ in JsonWalk.Members(answer, receipt)) count++;
        return count == 2 && IsString(answer, receipt, "note") && IsString(answer, receipt, "salt");
    }

    private static bool IsString(ReadOnlySpan<byte> message, ByteRange holder, string name) =>
        JsonWalk.TryFindMember(message, holder, Utf8(name), out var value) && message[value.Start] == '"';

    private static ByteRange? MemberIn(ReadOnlySpan<byte> message, string outer, string inner) =>
        JsonWalk.TryFindMember(message, Whole(message), Utf8(outer), out var holder)
        && JsonWalk.TryFindMember(message, holder, Utf8(inner), out var container)
        && JsonWalk.TryFindMember(message, container, Utf8(Member), out var value) ? value : null;

    /// <summary>
    /// Returns the message without its receipt member: <c>params._meta</c>, <c>result._meta</c> or <c>error.data</c> loses it, and is left out where
    /// nothing else is in it. Null when there is nothing to leave out.
    /// </summary>
    private static byte[]? WithoutReceipt(ReadOnlySpan<byte> message)
    {
        foreach (var (outer, inner) in (ReadOnlySpan<(string, string)>)[("params", "_meta"), ("result", "_meta"), ("error", "data")])
        {
            if (!JsonWalk.TryFindMember(message, Whole(message), Utf8(outer), out var holder)
                || !JsonWalk.TryFindMember(message, holder, Utf8(inner), out var container) || message[container.Start] != '{') continue;
            var range = MemberRange.Find(message, container, Utf8(Member), out var others);
            if (others == 0) range = MemberRange.Find(message, holder, Utf8(inner), out _);
            return range is { } removed ? [.. message[..removed.Start], .. message[removed.End..]] : null;
        }

        return null;
    }

    private static ByteRange Whole(ReadOnlySpan<byte> message)
    {
        var start = JsonWalk.SkipSpace(message, 0);
        return new ByteRange(start, JsonWalk.EndOfValue(message, start) - start);
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    /// <summary>Hashes what is written: an answer may have several megabytes.</summary>
    private sealed class HashedBytes : IBufferWriter<byte>, IDisposable
    {
        private const int Piece = 16 << 10;

        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private byte[] buffer = new byte[Piece];
        private int used;

        public void Advance(int count) => used += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Require(sizeHint);
            return buffer.AsMemory(used);
        }

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            Require(sizeHint);
            return buffer.AsSpan(used);
        }

        public byte[] Digest()
        {
            Flush();
            return hash.GetHashAndReset();
        }

        public void Dispose() => hash.Dispose();

        private void Require(int size)
        {
            if (buffer.Length - used >= Math.Max(size, 1)) return;
            Flush();
            if (buffer.Length < size) buffer = new byte[size];
        }

        private void Flush()
        {
            hash.AppendData(buffer.AsSpan(0, used));
            used = 0;
        }
    }
}
