using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Credentials.Review;

/// <summary>
/// Compares the rights of each server's credential with what the server takes and what people use (AZ-08). It sends no credential, and reads no
/// secret.
/// </summary>
/// <remarks>
/// Threat: a credential with more rights than its server needs gives a thief, or the server itself, these rights elsewhere (CWE-250).
/// </remarks>
/// <param name="handlers">Handlers for outgoing requests.</param>
internal sealed class CredentialReview(OutboundHandlers handlers)
{
    private readonly ResourceScopes resources = new(handlers);

    /// <summary>Reviews the servers that have a credential.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="server">The only server to look at; null for all. Others are compared with it.</param>
    /// <param name="use">Returns the use of a server; null without a log.</param>
    /// <param name="cancellation">Ends the requests.</param>
    public async Task<IReadOnlyList<ReviewedCredential>> ReviewAsync(
        GatewaySettings settings, string? server, Func<string, ServerUse>? use, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        List<ReviewedCredential> reviewed = [];
        foreach (var one in settings.Servers.Where(one => server is null || one.Name == server))
        {
            if (one.Http is not { } http || CredentialWords.KindOf(http) is not { } kind) continue;
            var needed = await resources.ReadAsync(http, cancellation).ConfigureAwait(false);
            var scopes = http.Issued?.Scopes ?? http.Connection?.Scopes ?? [];
            var smaller = Smaller(scopes, needed);
            var used = use?.Invoke(one.Name);
            reviewed.Add(new ReviewedCredential(
                one.Name, kind, SourceOf(http), scopes, needed, used,
                [.. Shared(settings, one), .. Broad(http, scopes, needed, smaller), .. OfUse(http, used)], smaller));
        }

        return reviewed;
    }

    private static string SourceOf(HttpUpstreamSettings server) => server.Issued?.Issuer.Issuer ?? server.Azure?.Resource
        ?? server.Connection?.Provider ?? server.Credential!.Value.ToString();

    private static List<string>? Smaller(IReadOnlyList<string> scopes, IReadOnlyList<string>? needed) =>
        needed is not null && scopes.Intersect(needed, StringComparer.Ordinal).ToList() is { Count: > 0 } left && left.Count < scopes.Count
            ? left : null;

    // The same secret, or the same client with the same target: who takes it from one server has it for the other.
    private static IEnumerable<ReviewFinding> Shared(GatewaySettings settings, ServerSettings server)
    {
        var identity = IdentityOf(server.Http!);
        if (identity is null) yield break;
        var same = settings.Servers.Where(one => one != server && one.Http is { } http && IdentityOf(http) == identity);
        string[] others = [.. same.Select(static one => one.Name)];
        if (others.Length > 0)
            yield return new ReviewFinding("shared", $"the same credential is that of {string.Join(", ", others)}", "give each server a credential of its own");
    }

    private static string? IdentityOf(HttpUpstreamSettings server) => server switch
    {
        { Credential: { } value } => $"value {value.Value}",
        { Issued: { Kind: IssuedCredentialKind.ClientCredentials } issued } =>
            $"client {issued.Issuer.Issuer} {issued.Client.Id} {issued.Audience} {issued.Resource} {string.Join(' ', issued.Scopes.Order())}",
        { Azure: { } azure } => $"azure {azure.Identity} {azure.ClientId} {azure.Resource}",
        _ => null,
    };

    private static IEnumerable<ReviewFinding> Broad(
        HttpUpstreamSettings server, IReadOnlyList<string> scopes, IReadOnlyList<string>? needed, IReadOnlyList<string>? smaller)
    {
        if (smaller is not null)
        {
            yield return new ReviewFinding("broad", $"the server takes none of: {string.Join(' ', scopes.Except(smaller, StringComparer.Ordinal))}",
                $"request only: {string.Join(' ', smaller)}");
        }

        foreach (var scope in scopes.Where(IsWhole))
        {
            yield return new ReviewFinding("broad", $"'{scope}' is every right that the client has there",
                needed is null ? "name the scopes that the server needs" : $"name scopes of: {string.Join(' ', needed)}");
        }

        if (scopes.Count > 0 || server is not ({ Issued: not null } or { Connection: not null })) yield break;
        yield return new ReviewFinding("unbounded", "no scopes are requested, so the token has all that the issuer gives this client",
            needed is null ? "add 'scopes'" : $"add 'scopes', of: {string.Join(' ', needed)}");
    }

    // Entra's .default, and scopes that stand for all.
    private static bool IsWhole(string scope) => scope.Contains('*', StringComparison.Ordinal)
        || scope.EndsWith("/.default", StringComparison.Ordinal) || scope is ".default" or "all" or "full_access" or "admin";

    private static IEnumerable<ReviewFinding> OfUse(HttpUpstreamSettings server, ServerUse? use)
    {
        if (use is { Calls: 0 }) yield return new ReviewFinding("unused", "no caller used the server in this time", "remove its credential, or the server");
        if (use is { People: > 1 } && !server.IsCredentialOfCaller)
        {
            yield return new ReviewFinding("one-for-all", $"{use.People} callers act with one credential, so the server cannot tell them apart",
                "use 'tokenExchange', 'onBehalfOf', 'identityAssertion' or 'connection'");
        }
    }
}
