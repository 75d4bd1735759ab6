namespace Gatehouse.Peers.Events;

/// <summary>A poll of the receiver (RFC 8936, section 2.2).</summary>
/// <param name="Acknowledged">The events that the receiver has.</param>
/// <param name="Errors">The events that it refused, with the error codes.</param>
/// <param name="ReturnsImmediately">True if it does not wait for events.</param>
/// <param name="Most">The most events that it wants; null for no limit.</param>
public sealed record PollRequest(
    IReadOnlyList<string> Acknowledged, IReadOnlyDictionary<string, string> Errors, bool ReturnsImmediately, int? Most);
