using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Gatehouse.Peers.Providers;

/// <summary>
/// The content of tokens. OpenIddict has checked the client, its permissions, and the signature and time of a subject token before.
/// </summary>
internal sealed class TokenGrants(IReadOnlyDictionary<string, ProviderClient> clients, Func<BadAnswer> bad, Func<TimeSpan> life)
    : IOpenIddictServerHandler<OpenIddictServerEvents.HandleTokenRequestContext>
{
    /// <summary>The grant by which the test's own process issues a token for a person. No other process knows a ticket.</summary>
    public const string IssueGrant = "urn:gatehouse:peers:issue";

    private readonly ConcurrentDictionary<string, Ticket> tickets = new(StringComparer.Ordinal);

    /// <summary>What a ticket is good for.</summary>
    internal sealed record Ticket(string Subject, IReadOnlyList<string> Audiences, IReadOnlyList<string> Scopes, JsonObject Claims);

    public void Add(string name, Ticket ticket) => tickets[name] = ticket;

    public ValueTask HandleAsync(OpenIddictServerEvents.HandleTokenRequestContext context)
    {
        var client = clients[context.ClientId!];
        if (context.Request.GrantType == IssueGrant) Issue(context);
        else if (context.Request.IsClientCredentialsGrantType()) ForItself(context, client);
        else if (context.Request.IsTokenExchangeGrantType()) Exchange(context, client);
        // A code or refresh token gives what OpenIddict keeps behind it.
        return ValueTask.CompletedTask;
    }

    private void Issue(OpenIddictServerEvents.HandleTokenRequestContext context)
    {
        if (!tickets.TryRemove((string?)context.Request["ticket"] ?? "", out var ticket))
        {
            context.Reject(Errors.InvalidGrant, "The ticket is unknown.");
            return;
        }

        var identity = NewIdentity(ticket.Subject, ticket.Scopes, ticket.Audiences);
        // OpenIddict lets only presenters and audiences exchange a token or ask about it. The token is for the gateway, which acts for people.
        var gateways = clients.Values.Where(static one => one.ActsForPeople || one.Introspects).Select(static one => one.Id);
        identity.SetPresenters([context.ClientId!, .. gateways]);
        foreach (var (name, value) in ticket.Claims)
        {
            // OpenIddict writes a list of one text as that text (RFC 7519 leaves both to the application).
            if (value is JsonArray texts) identity.SetClaims(name, [.. texts.Select(static text => (string)text!)]);
            else identity.SetClaim(name, JsonElement.Parse(value?.ToJsonString() ?? "null"));
        }

        SignIn(context, identity);
    }

    private void ForItself(OpenIddictServerEvents.HandleTokenRequestContext context, ProviderClient client)
    {
        if (Targets(context.Request) is not { Count: <= 1 } asked)
        {
            context.Reject(Errors.InvalidTarget, "A token is for one audience.");
            return;
        }

        var audience = asked.Count == 1 ? asked[0] : client.Audiences[0];
        SignIn(context, NewIdentity(client.Id, ScopesOf(context.Request, client), [Spoiled(audience)]));
    }

    private void Exchange(OpenIddictServerEvents.HandleTokenRequestContext context, ProviderClient client)
    {
        var subject = context.SubjectTokenPrincipal!;
        if (context.Request.SubjectTokenType != TokenTypeIdentifiers.AccessToken)
        {
            context.Reject(Errors.InvalidRequest, "The subject token must be an access token.");
            return;
        }

        if (!string.IsNullOrEmpty(context.Request.ActorToken))
        {
            context.Reject(Errors.InvalidRequest, "An actor token is not accepted: the client is the actor.");
            return;
        }

        // A token that was issued for a server is not exchanged again: the server would act as the gateway (RFC 8693, section 5; CWE-441).
        if (subject.GetAudiences().Any(IsServer))
        {
            context.Reject(Errors.InvalidRequest, "The subject token is not for this client.");
            return;
        }

        if (Targets(context.Request) is not [var target])
        {
            context.Reject(Errors.InvalidTarget, "Name one audience.");
            return;
        }

        var person = bad() == BadAnswer.OtherPerson ? "mallory" : subject.GetClaim(Claims.Subject)!;
        var identity = NewIdentity(person, ScopesOf(context.Request, client), [Spoiled(target)]);
        var act = new JsonObject { ["sub"] = client.Id };
        if (subject.GetClaim("act") is { } before) act["act"] = JsonNode.Parse(before);
        identity.SetClaim("act", JsonElement.Parse(act.ToJsonString()));
        SignIn(context, identity);
    }

    private bool IsServer(string audience) =>
        !ProviderClient.IsResource(audience) || clients.Values.Any(client => client.Audiences.Contains(audience));

    private static List<string> Targets(OpenIddictRequest request) => [.. request.GetAudiences(), .. request.GetResources()];

    private void SignIn(OpenIddictServerEvents.HandleTokenRequestContext context, ClaimsIdentity identity)
    {
        identity.SetDestinations(static _ => [Destinations.AccessToken]);
        identity.SetAccessTokenLifetime(life());
        context.SignIn(new ClaimsPrincipal(identity));
    }

    private string Spoiled(string audience) => bad() == BadAnswer.OtherAudience ? audience == "crm" ? "reports" : "crm" : audience;

    private List<string> ScopesOf(OpenIddictRequest request, ProviderClient client)
    {
        var scopes = request.GetScopes() is { Length: > 0 } asked ? [.. asked] : client.Scopes.Take(1).ToList();
        return bad() == BadAnswer.LongerScope ? [.. scopes, "admin"] : scopes;
    }

    private static ClaimsIdentity NewIdentity(string subject, IEnumerable<string> scopes, IEnumerable<string> audiences)
    {
        var identity = new ClaimsIdentity("provider", JwtRegisteredClaimNames.Name, "role");
        identity.SetClaim(Claims.Subject, subject);
        identity.SetScopes(scopes).SetResources(audiences);
        return identity;
    }
}
