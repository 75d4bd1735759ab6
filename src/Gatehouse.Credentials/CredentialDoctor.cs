using System.Globalization;
using Gatehouse.Azure;
using Gatehouse.Identity.Bearer;
using Gatehouse.Outbound;
using Gatehouse.Outbound.Tokens;
using Gatehouse.Settings;

namespace Gatehouse.Credentials;

/// <summary>
/// Tries the credentials of the servers of a configuration. It obtains what the gateway obtains for itself. For a credential of people it sends a
/// text that is no token: an issuer that refuses that text has accepted the gateway as its client, and the grant.
/// </summary>
/// <param name="handlers">Handlers for outgoing requests.</param>
/// <param name="secrets">Reads secrets.</param>
/// <param name="azure">Tokens for the gateway's identity in Azure.</param>
/// <param name="time">The clock.</param>
internal sealed class CredentialDoctor(OutboundHandlers handlers, SecretResolver secrets, IAzureTokens azure, TimeProvider time)
{
    private const string NoToken = "gatehouse-doctor-is-no-token";

    /// <summary>Tries each one. No request goes to a server.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="server">The only server to look at; null for all.</param>
    /// <param name="cancellation">Ends the requests.</param>
    public async Task<IReadOnlyList<CredentialReport>> ExamineAsync(GatewaySettings settings, string? server, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        List<CredentialReport> reports = [];
        foreach (var one in settings.Servers.Where(one => server is null || one.Name == server))
        {
            if (one.Http?.Credential is { } fixedOne) reports.Add(await ReadAsync(settings, one, fixedOne).ConfigureAwait(false));
            if (one.Http?.Issued is { } issued) reports.Add(await TryAsync(settings, one, issued, cancellation).ConfigureAwait(false));
            if (one.Http?.Connection is { } connection) reports.Add(await ReadAsync(settings, one, connection).ConfigureAwait(false));
            if (one.Http?.Azure is { } platform) reports.Add(await TryAsync(one, platform, cancellation).ConfigureAwait(false));
        }

        return reports;
    }

    private async Task<CredentialReport> ReadAsync(GatewaySettings settings, ServerSettings server, CredentialSettings credential)
    {
        try
        {
            await secrets.ReadAllAsync(SecretUses.Of(server), settings.Vaults).ConfigureAwait(false);
            return new CredentialReport(server.Name, "value", credential.Value.ToString(), CredentialReport.Works,
                $"the value can be read and is sent in the header {credential.Header}", null);
        }
        catch (InvalidDataException fault)
        {
            return new CredentialReport(
                server.Name, "value", credential.Value.ToString(), CredentialReport.Fails, fault.Message, "set the secret that the key names");
        }
    }

    private async Task<CredentialReport> ReadAsync(GatewaySettings settings, ServerSettings server, ConnectionCredentialSettings connection)
    {
        var report = new CredentialReport(server.Name, "connection", connection.Provider, CredentialReport.NeedsPerson,
            "the service was not asked: each person connects once. The redirect address of the gateway, which the service must know, is "
                + $"{settings.Origin}/connect/callback/{connection.Provider}", null);
        try
        {
            var uses = SecretUses.OfServers(settings).Where(use => use.Key == $"providers.{connection.Provider}.client.secret");
            await secrets.ReadAllAsync(uses, settings.Vaults).ConfigureAwait(false);
            return report;
        }
        catch (InvalidDataException fault)
        {
            return report with { State = CredentialReport.Fails, Found = fault.Message, Remedy = "set the secret that the key names" };
        }
    }

    private async Task<CredentialReport> TryAsync(
        GatewaySettings settings, ServerSettings server, IssuedCredentialSettings issued, CancellationToken cancellation)
    {
        var report = new CredentialReport(server.Name, CredentialWords.KindOf(server.Http!)!, issued.Issuer.Issuer, CredentialReport.Works, "", null);
        try
        {
            secrets.Adopt(await secrets.ReadAllAsync(
                KeysOf(settings, server, issued), settings.Vaults).ConfigureAwait(false));
            using var connection = new IssuerConnection(issued.Issuer, issued.Client, handlers, secrets.Resolve, time);
            var (grant, check) = issued.IsOfCaller
                ? (CredentialGrants.Trial(issued, NoToken), IssuedTokenCheck.Any) : CredentialGrants.OfGateway(issued);
            var token = await connection.Tokens.RequestAsync(grant, check, cancellation).ConfigureAwait(false);
            return report with
            {
                Found = string.Create(CultureInfo.InvariantCulture,
                    $"the issuer issued a token for {(token.Until - token.IssuedAt).TotalSeconds:0} s{(token.Scope is { } scope ? ", scopes: " + scope : "")}"),
            };
        }
        catch (TokenFaultException fault) when (issued.IsOfCaller && fault.Kind == TokenFaultKind.SignInAgain)
        {
            var accepted = report with
            {
                State = CredentialReport.NeedsPerson,
                Found = "the issuer accepts the gateway as its client; whether a person gets a token shows at the person's first call",
            };
            return issued.ClientThere is null
                ? accepted : await TryPartnerAsync(settings, server, issued, accepted, cancellation).ConfigureAwait(false);
        }
        catch (TokenFaultException fault)
        {
            return report with { State = CredentialReport.Fails, Found = fault.Message, Remedy = RemedyOf(fault, server, issued) };
        }
        catch (InvalidDataException fault)
        {
            return report with { State = CredentialReport.Fails, Found = fault.Message, Remedy = "set the secret that the key names" };
        }
    }

