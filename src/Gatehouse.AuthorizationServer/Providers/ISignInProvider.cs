namespace Gatehouse.AuthorizationServer.Providers;

/// <summary>An identity provider, of which the gateway is a client (OpenID Connect Core §3.1).</summary>
internal interface ISignInProvider
{
    /// <summary>Name of the provider in the configuration.</summary>
    string Name { get; }

    /// <summary>The name that people read.</summary>
    string DisplayName { get; }

    /// <summary>Begins a sign-in: the address to which the browser is sent, and what the answer will be judged by.</summary>
    /// <param name="state">The state to send.</param>
    /// <param name="demand">The authentication that the answer must show.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="SignInException">The provider cannot be used now; the fault says why.</exception>
    ValueTask<(Uri Address, SignInAttempt Attempt)> BeginAsync(string state, SignInDemand demand, CancellationToken cancellation);

    /// <summary>Judges the answer and redeems its code.</summary>
    ValueTask<SignInResult> CompleteAsync(SignInAttempt attempt, ProviderAnswer answer, CancellationToken cancellation);
}
