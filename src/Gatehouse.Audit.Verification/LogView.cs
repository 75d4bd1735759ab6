using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>One evidence log while it is checked.</summary>
internal sealed class LogView
{
    public LogView(LogSnapshot log)
    {
        Log = log;
        if (log.Entries().Select(entry => (LoggedEntry?)entry).FirstOrDefault() is { Index: 0 } first)
            Birth = LogBirth.Of(new LogPosition(log.Files.PathOf(first.File), log.Name, 0, first.Offset, first.Bytes.Length), first.Bytes);
    }

    public LogSnapshot Log { get; }

    public LogBirth? Birth { get; }

    public string? Origin => Log.Checkpoint?.Origin;

    /// <summary>
    /// The origin, also of a log without a checkpoint: as its first entry or the copy of its keys names it. Nothing in it is verified.
    /// </summary>
    public string? NamedOrigin => Origin ?? Birth?.Origin ?? Log.Keys()
        .Select(static line => NoteKey.TryParse(line, out var key, out _) ? key.Name : null)
        .FirstOrDefault(static name => name is not null);

    /// <summary>Sizes at which the root is asked for.</summary>
    public List<long> Sizes { get; } = [];

    public TreeCheck? Tree { get; set; }

    public IReadOnlyList<string> SignedBy { get; set; } = [];

    public List<string> Cosigned { get; } = [];

    /// <summary>The first index that was read.</summary>
    public long From { get; set; }

    /// <summary>The index after the last one that was read.</summary>
    public long To { get; set; }

    /// <summary>True where the first entry of a later log names this one as the log before it.</summary>
    public bool IsSucceeded { get; set; }

    /// <summary>True where a later log names this one with a root that is right.</summary>
    public bool IsNamed { get; set; }

    /// <summary>True where the later log has size and root from the files of this one only, and no outside checkpoint shows them.</summary>
    public bool IsClaim { get; set; }

    public EvidenceLogReport Report() => new()
    {
        Log = Log.Name,
        Origin = Origin,
        Size = Log.Checkpoint?.Size ?? 0,
        Root = Log.Checkpoint?.Root.ToString(),
        Entries = Tree?.Entries ?? 0,
        Archived = Tree?.Archived ?? 0,
        Pending = Tree?.Pending ?? 0,
        TornBytes = Tree?.TornBytes ?? 0,
        SignedBy = SignedBy,
        Cosigned = Cosigned,
    };
}
