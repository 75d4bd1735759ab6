using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Inventory.Output;

/// <summary>
/// A fingerprint of SARIF results, by which another tool recognizes a finding of an earlier run (SARIF 2.1.0, 3.27.17). Its parts name the rule, the
/// place and the evidence. No part is a text of the product, so a finding stays the same when its message is written in other words.
/// </summary>
public static class SarifFingerprint
{
    /// <summary>Returns the fingerprint of the parts.</summary>
    public static string Of(params IEnumerable<string?> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))))[..32];
}
