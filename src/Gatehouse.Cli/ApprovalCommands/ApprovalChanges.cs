using System.Text.Json.Serialization;
using Gatehouse.Administration;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>The changes between one reading of the list of questions and the next.</summary>
internal sealed class ApprovalChanges
{
    // More are open at no host (approvals.open).
    private const int MostKnown = 100_000;

    private Dictionary<string, ApprovalView> known = new(StringComparer.Ordinal);

    /// <summary>Returns whether a question of the reading before is not in this one: it is answered or over.</summary>
    public bool HasEnded(IReadOnlyList<ApprovalView> now)
    {
        var left = now.Select(static one => one.Id).ToHashSet(StringComparer.Ordinal);
        return known.Keys.Any(id => !left.Contains(id));
    }

    /// <summary>
    /// Returns the changes since the reading before: ends first, then the rest in the order of the list. A question that is granted and used between
    /// two readings is reported as spent. Definitions and remembered answers have no final state, so they are reported as gone.
    /// </summary>
    /// <param name="now">The questions that are open, and the grants that no call has used.</param>
    /// <param name="all">The questions in every state, to say how one ended; empty where none has.</param>
    /// <param name="at">The moment of this reading.</param>
    public IReadOnlyList<ApprovalChange> Next(IReadOnlyList<ApprovalView> now, IReadOnlyList<ApprovalView> all, DateTimeOffset at)
    {
        var before = known;
        known = now.ToDictionary(static one => one.Id, StringComparer.Ordinal);
        // A host lists the newest questions only. One that newer ones pushed out of the list did not end, and is no new one when it comes back.
        var isCut = Math.Max(now.Count, all.Count) >= ListApprovals.MostListed;
        var ended = new List<ApprovalChange>();
        foreach (var one in before.Values.Where(one => !known.ContainsKey(one.Id)))
        {
            var found = all.FirstOrDefault(other => other.Id == one.Id);
            if (found?.State == one.State || (found is null && isCut && known.Count < MostKnown)) known[one.Id] = one;
            else ended.Add(new ApprovalChange(found?.State ?? ApprovalChange.Gone, at, found ?? one));
        }

        return
        [
            .. ended,
            .. now.Where(one => !before.TryGetValue(one.Id, out var old) || old.State != one.State || old.Granted != one.Granted)
                .Select(one => new ApprovalChange(one.State, at, one)),
        ];
    }
}

/// <summary>A change of one question.</summary>
/// <param name="Change">The state that it has now, or <see cref="Gone"/>.</param>
/// <param name="At">The moment of the reading that found it.</param>
/// <param name="Approval">The question, as it is in lists.</param>
internal sealed record ApprovalChange(
    [property: JsonPropertyName("change")] string Change, [property: JsonPropertyName("at")] DateTimeOffset At,
    [property: JsonPropertyName("approval")] ApprovalView Approval)
{
    /// <summary>The question is not in the list any more, and the gateway has no state of it.</summary>
    public const string Gone = "gone";
}
