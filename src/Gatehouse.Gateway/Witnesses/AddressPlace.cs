using Gatehouse.Audit.Verification.Logs;
using Gatehouse.Outbound;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>
/// An address that takes each checkpoint by POST, as the text of its signed note. Any status from 200 to 299 says that it was taken.
/// </summary>
internal sealed class AddressPlace(CheckpointPlaceSettings settings, CheckpointClient client) : OutsidePlace
{
    public override string Name => $"checkpoints.{settings.Name}";

    public override string Target => settings.Url!.GetLeftPart(UriPartial.Path);

    public override string Identity => $"{Name}\n{settings.Url}";

    public override long KnownSize(LogSnapshot log) => 0;

    public override async Task<SendOutcome> SendAsync(LogSnapshot log, long knownSize, CancellationToken cancellation)
    {
        var (status, _) = await client.PostAsync(settings.Url!, log.CheckpointBytes, cancellation).ConfigureAwait(false);
        return status is >= 200 and < 300 ? new SendOutcome(log.Checkpoint!.Size, null)
            : new SendOutcome(knownSize, OutboundFault.OfStatus(status));
    }
}
