using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Revocations;
using Gatehouse.Ipc;

namespace Gatehouse.Range.Running;

/// <summary>An administrator of a gateway, with a token for administration and a client of the person's own.</summary>
internal sealed class AdministratorAtGateway(GatewayHost host, RangeIssuer issuer)
{
    /// <summary>The administrator.</summary>
    public const string Person = "bob";

    private readonly ControlHandler control = GatewayAdministration.ControlOf(host);

    /// <summary>Contains the first server, or a tool of it. Returns whether it is contained.</summary>
    /// <param name="tool">The tool; null for the server.</param>
    public async Task<bool> ContainAsync(string? tool)
    {
        var server = host.Snapshots.Current.Settings.Servers[0].Name;
        var target = new ContainmentTarget(tool is null ? ContainmentTarget.Server : ContainmentTarget.OfTool, "", server, tool ?? "");
        return (await DoAsync(new Contain(target, "incident", true), new AdministrationToken(Person)).ConfigureAwait(false)).Ok;
    }

    /// <summary>Revokes the tokens of a person. Returns when the store has it.</summary>
    /// <exception cref="InvalidOperationException">The gateway refused.</exception>
    public async Task RevokeAsync(string person)
    {
        var act = new RevokeTokens(RevocationKind.Subject, issuer.Name, person, "incident");
        var reply = await DoAsync(act, new AdministrationToken(Person)).ConfigureAwait(false);
        if (!reply.Ok) throw new InvalidOperationException(reply.Message);
    }

    /// <summary>Releases a tool of the first server. Returns whether it is released.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="by">The token.</param>
    public async Task<bool> ReleaseAsync(string tool, AdministrationToken by)
    {
        var listed = (await DoAsync(new ListContainments(), by).ConfigureAwait(false)).As<ContainmentList>().Containments;
        if (listed.FirstOrDefault(one => one.Tool == tool) is not { } contained) return false;
        return (await DoAsync(new ReleaseContainment(contained.Id, "it is over"), by).ConfigureAwait(false)).Ok;
    }

    private Task<ControlReply> DoAsync(AdministrativeAction act, AdministrationToken by) =>
        control.HandleAsync(act, new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId()), Mint(by));

    private string Mint(AdministrationToken by) => by.MintFor(host, issuer);
}
