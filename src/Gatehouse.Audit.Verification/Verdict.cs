using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>The verdict of a check in sentences: the entries that it vouches for, and the limits of its knowledge.</summary>
internal sealed class Verdict(VerificationRequest request, IReadOnlyList<LogView> views, IReadOnlyList<OutsideView> outside, bool hasFindings)
{
    /// <summary>The limit of a check of the structure: what <c>--structure</c> leaves out.</summary>
    public const string NoContent = "The content of entries was not checked. Kept requests were not checked either, and may be changed or absent.";

    private readonly LogView? newest = views.Count > 0 ? views[^1] : null;
    private readonly EvidenceStatements evidence = new(request, views, outside, hasFindings);

    /// <summary>The origin of the log before the given one, where the folder of one log was given and that log is not in it; null for none.</summary>
    public string? Absent { get; init; }

    /// <summary>True where a key of the auditor and an outside checkpoint of the newest log support it, and nothing was found.</summary>
    public bool IsVouched => !hasFindings && IsSignedByGivenKey && Newest is not null && (Absent is null || request.OneLog) && !IsNothingRead
        && !IsAskedBehindCheckpoint;

    // The threat: the entries that an auditor asks for were deleted, and the exit code says that all is well (CWE-778). A check of what is newer than
    // a checkpoint may find nothing newer.
    private bool IsNothingRead => !request.SinceOutside && newest is { Tree: { Entries: 0 }, Log.Checkpoint.Size: var size }
        && (newest.From > 0 || newest.To < size) && Math.Min(newest.To, size + newest.Tree.Pending) <= size;

    // The threat: whoever can write the journal forges entries behind the checkpoint, and the exit code of a question about them says that all is
    // well.
    private bool IsAskedBehindCheckpoint => newest?.Log.Checkpoint is { Size: var size }
        && (request.From >= size || (request.To is < long.MaxValue && request.To >= size));

    // A key from the folder of the log may have signed it, too.
    private bool IsSignedByGivenKey => newest is not null && request.Keys.Any(key => newest.SignedBy.Contains(key.ToString()));

    private OutsideView? Newest => outside.Where(view => view is { IsMatched: true, IsSigned: true } && view.Checkpoint.Origin == newest?.Origin
        && view.Checkpoint.Size > 0)
        .MaxBy(view => view.Checkpoint.Size);

    public IReadOnlyList<string> Statements() =>
        [.. IsVouched ? Vouched(Newest!) : NotVouched(),
            .. evidence.OfCheckpoints(IsVouched ? Newest : null), .. evidence.OfKeys(), .. OfWitnesses()];

    private IEnumerable<string> OfWitnesses()
    {
        if (request.Cosigners.Count == 0) yield break;
        yield return $"Witnesses: {WitnessNames.Of(request.Cosigners)}. A cosignature counts only if its operator is independent of the operator of the gateway. "
            + "A witness on the operator's own machine proves nothing.";
    }

    private IEnumerable<string> Vouched(OutsideView since)
    {
        var (log, size, known) = (newest!.Log.Name, newest.Log.Checkpoint!.Size, since.Checkpoint.Size);
        yield return $"Vouched: entries 0 to {size - 1} of {log} ({newest.Origin}), since the checkpoint of size {known} in {since.Name}. "
            + $"Entries 0 to {known - 1} are those of that checkpoint.";
        if (size > known)
        {
            yield return known + 1 == size
                ? $"Entry {known} is signed by the log's key only. The holder of that key could have changed it; a newer outside checkpoint shows it."
                : $"Entries {known} to {size - 1} are signed by the log's key only. The holder of that key could have changed them; a newer outside checkpoint shows it.";
        }

        if (request.KeysBesideLog.Count > 0) yield return $"{KeyBesideLog.Sentence(request.KeysBesideLog)} The verdict does not rest on it.";
        if (newest.Tree!.Archived > 0)
            yield return $"The text of entries {newest.Tree.ArchivedRange} is not here. Only their hashes are vouched for.";
        foreach (var limit in Limits()) yield return limit;
        if (newest.Tree.Pending is > 0 and var pending)
        {
            yield return pending == 1 ? $"Not vouched for: 1 entry after entry {size - 1}, which is not yet under a checkpoint."
                : $"Not vouched for: {pending} entries after entry {size - 1}, which are not yet under a checkpoint.";
        }

        if (Absent is not null) yield return $"Not vouched for: the logs before {log}.";
        foreach (var view in views.Where(view => view.IsNamed)) yield return OfNamed(view);
    }

