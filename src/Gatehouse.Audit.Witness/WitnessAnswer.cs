namespace Gatehouse.Audit.Witness;

/// <summary>The answer of a witness, as HTTP carries it.</summary>
/// <param name="Status">The status code of HTTP.</param>
/// <param name="Body">The body. It ends with a line feed.</param>
public sealed record WitnessAnswer(int Status, string Body)
{
    /// <summary>The type of the body of a conflict: only the size (C2SP tlog-witness, "add-checkpoint").</summary>
    public const string SizeType = "text/x.tlog.size";

    /// <summary>True where a known log signed the checkpoint of the request. Its sender is the log, or sends what the log made public.</summary>
    public bool IsOfLog { get; init; }

    /// <summary>
    /// True where the request led to a new cosignature, or would have without a fault of the storage. Only a log that grew can cause that. A
    /// checkpoint that the log signed does not show who sends it: checkpoints are public.
    /// </summary>
    public bool IsNewCosignature { get; init; }

    /// <summary>The type of the body.</summary>
    public string ContentType { get; init; } = "text/plain; charset=utf-8";
}
