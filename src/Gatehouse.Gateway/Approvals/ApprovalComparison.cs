using System.Text.Json.Serialization;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Approvals;

/// <summary>
/// A call compared with the last one of its kind that was approved. It is a part of the sealed facts of the question, so that the text that a person
/// is shown does not change, and the erasure of the caller ends it.
/// </summary>
internal sealed record ApprovalComparison
{
    // A generated reader sets an absent member to null, whatever its initializer is (decision 0143).

    /// <summary>Nothing is there to compare with.</summary>
    public static ApprovalComparison None { get; } = new();

    /// <summary>Id of the earlier question; null where there is none.</summary>
    public string? Id { get; init; }

    /// <summary>The moment when the earlier question was asked.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>True where the definition is another one than that of the earlier call. Then nothing else is compared.</summary>
    public bool IsOtherDefinition { get; init; }

    /// <summary>Number of values that have changed.</summary>
    public int Changed { get; init; }

    /// <summary>Number of values that only this call has.</summary>
    public int Added { get; init; }

    /// <summary>Number of values that only the earlier call has.</summary>
    public int Removed { get; init; }

    /// <summary>The first of these values, escaped and bounded.</summary>
    public IReadOnlyList<ComparedValue> Listed { get; init => field = value ?? []; } = [];

    /// <summary>Number of all differences.</summary>
    [JsonIgnore]
    public int Count => Changed + Added + Removed;

    /// <summary>Compares a call with an earlier one.</summary>
    /// <param name="row">The question about the earlier call.</param>
    /// <param name="earlier">Its facts; null where they cannot be opened any more.</param>
    /// <param name="facts">The facts of the question about the call.</param>
    public static ApprovalComparison Of(ApprovalRow row, ApprovalFacts? earlier, ApprovalFacts facts)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(facts);
        if (earlier is null || !MayBeSeenWith(earlier, facts)) return None;
        var compared = new ApprovalComparison { Id = row.Id, At = row.At };
        // Under another definition the same argument can mean something else, and a short difference would hide that.
        if (earlier.Definition != facts.Definition) return compared with { IsOtherDefinition = true };
        var difference = ParameterDifference.Between(earlier.Parameters, facts.Parameters);
        return compared with
        {
            Changed = difference.Changed,
            Added = difference.Added,
            Removed = difference.Removed,
            Listed = difference.Listed,
        };
    }

    // Threat: an approver sees arguments of a call about which this person may not be asked. The policy decides by server, method and targets, so
    // that whoever may see the one question may see the other.
    private static bool MayBeSeenWith(ApprovalFacts earlier, ApprovalFacts facts) =>
        earlier is { IsConfirmation: false, Access: null } && earlier.Issuer == facts.Issuer && earlier.Subject == facts.Subject
        && earlier.Client == facts.Client && earlier.Server == facts.Server && earlier.Source == facts.Source && earlier.Method == facts.Method
        && earlier.Target == facts.Target && earlier.Targets.SequenceEqual(facts.Targets);
}

/// <summary>A value by which two calls differ.</summary>
/// <param name="Change">The kind of difference.</param>
/// <param name="Path">The path of the value, escaped.</param>
/// <param name="Before">The earlier value, escaped; null for none.</param>
/// <param name="After">The later value, escaped; null for none.</param>
internal sealed record ComparedValue(ValueChange Change, string Path, string? Before = null, string? After = null);

/// <summary>Kinds of differences. The numbers are stored.</summary>
internal enum ValueChange
{
    /// <summary>Both calls have the value, and it is another one.</summary>
    Changed,

    /// <summary>Only the later call has it.</summary>
    Added,

    /// <summary>Only the earlier call has it.</summary>
    Removed,
}
