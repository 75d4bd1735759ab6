namespace Gatehouse.Storage.Abstractions;

/// <summary>What the withheld results use: those that have a content and are not over.</summary>
/// <param name="Results">How many there are.</param>
/// <param name="Bytes">Bytes of their contents.</param>
public sealed record QuarantineUse(long Results, long Bytes);
