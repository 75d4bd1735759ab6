using Gatehouse.Administration.Control;
using Gatehouse.Gateway.Administration;
using Gatehouse.Gateway.Hosting;
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
        var settings = host.Snapshots.Current.Settings;
        var request = new ControlRequest
        {
            Verb = "contain",
            Kind = tool is null ? "server" : "tool",
            Server = settings.Servers[0].Name,
            Value = tool,
            Reason = "incident",
            Force = true,
            AdminToken = Mint(new AdministrationToken(Person)),
        };
        return (await SendAsync(request).ConfigureAwait(false)).Ok;
    }

    /// <summary>Revokes the tokens of a person. Returns when the store has it.</summary>
    /// <exception cref="InvalidOperationException">The gateway refused.</exception>
    public async Task RevokeAsync(string person)
    {
        var request = new ControlRequest
        {
            Verb = "revoke",
            Kind = "subject",
            Issuer = issuer.Name,
            Value = person,
            Reason = "incident",
            AdminToken = Mint(new AdministrationToken(Person)),
        };
        var reply = await SendAsync(request).ConfigureAwait(false);
        if (!reply.Ok) throw new InvalidOperationException(reply.Message);
    }

    /// <summary>Releases a tool of the first server. Returns whether it is released.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="by">The token.</param>
    public async Task<bool> ReleaseAsync(string tool, AdministrationToken by)
    {
        var listed = await SendAsync(new ControlRequest { Verb = "contain.list" }).ConfigureAwait(false);
        if (listed.Containments?.FirstOrDefault(one => one.Tool == tool) is not { } contained) return false;
        var request = new ControlRequest { Verb = "release", Id = contained.Id, Reason = "it is over", AdminToken = Mint(by) };
        return (await SendAsync(request).ConfigureAwait(false)).Ok;
    }

    private string Mint(AdministrationToken by) => by.MintFor(host, issuer);

    private Task<ControlReply> SendAsync(ControlRequest request) =>
        control.HandleAsync(request, new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId()));
}
