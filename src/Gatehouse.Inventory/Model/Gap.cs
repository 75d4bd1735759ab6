namespace Gatehouse.Inventory.Model;

/// <summary>Something that was not measured. It is never reported as clean.</summary>
/// <param name="What">The subject: a file, folder, server or check.</param>
/// <param name="Why">The cause.</param>
/// <param name="IsFailure">True when it was tried and failed, or false when it was not asked for.</param>
public sealed record Gap(string What, string Why, bool IsFailure);
