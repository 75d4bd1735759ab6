using Gatehouse.AuthorizationServer;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Issuers;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.SignIn;

/// <summary>
/// The identity providers of the configuration in force. A provider keeps its metadata and keys over a reload that does not change it.
/// </summary>
internal sealed class SignInProviders(
    Func<GatewaySettings> settings, IMetadataFetcher fetcher, IFormPoster poster, Func<SecretReference, SecretText> secrets, TimeProvider time)
    : IDisposable
{
    private readonly Lock gate = new();
    private (AuthorizationServerSettings? Settings, string Origin, IReadOnlyList<SignInProvider> Providers) built = (null, "", []);

    /// <summary>Returns the providers, in the order of the configuration.</summary>
    public IReadOnlyList<ISignInProvider> InForce() => Providers();

    /// <summary>Returns the names of the providers, each with the cause of the last failed request; null where it succeeded.</summary>
    public IReadOnlyList<(string Provider, string? Fault)> LastFaults() =>
        [.. Providers().Select(static provider => (provider.Name, provider.LastFault))];

    private IReadOnlyList<SignInProvider> Providers()
    {
        var now = settings();
        lock (gate)
        {
            if (ReferenceEquals(built.Settings, now.AuthorizationServer) && built.Origin == now.Origin) return built.Providers;
            foreach (var provider in built.Providers) provider.Dispose();
            built = (now.AuthorizationServer, now.Origin,
                [.. (now.AuthorizationServer?.Providers ?? []).Select(one =>
                    new SignInProvider(one, now.Origin + Routes.Callback + one.Name, fetcher, poster, secrets, time))]);
            return built.Providers;
        }
    }

    /// <summary>Stops the refresh of keys.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var provider in built.Providers) provider.Dispose();
        }
    }
}
