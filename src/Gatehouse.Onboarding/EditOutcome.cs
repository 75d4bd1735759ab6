namespace Gatehouse.Onboarding;

/// <summary>The result of carrying out a plan.</summary>
public sealed record EditOutcome
{
    /// <summary>Files that are changed now, each with its backup, or null where none is kept.</summary>
    public required IReadOnlyList<(string File, string? Backup)> Changed { get; init; }

    /// <summary>
    /// Backups of an earlier change that stay, because their files were edited since. They hold the former content of the files, secrets too.
    /// </summary>
    public IReadOnlyList<string> EarlierBackups { get; init; } = [];

    /// <summary>The reason why it was not carried out; null when it was. Not escaped yet.</summary>
    public string? Fault { get; init; }

    /// <summary>Files that had been changed and were put back.</summary>
    public IReadOnlyList<string> PutBack { get; init; } = [];

    /// <summary>Files that had been changed and could not be put back; their backups are beside them.</summary>
    public IReadOnlyList<string> NotPutBack { get; init; } = [];

    /// <summary>True when everything was carried out.</summary>
    public bool IsDone => Fault is null;
}
