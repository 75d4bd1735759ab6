using System.Collections.Frozen;

namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>
/// Words for the error codes of providers (RFC 6749 §4.1.2.1, §5.2; OpenID Connect Core §3.1.2.6). A code chooses a text; nothing that a provider
/// sends is part of it.
/// </summary>
internal static class ProviderErrors
{
    private const string Again = "Sign in again from the program that you want to connect.";
    private const string Administrator = "Ask the administrator of the gateway";

    // The first part of a text follows the provider's name.
    private static readonly FrozenDictionary<string, (string Code, string Text)> Words = new Dictionary<string, (string, string)>
    {
        ["access_denied"] = (SignInFaults.DeniedCode,
            "did not let you in, or you cancelled the sign-in. If you did not cancel, ask the administrator of the provider for access."),
        ["login_required"] = ("login-required", $"wants you to sign in again. {Again}"),
        ["interaction_required"] = ("interaction-required", $"needs another step from you. {Again}"),
        ["account_selection_required"] = ("interaction-required", $"needs to know which account you want to use. {Again}"),
        ["consent_required"] = ("consent-required",
            "needs a consent for the gateway that is still missing. Ask the administrator of the provider to consent for the gateway."),
        ["unmet_authentication_requirements"] = (SignInFaults.TooWeakCode,
            $"could not authenticate you as strongly as is required. Sign in again with a second factor, or ask the administrator of the provider."),
        ["temporarily_unavailable"] = (SignInFaults.UnavailableCode, "is overloaded or under maintenance. Try again in a minute."),
        ["server_error"] = (SignInFaults.UnavailableCode, "had a fault of its own. Try again in a minute."),
        ["invalid_scope"] = ("provider-scope",
            $"does not give the gateway a scope that it requests. {Administrator} to compare 'scopes' with the provider."),
        ["unauthorized_client"] = ("provider-client",
            $"does not let the gateway sign people in. {Administrator} to allow the authorization code flow for the gateway's client id."),
        ["invalid_client"] = ("provider-client",
            $"does not accept the gateway's client id or secret. {Administrator} to check 'clientId' and 'clientSecret'; the secret may have expired."),
        ["invalid_grant"] = ("code-refused", $"refused the code: it expired, was used before, or belongs to another sign-in. {Again}"),
        ["invalid_target"] = ("provider-request", $"does not know what the gateway asks for. {Administrator} to compare 'scopes' with the provider."),
        ["invalid_resource"] = ("provider-request", $"does not know what the gateway asks for. {Administrator} to compare 'scopes' with the provider."),
        ["invalid_request"] = ("provider-request",
            $"refused the gateway's request. {Administrator} to compare the client id, redirect URI and scopes with the provider."),
        ["unsupported_response_type"] = ("provider-request",
            $"does not allow the authorization code flow. {Administrator} to allow it for the gateway's client id."),
        ["unsupported_grant_type"] = ("provider-request",
            $"does not allow the authorization code flow. {Administrator} to allow it for the gateway's client id."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the fault for an error code.</summary>
    /// <param name="provider">The provider's name, as people read it.</param>
    /// <param name="error">The code, text of a stranger.</param>
    public static SignInFault Of(string provider, string? error) => error is not null && Words.TryGetValue(error, out var found)
        ? new SignInFault(found.Code, $"{provider} {found.Text}")
        : new SignInFault("provider-error", $"{provider} refused the sign-in and gave a reason that the gateway does not know. {Again} If this happens "
            + "again, ask the administrator of the provider to look at its sign-in log.");
}
