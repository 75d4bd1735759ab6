using Gatehouse.Protocol;

namespace Gatehouse.Pipeline.Upstream;

/// <summary>One event from a server.</summary>
/// <param name="Message">The validated message; null for an event without data, which contains only a position or delay.</param>
/// <param name="EventId">The upstream's event id; null when it has none.</param>
/// <param name="RetryMilliseconds">Delay for reconnecting, when given.</param>
public sealed record UpstreamEvent(ValidatedMessage? Message, string? EventId = null, int? RetryMilliseconds = null);
