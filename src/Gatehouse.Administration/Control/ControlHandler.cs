using Gatehouse.Ipc;

namespace Gatehouse.Administration.Control;

/// <summary>Renders administration for the control socket: reads requests as acts, and writes outcomes as answers.</summary>
public sealed class ControlHandler
{
    private readonly AdministrationService administration;

    internal ControlHandler(AdministrationService administration) => this.administration = administration;

    /// <summary>The answer to an account that may do nothing here; null for one that may. Asked before its request is read.</summary>
    /// <param name="peer">The account; null where it could not be read.</param>
    public ControlReply? RefusalOf(PeerAccount? peer) => administration.RefusalOf(peer) is { } refusal ? ControlReplies.Of(refusal) : null;

    /// <summary>The answer to what is no request.</summary>
    /// <param name="peer">Who sent it.</param>
    public ControlReply RefuseUnread(PeerAccount? peer) =>
        ControlReplies.Of([administration.Refuse(ActionRefusal.NotUnderstood, new AdministratorCredentials(peer))]);

    /// <summary>Carries out one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="peer">Who sent it.</param>
    public async Task<ControlReply> HandleAsync(ControlRequest request, PeerAccount? peer)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (RefusalOf(peer) is { } stranger) return stranger;
        var credentials = new AdministratorCredentials(peer) { Token = request.AdminToken, IsConfirmed = request.Confirmed };
        var reading = ControlFormat.Read(request);
        return reading.Refusal is { } refusal
            ? ControlReplies.Of([administration.Refuse(refusal, credentials)])
            : ControlReplies.Of(await administration.DoAllAsync(reading.Acts, credentials).ConfigureAwait(false));
    }
}
