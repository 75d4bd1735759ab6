using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Development;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Range.Running;

/// <summary>An administrator who erases persons, by the command of a gateway that was started with --dev.</summary>
internal static class ErasureAtGateway
{
    /// <summary>The administrator who may erase.</summary>
    public const string Eraser = "carol";

    /// <summary>The right to do so.</summary>
    public static AdministrationSettings Rights => new()
    {
        Who = Carol,
        Reading = new ReadingSettings { Erase = Carol },
    };

    private static WhoClause Carol => new() { Subjects = new NameSet([Eraser]) };

    /// <summary>Erases a person.</summary>
    /// <exception cref="InvalidOperationException">The gateway refused.</exception>
    public static async Task EraseAsync(GatewayHost host, string issuer, string person)
    {
        using var token = host.Development!.Mint(new DevelopmentGrant
        {
            Subject = Eraser,
            Audience = host.Snapshots.Current.Settings.AdministrationResource,
            ClientId = AdministrationToken.Console,
            Lifetime = TimeSpan.FromMinutes(5),
        });
        var account = new PeerAccount(1, PeerAccount.OwnUserId());
        var reply = await GatewayAdministration.ControlOf(host).HandleAsync(
            new ErasePerson(issuer, person, "exercise"), account, token.Reveal().ToString()).ConfigureAwait(false);
        if (!reply.Ok) throw new InvalidOperationException(reply.Message);
    }
}
