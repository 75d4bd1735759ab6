namespace Gatehouse.Storage.Abstractions;

/// <summary>What one person said about one definition.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Source">Where it came from, in one line.</param>
/// <param name="Kind">The word of its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it ends; <see cref="DateTimeOffset.MaxValue"/> for never.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsRevocation">True when an approval was taken back.</param>
/// <param name="Definition">The definition in full; empty when it is taken back.</param>
public sealed record DefinitionApprovalRow(
    string Server, string Source, string Kind, string Name, string Digest, string By, DateTimeOffset At, DateTimeOffset Until, string Reason,
    bool IsRevocation, ReadOnlyMemory<byte> Definition)
{
    /// <summary>Refuses what would not come back as it went in.</summary>
    /// <exception cref="ArgumentException">A text is too long or no text, or the definition is too long.</exception>
    public void Validate()
    {
        foreach (var text in new[] { Server, Source, Kind, Name, Digest, By, Reason }) StoredText.Check(text, nameof(DefinitionApprovalRow));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Definition.Length, IDefinitionApprovalStore.LongestDefinition, nameof(Definition));
    }
}