    private static string OfNamed(LogView view)
    {
        var named = $"{view.Log.Name} ({view.Origin}) has the size and root that a later log names in its first entry";
        // The signature of the later log makes a claim of files no more than that (CWE-345).
        if (view.IsClaim)
            return $"Not vouched for: {view.Log.Name} ({view.Origin}). A later log names its size and root as the files in its folder said; a checkpoint of it from elsewhere would show them.";
        if (view.Tree is { Entries: > 0, Archived: 0 }) return $"{named}, and is vouched for by it.";
        var entries = view.Log.Checkpoint?.Size ?? 0;
        return view.Tree is { Entries: > 0 } tree
            ? $"{named}, and is vouched for by it. The text of its entries {tree.ArchivedRange} is not here: only their hashes are vouched for."
            : $"{named}: only its hashes are vouched for. Its {entries} {(entries == 1 ? "entry was" : "entries were")} not read, and the files with them may be damaged or absent.";
    }

    // A report that names no finding must not look like one about all entries.
    private IEnumerable<string> Limits()
    {
        if (newest is { Tree: { } tree, Log.Checkpoint: { Size: var size } } && (newest.From > 0 || newest.To < size))
            yield return PartRead(tree, newest.From, Math.Min(newest.To, size + tree.Pending));
        if (request.StructureOnly) yield return NoContent;
    }

    private static string PartRead(TreeCheck tree, long from, long to)
    {
        foreach (var (absent, end) in tree.Absent)
        {
            if (from >= absent && from < end) from = end;
        }

        foreach (var (absent, end) in tree.Absent.Reverse())
        {
            if (to > absent && to <= end) to = absent;
        }

        return PartRead(from, to);
    }

    private static string PartRead(long from, long to) => from < to
        ? $"Read were entries {from} to {to - 1}. Of the others only hashes were used, and their files may be damaged."
        : "No entry of the range is here, and none was read. Only hashes were used, and the files of the other entries may be damaged.";

    // Who asks about an older log only gets exit code 0 for that log's own folder.
    private string OlderOnly() => evidence.OldestVouched is { } log ? $". To have only {log.Log.Name} vouched for, {EvidenceStatements.ByItself(log)}" : "";

    private IEnumerable<string> NotVouched()
    {
        yield return hasFindings ? "Not vouched for: there are findings."
            : evidence.OldestVouched is not null ? $"Nothing was found. {newest!.Log.Name}, the newest log here, is not vouched for, and the exit code is about that log."
            : "Nothing was found, and nothing is vouched for.";
        if (hasFindings)
            yield return "Keep a copy of these files before anything writes to them again. The page docs/auditors/verifying.md explains each finding and the next step.";
        if (newest is null)
        {
            yield return "There is no evidence log here. A person who can write the files can write other files that pass.";
            yield break;
        }

        foreach (var limit in Limits()) yield return limit;
        if (IsAskedBehindCheckpoint && newest.Log.Checkpoint is { Size: > 0 and var size })
            yield return $"The range has entries that are not under the checkpoint, and nothing vouches for these. Give --to with at most {size - 1}.";
        if (Absent is not null && !request.OneLog)
            yield return $"{newest.Log.Name} follows the log {Absent}, which is not in the given folder and was not checked. Give the folder that has all logs, or --one-log "
                + "to have only this one vouched for.";
        if (request.KeysBesideLog.Count > 0 && !IsSignedByGivenKey)
            yield return $"{KeyBesideLog.Sentence(request.KeysBesideLog)} Give --key with the key that the operator of the log handed out by another way.";
        else if (request.Keys.Count == 0)
            yield return "No key of the log was given. The copy in log.vkeys was used, and proves nothing about who wrote the log. Give --key.";
        if (outside.Count == 0)
            yield return "No outside checkpoint was given. It cannot be known whether the holder of the log's key rewrote, cut or replaced the log, or shows it to others "
                + "in another form. Give --checkpoint, or the key of a witness with --cosigner.";
        else if (Newest is null && !hasFindings)
            yield return $"No outside checkpoint that a given key signed is of {newest.Log.Name} with at least one entry. Give one with --checkpoint{OlderOnly()}.";
    }
}
