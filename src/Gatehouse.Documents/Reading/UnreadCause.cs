namespace Gatehouse.Documents.Reading;

/// <summary>The words for why something was not read. The gateway records them, so they have no text of a document.</summary>
internal static class UnreadCause
{
    /// <summary>It has more bytes than a bound.</summary>
    public const string TooLarge = "too-large";

    /// <summary>It has more texts, parts or entries than a bound.</summary>
    public const string TooMany = "too-many";

    /// <summary>It is within too many other documents.</summary>
    public const string TooDeep = "too-deep";

    /// <summary>The time of the run is over.</summary>
    public const string TimeOut = "time-out";

    /// <summary>A password or a key would be needed.</summary>
    public const string Encrypted = "encrypted";

    /// <summary>Its bytes are of no format that is read.</summary>
    public const string UnknownFormat = "unknown-format";

    /// <summary>Its bytes contradict its format.</summary>
    public const string Malformed = "malformed";

    /// <summary>It is an image: its metadata were read, its pixels were not.</summary>
    public const string Pixels = "pixels";

    /// <summary>It is a program within a document.</summary>
    public const string Macros = "macros";
}
