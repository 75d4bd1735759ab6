using System.Text.Json.Serialization;
using Gatehouse.Administration;

namespace Gatehouse.Cli.ApprovalCommands;

/// <summary>The changes between one reading of the list of questions and the next.</summary>
internal sealed class ApprovalChanges
{
    private Dictionary<string, ApprovalView> known = new(StringComparer.Ordinal);

    /// <summary>Returns whether a question of the reading before is not in this one: it is answered or over.</summary>
    public bool HasEnded(IReadOnlyList<ApprovalView> now)
    {
        var left = now.Select(static one => one.Id).ToHashSet(StringComparer.Ordinal);
        return known.Keys.Any(id => !left.Contains(id));
    }

    /// <summary>Returns the changes since the reading before: ends first, then the rest in the order of the list.</summary>
    /// <param name="now">The questions that are open, and the grants that no call has used.</param>
    /// <param name="all">The questions in every state, to say how one ended; empty where none has.</param>
    /// <param name="at">The moment of this reading.</param>
    public IReadOnlyList<ApprovalChange> Next(IReadOnlyList<ApprovalView> now, IReadOnlyList<ApprovalView> all, DateTimeOffset at)
    {
        var before = known;
        known = now.ToDictionary(static one => one.Id, StringComparer.Ordinal);
        return
        [
            .. before.Values.Where(one => !known.ContainsKey(one.Id)).Select(one => Ended(one, all, at)),
            .. now.Where(one => !before.TryGetValue(one.Id, out var old) || old.State != one.State || old.Granted != one.Granted)
                .Select(one => new ApprovalChange(one.State, at, one)),
        ];
    }

    // A question that is granted and used between two readings is reported as spent. Definitions and remembered answers have no final state, so they
    // are reported as gone.
    private static ApprovalChange Ended(ApprovalView one, IReadOnlyList<ApprovalView> all, DateTimeOffset at) =>
        all.FirstOrDefault(other => other.Id == one.Id) is { } found ? new ApprovalChange(found.State, at, found)
            : new ApprovalChange(ApprovalChange.Gone, at, one);
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
