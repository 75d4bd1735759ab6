using Gatehouse.Outbound;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>The result of one checkpoint that was sent.</summary>
/// <param name="Size">
/// The size that the place has now, as far as it said. With a fault, it is the size that the next attempt begins at: the place does not have the
/// checkpoint of the log, also where the size is the same.
/// </param>
/// <param name="Fault">A word for the operator; null where the place has the checkpoint.</param>
internal readonly record struct SendOutcome(long Size, string? Fault)
{
    /// <summary>The fault of a place that does not know the log.</summary>
    public const string UnknownLog = "unknown-log";

    /// <summary>The fault of a witness that saw other entries than the log has.</summary>
    public const string Inconsistent = "inconsistent";

    /// <summary>The fault of a witness that saw more entries than the log has.</summary>
    public const string SawMore = "saw-more-entries";

    /// <summary>The fault of a witness whose answer has no signature of a configured key.</summary>
    public const string NoCosignature = "no-cosignature";

    /// <summary>The fault of a witness whose signature is not of its key.</summary>
    public const string WrongCosignature = "wrong-cosignature";

    /// <summary>The fault of a folder that is not there.</summary>
    public const string NoFolder = "no-folder";

    /// <summary>The fault of a folder that takes no file of the gateway's account.</summary>
    public const string NotWritable = "not-writable";

    /// <summary>The fault of a log that could not be read as far as it was published, so that less was sent.</summary>
    public const string NotSent = "not-sent";

    private const string FileFault = "file-fault";

    /// <summary>Returns the word for a fault of a connection or a file.</summary>
    /// <param name="fault">The fault.</param>
    public static string WordOf(Exception fault) => OutboundFault.Of(fault) ?? fault switch
    {
        DirectoryNotFoundException => NoFolder,
        UnauthorizedAccessException => NotWritable,
        _ => FileFault,
    };

    /// <summary>Returns the remedy for a fault, as a clause without a full stop. Only faults that the doctor can find name the doctor.</summary>
    /// <param name="fault">The word of the fault.</param>
    public static string RemedyOf(string fault) => fault switch
    {
        NoFolder => "make the folder or mount its volume; see: gatehouse doctor checkpoints",
        NotWritable => "let the account of the gateway add files there; see: gatehouse doctor checkpoints",
        OutboundFault.DestinationRefused => "use a place with an address that the SSRF guard allows; see: gatehouse doctor checkpoints",
        UnknownLog => "give its operator log.vkeys of the newest log, for a log that follows another one together with evidence (docs/operators/witnesses.md)",
        Inconsistent or SawMore => "keep the folder of the log as it is, fetch the checkpoint that the witness has "
            + "(docs/operators/witnesses.md has the command), and run gatehouse audit verify with that file as --checkpoint",
        NoCosignature or WrongCosignature => "compare the keys of the witness in audit.witnesses with those that its operator handed out",
        OutboundFault.Timeout or OutboundFault.Unreachable => "check that the place runs, and its address, certificate and network",
        NotSent => "check that the folder of the newest log is in its place and has its checkpoint, and run gatehouse audit verify",
        FileFault => "check the volume of the folder, and its free room",
        _ => "ask the operator of the place why it answers so", // OutboundFault.OfStatus and UnreadableAnswer
    };

    /// <summary>True where asking again is of no use before the place or the log changes.</summary>
    public bool IsFinal { get; init; }
}
