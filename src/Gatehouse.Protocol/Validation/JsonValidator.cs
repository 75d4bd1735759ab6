using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Gatehouse.Protocol.Validation;

/// <summary>A validator that bytes are exactly one JSON value that every conforming reader reads alike (RFC 8259, RFC 7493).</summary>
public static class JsonValidator
{
    private const int StackDepth = 64;

    /// <summary>Validates one JSON value of any kind.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="failure">The fault and its position when the answer is false.</param>
    /// <returns>True when the bytes are one unambiguous JSON value.</returns>
    public static bool TryValidate(ReadOnlySpan<byte> utf8, MessageLimits limits, out ValidationFailure failure)
    {
        ArgumentNullException.ThrowIfNull(limits);
        EnvelopeIndex unused = default;
        failure = CheckBytes(utf8, limits);
        if (failure.Fault == MessageFault.None)
            failure = Read(utf8, limits, JsonContainer.Free, ref unused, out _);
        return failure.Fault == MessageFault.None;
    }

    /// <summary>Checks the properties that show before reading tokens: size, byte order mark, UTF-8, emptiness.</summary>
    internal static ValidationFailure CheckBytes(ReadOnlySpan<byte> utf8, MessageLimits limits)
    {
        if (utf8.Length > limits.MaxBytes)
            return new ValidationFailure(MessageFault.TooLarge, limits.MaxBytes);
        if (utf8.StartsWith("\uFEFF"u8))
            return new ValidationFailure(MessageFault.ByteOrderMark, 0);
        if (!Utf8.IsValid(utf8))
            return new ValidationFailure(MessageFault.NotUtf8, IndexOfInvalid(utf8));
        return utf8.ContainsAnyExcept(" \t\r\n"u8) ? default : new ValidationFailure(MessageFault.Empty, 0);
    }

    /// <summary>Runs the pass with its first memory on this stack.</summary>
    internal static ValidationFailure Read(ReadOnlySpan<byte> utf8, MessageLimits limits, JsonContainer root, ref EnvelopeIndex slots,
        out long comparisons)
    {
        var rented = limits.MaxDepth > StackDepth ? ArrayPool<OpenContainer>.Shared.Rent(limits.MaxDepth) : null;
        var open = rented ?? stackalloc OpenContainer[StackDepth];
        Span<ulong> hashes = stackalloc ulong[MemberNames.LinearMembers];
        Span<NameSpan> spans = stackalloc NameSpan[MemberNames.LinearMembers];
        var pass = new ValidationPass(utf8, limits, root, ref slots, open, new MemberNames(utf8, hashes, spans));
        var fault = pass.Run();
        comparisons = pass.Comparisons;
        if (rented is not null)
            ArrayPool<OpenContainer>.Shared.Return(rented);
        return fault == MessageFault.None ? default : new ValidationFailure(fault, pass.Position);
    }

    private static int IndexOfInvalid(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out var used) == OperationStatus.Done)
            at += used;
        return at;
    }
}
