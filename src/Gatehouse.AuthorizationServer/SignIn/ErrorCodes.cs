using System.Collections.Frozen;
using Gatehouse.AuthorizationServer.Providers;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Codes of the errors that a client gets when a sign-in fails (RFC 6749 §4.1.2.1).</summary>
internal static class ErrorCodes
{
    /// <summary>The person, or who decides about the account, said no.</summary>
    public const string AccessDenied = "access_denied";

    /// <summary>A fault of the gateway or of its configuration at the provider: another try has the same end.</summary>
    public const string ServerError = "server_error";

    /// <summary>A fault that passes: the client can try again later.</summary>
    public const string TemporarilyUnavailable = "temporarily_unavailable";

    /// <summary>The person has none of the scopes.</summary>
    public const string InvalidScope = "invalid_scope";

    /// <summary>The sign-in does not show the authentication that the client demanded (RFC 9470 §5).</summary>
    public const string UnmetAuthentication = "unmet_authentication_requirements";

    private static readonly FrozenSet<string> Unmet = FrozenSet.Create(StringComparer.Ordinal,
        SignInFaults.TooWeakCode, SignInFaults.TooOldCode, SignInFaults.TimeMissingCode);

    // A refusal of the person, or of the account, device or network. A client that tries again immediately gets the same.
    private static readonly FrozenSet<string> Denied = FrozenSet.Create(StringComparer.Ordinal,
        SignInFaults.DeniedCode, "account-unusable", "conditional-access", "consent-required", "device-not-compliant", "guest-account",
        "interaction-required", "login-required", "risky-sign-in", "second-factor", "user-not-assigned");

    // A key that was not found may be there a minute later.
    private static readonly FrozenSet<string> Passing = FrozenSet.Create(StringComparer.Ordinal,
        SignInFaults.UnavailableCode, "id-token-key", "access-token-key");

    /// <summary>Returns the code for a fault at a provider.</summary>
    public static string Of(SignInFault fault) =>
        Denied.Contains(fault.Code) ? AccessDenied
        : Unmet.Contains(fault.Code) ? UnmetAuthentication
        : Passing.Contains(fault.Code) ? TemporarilyUnavailable : ServerError;

    /// <summary>
    /// Returns whether there is nothing to read before the browser leaves: the person said no at the provider.
    /// </summary>
    public static bool IsRefusalOfThePerson(SignInFault fault) => fault.Code == SignInFaults.DeniedCode;
}
