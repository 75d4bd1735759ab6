namespace Gatehouse.ProviderEvents;

/// <summary>The answer of a transmitter to a poll (RFC 8936 §2.3).</summary>
/// <param name="Events">The events by their ids.</param>
/// <param name="HasMore">True where more events wait.</param>
internal sealed record PollAnswer(IReadOnlyList<(string Id, string Text)> Events, bool HasMore);
