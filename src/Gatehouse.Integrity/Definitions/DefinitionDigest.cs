using System.Buffers;
using System.Security.Cryptography;
using Gatehouse.Protocol.Canonical;

namespace Gatehouse.Integrity.Definitions;

/// <summary>
/// The digest that a definition is pinned by: SHA-256 over a label, the kind, and the canonical form of every member, unknown ones included.
/// Another order of members, other escapes or spaces give the same digest; any other reading gives another.
/// </summary>
/// <remarks>Canonical form is that of RFC 8785, except that numbers which a double cannot hold keep their digits.</remarks>
public static class DefinitionDigest
{
    /// <summary>The beginning of every digest.</summary>
    public const string Prefix = "sha256:";

    /// <summary>Computes the digest of a definition.</summary>
    public static string Of(ServerDefinition definition) => Of(definition, []);

    /// <summary>Computes the digest of a definition whose parts may change from one list to the next.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="rules">The texts that may change. A text that does not fit its rule counts as it is.</param>
    public static string Of(ServerDefinition definition, IReadOnlyList<VolatileRule> rules)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var changes = rules.Any(rule => rule.Kind == definition.Kind && rule.Name == definition.Name);
        var stable = changes ? VolatileParts.Replace(definition, rules) : definition;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var writer = new HashWriter(hash);
        writer.Write("gatehouse.definition/1\n"u8);
        writer.Write(System.Text.Encoding.ASCII.GetBytes(DefinitionKinds.Text(definition.Kind) + "\n"));
        CanonicalJson.WriteValidated(stable.Bytes, stable.Range, writer, CanonicalNumbers.Exact);
        writer.Flush();
        return Prefix + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
