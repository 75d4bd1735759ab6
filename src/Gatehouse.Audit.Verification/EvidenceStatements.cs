using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification;

/// <summary>
/// Sentences about each outside checkpoint and each given key: the log that it belongs to, and what it shows of that log. The verdict is about the
/// newest log of a folder, so an auditor who brings a key or a checkpoint of an older log reads here what that log is vouched for by.
/// </summary>
/// <param name="request">The keys of the auditor.</param>
/// <param name="views">The logs, oldest first, each checked.</param>
/// <param name="outside">The outside checkpoints, each compared with its log.</param>
/// <param name="hasFindings">True where something is wrong in the folder: then nothing is vouched for.</param>
internal sealed class EvidenceStatements(
    VerificationRequest request, IReadOnlyList<LogView> views, IReadOnlyList<OutsideView> outside, bool hasFindings)
{
    /// <summary>The oldest log before the newest one for which a signed outside checkpoint vouches; null for none.</summary>
    public LogView? OldestVouched =>
        views.SkipLast(1).FirstOrDefault(view => outside.Any(one => LogOf(one) == view && Vouches(one)));

    /// <summary>Returns a sentence or two about each checkpoint that is of a log of the folder.</summary>
    /// <param name="named">The checkpoint that the verdict names already; null where it does not vouch for the newest log.</param>
    public IEnumerable<string> OfCheckpoints(OutsideView? named) => outside.Where(one => one != named)
        .Select(one => LogOf(one) is { } log ? Of(one, log, isVouched: log != views[^1] || named is not null) : null)
        .OfType<string>();

    /// <summary>Returns the logs of which each given key signed the checkpoint. With one log and its own key there is nothing to say.</summary>
    public IEnumerable<string> OfKeys()
    {
        var names = request.Keys.Select(key => key.Name).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0 || views.Count == 0 || (views is [{ Origin: var only }] && names is [var name] && name == only)) yield break;
        foreach (var one in names) yield return OfKey(one);
        foreach (var view in views.Where(view => view.Origin is not null && !names.Contains(view.Origin)))
            yield return $"No key of {Name(view)} was given with --key. After the loss of a key each log has a key of its own. Repeat --key for each log, or {ByItself(view)}.";
    }

    private string OfKey(string name)
    {
        var keys = request.Keys.Where(key => key.Name == name).Select(key => key.ToString()).ToHashSet(StringComparer.Ordinal);
        if (views.Where(view => view.SignedBy.Any(keys.Contains)).Select(view => view.Log.Name).ToList() is { Count: > 0 } signed)
            return $"The given key of {name} signed the checkpoint of {string.Join(" and of ", signed)}.";
        return views.LastOrDefault(view => view.Origin == name) is { } own
            ? $"The given key of {name} did not sign the checkpoint of {own.Log.Name}, which names that origin."
            : views.LastOrDefault(view => view.NamedOrigin == name) is { } unread
            ? $"The given key of {name} has the name of {unread.Log.Name}, whose checkpoint is missing or damaged: what it signed is not known."
            : $"The given key of {name} is of no log in this folder.";
    }

    private string Of(OutsideView one, LogView log, bool isVouched)
    {
        var (size, belongs) = (one.Checkpoint.Size, $"{one.Name} is a checkpoint of size {one.Checkpoint.Size} of {Name(log)}");
        if (!one.IsMatched) return $"{belongs}, and does not match it.";
        if (size == 0) return $"{belongs}. It matches every log of that origin, and vouches for nothing.";
        if (!one.IsSigned) return $"{belongs}, and matches it. No key of that log from --key signed it, so it vouches for nothing.";
        if (hasFindings && views.Count > 1)
            return $"{belongs}, and matches it. It vouches for nothing while there are findings. To check that log without the other ones, {ByItself(log)}.";
        if (hasFindings || !isVouched) return $"{belongs}, and matches it.";
        return $"Vouched: entries 0 to {size - 1} of {Name(log)}, since the checkpoint of size {size} in {one.Name}.{Limit(log, size)}";
    }

    private static string Limit(LogView log, long size)
    {
        var text = log.Log.Checkpoint!.Size is var all && all > size ? $" That checkpoint does not cover its entries {size} to {all - 1}." : "";
        if (log.Tree is { Entries: 0 }) return $"{text} None of its entries was read: only its hashes are vouched for.";
        return log.Tree is { Archived: > 0 } tree ? $"{text} The text of its entries {tree.ArchivedRange} is not here: only their hashes are vouched for." : text;
    }

    private bool Vouches(OutsideView one) => !hasFindings && one is { IsMatched: true, IsSigned: true, Checkpoint.Size: > 0 };

    private LogView? LogOf(OutsideView one) => views.LastOrDefault(view => view.Origin == one.Checkpoint.Origin);

    private static string Name(LogView view) => $"{view.Log.Name} ({view.Origin})";

    /// <summary>Returns what to do to have one log checked without the others.</summary>
    public static string ByItself(LogView view)
    {
        var folder = Path.TrimEndingDirectorySeparator(view.Log.Files.PathOf(""));
        return view.Birth?.Previous is null ? $"give its folder {folder}" : $"give its folder {folder} with --one-log";
    }
}
