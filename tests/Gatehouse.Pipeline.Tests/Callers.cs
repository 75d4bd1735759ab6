using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;

namespace Gatehouse.Pipeline.Tests;

/// <summary>Verified callers, made by development issuers and their validators.</summary>
internal static class Callers
{
    private static readonly (DevelopmentIssuer Issuer, TokenValidator Validator) One = Make("http://127.0.0.1/issuer");
    private static readonly (DevelopmentIssuer Issuer, TokenValidator Validator) Other = Make("http://127.0.0.1/other");

    public static VerifiedToken Named(string subject, string client = "tests") => Of(One, subject, client);

    public static VerifiedToken OfAnotherIssuer(string subject, string client = "tests") => Of(Other, subject, client);

    private static VerifiedToken Of((DevelopmentIssuer Issuer, TokenValidator Validator) by, string subject, string client)
    {
        using var token = by.Issuer.Mint(new DevelopmentGrant { Subject = subject, Audience = "http://127.0.0.1/", ClientId = client });
        var result = by.Validator.ValidateAsync(new AccessTokenValue(token.Reveal().ToString()), "http://127.0.0.1/", default).AsTask().GetAwaiter()
            .GetResult();
        return result.Token ?? throw new InvalidOperationException(result.Refusal.ToString());
    }

    private static (DevelopmentIssuer Issuer, TokenValidator Validator) Make(string name)
    {
        var issuer = new DevelopmentIssuer(name, TimeProvider.System);
        return (issuer, new TokenValidator([issuer.TrustedIssuer], new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(),
            TimeProvider.System));
    }
}
