namespace Gatehouse.Audit.Verification;

/// <summary>
/// Reports logs that began because the log before them was damaged, put back to an older state, gone, or had another log in its place. The threat:
/// an operator replaces a log by an older copy, and the files that are left agree with each other. Such a beginning counts as tampering until a
/// checkpoint from elsewhere shows that the log before is here with all that it published.
/// </summary>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="facts">Takes what is known and not wrong.</param>
/// <param name="isOneLog">True where the folder of one log was given: it comes without the ones before it.</param>
internal sealed class SuccessionCheck(FindingCollector findings, ICollection<string> facts, bool isOneLog)
{
    // Where a log has the size and root of the log before it from (log.birth, previousFrom). Only this one is a claim that nothing vouches for.
    private const string FromFiles = "files";

    private static readonly string[] Sources = ["record", "checkpoint", FromFiles];

    /// <summary>Checks why each log began.</summary>
    /// <param name="views">The logs, oldest first, each compared with the log before it.</param>
    /// <param name="outside">The checkpoints of the auditor, each compared with its log.</param>
    public void Check(IReadOnlyList<LogView> views, IReadOnlyList<OutsideView> outside)
    {
        foreach (var view in views)
        {
            if (view.Birth is not { } birth) continue;
            var previous = views.FirstOrDefault(other => other.Origin == birth.Previous);
            if (AuditLogSuccession.FaultOf(birth.Reason) is { } what) Report(view.Log.Name, birth, what, previous, outside);
            else if (birth.Reason is not (AuditLogSuccession.First or AuditLogSuccession.KeyLost))
                findings.Add(birth.Place, AuditFindingKind.Word, $"unknown reason for a new log: {birth.Reason ?? "none"}", "reason");
            CheckSource(view.Log.Name, birth, previous, outside);
        }
    }

    // Threat: key and records of a log are lost, and an operator puts another log in its place before the next start. The new log can only repeat
    // what the files say, and its own signature must not make that more than a claim (CWE-345).
    private void CheckSource(string log, LogBirth birth, LogView? previous, IReadOnlyList<OutsideView> outside)
    {
        if (birth.PreviousFrom is not { } source) return;
        if (!Sources.Contains(source, StringComparer.Ordinal))
            findings.Add(birth.Place, AuditFindingKind.Word, $"unknown source of the size of the log before: {source}", "previousFrom");
        else if (source == FromFiles && Shown(birth, outside) is null)
        {
            if (previous is not null) previous.IsClaim = true;
            facts.Add($"{log} names {birth.Previous} of size {birth.PreviousSize} only as the files in its folder said: the gateway had neither the key nor a record of it. "
                + "A checkpoint of that log from elsewhere shows whether it is true");
        }
    }

    private void Report(string log, LogBirth birth, string what, LogView? previous, IReadOnlyList<OutsideView> outside)
    {
        var begins = $"{log} began because the log before it{(birth.Previous is { } name ? $" ({name})" : "")} {what}";
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
