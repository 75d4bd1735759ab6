using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// The checkpoints that an auditor brought, and those beside the logs that a witness of the auditor cosigned: each is compared with its log.
/// </summary>
/// <param name="request">The keys and checkpoints of the auditor.</param>
/// <param name="checkpoints">Checks signatures.</param>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="facts">Takes what is known and not wrong.</param>
internal sealed class OutsideCheckpoints(
    VerificationRequest request, CheckpointCheck checkpoints, FindingCollector findings, ICollection<string> facts)
{
    private const int MostNamed = 4; // logs in a finding

    private readonly List<OutsideView> taken = [];

    /// <summary>The checkpoints that could be read.</summary>
    public IReadOnlyList<OutsideView> All => taken;

    /// <summary>Reads the checkpoints, and notes the sizes at which the logs have to be compared with them.</summary>
    /// <param name="views">The logs, oldest first.</param>
    public void Read(IReadOnlyList<LogView> views)
    {
        foreach (var given in request.Outside)
        {
            var place = new LogPosition(given.Name);
            if (SignedNote.Parse(given.Bytes.Span) is not { } note || !Checkpoint.TryParse(note.Text, out var checkpoint))
            {
                findings.Add(place, AuditFindingKind.OutsideCheckpoint, "it is no signed note with an origin, a size and a root");
                continue;
            }

            // Without a key the comparison is still made: a difference is a finding whoever signed.
            var isSigned = request.Keys.Count > 0 && checkpoints.Signers(note, checkpoint, request.Keys, place,
                AuditFindingKind.OutsideCheckpoint).Count > 0;
            foreach (var cosigned in checkpoints.Cosigned(note, place, IsOfNewest(checkpoint, views))) facts.Add($"{given.Name} was cosigned by {cosigned}");
            taken.Add(new OutsideView(given.Name, checkpoint, isSigned));
            foreach (var view in views.Where(view => view.Origin == checkpoint.Origin)) view.Sizes.Add(checkpoint.Size);
        }

        if (request.Cosigners.Count == 0) return;
        foreach (var view in views) ReadCosigned(view, isNewest: view == views[^1]);
    }

    // A checkpoint beside the log is as good as an outside one where a witness of the auditor cosigned it: a writer of the log cannot make one.
    private void ReadCosigned(LogView view, bool isNewest)
    {
        var files = view.Log.Cosigned(out var notRead);
        if (notRead > 0)
            facts.Add($"{view.Log.Name}: files in {LogLayout.Cosigned} that were not read: {notRead}. The first {LogSnapshot.MostCosigned} by name are read. Give others with --checkpoint");
        foreach (var (name, note) in files)
        {
            var file = $"{LogLayout.Cosigned}/{name}";
            var place = new LogPosition(view.Log.Files.PathOf(file), view.Log.Name);
            if (note is null || !Checkpoint.TryParse(note.Text, out var checkpoint))
            {
                facts.Add($"{view.Log.Name}: {file} is no signed checkpoint, and was not used");
                continue;
            }

            if (checkpoint.Origin != view.Origin)
            {
                facts.Add($"{view.Log.Name}: {file} is a checkpoint of the log {checkpoint.Origin}, and was not used");
                continue;
            }

            var cosigned = checkpoints.Cosigned(note, place, isOfNewest: isNewest && checkpoint.Size > 0);
            if (cosigned.Count == 0) continue;
            var isSigned = request.Keys.Count > 0 && checkpoints.Signers(note, checkpoint, request.Keys, place,
                AuditFindingKind.OutsideCheckpoint).Count > 0;
            facts.Add($"{view.Log.Name}: the checkpoint of size {checkpoint.Size} in {file} was cosigned by {string.Join(", ", cosigned)}");
            view.Cosigned.AddRange(cosigned.Select(one => $"{one}: size {checkpoint.Size} in {file}"));
            taken.Add(new OutsideView($"{file}, cosigned by {string.Join(", ", cosigned)}", checkpoint, isSigned));
            view.Sizes.Add(checkpoint.Size);
        }
    }

    private static bool IsOfNewest(Checkpoint checkpoint, IReadOnlyList<LogView> views) =>
        views.Count > 0 && checkpoint.Origin == views[^1].Origin && checkpoint.Size > 0;

    /// <summary>Compares the logs with the checkpoints.</summary>
    /// <param name="views">The logs, each checked.</param>
    public void Match(IReadOnlyList<LogView> views)
    {
        foreach (var view in taken) Match(view, views);
    }

    private void Match(OutsideView view, IReadOnlyList<LogView> views)
    {
        var (place, checkpoint) = (new LogPosition(view.Name), view.Checkpoint);
        if (views.LastOrDefault(log => log.Origin == checkpoint.Origin) is not { } log)
        {
            if (views.LastOrDefault(one => one.NamedOrigin == checkpoint.Origin) is { } unread)
            {
                findings.Add(place with { Log = unread.Log.Name }, AuditFindingKind.RootMismatch,
                    $"it is of {unread.Log.Name}, and cannot be compared with it: the checkpoint of that log is missing or damaged");
                return;
            }

            findings.Add(place, AuditFindingKind.UnknownLog, $"it is of the log {checkpoint.Origin}, which is not in this folder. {Here(views)}");
            return;
        }

        place = place with { Log = log.Log.Name };
        var size = log.Log.Checkpoint!.Size;
        if (checkpoint.Size > size)
            findings.Add(place, AuditFindingKind.RolledBack, $"{log.Log.Name} had {checkpoint.Size} entries under a checkpoint, and has {size}: it was cut or rolled back");
        else if (log.Tree!.RootAt(checkpoint.Size) is not { } root)
            findings.Add(place, AuditFindingKind.RootMismatch, $"the root of the first {checkpoint.Size} entries of {log.Log.Name} cannot be computed, because hashes are missing or do not agree");
        else if (root != checkpoint.Root)
            findings.Add(place, AuditFindingKind.Rewritten,
                $"the first {checkpoint.Size} entries of {log.Log.Name} give another root: one of them was changed since, or this log was shown to others in another form");
        else view.IsMatched = true;
    }

    private static string Here(IReadOnlyList<LogView> views) => views.Count == 0 ? "There is no evidence log in it"
        : $"It has {string.Join(", ", views.TakeLast(MostNamed).Select(view => $"{view.Log.Name} ({view.Origin ?? "no origin"})"))}"
            + (views.Count > MostNamed ? $" and {views.Count - MostNamed} older ones" : "");

    /// <summary>Returns the newest signed checkpoint that is of a log and not larger than it; null for none.</summary>
    /// <param name="view">The log.</param>
    public OutsideView? Since(LogView view) => taken
        .Where(one => one.IsSigned && one.Checkpoint.Origin == view.Origin && one.Checkpoint.Size > 0
            && one.Checkpoint.Size <= view.Log.Checkpoint!.Size)
        .MaxBy(one => one.Checkpoint.Size);
}
