using Gatehouse.Outbound;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>The result of one checkpoint that was sent.</summary>
/// <param name="Size">The size that the place has now, as far as it said.</param>
/// <param name="Fault">A word for the operator; null where the place has the checkpoint.</param>
internal readonly record struct SendOutcome(long Size, string? Fault)
{
    /// <summary>The fault of a place that does not know the log.</summary>
    public const string UnknownLog = "unknown-log";

    /// <summary>The fault of a witness that saw other entries than the log has.</summary>
    public const string Inconsistent = "inconsistent";

    /// <summary>The fault of a witness that saw more entries than the log has.</summary>
    public const string SawMore = "saw-more-entries";

    /// <summary>The fault of a folder that is not there.</summary>
    public const string NoFolder = "no-folder";

    /// <summary>The fault of a folder that takes no file of the gateway's account.</summary>
    public const string NotWritable = "not-writable";

    /// <summary>The fault of an address that the SSRF guard refuses.</summary>
    public const string DestinationRefused = "destination-refused";

    /// <summary>Returns the word for a fault of a connection or a file.</summary>
    /// <param name="fault">The fault.</param>
    public static string WordOf(Exception fault) => fault switch
    {
        OperationCanceledException => "timeout",
        DestinationRefusedException or HttpRequestException { InnerException: DestinationRefusedException } => DestinationRefused,
        HttpRequestException => "unreachable",
        DirectoryNotFoundException => NoFolder,
        UnauthorizedAccessException => NotWritable,
        _ => "file-fault",
    };

    /// <summary>True where asking again is of no use before the place or the log changes.</summary>
    public bool IsFinal { get; init; }
}
