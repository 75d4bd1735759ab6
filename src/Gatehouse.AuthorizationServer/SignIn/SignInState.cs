using Gatehouse.AuthorizationServer.Providers;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>The sealed facts of a sign-in that is under way at a provider.</summary>
internal sealed record SignInState
{
    /// <summary>The request for which the person consented; null when the person only wants to see what was granted.</summary>
    public AuthorizationRequest? Request { get; init; }

    /// <summary>The record by which the provider's answer is judged.</summary>
    public required SignInAttempt Attempt { get; init; }

    /// <summary>SHA-256 of the value in the cookie of the browser that consented.</summary>
    public required byte[] Browser { get; init; }
}
