using Gatehouse.AuthorizationServer.Providers;

namespace Gatehouse.Connections;

/// <summary>The faults of one service while a person connects it. Every text is ours (MCP row B12).</summary>
/// <param name="service">The service's name, as people read it.</param>
internal sealed class ConnectionFaults(string service)
{
    /// <summary>Code of a grant that the service does not accept any more.</summary>
    public const string RefusedCode = "service-refused";

    /// <summary>The fault of a connection whose entry cannot be written (AU-06).</summary>
    public static SignInFault Unrecorded { get; } = new("connection-unrecorded",
        "The audit log of the gateway cannot be written, so nothing was connected. Try again later.");

    private const string Again = "Make the call again to get a new link.";
    private const string Administrator = "Ask the administrator of the gateway";

    public SignInFault Mismatch() => new("issuer-mismatch",
        $"The answer did not come from {service}. Nothing was connected. {Again} If this happens again, report it to the administrator of the "
        + "gateway: an attacker may be redirecting browsers.", IsAttack: true);

    public SignInFault Changed() => new("connection-outdated", $"The gateway's configuration of {service} changed meanwhile. {Again}");

    public SignInFault CodeMissing() => new("connection-code-missing", $"{service} returned neither a code nor an error. {Again}");

    public SignInFault Denied() => new(SignInFaults.DeniedCode, $"You did not agree at {service}. Nothing was connected.");

    public SignInFault Refused() => new(RefusedCode,
        $"{service} refused the gateway's request for a token: the consent is over, was withdrawn, or was used before. {Again}");

    public SignInFault Answer() => new("connection-answer",
        $"{service} returned no token that the gateway can use. {Administrator} to compare 'providers' with the service.");

    public SignInFault Redirect() => new("connection-redirect",
        $"The token endpoint of {service} redirects. The gateway does not follow it, because its secret would go to another address. "
        + $"{Administrator} to check the token endpoint.");

    public SignInFault ScopeMissing() => new("connection-scope-missing",
        $"{service} did not give every right that the server needs. Nothing was connected. {Again} Agree to every right at {service}. If it has none "
        + "to choose, ask the administrator of the gateway to write 'scopes' as the service names them.");

    // Least privilege: a token that can do more than the person read on the page is not kept (AZ-08).
    public SignInFault ScopeWider() => new("connection-scope-wider",
        $"{service} gave more rights than the page named. The gateway keeps no such token. {Administrator} to write 'scopes' as the service names "
        + "them.");

    /// <summary>Returns the fault for an error code of the service (RFC 6749 §4.1.2.1, §5.2). The code chooses a text and is no part of it.</summary>
    public SignInFault Error(string code) => code switch
    {
        "temporarily_unavailable" or "server_error" => new(SignInFaults.UnavailableCode,
            $"{service} is overloaded or has a fault. Nothing was connected. Try again in a minute."),
        "invalid_client" or "unauthorized_client" or "incorrect_client_credentials" => new("connection-client",
            $"{service} does not accept the gateway's client id or secret. {Administrator} to check 'client' of the service in 'providers'; the secret "
            + "may have expired."),
        "invalid_scope" => new("connection-scope",
            $"{service} does not give a right that the server needs. {Administrator} to write 'scopes' as the service names them."),
        _ => new("connection-error",
            $"{service} refused and gave a reason that the gateway does not know. Nothing was connected. {Again} If this happens again, ask the "
            + "administrator of the gateway to compare 'providers' with the registration at the service."),
    };

    public SignInFault TooMany() => new("connection-too-many",
        $"{service} was not connected: you have as many connections as the gateway keeps for one person. {Administrator} to end "
        + "some.");
}
