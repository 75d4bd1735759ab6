namespace Gatehouse.Pipeline.Inspection.Documents;

/// <summary>The causes for which the gateway itself does not read a document. The program has further ones.</summary>
public static class UnreadCauses
{
    /// <summary>The program is missing or does not start.</summary>
    public const string NoProgram = "no-program";

    /// <summary>It has more bytes than <c>documents.maxBytes</c>.</summary>
    public const string TooLarge = "too-large";

    /// <summary>The message has more documents than are read.</summary>
    public const string TooMany = "too-many";

    /// <summary>It was not read within <c>documents.timeout</c>.</summary>
    public const string TimeOut = "time-out";

    /// <summary>No program was free in time.</summary>
    public const string Busy = "busy";

    /// <summary>The program ended without a whole answer.</summary>
    public const string Failed = "failed";

    /// <summary>Its bytes are of no format that is read.</summary>
    public const string UnknownFormat = "unknown-format";

    /// <summary>The base64 has characters after its end.</summary>
    public const string Malformed = "malformed";
}
