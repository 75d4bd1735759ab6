using Gatehouse.Detection.Findings;

namespace Gatehouse.Inventory.Repositories;

/// <summary>A secret in a file. It has no value: only what may be shown of it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Confidence">The confidence.</param>
/// <param name="Masked">The fixed beginning of the format and the length.</param>
/// <param name="Line">Line from 1 in the file.</param>
/// <param name="Column">Column from 1; 0 where the file holds the text in another form.</param>
/// <param name="Cell">The place within a notebook, or null.</param>
/// <param name="Evidence">Digest of the line with its secrets replaced.</param>
/// <param name="Digest">Digest of the value, to report one value once. It is never shown.</param>
internal sealed record FoundSecret(string Kind, Confidence Confidence, string Masked, int Line, int Column, string? Cell, string Evidence,
    string Digest);
