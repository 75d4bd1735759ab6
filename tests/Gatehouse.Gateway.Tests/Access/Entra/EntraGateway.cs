using System.Text.Json;
using System.Text.Json.Nodes;
using EntraStandIn;
using Gatehouse.Administration;
using Gatehouse.Configuration;
using Gatehouse.Gateway.Access.Entra;
using Gatehouse.Gateway.Administration;
using Gatehouse.Ipc;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Gateway.Tests.Access.Entra;

/// <summary>
/// A gateway whose issuer is a tenant of Entra, in front of a stand-in of the login service and of Microsoft Graph. The tool <c>echo</c> needs an
/// active membership of a group, and the tool <c>secret</c> nothing.
/// </summary>
internal sealed class EntraGateway : IAsyncDisposable
{
    public const string Api = "dddddddd-0000-4000-8000-000000000001";

    private readonly OutsideIssuer issuer;
    private readonly string secret;

    private EntraGateway(TestGateway gateway, OutsideIssuer issuer, StandIn entra, ManualTimeProvider clock, string secret)
    {
        (Gateway, this.issuer, Entra, Clock, this.secret) = (gateway, issuer, entra, clock, secret);
    }

    public TestGateway Gateway { get; }

    public StandIn Entra { get; }

    public ManualTimeProvider Clock { get; }

    public EntraChecks Checks => Gateway.Host.Core.Services.EntraChecks;

    public string Issuer => IssuerOf(issuer, Tenant.Id);

    /// <summary>The login service and Microsoft Graph.</summary>
    public static async Task<StandIn> StandInAsync(TimeProvider time)
    {
        var standIn = await StandIn.StartAsync(time);
        standIn.Knobs.Before = ProbeRequests.RefuseAsync;
        return standIn;
    }

    /// <summary>Answers in place of Microsoft Graph.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; odata.metadata=minimal";
        await context.Response.WriteAsync(json, context.RequestAborted);
    }

    public static PolicyRule Members { get; } = Rule("members", EntraAssignmentKind.Group, Tenant.Group) with { Tools = new NameSet(["echo"]) };

    public static PolicyRule Others { get; } = new() { Id = "others", Tools = new NameSet(["secret"]) };

    public static PolicyRule Rule(string id, EntraAssignmentKind kind, string entra) =>
        new() { Id = id, Access = AccessTerms.Of(new EntraAssignment(kind, Guid.Parse(entra))) };

    public static async Task<EntraGateway> StartAsync(
        IEnumerable<PolicyRule>? rules = null, Func<EntraGraphSettings, EntraGraphSettings>? graph = null,
        Func<GatewaySettings, GatewaySettings>? change = null, Func<ConfigurationResult>? reload = null, PartReplacements? replace = null)
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var (entra, issuer) = (await EntraGateway.StandInAsync(clock), await OutsideIssuer.StartAsync());
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Tenant.GatewaySecret);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var tenant in (string[])[Tenant.Id, Tenant.OtherId])
        {
            var document = issuer.Document(IssuerOf(issuer, tenant));
            document["token_endpoint"] = $"{entra.Authority}/oauth2/v2.0/token";
            document["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post");
            issuer.Metadata[$"/{tenant}/v2.0/.well-known/openid-configuration"] = document;
        }

        var connection = new EntraGraphSettings { Origin = new Uri(entra.Origin) };
        var gateway = await TestGateway.StartAsync(
            settings =>
            {
                var made = settings with
                {
                    Development = false,
                    Issuers =
                    [
                        new IssuerSettings
                        {
                            Issuer = IssuerOf(issuer, Tenant.Id),
                            Profile = IssuerProfileName.Entra,
                            Client = new IssuerClientSettings { Id = Tenant.Gateway, Secret = new SecretReference("file", file) },
                            Graph = graph?.Invoke(connection) ?? connection,
                        },
                        new IssuerSettings { Issuer = IssuerOf(issuer, Tenant.OtherId), Profile = IssuerProfileName.Entra },
                    ],
                    Servers = [settings.Servers[0] with { Audiences = [Api] }],
                };
                return change?.Invoke(made) ?? made;
            },
            clock, rules: rules ?? [Members, Others], reload: reload, replace: replace);
        gateway.Upstream.OnResult("tools/call", """{"resultType":"complete","content":[{"type":"text","text":"done"}]}""");
        return new EntraGateway(gateway, issuer, entra, clock, file);
    }

    /// <summary>A token of a person, with the claim of the group. A change makes it another.</summary>
    public string Token(string person = Tenant.AliceId, Action<JsonObject>? change = null, string tenant = Tenant.Id) => issuer.Mint(
        Api,
        claims =>
        {
            claims["iss"] = IssuerOf(issuer, tenant);
            claims["tid"] = tenant;
            claims["oid"] = person;
            claims["ver"] = "2.0";
            claims["azp"] = "client";
            claims["scp"] = "Mcp.Call";
            claims["groups"] = new JsonArray(Tenant.Group);
            claims["exp"] = Clock.GetUtcNow().AddHours(12).ToUnixTimeSeconds();
            change?.Invoke(claims);
        },
        "JWT");

    /// <summary>Calls a tool, and returns whether the server answered.</summary>
    public async Task<bool> CallsAsync(string? token = null, string tool = "echo") =>
        (await AnswerAsync(token, tool)).Body is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("result", out _);

    public Task<(System.Net.HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> AnswerAsync(
        string? token = null, string tool = "echo") =>
        Gateway.CallAsync(Gateway.Modern("tools/call", $"\"name\":\"{tool}\",\"arguments\":{{}}", tool, token ?? Token()));

    /// <summary>Moves the clock, and waits for checks that this began.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        await Gateway.NothingUnderWayAsync();
        Clock.Advance(span);
        await QuietAsync();
    }

    /// <summary>Waits until no check is in progress.</summary>
    public Task QuietAsync() => Eventually.TrueAsync(
        () => Checks.Rights.All.All(static right => right.Check is null), "no check is in progress");

    /// <summary>The entries about rights, in their order.</summary>
    public IReadOnlyList<JsonElement> Entries() =>
    [
        .. Gateway.Entries().Where(static entry => entry.TryGetProperty("act", out var act)
            && act.GetString()!.StartsWith("access.", StringComparison.Ordinal)),
    ];

    public IReadOnlyList<string> Acts() =>
    [
        .. Entries().Select(static entry => entry.GetProperty("act").GetString()!["access.".Length..]
            + (entry.TryGetProperty("why", out var why) ? " " + why.GetString() : "")),
    ];

    public Task<ActionOutcome<TResult>> DoAsync<TResult>(AdministrativeAction<TResult> act)
        where TResult : class =>
        GatewayAdministration.Of(Gateway.Host).DoAsync(act, new AdministratorCredentials(new PeerAccount(1, PeerAccount.OwnUserId())));

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Entra.DisposeAsync();
        await issuer.DisposeAsync();
        File.Delete(secret);
    }

    private static string IssuerOf(OutsideIssuer issuer, string tenant) => $"{issuer.Origin}/{tenant}/v2.0";
}
