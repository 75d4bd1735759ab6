using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Ipc;

namespace Gatehouse.Administration.Control;

/// <summary>The control socket's view of administration: it reads requests as acts, and writes outcomes as answers.</summary>
public sealed class ControlHandler
{
    // A member that is not known, or one that is there twice, would have a meaning that is not carried out. A null is refused where a member must
    // have a value.
    private static readonly ControlJson Strict = new(new JsonSerializerOptions
    { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false, RespectNullableAnnotations = true });

    private readonly AdministrationService administration;

    internal ControlHandler(AdministrationService administration) => this.administration = administration;

    /// <summary>Returns the answer to an account that may do nothing here, or null for one that may. Asked before its request is read.</summary>
    /// <param name="peer">The account, or null where it could not be read.</param>
    public ControlReply? RefusalOf(PeerAccount? peer) => administration.RefusalOf(peer) is { } refusal ? ControlReplies.Of(refusal) : null;

    /// <summary>Returns the same for the peer of a new connection, and counts the connection as an attempt to authenticate (ID-08).</summary>
    /// <param name="peer">The account, or null where it could not be read.</param>
    public ControlReply? Admit(PeerAccount? peer) => administration.Admit(peer) is { } refusal ? ControlReplies.Of(refusal) : null;

    /// <summary>Carries out one request.</summary>
    /// <param name="line">The line of the peer, as it came.</param>
    /// <param name="peer">The sender.</param>
    public Task<ControlReply> HandleAsync(ReadOnlyMemory<byte> line, PeerAccount? peer)
    {
        if (StrictRequest.IsPlain(line.Span) && Read(line.Span) is { } request) return HandleAsync(request, peer);
        var refusal = administration.Refuse(ActionRefusal.NotUnderstood, new AdministratorCredentials(peer));
        return Task.FromResult(ControlReplies.Of(refusal.Refusal!));
    }

    /// <summary>Carries out one request for an act of <see cref="ActTable"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="peer">The sender.</param>
    internal Task<ControlReply> HandleAsync(ActRequest request, PeerAccount? peer)
    {
        ArgumentNullException.ThrowIfNull(request);
        return HandleAsync(request.Read, new AdministratorCredentials(peer) { Token = request.Token, IsConfirmed = request.Confirmed });
    }

    /// <summary>Carries out an act.</summary>
    /// <param name="act">The act.</param>
    /// <param name="peer">The sender.</param>
    /// <param name="token">Access token for the administration audience; null for none.</param>
    /// <param name="isConfirmed">True where a person typed a confirmation at the terminal.</param>
    internal Task<ControlReply> HandleAsync(AdministrativeAction act, PeerAccount? peer, string? token = null, bool isConfirmed = false) =>
        HandleAsync(ActRequest.Of(act, token, isConfirmed), peer);

    private static ActRequest? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, Strict.ActRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<ControlReply> HandleAsync(Func<ControlReading> read, AdministratorCredentials credentials)
    {
        try
        {
            if (RefusalOf(credentials.Account) is { } stranger) return stranger;
            var reading = read();
            return reading.Refusal is { } refusal
                ? ControlReplies.Of(administration.Refuse(refusal, credentials).Refusal!)
                : ControlReplies.Of(await administration.DoAllAsync(reading.Acts, credentials).ConfigureAwait(false), reading.Acts[0].Row);
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

        return ControlReplies.Of(refusal);
    }
}
