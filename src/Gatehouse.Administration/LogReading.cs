namespace Gatehouse.Administration;

/// <summary>The kinds of reading the audit log; each is an act of its own in the log.</summary>
internal enum LogReading
{
    /// <summary>A page of entries for a person.</summary>
    Search,

    /// <summary>Entries in a form for other programs.</summary>
    Export,

    /// <summary>New entries as they come.</summary>
    Tail,

    /// <summary>One exchange.</summary>
    Show,

    /// <summary>The story of a session.</summary>
    Session,
}

/// <summary>The words of the kinds of reading.</summary>
internal static class LogReadings
{
    // In the order of the enumeration.
    private static readonly string[] Texts = ["search", "export", "tail", "show", "session"];

    /// <summary>Returns the word of a kind.</summary>
    public static string Text(LogReading kind) => Texts[(int)kind];

    /// <summary>Finds a kind by its word.</summary>
    public static bool TryParse(string? text, out LogReading kind)
    {
        var at = Array.IndexOf(Texts, text);
        kind = (LogReading)Math.Max(at, 0);
        return at >= 0;
    }
}
