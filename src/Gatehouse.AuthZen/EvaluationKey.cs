using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gatehouse.AuthZen;

/// <summary>SHA-256 of the whole question except the time: the caller with all attributes that are sent, the resource, and the action.</summary>
internal readonly record struct EvaluationKey(ulong A, ulong B, ulong C, ulong D)
{
    public static EvaluationKey Of(ReadOnlySpan<byte> question)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(question, hash);
        var words = MemoryMarshal.Cast<byte, ulong>(hash);
        return new EvaluationKey(words[0], words[1], words[2], words[3]);
    }
}
