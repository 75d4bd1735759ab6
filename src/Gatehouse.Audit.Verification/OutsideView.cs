using Gatehouse.Audit.Tree.Notes;

namespace Gatehouse.Audit.Verification;

/// <summary>An outside checkpoint that was read.</summary>
/// <param name="Name">Where it came from.</param>
/// <param name="Checkpoint">What it says.</param>
/// <param name="IsSigned">True where a key of the auditor signed it.</param>
internal sealed record OutsideView(string Name, Checkpoint Checkpoint, bool IsSigned)
{
    /// <summary>True where the log begins as the checkpoint says.</summary>
    public bool IsMatched { get; set; }
}
