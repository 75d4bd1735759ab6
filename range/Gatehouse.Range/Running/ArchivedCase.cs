using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Range.Running;

/// <summary>A log of which old entries may be in an archive, as an auditor checks it.</summary>
/// <param name="Folder">The folder of the logs.</param>
/// <param name="Kept">A checkpoint that the auditor kept.</param>
/// <param name="Archived">The entries of which the auditor knows that they are in the archive.</param>
public sealed record ArchivedCase(string Folder, ReadOnlyMemory<byte> Kept, IReadOnlyList<ArchivedRange> Archived)
{
    /// <summary>The folder of the log.</summary>
    internal string Log => Path.Combine(Folder, Name);

    /// <summary>The name of the log.</summary>
    internal const string Name = "log-0001";
}