    private async Task<CredentialReport> TryPartnerAsync(
        GatewaySettings settings, ServerSettings server, IssuedCredentialSettings issued, CredentialReport accepted, CancellationToken cancellation)
    {
        try
        {
            secrets.Adopt(await secrets.ReadAllAsync(SecretUses.Of(server), settings.Vaults).ConfigureAwait(false));
            using var partner = new IssuerConnection(issued.AuthorizationServer!, issued.ClientThere!, handlers, secrets.Resolve, time);
            var trial = new IssuedToken(new SecretText(NoToken), time.GetUtcNow(), time.GetUtcNow(), null);
            await partner.Tokens.RequestAsync(CredentialGrants.OfAssertion(issued, trial).Grant, IssuedTokenCheck.Any, cancellation)
                .ConfigureAwait(false);
            return accepted;
        }
        catch (TokenFaultException fault) when (fault.Kind == TokenFaultKind.SignInAgain)
        {
            return accepted;
        }
        catch (TokenFaultException fault)
        {
            return accepted with { State = CredentialReport.Fails, Found = fault.Message, Remedy = RemedyOf(fault, server, issued) };
        }
        catch (InvalidDataException fault)
        {
            return accepted with { State = CredentialReport.Fails, Found = fault.Message, Remedy = "set the secret that the key names" };
        }
    }

    private async Task<CredentialReport> TryAsync(ServerSettings server, AzureCredentialSettings platform, CancellationToken cancellation)
    {
        var report = new CredentialReport(server.Name, CredentialWords.KindOf(server.Http!)!, platform.Resource, CredentialReport.Works, "", null);
        try
        {
            var (_, until) = await azure.GetAsync(platform.Identity, platform.ClientId, platform.Resource, cancellation).ConfigureAwait(false);
            return report with
            {
                Found = string.Create(CultureInfo.InvariantCulture, $"the platform gave a token for {(until - time.GetUtcNow()).TotalSeconds:0} s"),
            };
        }
        catch (AzureTokenException fault)
        {
            return report with
            {
                State = CredentialReport.Fails,
                Found = fault.Message,
                Remedy = "run the command where the gateway runs, and give its identity a role at the resource",
            };
        }
    }

    // The client of an issuer or of a sign-in provider is named there, and faults name that key.
    private static IEnumerable<SecretUse> KeysOf(GatewaySettings settings, ServerSettings server, IssuedCredentialSettings issued)
    {
        var uses = SecretUses.Of(issued.Client, $"servers.{server.Name}.credential").ToList();
        return uses.Select(use => SecretUses.OfIssuers(settings).FirstOrDefault(known => known.Reference == use.Reference) ?? use);
    }

    private static string RemedyOf(TokenFaultException fault, ServerSettings server, IssuedCredentialSettings issued) => fault.Kind switch
    {
        TokenFaultKind.ConsentNeeded => $"an administrator has to consent to {ScopesOf(issued)} for the client {issued.Client.Id}"
            + (CredentialRefusals.ConsentUrlOf(issued) is { } url ? $", at {url}" : ", at the provider"),
        TokenFaultKind.NotNow => "check the network between the gateway and the issuer, and try again",
        TokenFaultKind.Denied => $"let the client {issued.Client.Id} use the server, at the provider",
        TokenFaultKind.Answer => "compare what servers." + server.Name + ".credential requests with what the provider issues to this client",
        _ => $"compare client id, secret or key, scopes and audience with the registration of {issued.Client.Id} at the provider"
            + (issued.IsOfCaller ? ", which must allow this grant" : ""),
    };

    private static string ScopesOf(IssuedCredentialSettings issued) => issued.Scopes.Count > 0 ? string.Join(' ', issued.Scopes) : "its access";
}
