using Gatehouse.Settings;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>The signature that a log needs for witnesses of others: most know Ed25519 (note type 0x01) and nothing else.</summary>
internal static class WitnessRequirement
{
    /// <summary>Returns when the gateway can sign for the witnesses of a configuration.</summary>
    /// <param name="settings">The settings of the log.</param>
    /// <param name="hasEd25519">True where this system can sign with Ed25519.</param>
    /// <exception cref="InvalidDataException">It names a witness, and this system cannot sign with Ed25519.</exception>
    public static void Require(AuditSettings settings, bool hasEd25519)
    {
        if (settings.Witnesses.Count == 0 || hasEd25519) return;
        throw new InvalidDataException("audit.witnesses names a witness, and this system cannot sign checkpoints with Ed25519, which witnesses need; "
            + "install OpenSSL 3 (libcrypto.so.3) without a restriction to FIPS algorithms, or remove audit.witnesses");
    }
}
