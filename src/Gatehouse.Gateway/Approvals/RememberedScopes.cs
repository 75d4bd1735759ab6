using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// Digests by which remembered answers are found. One that counts for equal calls is found by the digest of the call. One that counts for a folder is
/// found by the digest of everything in the call but the path, together with the path or one of its folders.
/// </summary>
internal sealed class RememberedScopes(CallDigests digests, RememberedFolders folders)
{
    /// <summary>Returns the scope of an answer that is to be remembered.</summary>
    /// <param name="digest">Keyed digest of the question.</param>
    /// <param name="facts">Its facts.</param>
    /// <param name="terms">What is remembered.</param>
    public static byte[] Of(ReadOnlyMemory<byte> digest, ApprovalFacts facts, RememberedTerms terms)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(terms);
        return terms.Folder is { } folder ? Of(Convert.FromHexString(facts.RestDigest!), terms.Argument, folder) : Of(digest.Span, null, null);
    }

    /// <summary>Returns the scopes of answers that count for a call: that for equal calls, then those for folders, the innermost first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> All(AskedCall call, ApprovalTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var all = digests.OfApproval(call).Select(static digest => (ReadOnlyMemory<byte>)Of(digest.Span, null, null)).ToList();
        if (RememberedPath.Of(call, terms) is not { } path) return all;
        var rests = digests.OfRest(path.Rest);
        foreach (var folder in folders.Of(path.Text))
            all.AddRange(rests.Select(rest => (ReadOnlyMemory<byte>)Of(rest.Span, terms.RememberPointer, folder)));
        return all;
    }

    /// <summary>Returns the keyed digest of everything in a call but its path; null where no folder can be remembered for it.</summary>
    public string? RestOf(AskedCall call, ApprovalTerms terms) =>
        RememberedPath.Of(call, terms) is { } path ? Convert.ToHexStringLower(digests.OfRest(path.Rest)[0].Span) : null;

    // The digest that it covers is keyed.
    private static byte[] Of(ReadOnlySpan<byte> digest, string? argument, string? folder)
    {
        var output = new ArrayBufferWriter<byte>(256);
        output.Write(Encoding.UTF8.GetBytes("remembered\n"));
        output.Write(digest);
        AskedCall.WriteText(output, argument);
        AskedCall.WriteText(output, folder);
        return SHA256.HashData(output.WrittenSpan);
    }
}
