using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.AuthorizationServer.Tests.Providers.StandIns;

/// <summary>A code of a stand-in and what it was issued for.</summary>
internal sealed record StandInCode(string RedirectUri, string Scope, string? Nonce, string? Challenge)
{
    public bool IsSpent { get; set; }

    /// <summary>Whether the verifier fits the challenge: both there or both absent, and S256 of one is the other.</summary>
    public bool IsProvedBy(string? verifier) => Challenge is null || verifier is null
        ? Challenge is null && verifier is null
        : Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) == Challenge;
}
