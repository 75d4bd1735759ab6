using Gatehouse.Administration;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>The changes between one reading of the list of questions and the next.</summary>
internal sealed class ApprovalChanges
{
    // More are open at no host (approvals.open).
    private const int MostKnown = 100_000;

    private Dictionary<string, ApprovalView> known = new(StringComparer.Ordinal);

    /// <summary>Returns whether a question of the reading before is answered or over in this one.</summary>
    public bool HasEnded(IReadOnlyList<ApprovalView> now)
    {
        var (left, oldest) = (now.Select(static one => one.Id).ToHashSet(StringComparer.Ordinal), OldestOfFull(now));
        return known.Values.Any(one => !left.Contains(one.Id) && !IsPushedOut(one, oldest));
    }

    /// <summary>
    /// Returns the changes since the reading before: ends first, then the rest in the order of the list. A question that is granted and used between
    /// two readings is reported as spent. Definitions and remembered answers have no final state, so they are reported as gone, and so is a question
    /// that is too old for the list of all.
    /// </summary>
    /// <param name="now">The questions that are open, and the grants that no call has used.</param>
    /// <param name="all">The questions in every state, to say how one ended; empty where none has.</param>
    /// <param name="at">The moment of this reading.</param>
    public IReadOnlyList<ApprovalChange> Next(IReadOnlyList<ApprovalView> now, IReadOnlyList<ApprovalView> all, DateTimeOffset at)
    {
        var before = known;
        known = now.ToDictionary(static one => one.Id, StringComparer.Ordinal);
        var oldest = OldestOfFull(now);
        var ended = new List<ApprovalChange>();
        foreach (var one in before.Values.Where(one => !known.ContainsKey(one.Id)))
        {
            var found = all.FirstOrDefault(other => other.Id == one.Id);
            if (found?.State == one.State || (found is null && IsPushedOut(one, oldest) && known.Count < MostKnown)) known[one.Id] = one;
            else ended.Add(new ApprovalChange(found?.State ?? ApprovalChange.Gone, at, found ?? one));
        }

        return
        [
            .. ended,
            .. now.Where(one => !before.TryGetValue(one.Id, out var old) || old.State != one.State || old.Granted != one.Granted)
                .Select(one => new ApprovalChange(one.State, at, one)),
        ];
    }

    // A host lists the newest calls, requests for rights and acts only. One that newer ones pushed out of the list did not end, and is no new one
    // when it comes back.
    private static bool IsPushedOut(ApprovalView one, DateTimeOffset? oldest) => IsQuestion(one) && one.At <= oldest;

    // Null where the list has room, so that it has everything.
    private static DateTimeOffset? OldestOfFull(IReadOnlyList<ApprovalView> now) =>
        now.Count(IsQuestion) >= ListApprovals.MostListed ? now.Where(IsQuestion).Min(static one => one.At) : null;

    private static bool IsQuestion(ApprovalView one) => one.Kind is ApprovalView.CallKind or ApprovalView.AccessKind or ApprovalView.ActKind;
}

/// <summary>A change of one question.</summary>
/// <param name="Change">The state that it has now, or <see cref="Gone"/>.</param>
/// <param name="At">The moment of the reading that found it.</param>
/// <param name="Approval">The question, as it is in lists.</param>
internal sealed record ApprovalChange(string Change, DateTimeOffset At, ApprovalView Approval)
{
    /// <summary>The question is not in the list any more, and the gateway has no state of it.</summary>
    public const string Gone = "gone";
}
