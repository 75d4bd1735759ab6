using System.Collections.Immutable;
using Gatehouse.AuthorizationServer.Providers;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>A provider at which a person signs in whose name is the code.</summary>
internal sealed class PretendProvider(string name) : ISignInProvider
{
    public string Name => name;

    public string DisplayName => name + " company";

    /// <summary>Runs while a sign-in is completed.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    public byte[] Tokens { get; set; } = [1];

    /// <summary>The demand of the last sign-in.</summary>
    public SignInDemand Demand { get; private set; } = SignInDemand.None;

    /// <summary>The name in the address of the last answer.</summary>
    public string? Address { get; private set; }

    /// <summary>Changes the person.</summary>
    public Func<SignedInPerson, SignedInPerson> Person { get; set; } = static person => person;

    public SignInFault? Fault { get; set; }

    /// <summary>Why a sign-in cannot begin.</summary>
    public SignInFault? BeginFault { get; set; }

    /// <summary>Scopes of the provider's access token; null where it says nothing about scopes.</summary>
    public ImmutableArray<string>? Scopes { get; set; }

    public ValueTask<(Uri Address, SignInAttempt Attempt)> BeginAsync(string state, SignInDemand demand, CancellationToken cancellation)
    {
        if (BeginFault is not null) throw new SignInException(BeginFault);
        Demand = demand;
        return ValueTask.FromResult((new Uri($"https://{name}.example/authorize?state={state}"), new SignInAttempt(name, $"https://{name}.example", "v", "n")));
    }

    public async ValueTask<SignInResult> CompleteAsync(SignInAttempt attempt, ProviderAnswer answer, CancellationToken cancellation)
    {
        Address = answer.Provider;
        await Meanwhile();
        if (Fault is not null) return new SignInResult(null, Fault);
        return answer.Code is { } code
            ? new SignInResult(Person(new SignedInPerson
            {
                Provider = name,
                ProviderSubject = code,
                DisplayName = code,
                ProviderTokens = Tokens,
                Scopes = Scopes,
            }), null)
            : new SignInResult(null, new SignInFault("denied", "The person was denied."));
    }
}
