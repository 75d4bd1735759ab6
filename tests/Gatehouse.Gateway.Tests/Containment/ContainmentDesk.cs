using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Containment;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Development;
using Gatehouse.Ipc;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>Administrators who contain and release over the control socket of a gateway, each with a token of their own.</summary>
internal sealed class ContainmentDesk(TestGateway gateway, string person = "carol", string client = "desk")
{
    private static readonly PeerAccount Account = new(1, PeerAccount.OwnUserId());

    private readonly AdministrationService administration = GatewayAdministration.Of(gateway.Host);

    /// <summary>Issuer of the tokens of the gateway under test.</summary>
    public string Issuer => gateway.Host.Development!.TrustedIssuer.Profile.Issuer;

    /// <summary>What is contained, as the target of an act.</summary>
    public ContainmentTarget Of(string kind, string name) => kind switch
    {
        "tool" => new ContainmentTarget(kind, "", "up", name),
        "user" or "client" => new ContainmentTarget(kind, Issuer, name, ""),
        _ => new ContainmentTarget(kind, "", name, ""),
    };

    /// <summary>Contains something, and returns its id.</summary>
    public async Task<string> ContainAsync(string kind, string name)
    {
        var outcome = await TryContainAsync(Of(kind, name));
        Assert.Null(outcome.Refusal);
        return outcome.Result!.Id;
    }

    public Task<ActionOutcome<ContainmentMade>> TryContainAsync(
        ContainmentTarget target, bool isForced = true, string reason = "incident 4711") =>
        administration.DoAsync(new Contain(target, reason, isForced), Credentials());

    public Task<ActionOutcome<ContainmentPreview>> PreviewAsync(ContainmentTarget target) =>
        administration.DoAsync(new PreviewContainment(target, false), new AdministratorCredentials(Account));

    public async Task ReleaseAsync(string id) => Assert.Null((await TryReleaseAsync(id)).Refusal);

    public Task<ActionOutcome<ContainmentReleased>> TryReleaseAsync(string id) =>
        administration.DoAsync(new ReleaseContainment(id, "incident 4711 closed"), Credentials());

    public async Task<IReadOnlyList<ContainmentView>> ListAsync() =>
        (await administration.DoAsync(new ListContainments(), new AdministratorCredentials(Account))).Result!.Containments;

    /// <summary>Acts of the entries about containments, in their order.</summary>
    public IReadOnlyList<JsonElement> Entries() =>
    [
        .. gateway.Entries().Where(static entry => entry.TryGetProperty("act", out var act)
            && act.GetString()!.StartsWith("containment.", StringComparison.Ordinal)),
    ];

    public IReadOnlyList<string> Acts() => [.. Entries().Select(static entry => entry.GetProperty("act").GetString()!)];

    private AdministratorCredentials Credentials() => Credentials(gateway, person, client);

    /// <summary>The credentials of a person with a token of a client.</summary>
    public static AdministratorCredentials Credentials(TestGateway gateway, string person, string client) => new(Account)
    {
        Token = gateway.Host.Development!.Mint(new DevelopmentGrant
        {
            Subject = person,
            Audience = gateway.Host.Snapshots.Current.Settings.AdministrationResource,
            ClientId = client,
            Lifetime = TimeSpan.FromMinutes(10),
        }).Reveal().ToString(),
    };

    /// <summary>Makes a sweep of its own, which runs when a test says so.</summary>
    public static ContainmentSweep NewSweep(TestGateway gateway)
    {
        var services = gateway.Host.Core.Services;
        return new ContainmentSweep(services.Get<ContainmentRegister>(), services.Get<ContainmentState>(), services.Get<ContainmentEffects>(),
            services.Get<IContainmentHost>(), NullLogger.Instance);
    }
}
