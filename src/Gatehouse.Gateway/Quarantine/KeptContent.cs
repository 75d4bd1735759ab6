using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>A withheld result, opened.</summary>
/// <param name="Row">The row.</param>
/// <param name="Facts">Its facts; null where they cannot be opened any more.</param>
/// <param name="Message">The message as the server sent it; null where it is taken, deleted or over, or cannot be opened any more.</param>
/// <param name="Release">The facts of its release or deletion; null for none.</param>
internal sealed record KeptContent(QuarantinedResultRow Row, QuarantineFacts? Facts, byte[]? Message, ReleaseFacts? Release);
