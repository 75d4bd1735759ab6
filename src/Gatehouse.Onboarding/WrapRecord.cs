namespace Gatehouse.Onboarding;

/// <summary>One server that was made to run through Gatehouse, as the ledger keeps it.</summary>
internal sealed record WrapRecord
{
    /// <summary>Absolute path of the configuration.</summary>
    public required string File { get; init; }

    /// <summary>Client that reads it.</summary>
    public required string Client { get; init; }

    /// <summary>Names that lead to the map or list of servers.</summary>
    public required IReadOnlyList<string> Container { get; init; }

    /// <summary>Name of the entry in it.</summary>
    public required string Server { get; init; }

    /// <summary>Name that the wrapper was given.</summary>
    public required string Name { get; init; }

    /// <summary>The launcher that was written as the program.</summary>
    public required string Launcher { get; init; }

    /// <summary>Items that were put in front of the arguments, the old program last; in a list of everything, the launcher first.</summary>
    public required IReadOnlyList<string> Inserted { get; init; }

    /// <summary>The former program.</summary>
    public required string Program { get; init; }

    /// <summary>The exact splices.</summary>
    public required IReadOnlyList<RecordedSplice> Splices { get; init; }

    /// <summary>The moment of the change.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>SHA-256 of the file before, of all that was done at that time.</summary>
    public required string Before { get; init; }

    /// <summary>SHA-256 of the file after.</summary>
    public required string After { get; init; }

    /// <summary>Path of the backup.</summary>
    public required string Backup { get; init; }

    /// <summary>False while the file may not have been written yet: the state after a crash.</summary>
    public required bool IsDone { get; init; }

    /// <summary>Returns the splice at a place, or null when there is none.</summary>
    public RecordedSplice? Splice(string at) => Splices.FirstOrDefault(splice => splice.At == at);

    /// <summary>Returns whether it is about the same entry.</summary>
    public bool IsOf(string file, IReadOnlyList<string> container, string server) =>
        File == file && Server == server && Container.SequenceEqual(container, StringComparer.Ordinal);
}
