using System.Text.Json;
using Gatehouse.Identity.Metadata;
using Gatehouse.Outbound.Tokens;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Credentials;

/// <summary>The refusals for faults of issuers: what the caller can do about each.</summary>
internal static class CredentialRefusals
{
    /// <summary>Returns the refusal.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="settings">The configuration in force.</param>
    /// <param name="server">The server.</param>
    public static RefusalException Of(TokenFaultException fault, GatewaySettings settings, ServerSettings server)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(server);
        return new RefusalException(fault.Kind switch
        {
            TokenFaultKind.NotNow => new Refusal(Reasons.CredentialNotNow, fault.Message) { RetryAfter = fault.Pause },
            TokenFaultKind.SignInAgain => new Refusal(Reasons.CredentialSignInAgain, fault.Message)
            {
                Challenge = Challenge.ForInsufficientAuthentication(
                    settings.Origin + ProtectedResourceMetadata.WellKnownPath(server.Path), ContextOf(fault.Claims), null),
            },
            TokenFaultKind.ConsentNeeded => new Refusal(Reasons.CredentialConsentNeeded, fault.Message)
            {
                ConsentUrl = ConsentUrlOf(server.Http!.Issued!),
            },
            TokenFaultKind.Denied => new Refusal(Reasons.CredentialDenied, fault.Message),
            _ => new Refusal(Reasons.CredentialUnavailable, fault.Message),
        }, fault);
    }

    /// <summary>Returns where an administrator of Entra consents to what the gateway needs; null for other issuers.</summary>
    /// <remarks>"Request permissions: admin consent", Microsoft identity platform (learn.microsoft.com).</remarks>
    public static string? ConsentUrlOf(IssuedCredentialSettings issued)
    {
        ArgumentNullException.ThrowIfNull(issued);
        if (issued.Issuer.Profile != IssuerProfileName.Entra) return null;
        var issuer = new Uri(issued.Issuer.Issuer);
        return $"{issuer.GetLeftPart(UriPartial.Authority)}/{issuer.Segments[1].TrimEnd('/')}/adminconsent?client_id={Uri.EscapeDataString(issued.Client.Id)}";
    }

    // "Claims challenges, claims requests, and client capabilities" (learn.microsoft.com): the authentication context that the issuer demands, which a
    // client asks for by acr_values (RFC 9470 §4). Of the text of the other party only a context of Entra's form is used.
    private static string? ContextOf(string? claims)
    {
        if (claims is null) return null;
        try
        {
            using var demanded = JsonDocument.Parse(claims);
            return demanded.RootElement.TryGetProperty("access_token", out var token) && token.TryGetProperty("acrs", out var contexts)
                && contexts.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String
                && value.GetString() is { Length: 2 or 3 } context && context[0] == 'c' && context.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0
                ? context : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
