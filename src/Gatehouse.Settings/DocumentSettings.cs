namespace Gatehouse.Settings;

/// <summary>The reading of documents in messages.</summary>
public sealed record DocumentSettings
{
    /// <summary>The name of the program, and of its folder beside the running program.</summary>
    public const string ProgramName = "gatehouse-documents";

    /// <summary>True where the configuration has the section. Without it no document is read.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>The program that reads documents; null for that in its folder beside the running program.</summary>
    public string? Program { get; init; }

    /// <summary>The time for the documents of a message together; afterwards what is left is unread.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of one document. A larger one is unread.</summary>
    public int MaxBytes { get; init; } = 10 << 20;

    /// <summary>Documents that are read concurrently.</summary>
    public int Parallel { get; init; } = 2;
}
