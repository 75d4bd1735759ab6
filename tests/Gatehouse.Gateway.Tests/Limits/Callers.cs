using System.Collections.Concurrent;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;

namespace Gatehouse.Gateway.Tests.Limits;

/// <summary>Verified callers, made by development issuers and their validators.</summary>
internal static class Callers
{
    public const string Audience = "http://127.0.0.1/";
    private static readonly ConcurrentDictionary<(string Issuer, string Subject, string Client), VerifiedToken> Tokens = new();
    private static readonly ConcurrentDictionary<string, DevelopmentIssuer> Issuers = new(StringComparer.Ordinal);

    public static VerifiedToken Token(string issuer, string subject, string client) => Tokens.GetOrAdd((issuer, subject, client), Make);

    private static VerifiedToken Make((string Issuer, string Subject, string Client) who)
    {
        var issuer = Issuers.GetOrAdd(who.Issuer, name => new DevelopmentIssuer(name, TimeProvider.System));
        var validator = new TokenValidator([issuer.TrustedIssuer], new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(1),
            TimeProvider.System);
        using var token = issuer.Mint(new DevelopmentGrant { Subject = who.Subject, ClientId = who.Client, Audience = Audience });
        var result = validator.ValidateAsync(new AccessTokenValue(token.Reveal().ToString()), Audience, default).AsTask().GetAwaiter().GetResult();
        return result.Token ?? throw new InvalidOperationException(result.Refusal.ToString());
    }
}
