using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Gatehouse.Protocol;

/// <summary>Shows that bytes are exactly one JSON value that every conforming reader reads alike (RFC 8259, RFC 7493).</summary>
public static class JsonProof
{
    private const int StackDepth = 64;

    /// <summary>Proves one JSON value of any kind.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="failure">The fault and its position when the answer is false.</param>
    /// <returns>True when the bytes are one unambiguous JSON value.</returns>
    public static bool TryProve(ReadOnlySpan<byte> utf8, ProofLimits limits, out ProofFailure failure)
    {
        ArgumentNullException.ThrowIfNull(limits);
        SlotTable unused = default;
        failure = CheckBytes(utf8, limits);
        if (failure.Fault == ProofFault.None)
            failure = Read(utf8, limits, Place.Free, ref unused, out _);
        return failure.Fault == ProofFault.None;
    }

    /// <summary>Checks what can be told before reading tokens: size, byte order mark, UTF-8, emptiness.</summary>
    internal static ProofFailure CheckBytes(ReadOnlySpan<byte> utf8, ProofLimits limits)
    {
        if (utf8.Length > limits.MaxBytes)
            return new ProofFailure(ProofFault.TooLarge, limits.MaxBytes);
        if (utf8.StartsWith("\uFEFF"u8))
            return new ProofFailure(ProofFault.ByteOrderMark, 0);
        if (!Utf8.IsValid(utf8))
            return new ProofFailure(ProofFault.NotUtf8, IndexOfInvalid(utf8));
        return utf8.ContainsAnyExcept(" \t\r\n"u8) ? default : new ProofFailure(ProofFault.Empty, 0);
    }

    /// <summary>Runs the pass with its first memory on this stack.</summary>
    internal static ProofFailure Read(ReadOnlySpan<byte> utf8, ProofLimits limits, Place root, ref SlotTable slots, out long comparisons)
    {
        OpenContainer[]? rented = limits.MaxDepth > StackDepth ? ArrayPool<OpenContainer>.Shared.Rent(limits.MaxDepth) : null;
        Span<OpenContainer> open = rented ?? stackalloc OpenContainer[StackDepth];
        Span<ulong> hashes = stackalloc ulong[MemberNames.LinearMembers];
        Span<NameSpan> spans = stackalloc NameSpan[MemberNames.LinearMembers];
        var pass = new ProofPass(utf8, limits, root, ref slots, open, new MemberNames(utf8, hashes, spans));
        ProofFault fault = pass.Run();
        comparisons = pass.Comparisons;
        if (rented is not null)
            ArrayPool<OpenContainer>.Shared.Return(rented);
        return fault == ProofFault.None ? default : new ProofFailure(fault, pass.Position);
    }

    private static int IndexOfInvalid(ReadOnlySpan<byte> utf8)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out int used) == OperationStatus.Done)
            at += used;
        return at;
    }
}
