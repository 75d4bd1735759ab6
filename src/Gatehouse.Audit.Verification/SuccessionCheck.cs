namespace Gatehouse.Audit.Verification;

/// <summary>
/// Reports logs that began because the log before them was damaged, put back to an older state, or gone. The threat: an operator replaces a log
/// by an older copy, and the files that are left agree with each other. Such a beginning counts as tampering until a checkpoint from elsewhere shows
/// that the log before is here with all that it published.
/// </summary>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="facts">Takes what is known and not wrong.</param>
/// <param name="isOneLog">True where the folder of one log was given: it comes without the ones before it.</param>
internal sealed class SuccessionCheck(FindingCollector findings, ICollection<string> facts, bool isOneLog)
{
    private const string Lost = "lost";

    private static readonly Dictionary<string, string?> Reasons = new(StringComparer.Ordinal)
    {
        ["first"] = null,
        ["key-lost"] = null,
        ["damaged"] = "was damaged",
        ["rolled-back"] = "had fewer entries than it had published: an older copy was put in its place, or its end was cut",
        [Lost] = "was gone",
    };

    /// <summary>Checks why each log began.</summary>
    /// <param name="views">The logs, oldest first, each compared with the log before it.</param>
    /// <param name="outside">The checkpoints of the auditor, each compared with its log.</param>
    public void Check(IReadOnlyList<LogView> views, IReadOnlyList<OutsideView> outside)
    {
        foreach (var view in views)
        {
            if (view.Birth is not { Reason: var reason } birth) continue;
            if (reason is null || !Reasons.TryGetValue(reason, out var what))
                findings.Add(birth.Place, AuditFindingKind.Word, $"unknown reason for a new log: {reason ?? "none"}", "reason");
            else if (what is not null) Report(view.Log.Name, birth, what, views.FirstOrDefault(other => other.Origin == birth.Previous), outside);
        }
    }

    private void Report(string log, LogBirth birth, string what, LogView? previous, IReadOnlyList<OutsideView> outside)
    {
        var begins = $"{log} began because the log before it{(birth.Previous is { } name ? $" ({name})" : "")} {what} ({birth.Reason})";
        if (isOneLog) facts.Add(begins);
        else if (previous is { IsNamed: true } && Shown(birth, outside) is { } shown)
            facts.Add($"{begins}. {previous.Log.Name} is here with the size and root that {log} names, and the checkpoint of size {shown.Checkpoint.Size} in {shown.Name} matches it");
        else findings.Add(birth.Place, AuditFindingKind.Succession, $"{begins}. {Remedy(birth)}", "reason");
    }

    private static OutsideView? Shown(LogBirth birth, IReadOnlyList<OutsideView> outside) => outside.FirstOrDefault(
        view => view is { IsMatched: true, IsSigned: true } && view.Checkpoint.Origin == birth.Previous
            && view.Checkpoint.Size >= birth.PreviousSize);

    private static string Remedy(LogBirth birth)
    {
        const string Treat = "Treat this as tampering until the operator of the gateway explains it";
        return birth is { Previous: { } previous, PreviousSize: { } size }
            ? $"{Treat}, and give a checkpoint of {previous} of size {size} that was kept elsewhere (--checkpoint, or --cosigner with the key of a witness)"
            : $"{Treat}: neither the files nor the log say what the log before it had published";
    }
}
