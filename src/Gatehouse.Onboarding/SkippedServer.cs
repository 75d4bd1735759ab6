using Gatehouse.Inventory.Model;

namespace Gatehouse.Onboarding;

/// <summary>A server that is left as it is, with the reason. Outside text in it is not escaped yet.</summary>
/// <param name="Client">Its client.</param>
/// <param name="Name">Its name in the file.</param>
/// <param name="Place">The place of the entry.</param>
/// <param name="Kind">The kind of reason.</param>
/// <param name="Why">The reason.</param>
public sealed record SkippedServer(string Client, string Name, SourceLocation Place, SkipReason Kind, string Why)
{
    /// <summary>True when it would have been edited but for something that can be put right.</summary>
    public bool IsFailure => Kind is SkipReason.Form or SkipReason.File or SkipReason.Changed;
}
