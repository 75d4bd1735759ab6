namespace Gatehouse.Audit;

/// <summary>The end of a log, and the beginning of the next one, as the process that began it found it.</summary>
/// <param name="Reason">The reason: <c>key-lost</c>, <c>damaged</c>, <c>rolled-back</c>, <c>lost</c> or <c>replaced</c>.</param>
public sealed record AuditLogSuccession(string Reason)
{
    /// <summary>The word for a log without one before it. It ends no log.</summary>
    public const string First = "first";

    /// <summary>The reason for a log whose key is missing or does not open.</summary>
    public const string KeyLost = "key-lost";

    /// <summary>The reason for a log of which files are missing or altered.</summary>
    public const string Damaged = "damaged";

    /// <summary>The reason for a log that is shorter than its checkpoint.</summary>
    public const string RolledBack = "rolled-back";

    /// <summary>The reason for a log that published entries and whose folder is gone.</summary>
    public const string Lost = "lost";

    /// <summary>The reason for a log in whose place, or after which, the folder of another log was put.</summary>
    public const string Replaced = "replaced";

    /// <summary>
    /// The reasons after which entries of the log before may be missing, each as the rest of a sentence that begins with "the log before it".
    /// </summary>
    public static IReadOnlyDictionary<string, string> Faults { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Damaged] = "was damaged",
        [RolledBack] = "had fewer entries than it had published: an older copy was put in its place, or its end was cut",
        [Lost] = "was gone",
        [Replaced] = "had another log in its place",
    };

    /// <summary>Returns the fault as the rest of a sentence, with its word where the sentence lacks it; null for a reason that is no fault.</summary>
    /// <param name="reason">The reason.</param>
    public static string? FaultOf(string? reason) => Faults.GetValueOrDefault(reason ?? "") is not { } fault ? null
        : fault.Contains(reason!, StringComparison.Ordinal) ? fault : $"{fault} ({reason})";

    /// <summary>The part of the log that is not as it was left, in one word; null where the reason says all.</summary>
    public string? Part { get; init; }

    /// <summary>The file and the fault, for the operator; null where the reason says all.</summary>
    public string? Detail { get; init; }

    /// <summary>The origin of the log that ended, or the name of its folder; null where neither is known.</summary>
    public string? Previous { get; init; }

    /// <summary>The size that it published last; null where that is not known.</summary>
    public long? PreviousSize { get; init; }
}
