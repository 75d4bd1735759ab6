using Gatehouse.Cli.Output;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Certificates;
using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Analysis.Verdicts;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>
/// What a server asks of the token of a caller: its issuers and its scopes. The gateway checks them before it asks the rules, so a permit of a rule
/// counts only for a token that meets them.
/// </summary>
/// <param name="settings">The configuration; null where the question has none.</param>
/// <param name="name">The name of the server.</param>
internal sealed class ServerRequirements(GatewaySettings? settings, string name)
{
    private readonly ServerSettings? server = settings?.Server(name);

    /// <summary>
    /// The issuers and certificate issuers whose callers the server accepts. Empty where it accepts every trusted issuer of tokens; of certificate
    /// issuers it accepts only those that it names.
    /// </summary>
    public IReadOnlyList<string> Issuers => server is not { Issuers.Count: > 0 } ? []
        : [.. server.Issuers, .. server.CertificateIssuers.Select(static issuer => CertificateIssuer.IssuerPrefix + issuer)];

    /// <summary>The scopes that every token needs.</summary>
    public IReadOnlyList<string> Scopes => server?.Scopes ?? [];

    /// <summary>Returns the scopes that a caller lacks.</summary>
    public IReadOnlyList<string> MissingScopes(PolicyCaller caller) => [.. Scopes.Except(caller.Scopes, StringComparer.Ordinal)];

    /// <summary>
    /// Returns the refusal of a caller; null where the server accepts the token. For a caller without an issuer, only the scopes are judged.
    /// </summary>
    public ServerRefusal? RefusalOf(PolicyCaller caller)
    {
        if (IssuerRefusalOf(caller) is { } refusal) return refusal;
        if (MissingScopes(caller) is not { Count: > 0 } missing) return null;
        var key = $"servers.{name}.scopes";
        var text = $"insufficient_scope. {key} asks for {string.Join(", ", missing)}, which the caller lacks";
        return new ServerRefusal(key, text) { IsForScopes = true };
    }

    /// <summary>Returns the refusal of a caller because of its issuer; null where the server accepts the issuer.</summary>
    public ServerRefusal? IssuerRefusalOf(PolicyCaller caller)
    {
        if (settings is null || server is null || caller.Issuer == PolicyCaller.AnyIssuer) return null;
        // The issuer of --dev gets its name with the address on which the gateway listens.
        if (!settings.Development && IssuerProfiles.CallerIssuers(settings) is var issuers && !issuers.Contains(caller.Issuer))
            return new ServerRefusal("issuers",
                $"invalid_token. The configuration has no issuer with the name {caller.Issuer}{DidYouMean.Of(caller.Issuer, [.. issuers])}");
        if (server.TakesIssuer(caller.Issuer)) return null;
        var isCertificate = caller.Issuer.StartsWith(CertificateIssuer.IssuerPrefix, StringComparison.Ordinal);
        var key = $"servers.{name}.{(isCertificate ? "certificateIssuers" : "issuers")}";
        return new ServerRefusal(key, $"invalid_token. {key} does not have {caller.Issuer}");
    }

    /// <summary>
    /// Returns the refusal of a recorded request before the rules: for a server that the configuration does not have, or for the issuer. An event has
    /// only the scopes that the policy asked for, so the scopes of the server are not judged.
    /// </summary>
    public ServerRefusal? RefusalOf(RecordedRequest request) => settings is not null && server is null
        ? new ServerRefusal("servers", $"the configuration has no server {name}") : IssuerRefusalOf(request.Caller);

    /// <summary>
    /// Returns the refusal of a recorded request that was refused with a challenge for scopes, and that the rules permit; null where the server asks
    /// for no scope, or the event shows all of them.
    /// </summary>
    public ServerRefusal? ChallengeOf(RecordedRequest request) => MissingScopes(request.Caller) is not { Count: > 0 } missing ? null
        : new ServerRefusal($"servers.{name}.scopes", $"insufficient_scope. servers.{name}.scopes asks for {string.Join(", ", missing)}, and the token lacked a scope")
        { IsForScopes = true };

    /// <summary>Returns whether a permit names only issuers that the server does not accept.</summary>
    public bool ExcludesAllOf(PolicyRule permit) => server is not null && permit.Who?.Issuers is { Patterns.IsEmpty: true } named
        && named.Names.All(issuer => !server.TakesIssuer(issuer));
}
