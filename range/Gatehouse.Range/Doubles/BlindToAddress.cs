using Gatehouse.AuthorizationServer.Providers;

namespace Gatehouse.Range.Doubles;

/// <summary>A provider to which every answer came at the right address.</summary>
internal sealed class BlindToAddress(ISignInProvider real) : ISignInProvider
{
    public string Name => real.Name;

    public string DisplayName => real.DisplayName;

    public ValueTask<(Uri Address, SignInAttempt Attempt)> BeginAsync(string state, SignInDemand demand, CancellationToken cancellation) =>
        real.BeginAsync(state, demand, cancellation);

    public ValueTask<SignInResult> CompleteAsync(SignInAttempt attempt, ProviderAnswer answer, CancellationToken cancellation) =>
        real.CompleteAsync(attempt, answer with { Provider = attempt.Provider }, cancellation);
}
