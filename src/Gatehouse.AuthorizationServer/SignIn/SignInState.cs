using Gatehouse.AuthorizationServer.Providers;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The sealed facts of a sign-in that is under way at a provider.</summary>
internal sealed record SignInState
{
    /// <summary>The request for which the person consented; null when the person only wants to see what was granted.</summary>
    public AuthorizationRequest? Request { get; init; }

    /// <summary>
    /// The page of the gateway for which the person signs in, as path and query; null for the page of grants. It is sealed, so that no link leads
    /// elsewhere (CWE-601).
    /// </summary>
    public string? Page { get; init; }

    /// <summary>The record by which the provider's answer is judged.</summary>
    public required SignInAttempt Attempt { get; init; }

    /// <summary>SHA-256 of the value in the cookie of the browser that consented.</summary>
    public required byte[] Browser { get; init; }
}
