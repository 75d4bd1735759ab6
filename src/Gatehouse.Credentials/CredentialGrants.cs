using System.Text;
using System.Text.Json;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Validation;
using Gatehouse.Outbound.Tokens;
using Gatehouse.Settings;

namespace Gatehouse.Credentials;

/// <summary>The forms by which tokens are requested, each with what its answer must be.</summary>
internal static class CredentialGrants
{
    private const string ExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string BearerGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private const string IdTokenType = "urn:ietf:params:oauth:token-type:id_token";
    private const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";

    /// <summary>Returns the form for the gateway itself (RFC 6749 §4.4.2).</summary>
    public static (string Grant, IssuedTokenCheck Check) OfGateway(IssuedCredentialSettings issued)
    {
        ArgumentNullException.ThrowIfNull(issued);
        var form = new StringBuilder("grant_type=client_credentials");
        AppendTarget(form, issued);
        return (form.ToString(), new IssuedTokenCheck(TargetsOf(issued), issued.Scopes, null));
    }

    /// <summary>Returns the form for the person who calls.</summary>
    /// <exception cref="TokenFaultException">The caller has no token that can be exchanged there.</exception>
    public static (string Grant, IssuedTokenCheck Check) OfCaller(IssuedCredentialSettings issued, CallerToken? token)
    {
        ArgumentNullException.ThrowIfNull(issued);
        var profile = new IssuerProfile
        {
            Issuer = issued.Issuer.Issuer,
            Kind = issued.Issuer.Profile == IssuerProfileName.Entra ? IssuerKind.Entra : IssuerKind.Strict,
        };
        if (token is null)
        {
            throw new TokenFaultException(TokenFaultKind.Denied,
                "the caller came without a token that can be exchanged: by a certificate, or as the owner of a session whose token has ended");
        }

        if (issued.Kind == IssuedCredentialKind.IdentityAssertion)
        {
            throw new TokenFaultException(TokenFaultKind.Denied,
                "not available for this sign-in: the gateway holds an ID token only of people who sign in at its own authorization server");
        }

        if (!token.IsOf(profile))
        {
            throw new TokenFaultException(TokenFaultKind.Denied,
                $"the caller's token is of {token.Verified.Issuer}, and this server's credential is issued by {issued.Issuer.Issuer}");
        }

        if (issued.Kind == IssuedCredentialKind.OnBehalfOf && token.Verified.IsApplication)
        {
            throw new TokenFaultException(
                TokenFaultKind.Denied, "the caller is an application, and on-behalf-of is for people; use clientCredentials for its server");
        }

        var (form, parameter) = Begin(issued);
        token.AppendTo(form, parameter, profile);
        // Entra's oid is the same in every application, and its sub is not.
        return (form.ToString(), issued.Kind == IssuedCredentialKind.OnBehalfOf
            ? new IssuedTokenCheck([], issued.Scopes, ObjectIdOf(token), "oid")
            : new IssuedTokenCheck(TargetsOf(issued), issued.Scopes, token.Verified.Subject));
    }

    /// <summary>Returns the form for a person who signed in at the gateway, with the tokens of the person's provider.</summary>
    /// <exception cref="TokenFaultException">The person signed in at another provider, or the provider issued no ID token that lasts.</exception>
    public static (string Grant, IssuedTokenCheck Check) OfPerson(IssuedCredentialSettings issued, PersonTokens person)
    {
        ArgumentNullException.ThrowIfNull(issued);
        ArgumentNullException.ThrowIfNull(person);
        if (person.Issuer != issued.Issuer.Issuer)
        {
            throw new TokenFaultException(TokenFaultKind.Denied,
                $"the person signed in at {person.Issuer}, and this server's credential is issued by {issued.Issuer.Issuer}");
        }

        var isId = issued.Kind == IssuedCredentialKind.IdentityAssertion;
        if (isId && !person.HasId) throw new TokenFaultException(TokenFaultKind.SignInAgain, $"{person.Issuer} issued no ID token that lasts");
        var (form, parameter) = Begin(issued);
        person.AppendTo(form, parameter, issued.Issuer.Issuer, isId);
        return (form.ToString(), issued.Kind switch
        {
            IssuedCredentialKind.OnBehalfOf => new IssuedTokenCheck([], issued.Scopes, person.ObjectId, "oid"),
            IssuedCredentialKind.IdentityAssertion =>
                new IssuedTokenCheck([issued.AuthorizationServer!.Issuer], issued.Scopes, null) { IsAssertion = true },
            _ => new IssuedTokenCheck(TargetsOf(issued), issued.Scopes, person.Subject),
        });
    }

    /// <summary>Returns the form by which an identity assertion becomes an access token (RFC 7523 §2.1).</summary>
    public static (string Grant, IssuedTokenCheck Check) OfAssertion(IssuedCredentialSettings issued, IssuedToken assertion)
    {
        ArgumentNullException.ThrowIfNull(issued);
        ArgumentNullException.ThrowIfNull(assertion);
        var form = new StringBuilder("grant_type=").Append(FormText.Encode(BearerGrant));
        if (issued.Scopes.Count > 0) form.Append("&scope=").Append(FormText.Encode(string.Join(' ', issued.Scopes)));
        form.Append("&assertion=").Append(FormText.Encode(assertion.Token.Reveal().ToString()));
        return (form.ToString(), new IssuedTokenCheck([], issued.Scopes, null));
    }

    /// <summary>Returns the form for a text in the place of a person's token.</summary>
    public static string Trial(IssuedCredentialSettings issued, string text)
    {
        var (form, parameter) = Begin(issued);
        return form.Append('&').Append(parameter).Append('=').Append(FormText.Encode(text)).ToString();
    }

    private static (StringBuilder Form, string Parameter) Begin(IssuedCredentialSettings issued)
    {
        var form = new StringBuilder("grant_type=");
        if (issued.Kind == IssuedCredentialKind.OnBehalfOf)
            form.Append(FormText.Encode(BearerGrant)).Append("&requested_token_use=on_behalf_of");
        else
        {
            var isId = issued.Kind == IssuedCredentialKind.IdentityAssertion;
            form.Append(FormText.Encode(ExchangeGrant)).Append("&subject_token_type=").Append(FormText.Encode(isId ? IdTokenType : AccessTokenType))
                .Append("&requested_token_type=").Append(FormText.Encode(isId ? TokenEndpointClient.AssertionType : AccessTokenType));
            if (isId) form.Append("&audience=").Append(FormText.Encode(issued.AuthorizationServer!.Issuer));
        }

        AppendTarget(form, issued);
        return (form, issued.Kind == IssuedCredentialKind.OnBehalfOf ? "assertion" : "subject_token");
    }

    private static string? ObjectIdOf(CallerToken token) =>
        token.Verified.TryGetClaim("oid", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;

    private static void AppendTarget(StringBuilder form, IssuedCredentialSettings issued)
    {
        if (issued.Scopes.Count > 0) form.Append("&scope=").Append(FormText.Encode(string.Join(' ', issued.Scopes)));
        if (issued.Audience is { } audience) form.Append("&audience=").Append(FormText.Encode(audience));
        if (issued.Resource is { } resource) form.Append("&resource=").Append(FormText.Encode(resource));
    }

    private static string[] TargetsOf(IssuedCredentialSettings issued) => [.. new[] { issued.Audience, issued.Resource }.OfType<string>()];
}
