using System.Globalization;
using System.Text;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.Tokens;
using Gatehouse.Policy;

namespace Gatehouse.Credentials;

/// <summary>The callers that share a credential for a server: the same person by the same client, with the same scopes and strength.</summary>
/// <remarks>
/// Threat: the credential of another person, or of a stronger sign-in, is used for a call (CWE-384, CWE-863). Every part that chose the
/// credential is in the key.
/// </remarks>
/// <param name="Hash">SHA-256 of the parts, each with its length.</param>
/// <param name="Partition">The caller whose part of the table it uses.</param>
internal sealed record CallerKey(TokenHash Hash, CallerPartition Partition)
{
    /// <summary>Returns the key of a caller.</summary>
    public static CallerKey Of(PolicySubject caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var text = new StringBuilder();
        Append(text, [caller.Issuer, caller.Subject, caller.ClientId ?? ""]);
        Append(text, caller.Scopes);
        Append(text, caller.Strengths);
        return new CallerKey(TokenHash.Of(Encoding.UTF8.GetBytes(text.ToString())), CallerPartition.Of(caller.Issuer, caller.Subject));
    }

    private static void Append(StringBuilder text, IReadOnlyList<string> parts)
    {
        text.Append(CultureInfo.InvariantCulture, $"{parts.Count};");
        foreach (var part in parts) text.Append(CultureInfo.InvariantCulture, $"{part.Length}:").Append(part);
    }
}
