using Gatehouse.Identity;

namespace Gatehouse.Pipeline.Tests;

/// <summary>Verified callers, made by the development issuer and its validator.</summary>
internal static class Callers
{
    private static readonly DevelopmentIssuer Issuer = new("http://127.0.0.1/issuer", TimeProvider.System);

    private static readonly TokenValidator Validator = new(
        [Issuer.TrustedIssuer], new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(), TimeProvider.System);

    public static VerifiedToken Named(string subject)
    {
        using var token = Issuer.Mint(new DevelopmentGrant { Subject = subject, Audience = "http://127.0.0.1/" });
        var result = Validator.ValidateAsync(new AccessTokenValue(token.Reveal().ToString()), "http://127.0.0.1/", default).AsTask().GetAwaiter().GetResult();
        return result.Token ?? throw new InvalidOperationException(result.Refusal.ToString());
    }
}
