namespace Gatehouse.Integrity.Inspection;

/// <summary>A finding in a file of a repository that a person examined and accepted: narrow, explained, and for a time.</summary>
public sealed record FileSuppression
{
    /// <summary>The path of the file from the scanned folder, with slashes.</summary>
    public required string Path { get; init; }

    /// <summary>Id of the finding, such as <c>GHS4008</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Digest of the finding as JSON shows it; null where it counts for every such finding of the file.</summary>
    public string? Digest { get; init; }

    /// <summary>The reason why it is harmless.</summary>
    public required string Reason { get; init; }

    /// <summary>The end of the suppression: the beginning of the day after its last one, UTC.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>The file that contains it.</summary>
    public string File { get; init; } = "";

    /// <summary>The line there, from 1.</summary>
    public int Line { get; init; }
}
