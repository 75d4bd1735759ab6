using Gatehouse.Ipc;

namespace Gatehouse.Administration.Control;

/// <summary>The control socket's view of administration: it reads requests as acts, and writes outcomes as answers.</summary>
public sealed class ControlHandler
{
    private readonly AdministrationService administration;

    internal ControlHandler(AdministrationService administration) => this.administration = administration;

    /// <summary>Returns the answer to an account that may do nothing here, or null for one that may. Asked before its request is read.</summary>
    /// <param name="peer">The account, or null where it could not be read.</param>
    public ControlReply? RefusalOf(PeerAccount? peer) => administration.RefusalOf(peer) is { } refusal ? ControlReplies.Of(refusal) : null;

    /// <summary>Returns the same for the peer of a new connection, and counts the connection as an attempt to authenticate (ID-08).</summary>
    /// <param name="peer">The account, or null where it could not be read.</param>
    public ControlReply? Admit(PeerAccount? peer) => administration.Admit(peer) is { } refusal ? ControlReplies.Of(refusal) : null;

    /// <summary>Returns the answer to bytes that are no request.</summary>
    /// <param name="peer">The sender.</param>
    public ControlReply RefuseUnread(PeerAccount? peer) =>
        ControlReplies.Of([administration.Refuse(ActionRefusal.NotUnderstood, new AdministratorCredentials(peer))]);

    /// <summary>Carries out one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="peer">The sender.</param>
    public async Task<ControlReply> HandleAsync(ControlRequest request, PeerAccount? peer)
    {
        ArgumentNullException.ThrowIfNull(request);
        var credentials = new AdministratorCredentials(peer) { Token = request.AdminToken, IsConfirmed = request.Confirmed };
        try
        {
            if (RefusalOf(peer) is { } stranger) return stranger;
            var reading = ControlFormat.Read(request);
            return reading.Refusal is { } refusal
                ? ControlReplies.Of([administration.Refuse(refusal, credentials)])
                : ControlReplies.Of(await administration.DoAllAsync(reading.Acts, credentials).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            return Failed(ActionRefusal.Failed(e), credentials);
        }
    }

    // A fault outside of an act. Without an answer the sender cannot distinguish it from a gateway that ended. The journal may be what failed.
    private ControlReply Failed(ActionRefusal refusal, AdministratorCredentials credentials)
    {
        try
        {
            administration.Refuse(refusal, credentials);
        }
#pragma warning disable CA1031 // The answer says that there was a fault.
        catch (Exception)
#pragma warning restore CA1031
        {
            refusal = refusal with { MayBeDone = true };
        }

        return ControlReplies.Of([new ActionOutcome(null, refusal)]);
    }
}
