namespace Gatehouse.Inventory.Repositories;

/// <summary>The scope of a search for secrets.</summary>
/// <param name="History">True when the commit history is searched too.</param>
/// <param name="Limit">The time that the files may take, and again the history.</param>
/// <param name="Progress">Receives the part of the work under way, or null.</param>
internal sealed record SearchScope(bool History, TimeSpan Limit, Action<string>? Progress);
