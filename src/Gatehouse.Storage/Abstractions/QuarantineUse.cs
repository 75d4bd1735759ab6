namespace Gatehouse.Storage.Abstractions;

/// <summary>Number and bytes of the withheld results that still have their content.</summary>
/// <param name="Results">How many there are.</param>
/// <param name="Bytes">Bytes of their contents.</param>
public sealed record QuarantineUse(long Results, long Bytes);
