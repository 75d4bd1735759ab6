namespace Gatehouse.Settings;

/// <summary>The decision of the rules about one secret or personal datum.</summary>
/// <param name="Mode">The treatment.</param>
/// <param name="Rule">The id of the rule; null where a suppression is about it.</param>
public readonly record struct ProtectionDecision(ProtectionMode Mode, string? Rule);
