using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Policy;
using Gatehouse.Settings;
using Gatehouse.Upstreams;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Server;

/// <summary>
/// Gives the server its caller as the gateway verified it, and never the token (MCP, security best practices, token passthrough). It crosses the
/// process as a header with a code that only this process can make, so that no other header can name a person (CWE-290).
/// </summary>
internal sealed class CallerSeal : IUpstreamCredentials
{
    private const string Header = "Gatehouse-Caller";
    private const string Scheme = "Gatehouse";
    private const string Exchange = "exchange"; // no claim of the caller: tools do not see it

    // The gateway itself, which asks for lists. It calls no tool. The SDK binds a session to the subject.
    private static readonly VerifiedCaller Own = new(new ClaimsIdentity([new Claim("sub", "gatehouse", ClaimValueTypes.String, Scheme)], Scheme));

    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    /// <inheritdoc />
    public ValueTask<UpstreamCredential?> GetAsync(PolicySubject? caller, ServerSettings server, string? exchange, CancellationToken cancellation)
    {
        if (caller is null) return ValueTask.FromResult<UpstreamCredential?>(null); // the gateway itself asks for lists
        var claims = new List<string[]> { new[] { "iss", caller.Issuer }, new[] { "sub", caller.Subject } };
        if (caller.ClientId is { } client) claims.Add(["client_id", client]);
        claims.AddRange(caller.Scopes.Select(static scope => new[] { "scope", scope }));
        claims.AddRange(caller.Roles.Select(static role => new[] { "roles", role }));
        if (exchange is not null) claims.Add([Exchange, exchange]);
        claims.AddRange(caller.Groups.Select(static group => new[] { "groups", group }));
        var content = JsonSerializer.SerializeToUtf8Bytes([.. claims], CallerJson.Default.StringArrayArray);
        var text = $"{Base64Url.EncodeToString(HMACSHA256.HashData(key, content))}.{Base64Url.EncodeToString(content)}";
        return ValueTask.FromResult<UpstreamCredential?>(new UpstreamCredential(Header, "", new SecretText(text)) { Use = null });
    }

    /// <summary>Returns the caller that the header names, and removes the header.</summary>
    /// <exception cref="CryptographicException">The header was not made by this process.</exception>
    public VerifiedCaller Open(IHeaderDictionary headers)
    {
        if (!headers.Remove(Header, out var values)) return Own;
        var parts = values.ToString().Split('.');
        var content = parts.Length == 2 ? Base64Url.DecodeFromChars(parts[1]) : [];
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, content), parts.Length == 2 ? Base64Url.DecodeFromChars(parts[0]) : []))
            throw new CryptographicException("the header of the caller was not made by this process");
        var claims = JsonSerializer.Deserialize(content, CallerJson.Default.StringArrayArray)!;
        return new VerifiedCaller(new ClaimsIdentity(claims.Where(static claim => claim[0] != Exchange)
            .Select(static claim => new Claim(claim[0], claim[1], ClaimValueTypes.String, Scheme)), Scheme, "sub", "roles"))
        { Exchange = Array.Find(claims, static claim => claim[0] == Exchange)?[1] };
    }
}
