using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Certificates;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>
/// The demands of a server on the token of a caller: its issuers and its scopes. The gateway checks them before it asks the rules, so a permit of a
/// rule counts only for a token that meets them.
/// </summary>
/// <param name="settings">The configuration; null where the question has none.</param>
/// <param name="server">The name of the server.</param>
internal sealed class ServerDemands(GatewaySettings? settings, string server)
{
    private readonly ServerSettings? demanding = settings?.Server(server);

    /// <summary>The issuers and certificate issuers whose callers the server accepts; empty where it accepts every trusted issuer.</summary>
    public IReadOnlyList<string> Issuers => demanding is not { Issuers.Count: > 0 } ? []
        : [.. demanding.Issuers, .. demanding.CertificateIssuers.Select(static name => CertificateIssuer.IssuerPrefix + name)];

    /// <summary>The scopes that every token needs.</summary>
    public IReadOnlyList<string> Scopes => demanding?.Scopes ?? [];

    /// <summary>Returns the scopes that a caller lacks.</summary>
    public IReadOnlyList<string> Missing(PolicyCaller caller) => [.. Scopes.Except(caller.Scopes, StringComparer.Ordinal)];

    /// <summary>
    /// Returns the refusal of a caller; null where the server accepts the token. A caller without an issuer has one that is accepted.
    /// </summary>
    public ServerRefusal? Refuses(PolicyCaller caller)
    {
        if (RefusesIssuer(caller) is { } refusal) return refusal;
        if (Missing(caller) is not { Count: > 0 } missing) return null;
        var key = $"servers.{server}.scopes";
        return new ServerRefusal(key, $"insufficient_scope. {key} asks for {string.Join(", ", missing)}, which the caller lacks");
    }

    /// <summary>Returns the refusal of a caller because of its issuer; null where the server accepts the issuer.</summary>
    public ServerRefusal? RefusesIssuer(PolicyCaller caller)
    {
        if (settings is null || demanding is null || caller.Issuer == PolicyCaller.AnyIssuer) return null;
        // The issuer of --dev gets its name with the address on which the gateway listens.
        if (!settings.Development && !IssuerProfiles.CallerIssuers(settings).Contains(caller.Issuer))
            return new ServerRefusal("issuers", $"invalid_token. The configuration has no issuer with the name {caller.Issuer}");
        if (demanding.TakesIssuer(caller.Issuer)) return null;
        var isCertificate = caller.Issuer.StartsWith(CertificateIssuer.IssuerPrefix, StringComparison.Ordinal);
        var key = $"servers.{server}.{(isCertificate ? "certificateIssuers" : "issuers")}";
        return new ServerRefusal(key, $"invalid_token. {key} does not have {caller.Issuer}");
    }

    /// <summary>Returns whether a permit names only issuers that the server does not accept.</summary>
    public bool ExcludesAllOf(PolicyRule permit) => demanding is not null && permit.Who?.Issuers is { Patterns.IsEmpty: true } named
        && named.Names.All(issuer => !demanding.TakesIssuer(issuer));
}

/// <summary>A refusal that comes before the rules.</summary>
/// <param name="Key">The key of the configuration that asks for more than the token has.</param>
/// <param name="Text">The refusal in words.</param>
internal sealed record ServerRefusal(string Key, string Text);
