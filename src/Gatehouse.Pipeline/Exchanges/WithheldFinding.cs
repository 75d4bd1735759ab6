using System.Security.Cryptography;
using System.Text;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;

namespace Gatehouse.Pipeline.Exchanges;

/// <summary>A finding in a withheld result, as a person sets it aside: its kind, its place and the text that proves it.</summary>
/// <remarks>
/// Threat: a person sets one finding aside, and with it another text of the same kind passes. So the finding is bound to a digest of its text.
/// </remarks>
/// <param name="Rule">Id of the kind, such as <c>GHS9003</c>.</param>
/// <param name="Place">The place.</param>
/// <param name="Confidence">The confidence.</param>
/// <param name="Proof">SHA-256 of kind, place and the bytes that prove it, in hexadecimal digits.</param>
/// <param name="Excerpt">The beginning of these bytes, for the person; at most <see cref="LongestExcerpt"/> characters.</param>
internal sealed record WithheldFinding(string Rule, MessagePlace Place, Confidence Confidence, string Proof, string Excerpt)
{
    /// <summary>The most characters of <see cref="Excerpt"/>.</summary>
    public const int LongestExcerpt = 256;

    private const int LongestInBytes = 4 * LongestExcerpt;

    /// <summary>Returns the finding in a text.</summary>
    /// <param name="rule">Its kind.</param>
    /// <param name="place">Its place.</param>
    /// <param name="confidence">Its confidence.</param>
    /// <param name="proof">The bytes of the message that prove it; all bytes of the value for one about the value as a whole.</param>
    /// <param name="earlier">The text of an earlier answer in which its sentence began; empty for none.</param>
    public static WithheldFinding Of(string rule, MessagePlace place, Confidence confidence, ReadOnlySpan<byte> proof, string earlier)
    {
        var text = Encoding.UTF8.GetString(proof[..Math.Min(proof.Length, LongestInBytes)]);
        return new WithheldFinding(rule, place, confidence, Digest(rule, place, proof, earlier), text[..Math.Min(text.Length, LongestExcerpt)]);
    }

    /// <summary>Returns whether this is the same finding in the same text.</summary>
    public bool IsSame(WithheldFinding other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Rule == other.Rule && Place == other.Place && Proof == other.Proof;
    }

    private static string Digest(string rule, MessagePlace place, ReadOnlySpan<byte> proof, string earlier)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{rule}\n{place}\n{Encoding.UTF8.GetByteCount(earlier)}\n{earlier}\n"));
        hash.AppendData(proof);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
