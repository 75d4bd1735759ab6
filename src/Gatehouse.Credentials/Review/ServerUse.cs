namespace Gatehouse.Credentials.Review;

/// <summary>The use of one server.</summary>
/// <param name="Calls">Permitted requests that name a tool, prompt or resource.</param>
/// <param name="People">The callers who made them.</param>
/// <param name="Last">The last one; null for none.</param>
public sealed record ServerUse(int Calls, int People, DateTimeOffset? Last);
