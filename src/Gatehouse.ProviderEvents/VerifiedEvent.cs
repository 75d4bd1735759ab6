using System.Text.Json;

namespace Gatehouse.ProviderEvents;

/// <summary>An event whose signature, issuer, audience and time were found good.</summary>
/// <param name="Id">Its <c>jti</c>.</param>
/// <param name="Events">Its events, each with its content.</param>
/// <param name="Subject">Its subject; null where the format is not read.</param>
internal sealed record VerifiedEvent(string Id, IReadOnlyList<(string Type, JsonElement Content)> Events, EventSubject? Subject);
